"""The run of sending: asks what is ready, makes each mail, begins it, hands it over, ends it (M20).

What was sent before is known and left; a run that is killed at any moment leaves what it sent recorded, and in doubt at
most what it was handing over: one mail for each connection. No book is locked while a server is spoken to.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from billing.crew import Crew
from billing.errors import BadInput, MailRefusal, Refusal
from billing.mail import composing, drafts, papers
from billing.mail.lanes import Lanes, Letter
from billing.mail.papers import Made
from billing.mail.post import Answer, Post
from billing.mail.settings import Settings
from billing.requests import mailboxes
from billing.requests.mailboxes import Mailbox
from billing.requests.sending import AskOutbox, BeginMail, EndMail, KeepDraft
from billing.service import Door
from billing.texts import Text
from billing.values import dataclass
from billing.views.sending import Mailed, Outbox, ReadyToSend, SendingRun

MANY = 100  # mails that go over several connections where the settings do not say over how many
LANES = 4  # those
T = TypeVar("T", BeginMail, KeepDraft)
Begun = tuple[int, Mailed]  # a mail's place in the run, and what is known of it
Sent = Generator[Begun, None, None]
Progress = Callable[[int, int | None], None]


def _alone(_: int) -> int:
    return papers.AT_ONCE


def _nobody_else(_: int) -> Crew:
    return Crew()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked for: which papers, whether also those that were sent, a statement with each customer's first
    document, and an id, by which a run that is asked for again is known; of how many documents of so many the files
    are made together, and who draws so many other papers."""

    outbox: AskOutbox
    statement: bool = False
    id: str | None = None
    at_once: Callable[[int], int] = _alone
    crew: Callable[[int], Crew] = _nobody_else


class Way(Protocol):
    """How mails leave: by a server, or as drafts into a folder."""

    def send(self, books: Door, made: Iterable[Made], wanted: Wanted, count: int, /) -> Sent:
        """Sends so many mails and records them, each with its place among them as it is done.

        Raises MailRefusal where no further one can be sent.
        """


def look_ahead(books: Door, wanted: Wanted) -> SendingRun:
    """What a run would send, whom it would hold; nothing is made and no server asked."""
    found = books.ask(wanted.outbox)
    return _run(found, [replace(_mailed(ready), state="ready") for ready in found.ready])


def run(books: Door, wanted: Wanted, way: Way, progress: Progress | None = None) -> SendingRun:
    """Sends what is ready; a server that goes away stops the run, and the rest is left.

    Raises MailRefusal where not even one mail could be sent.
    """
    found = books.ask(wanted.outbox)
    count = len(found.ready)
    mails: dict[int, Mailed] = {}
    stopped: Text | str | None = None
    made = papers.made(books, found.ready, wanted.outbox, wanted.statement, wanted.at_once, wanted.crew)
    with closing(made), closing(way.send(books, made, wanted, count)) as sent:
        try:
            for place, mailed in sent:
                mails[place] = mailed
                if progress:
                    progress(len(mails), count)
        except MailRefusal as refused:
            if not mails:
                raise
            stopped = refused.what
    return _run(found, [mails[place] for place in sorted(mails)], count - len(mails), stopped)


def _run(found: Outbox, mails: list[Mailed], left: int = 0, stopped: Text | str | None = None) -> SendingRun:
    return SendingRun(
        mails=tuple(mails),
        held=found.held,
        known=len(found.before),
        unsure=tuple(one for one in found.before if one.command is not None),
        left=left,
        stopped=stopped,
    )


def _mailed(ready: ReadyToSend) -> Mailed:
    return Mailed(paper=ready.paper, code=ready.code, customer=ready.customer, to=ready.to, state="unsent")


# Ways


class ByPost:
    """Through a mail server: begun, handed over, ended; many mails over several connections."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.settings: Settings = post.settings

    def send(self, books: Door, made: Iterable[Made], wanted: Wanted, count: int) -> Sent:
        """Sends mails; each is begun once a connection is open, so that a server that is away leaves none in doubt."""
        with Lanes[Begun](self.post, self.settings.connections or (LANES if count >= MANY else 1)) as lanes:
            try:
                for place, one in enumerate(made):
                    yield from self._ended(books, lanes.ready())
                    begun = books.do(_request(BeginMail, one.ready, wanted), _key(wanted, one.ready)).view
                    if begun.mail is None:
                        yield place, replace(_mailed(one.ready), state=begun.state)
                    else:
                        lanes.give(self._letter(books, one, begun.mail, place))
                yield from self._ended(books, lanes.rest())
            except BaseException:
                with suppress(Refusal):  # what cannot be recorded is in doubt; why all of it stopped is told
                    for _ in self._ended(books, lanes.stopped()):
                        pass
                raise

    def _letter(self, books: Door, made: Made, mail: str, place: int) -> "Letter[Begun]":
        to = _box(made.ready)
        sender = (self.settings.name or made.sender, self.settings.sender)
        message = composing.message(made.covering, made.ready.code, sender, (made.ready.name, to), made.files)
        composing.sent(message, mail, self.settings.sender.domain, books.now(), self.settings.reply_to)
        return Letter(message, self.settings.returns_to(mail), to, (place, replace(_mailed(made.ready), mail=mail)))

    def _ended(self, books: Door, handed: "Iterator[tuple[Letter[Begun], Answer]]") -> Sent:
        """Records what the server said of mails; one that it never had is for the next run, and not told."""
        for letter, answer in handed:
            place, mailed = letter.known
            said = answer.said or None
            if answer.result == "unsure":
                yield place, replace(mailed, state="unsure", said=said)
                continue
            assert mailed.mail is not None
            taken = answer.result == "taken"
            ended = books.do(EndMail(mail=mailed.mail, taken=taken, status=answer.status, said=said)).view
            if answer.result != "gone":
                yield place, replace(mailed, state=ended.state, said=None if ended.state == "sent" else said)


class AsDrafts:
    """As files in a folder, each written before it is recorded: written again, it is the same."""

    def __init__(self, folder: Path, settings: Settings | None) -> None:
        self.folder = folder
        self.settings = settings

    def send(self, books: Door, made: Iterable[Made], wanted: Wanted, _: int) -> Sent:
        """Writes drafts; from whom they are, the mail program knows where no settings say so."""
        for place, one in enumerate(made):
            yield place, self._written(books, one, wanted)

    def _written(self, books: Door, made: Made, wanted: Wanted) -> Mailed:
        to = _box(made.ready)
        sender = None if self.settings is None else (self.settings.name or made.sender, self.settings.sender)
        message = composing.message(made.covering, made.ready.code, sender, (made.ready.name, to), made.files)
        try:
            file = drafts.write(self.folder, made.ready.code, composing.draft(message))
        except BadInput as taken:  # by somebody's file: the others can be written all the same
            return replace(_mailed(made.ready), state="refused", said=taken.text)
        begun = books.do(_request(KeepDraft, made.ready, wanted), _key(wanted, made.ready)).view
        return replace(_mailed(made.ready), state=begun.state, mail=begun.mail, file=str(file))


def _request(of: type[T], ready: ReadyToSend, wanted: Wanted) -> T:
    return of(paper=ready.paper, code=ready.code, customer=ready.customer, to=ready.to, again=wanted.outbox.again)


def _key(wanted: Wanted, ready: ReadyToSend) -> str | None:
    return None if wanted.id is None else f"{wanted.id}/{ready.code}"


def _box(ready: ReadyToSend) -> Mailbox:
    found = mailboxes.read(ready.to)
    assert found is not None, ready.to  # what is none is held
    return found
