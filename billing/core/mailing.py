"""What became of a paper that was to be sent: from what happened to its mails, in the order of recording (M20).

A mail is begun before it is handed to a server, and ended by what the server said. One that was begun and never ended
may have gone out: it is unsure, and nothing is sent a second time on a guess. It knows no address and no server.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from billing.values import dataclass

Paper = Literal["document", "reminder", "statement"]
Happened = Literal["begun", "sent", "refused", "draft", "handed", "bounced"]
State = Literal["unsent", "unsure", "sent", "draft", "refused", "bounced"]
_STATES: dict[Happened, State] = {
    "begun": "unsure", "sent": "sent", "refused": "refused", "draft": "draft", "handed": "sent", "bounced": "bounced",
}  # fmt: skip
_LATER: tuple[Happened, ...] = ("begun", "refused", "draft", "handed", "sent", "bounced")  # what counts most of a mail
NAME_LENGTH = 32  # a return path has 64 characters before its @, the sender's own name among them


@dataclass(frozen=True, slots=True)
class MailEvent:
    """Something that happened to a mail, by its name: begun, taken or refused by the server, written as a draft, handed
    over in another way, or come back."""

    mail: str
    event: Happened
    paper: Paper
    code: str  # of the paper: a document's number
    on: date
    status: str | None = None  # what the server or the report said, as 5.1.1; of what was handed over, how


@dataclass(frozen=True, slots=True)
class Standing:
    """How a paper stands: sent or not, by which mail, since when."""

    state: State = "unsent"
    last: MailEvent | None = None


def standing(events: Iterable[MailEvent]) -> Standing:
    """How a paper stands after all that happened to its mails, in the order of recording (M20).

    The last mail that a server did not refuse decides: what once went out stays so, whatever was tried later.
    """
    last: dict[str, MailEvent] = {}
    for event in events:
        before = last.get(event.mail)
        if before is None or _LATER.index(event.event) >= _LATER.index(before.event):
            last[event.mail] = event
    out = [event for event in last.values() if event.event != "refused"] or list(last.values())
    return Standing(_STATES[out[-1].event], out[-1]) if out else Standing()


def is_to_be_sent(standing: Standing, again: bool) -> bool:
    """Whether a paper is sent now: one that never went out, or any when it is asked for again (M20)."""
    return again or standing.state in ("unsent", "refused")


def is_missing(standing: Standing) -> bool:
    """Whether somebody still has to see to a paper's sending: it did not go out, may not have, or came back."""
    return standing.state not in ("sent", "draft")


def name_of(code: str, position: str) -> str:
    """The name of a new mail: that of its paper, legible, and what tells it from every other mail.

    It stands in the return path and the Message-ID, where servers may write capitals small. `position` is the hash of
    the place in the chain after which the mail is recorded.
    """
    legible = re.sub(r"[^a-z0-9]+", "-", code.lower()).strip("-")[: NAME_LENGTH - 9].strip("-")
    return f"{legible or 'mail'}.{position[:8]}"


def names_in(text: str) -> list[str]:
    """What may be names of mails in an address or a Message-ID, in their order."""
    return re.findall(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.[0-9a-f]{8}(?![0-9a-z])", text.lower())


# Mails that come in

Waits = Literal["unknown", "ours", "automatic", "odd", "refused"]  # why one waits for somebody to look at it
MOST_ACKNOWLEDGED = 10  # a day and sender: two programs that answer each other soon fall silent


def references_in(subject: str) -> list[str]:
    """What may be references of cases in the subject of a mail, the likeliest first.

    A number alone is one only in brackets or behind a #: a year is none.
    """
    bracketed = re.findall(r"\[\s*#?\s*([^\[\]]{1,200}?)\s*\]", subject)
    rest = re.sub(r"\[[^\[\]]*\]", " ", subject)
    numbered = re.findall(r"#\s?([\w][\w./-]{0,60})", rest)
    words = [word.strip(".,;:!?()[]#\"'") for word in rest.split()]
    likely = [word for word in words if any(map(str.isdigit, word)) and any(map(str.isalpha, word))]
    return list(dict.fromkeys(each for each in (*bracketed, *numbered, *likely) if each))
