"""Papers that are to be sent, each with its words and its files: asked of the books, drawn where they are not there."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from datetime import date, timedelta
from itertools import chain
from typing import Any

from billing.core.units import month_later
from billing.crew import Crew
from billing.documents import covering, reminder_pdf, statement_pdf
from billing.documents.covering import Covering
from billing.mail.composing import Attached
from billing.requests import inputs
from billing.requests.invoicing import AskFiles, File
from billing.requests.parties import AskLogo
from billing.requests.reminders import AskLetters
from billing.requests.sending import AskCovers, AskOutbox
from billing.requests.statements import AskStatement
from billing.service import Door
from billing.values import dataclass
from billing.views.paper import OnPaper
from billing.views.reminders import Letter
from billing.views.sending import Cover, ReadyToSend
from billing.views.statements import Statement

AT_ONCE = 50  # papers whose files are made together
_XML: dict[File, str] = {"cii": ".cii.xml", "ubl": ".ubl.xml"}


@dataclass(frozen=True, slots=True)
class Made:
    """A paper with its words and files, and the name of whoever it is from."""

    ready: ReadyToSend
    covering: Covering
    files: list[Attached]
    sender: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A file that is still to be drawn: its name, what draws it, of what, and the logo on it."""

    name: str
    render: Callable[[Any, bytes | None], bytes]
    paper: Statement | Letter
    logo: bytes | None


@dataclass(frozen=True, slots=True)
class _Gathered:
    """A paper with its words, the files that are there and those that are to be drawn."""

    ready: ReadyToSend
    covering: Covering
    sender: str
    files: list[Attached]
    drawings: list[Drawing]


def made(
    books: Door,
    ready: Sequence[ReadyToSend],
    outbox: AskOutbox,
    statement: bool,
    at_once: Callable[[int], int],
    crew: Callable[[int], Crew],
) -> Generator[Made, None, None]:
    """Papers in their order: documents' files are asked for `at_once`, others are drawn by a crew, some together.

    With `statement` the month's time statement goes with each customer's first document.
    """
    gathering = _Gathering(books, outbox, statement)
    with closing(crew(len(ready))) as workers:
        some_at_once = at_once(len(ready)) if outbox.paper == "document" else AT_ONCE * workers.at_once
        for start in range(0, len(ready), some_at_once):
            some = gathering.of(ready[start : start + some_at_once])
            drawings = [one for gathered in some for one in gathered.drawings]
            tasks = [drawings[place : place + AT_ONCE] for place in range(0, len(drawings), AT_ONCE)]
            drawn = chain.from_iterable(workers.map(_rendered, tasks))
            for one in some:
                files = one.files + [_pdf(each.name, next(drawn)) for each in one.drawings]
                yield Made(one.ready, one.covering, files, one.sender)


def _rendered(drawings: Sequence[Drawing]) -> list[bytes]:
    return [one.render(one.paper, one.logo) for one in drawings]


class _Gathering:
    """Asks what is on papers, some at a time; who has a statement, and the logos, are known from those before."""

    def __init__(self, books: Door, outbox: AskOutbox, with_statement: bool) -> None:
        self._books, self._outbox, self._with_statement = books, outbox, with_statement
        self._stated: set[str] = set()  # customers
        self._letters: dict[str | None, Letter] = {}
        self._logos: dict[str, bytes | None] = {}

    def of(self, ready: Sequence[ReadyToSend]) -> list[_Gathered]:
        """Papers of the kind that is wanted."""
        match self._outbox.paper:
            case "reminder":
                return [self._reminder(one) for one in ready]
            case "statement":
                return [self._statement(one) for one in ready]
        covers = self._books.ask(AskCovers(numbers=tuple(one.code for one in ready))).covers
        files = _files(self._books, covers)
        return [self._document(one, cover, files[one.code]) for one, cover in zip(ready, covers, strict=True)]

    def _document(self, ready: ReadyToSend, cover: Cover, files: list[Attached]) -> _Gathered:
        statement = None
        if self._with_statement and ready.customer not in self._stated:
            self._stated.add(ready.customer)
            statement = self._stated_in(ready.customer, cover)
        drawings = [] if statement is None else [self._drawing(statement)]
        return _Gathered(ready, covering.of_document(cover, statement), cover.document.issuer.name, files, drawings)

    def _reminder(self, ready: ReadyToSend) -> _Gathered:
        if not self._letters:
            on = self._outbox.on or self._books.today
            self._letters = {letter.reminder: letter for letter in self._books.ask(AskLetters(on=on)).letters}
        letter = self._letters[ready.code]
        drawing = Drawing(f"reminder-{ready.code}", reminder_pdf.render, letter, self._logo(letter.issuer))
        return _Gathered(ready, covering.of_reminder(letter), letter.issuer.name, [], [drawing])

    def _statement(self, ready: ReadyToSend) -> _Gathered:
        statement = self._month_of(ready.customer, inputs.month(ready.code.rpartition("/")[2]))
        drawing = self._drawing(statement)
        return _Gathered(ready, covering.of_statement(statement), statement.issuer.name, [], [drawing])

    def _drawing(self, statement: Statement) -> Drawing:
        name = f"statement-{statement.customer}-{statement.first:%Y-%m}"
        return Drawing(name, statement_pdf.render, statement, self._logo(statement.issuer))

    def _stated_in(self, customer: str, cover: Cover) -> Statement | None:
        """The statement of a document's month; none where no time of the customer ever moved."""
        document = cover.document
        found = self._month_of(customer, inputs.month(document.period or f"{document.on:%Y-%m}"))
        return found if found.movements or found.opening or found.closing else None

    def _month_of(self, customer: str, first: date) -> Statement:
        last = month_later(first, 1) - timedelta(days=1)
        return self._books.ask(AskStatement(customer=customer, first=first, last=last))

    def _logo(self, issuer: OnPaper) -> bytes | None:
        """The logo on the papers of an issuer."""
        digest = issuer.head.logo
        if digest and digest not in self._logos:
            self._logos[digest] = self._books.ask(AskLogo(digest=digest)).data
        return self._logos[digest] if digest else None


def _files(books: Door, covers: tuple[Cover, ...]) -> dict[str, list[Attached]]:
    """The files of documents as they were first made: each PDF, then the XML for which it is fit."""
    numbers = tuple(cover.document.number for cover in covers)
    found = {made.number: [_pdf(made.number, made.data)] for made in books.ask(AskFiles(numbers=numbers))}
    for format, ending in _XML.items():
        fit = tuple(cover.document.number for cover in covers if format in cover.formats)
        for made in books.ask(AskFiles(numbers=fit, format=format)) if fit else ():
            found[made.number].append(Attached(made.number + ending, "application/xml", made.data))
    return found


def _pdf(name: str, data: bytes) -> Attached:
    return Attached(f"{name}.pdf", "application/pdf", data)
