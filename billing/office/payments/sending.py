"""What is to be sent, what is held, how papers stand, what their mails say (M20); what happens to mails: `mails`."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

from billing.core import mailing, statement
from billing.core.mailing import Paper, Standing
from billing.core.units import ZERO, month_later
from billing.errors import one_of
from billing.office import lots
from billing.office.invoicing import einvoices, standing
from billing.office.invoicing.named import invoice_named
from billing.office.transaction import Transaction
from billing.requests import mailboxes
from billing.requests import sending as requests
from billing.store import heads, mailed, near, parties, parts
from billing.store import reminders as kept_reminders
from billing.store.heads import Head
from billing.store.mailed import KeptMail
from billing.store.query import by_lots
from billing.store.sql import Connection
from billing.views.sending import Cover, Covers, Outbox, ReadyToSend, Sending, Sendings, Unsent, Withheld

# What is to be sent

_Paper = tuple[str, int]  # a paper's code, and the key of the customer whose it is


def outbox(tx: Transaction, question: requests.AskOutbox) -> Outbox:
    """What is to be sent now, what is held, and what was sent before."""
    found = _asked(tx, question)
    histories = mailed.of_papers(tx.connection, question.paper, [code for code, _ in found])
    ready: list[ReadyToSend] = []
    held: list[Withheld] = []
    before: list[Sending] = []
    for code, owner in by_lots(tx.connection, found, _read_owner):
        head = tx.customer_by_id(owner, lock=False)
        stands = standing_of(histories[code])
        if not mailing.is_to_be_sent(stands, question.again):
            before.append(sending_of(tx, head, question.paper, code, histories[code]))
            continue
        addressed = _addressed(tx, head, question.paper, code)
        if isinstance(addressed, Withheld):
            held.append(addressed)
        else:
            ready.append(addressed)
    return Outbox(ready=tuple(ready), held=tuple(held), before=tuple(before))


def _asked(tx: Transaction, question: requests.AskOutbox) -> list[_Paper]:
    """The papers that are asked for, each once, in the order of their dates."""
    if question.paper == "document":
        return _documents(tx, question.months, question.numbers)
    if question.paper == "reminder":
        letters = kept_reminders.letters(tx.connection, question.on or tx.today)
        return [(content["reminder"], tx.customer(content["customer"], lock=False).id) for content in letters]
    if question.customers:
        customers = [tx.customer(code, lock=False) for code in question.customers]
        return [(_statement(head, first), head.id) for first in question.months for head in customers]
    keys = parties.keys(tx.connection)
    return [
        (_statement(head, first), head.id)
        for first in question.months
        for heads in lots.of(tx, keys, partial(_read_month, first))
        for head in heads
        if _moved(tx, head, first)
    ]


def _statement(head: Head, first: date) -> str:
    """What a statement of a month is called among the papers that are sent."""
    return f"{head.code}/{first:%Y-%m}"


def _moved(tx: Transaction, head: Head, first: date) -> bool:
    """Whether a customer's time moved in a month, so that there is something to state."""
    last = month_later(first, 1) - timedelta(days=1)
    book = parts.of_period(tx.connection, head, tx.tariffs.of(head), first, last)
    return any(first <= movement.on <= last for movement in statement.movements(book))


def _read_month(first: date, connection: Connection, head: Head) -> None:
    """Reads what of a customer's month does not hang on what else is read (see `lots`)."""
    parties.kept_versions(connection, head.id)
    parts.of_period(connection, head, {}, first, month_later(first, 1) - timedelta(days=1))


def _documents(tx: Transaction, months: Iterable[date], numbers: Iterable[str]) -> list[_Paper]:
    """Documents of months, then those of numbers, each once. Raises Unknown (`unknown-invoice`)."""
    wanted = tuple(numbers)
    known = {one.number: one for one in mailed.numbered(tx.connection, wanted)}
    for number in wanted:
        if number not in known:
            raise one_of("invoice", number, near.documents(tx.connection, number))
    found = [one for first in months for one in mailed.of_month(tx.connection, f"{first:%Y-%m}")]
    return list(dict.fromkeys((one.number, one.customer_id) for one in [*found, *(known[n] for n in wanted)]))


def _addressed(tx: Transaction, head: Head, paper: Paper, code: str) -> ReadyToSend | Withheld:
    """A paper with its address, or why it is held and what mends it."""
    party = parties.customer(tx.connection, head.id)
    where = {"paper": paper, "code": code, "customer": head.code}
    if head.held_reason is not None:
        release = f"billing customer release {head.code}"
        return Withheld(**where, reason=head.held_reason, command=release)  # type: ignore[arg-type]
    fault = mailboxes.fault(party["email"], head.code)
    if fault is not None:
        mend = f"billing customer change {head.code} --email ADDRESS"
        return Withheld(**where, reason=fault, command=mend)  # type: ignore[arg-type]
    language = party["language"] or tx.issuer["language"]
    return ReadyToSend(paper=paper, code=code, customer=head.code, name=head.name, to=party["email"], language=language)


# How papers stand


def sendings(tx: Transaction, question: requests.AskSendings) -> Sendings:
    """How documents stand, in the order of their dates."""
    return Sendings(tuple(_all(tx, _documents(tx, question.months, question.numbers))))


def unsent(tx: Transaction, question: requests.AskUnsent) -> Unsent:
    """What of a month's documents somebody has to see to, with the command that does."""
    month = f"{question.month:%Y-%m}"
    return Unsent(month=month, papers=tuple(missing(tx, question.month)))


def missing(tx: Transaction, month: date) -> list[Sending]:
    """The documents of a month, by its first day, that are not sent, may not be, or came back."""
    return [one for one in _all(tx, _documents(tx, [month], [])) if one.command is not None]


def _all(tx: Transaction, found: list[_Paper]) -> list[Sending]:
    histories = mailed.of_papers(tx.connection, "document", [code for code, _ in found])
    return [
        sending_of(tx, tx.customer_by_id(owner, lock=False), "document", code, histories[code])
        for code, owner in by_lots(tx.connection, found, _read_owner)
    ]


def _read_owner(connection: Connection, paper: _Paper) -> None:
    """Reads what is looked at of a paper's customer."""
    heads.head(connection, paper[1])
    parties.BY_KEY.rows(connection, {"of": paper[1]})


def standing_of(history: Iterable[KeptMail]) -> Standing:
    return mailing.standing(kept.event for kept in history)


def sending_of(tx: Transaction, head: Head, paper: Paper, code: str, history: list[KeptMail]) -> Sending:
    """How a paper stands, with what is kept of the event that says so, and the command that would see to it."""
    stands = standing_of(history)
    if stands.last is None:
        addressed = _addressed(tx, head, paper, code)
        held = addressed if isinstance(addressed, Withheld) else None
        return Sending(
            paper=paper,
            code=code,
            customer=head.code,
            state="unsent",
            said=held.reason if held else None,
            command=held.command if held else _command(head, paper, code),
        )
    last = next(kept for kept in reversed(history) if kept.event == stands.last)
    return Sending(
        paper=paper,
        code=code,
        customer=head.code,
        state=stands.state,
        mail=last.event.mail,
        to=last.to or None,
        on=last.event.on,
        at=last.at,
        status=last.event.status,
        said=last.said or None,
        command=_mending(tx, head, paper, code, stands, history),
    )


def _mending(
    tx: Transaction, head: Head, paper: Paper, code: str, stands: Standing, history: list[KeptMail]
) -> str | None:
    """What sees to a paper that is not well sent; of one that is, nothing."""
    if not mailing.is_missing(stands):
        return None
    addressed = _addressed(tx, head, paper, code)
    if isinstance(addressed, Withheld):
        return addressed.command
    mail = stands.last.mail if stands.last else None
    if stands.state == "bounced" and addressed.to in [kept.to for kept in history if kept.event.mail == mail]:
        return f"billing customer change {head.code} --email ADDRESS"
    return _command(head, paper, code, again=not mailing.is_to_be_sent(stands, again=False))


def _command(head: Head, paper: Paper, code: str, again: bool = False) -> str:
    """The command that sends a paper."""
    what = {
        "document": code,
        "reminder": "reminders",
        "statement": f"statements {code.rpartition('/')[2]} {head.code}",
    }[paper]
    return f"billing send {what}{' --again' if again else ''}"


# What their mails say


def covers(tx: Transaction, question: requests.AskCovers) -> Covers:
    """Documents with what their mails say: what is open, and the formats of XML that go with them."""
    found = []
    for number in question.numbers:
        kept, head = invoice_named(tx, number, lock=False)
        document, party = kept.document(), parties.customer(tx.connection, head.id)
        shown = standing.all_shown(tx, [kept])[0]
        still = kept.total - kept.credited - shown.paid - shown.written_off
        found.append(
            Cover(
                document=document,
                language=party["language"] or tx.issuer["language"],
                open=kept.total if document.is_note else max(still, ZERO),
                formats=einvoices.sent_as(document, party["einvoice"] or tx.issuer["einvoice"]),
            )
        )
    return Covers(tuple(found))


QUESTIONS: dict[Any, Any] = {
    requests.AskOutbox: outbox,
    requests.AskSendings: sendings,
    requests.AskUnsent: unsent,
    requests.AskCovers: covers,
}
