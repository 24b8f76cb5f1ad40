"""The run of sending: asks what is ready, makes each mail, begins it, hands it over, ends it (M20).

What was sent before is known and left; a run that is killed at any moment leaves what it sent recorded, and in doubt at
most what it was handing over: one mail for each connection. No book is locked while a server is spoken to.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from billing.core.units import month_later
from billing.documents import covering, reminder_pdf, statement_pdf
from billing.documents.covering import Covering
from billing.errors import BadInput, MailRefusal, Refusal
from billing.mail import composing, drafts
from billing.mail.composing import Attached
from billing.mail.lanes import Lanes, Letter
from billing.mail.post import Answer, Post
from billing.mail.settings import Settings
from billing.requests import inputs, mailboxes
from billing.requests.invoicing import AskFiles, File
from billing.requests.mailboxes import Mailbox
from billing.requests.parties import AskLogo
from billing.requests.reminders import AskLetters
from billing.requests.sending import AskCovers, AskOutbox, BeginMail, EndMail, KeepDraft
from billing.requests.statements import AskStatement
from billing.service import Door
from billing.texts import Text
from billing.values import dataclass
from billing.views.paper import OnPaper
from billing.views.sending import Cover, Mailed, Outbox, ReadyToSend, SendingRun
from billing.views.statements import Statement

AT_ONCE = 50  # papers whose files are made together
MANY = 100  # mails that go over several connections where the settings do not say over how many
LANES = 4  # those
T = TypeVar("T", BeginMail, KeepDraft)
Begun = tuple[int, Mailed]  # a mail's place in the run, and what is known of it
Sent = Generator[Begun, None, None]
Progress = Callable[[int, int | None], None]
_XML: dict[File, str] = {"cii": ".cii.xml", "ubl": ".ubl.xml"}


def _alone(_: int) -> int:
    return AT_ONCE


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked for: which papers, whether also those that were sent, a statement with each customer's first
    document, and an id, by which a run that is asked for again is known; of how many documents of so many the files
    are made together."""

    outbox: AskOutbox
    statement: bool = False
    id: str | None = None
    at_once: Callable[[int], int] = _alone


@dataclass(frozen=True, slots=True)
class Made:
    """A paper with its words and files, and the name of whoever it is from."""

    ready: ReadyToSend
    covering: Covering
    files: list[Attached]
    sender: str


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
    with closing(way.send(books, _made(books, found.ready, wanted), wanted, count)) as sent:
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


# Papers with their words and files


def _made(books: Door, ready: tuple[ReadyToSend, ...], wanted: Wanted) -> Iterator[Made]:
    """The papers in their order, the files of some made together."""
    if wanted.outbox.paper == "reminder":
        yield from _reminders(books, ready, wanted.outbox.on)
    elif wanted.outbox.paper == "statement":
        yield from (_statement(books, one) for one in ready)
    else:
        stated: set[str] = set()
        at_once = wanted.at_once(len(ready))
        for start in range(0, len(ready), at_once):
            some = ready[start : start + at_once]
            covers = books.ask(AskCovers(numbers=tuple(one.code for one in some))).covers
            files = _files(books, covers)
            for one, cover in zip(some, covers, strict=True):
                statement = None
                if wanted.statement and one.customer not in stated:
                    stated.add(one.customer)
                    statement = _stated(books, one.customer, cover)
                yield _document(books, one, cover, files[one.code], statement)


def _document(
    books: Door, ready: ReadyToSend, cover: Cover, files: list[Attached], statement: Statement | None
) -> Made:
    if statement is not None:
        files = [*files, _drawn(books, statement)]
    return Made(ready, covering.of_document(cover, statement), files, cover.document.issuer.name)


def _files(books: Door, covers: tuple[Cover, ...]) -> dict[str, list[Attached]]:
    """The files of documents as they were first made: each PDF, then the XML for which it is fit."""
    numbers = tuple(cover.document.number for cover in covers)
    found = {made.number: [_pdf(made.number, made.data)] for made in books.ask(AskFiles(numbers=numbers))}
    for format, ending in _XML.items():
        fit = tuple(cover.document.number for cover in covers if format in cover.formats)
        for made in books.ask(AskFiles(numbers=fit, format=format)) if fit else ():
            found[made.number].append(Attached(made.number + ending, "application/xml", made.data))
    return found


def _logo(books: Door, issuer: OnPaper) -> bytes | None:
    """The logo on the papers of an issuer."""
    return books.ask(AskLogo(digest=issuer.head.logo)).data if issuer.head.logo else None


def _pdf(name: str, data: bytes) -> Attached:
    return Attached(f"{name}.pdf", "application/pdf", data)


def _reminders(books: Door, ready: tuple[ReadyToSend, ...], on: date | None) -> Iterator[Made]:
    letters = {letter.reminder: letter for letter in books.ask(AskLetters(on=on or books.today)).letters}
    for one in ready:
        letter = letters[one.code]
        files = [_pdf(f"reminder-{one.code}", reminder_pdf.render(letter, _logo(books, letter.issuer)))]
        yield Made(one, covering.of_reminder(letter), files, letter.issuer.name)


def _statement(books: Door, ready: ReadyToSend) -> Made:
    statement = _month_of(books, ready.customer, inputs.month(ready.code.rpartition("/")[2]))
    return Made(ready, covering.of_statement(statement), [_drawn(books, statement)], statement.issuer.name)


def _drawn(books: Door, statement: Statement) -> Attached:
    name = f"statement-{statement.customer}-{statement.first:%Y-%m}"
    return _pdf(name, statement_pdf.render(statement, _logo(books, statement.issuer)))


def _stated(books: Door, customer: str, cover: Cover) -> Statement | None:
    """The statement of a document's month; none where no time of the customer ever moved."""
    document = cover.document
    found = _month_of(books, customer, inputs.month(document.period or f"{document.on:%Y-%m}"))
    return found if found.movements or found.opening or found.closing else None


def _month_of(books: Door, customer: str, first: date) -> Statement:
    return books.ask(AskStatement(customer=customer, first=first, last=month_later(first, 1) - timedelta(days=1)))
