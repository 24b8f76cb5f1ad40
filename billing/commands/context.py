"""What every command shares: where the database is, what day it is, how answers are printed."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from billing.commands.printing import err, out, out_data, out_json, told, written
from billing.core import signs
from billing.texts import Text, say
from billing.values import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from billing.filing import Folder
    from billing.requests.base import Question, Request
    from billing.service import Door
    from billing.views.paper import Letterhead

V = TypeVar("V")
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]
Id = Annotated[str | None, typer.Option(help="An id of yours: asked again with it, nothing is done twice.")]
Yes = Annotated[bool, typer.Option("--yes", help="Also where it looks like a typing error.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="So many processes draw; default: one, of many documents one a processor.")
]
Dask = Annotated[
    str | None, typer.Option(metavar="URL", help="The workers of this Dask scheduler draw, as tcp://host:8786.")
]
On = Annotated[str | None, typer.Option(help="The day, as 2025-03-31; default: today.")]
Order = Annotated[str | None, typer.Option(help="The customer's number of its order; default: its standing one.")]
Rate = Annotated[
    list[str] | None,
    typer.Option(help="What one of another currency is in the books' currency, as CHF=0.95; again for more."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Answer as it would; change nothing.")]
Unset = Annotated[
    list[str] | None, typer.Option(metavar="FIELD", help="Take a setting away, as --unset vat-id; several times.")
]
Answer = dict[str, Any]
_CELL = "\x1f"  # between cells, which have no such sign: they are shown
PAGE = 40  # lines of a long table that are shown at once


@dataclass(slots=True)
class State:
    """The options before the command."""

    db: str = "sqlite:///billing.db"
    home: str = db  # of many issuers; `db` is the one's
    issuer: str | None = None  # whose, by --issuer
    books: "Door | None" = None  # of the command that runs


state = State()


def wants_json() -> bool:
    """Whether the command line asks for JSON, also before it is parsed: errors are printed accordingly."""
    return "--json" in sys.argv[1:]


def books(made: bool = True) -> "Door":
    """The books that a command works with, opened once and closed by `close`.

    `made` is False where the database may not exist yet.
    """
    if state.books is None:
        state.books = opened(made)
    return state.books


def opened(made: bool = True) -> "Door":
    """The books opened anew, for what closes them itself."""
    if server():
        from billing.remote.client import Remote

        return Remote.open(state.db, os.environ)
    from billing.requests import inputs
    from billing.service import Billing

    fixed = os.environ.get("BILLING_TODAY")
    today = inputs.day(fixed) if fixed else None
    return Billing.open(state.db, today=today, made=made, by=agent(None))


@contextmanager
def at(db: str) -> Iterator[None]:
    """Works for a while with the books of another database, and closes them."""
    held = state.db, state.books
    state.db, state.books = db, None
    try:
        yield
    finally:
        close()
        state.db, state.books = held


def server() -> bool:
    """Whether the database is a server's."""
    from billing.remote.address import is_server

    return is_server(state.db)


def close() -> None:
    """Ends the connection to the database, if a command made one."""
    if state.books is not None:
        state.books.close()
        state.books = None


def one_note(text: str | None, note: str | None) -> str | None:
    """The note that was given behind the rest or with `--note`; both are refused."""
    from billing.errors import BadInput

    if text and note:
        raise BadInput("bad-input", say("the note is given twice"), say("leave NOTE or --note out"))
    return text or note


def do(
    request: "Request[V]",
    human: Callable[[V], Text | str],
    json: bool,
    id: str | None = None,
    dry_run: bool = False,
    again: Callable[[V], Text | str] = lambda _: say("Done before; nothing changed."),
    made: bool = True,
    progress: Callable[..., None] | None = None,
    beside: Callable[[V], Answer] | None = None,
) -> V:
    """Does a request and prints its view, or `again` where it was done before; a dry run says that it keeps nothing.

    `human` puts a view in words: `lambda a: say("{code}: cancelled, last day {day}.", code=code, day=a.cancelled)`;
    `beside` has more keys for JSON. Answers the view.
    """
    from billing.views.codec import to_json

    outcome = books(made).do(request, id, dry_run=dry_run, progress=progress)
    if json:
        answer = to_json(outcome.view)
        if not outcome.new:
            answer.setdefault("unchanged", True)  # an import counts there
        print_json(answer | (beside(outcome.view) if beside else {}))
        return outcome.view
    text = told(human(outcome.view) if outcome.new else again(outcome.view))
    if text:
        out(text)
    if dry_run:
        out(say("Dry run: nothing was kept."))
    for warning in getattr(outcome.view, "warnings", ()):
        err(say("warning: {warning}", warning=warning))
    return outcome.view


def ask(
    question: "Question[V]",
    human: Callable[[V], Text | str],
    json: bool,
    tell: Callable[..., None] | None = None,
    made: bool = True,
) -> V:
    """Asks a question, prints its view and answers it; `tell` is told how far it has come."""
    from billing.views.codec import to_json

    view = books(made).ask(question, progress=tell)
    if json:
        print_json(to_json(view))
    else:
        text = told(human(view))
        if text:
            out(text)
    return view


def print_json(answer: Answer) -> None:
    """Prints the one JSON document of an answer."""
    out_json(answer)


def hidden(message: str) -> str:
    """A message without the database's password, should it quote the URL or a driver's setting."""
    from billing.store.url import shown

    return shown(message.replace(state.db, database()))


def database() -> str:
    """The database as it may be shown: without a password."""
    from billing.store.url import shown

    return shown(state.db)


def logo(head: "Letterhead") -> bytes | None:
    """The bytes of the logo that a paper's head names."""
    from billing.requests.parties import AskLogo

    return books().ask(AskLogo(digest=head.logo)).data if head.logo else None


def agent(given: str | None) -> str | None:
    """The agent named, or BILLING_AGENT."""
    from billing.requests import inputs

    return given or inputs.fit(os.environ.get("BILLING_AGENT", ""), "BILLING_AGENT") or None


def day(text: str | None) -> date | None:
    """A day option; what depends on today, as `hier`, is of the issuer's day (T5)."""
    from billing.requests import inputs

    if text is None:
        return None
    return inputs.day(text, books().today if inputs.relative(text) else date.max)


def needed_day(text: str) -> date:
    """A day argument that has no default."""
    found = day(text)
    assert found is not None
    return found


def rates(given: Sequence[str] | None) -> tuple[tuple[str, Decimal], ...]:
    """Options with the rates of currencies."""
    from billing.requests import inputs

    return tuple(inputs.rate(each) for each in given or ())


def amount(text: str | None, what: str) -> Decimal | None:
    """An option with an amount of money."""
    from billing.requests import inputs

    return None if text is None else inputs.money(text, what)


def named(fields: list[str] | None) -> tuple[str, ...]:
    """Options named in an option, as the fields that they are."""
    return tuple(name.replace("-", "_") for name in fields or ())


def show(answer: Any, as_json: bool, human: Callable[[Any], Text | str]) -> None:
    """Prints an answer: as JSON, or as `human` puts it."""
    if as_json:
        out_json(answer)
    else:
        text = told(human(answer))
        if text:
            out(text)


def warn(answer: Answer, as_json: bool) -> None:
    """Prints an answer's warnings on stderr; in JSON they are part of the answer."""
    for warning in [] if as_json else answer.get("warnings", []):
        err(say("warning: {warning}", warning=warning))


def table(titles: Sequence[Text | str], rows: Iterable[Sequence[Any]], right: Iterable[int] = ()) -> str:
    """A table for people, in their language; the columns in `right` are aligned to the right."""
    head = [told(title) for title in titles]
    widths = [signs.wide(title) for title in head]
    shown: list[str] = []  # of a long table in one text a row, its cells and then its line

    for row in rows:
        cells = ["" if cell is None else signs.shown(told(_words(cell)), lines=False) for cell in row]
        widths = [max(width, signs.wide(cell)) for width, cell in zip(widths, cells, strict=True)]
        shown.append(_CELL.join(cells))
    to_right = set(right)

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            signs.padded(cell, width, right=i in to_right)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()

    shown.insert(0, _CELL.join(head))
    for place, texts in enumerate(shown):
        shown[place] = line(texts.split(_CELL))
    shown.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(shown)


def _words(cell: object) -> Text | str:
    if isinstance(cell, (date, Decimal)):
        return written(cell)
    return cell if isinstance(cell, Text) else str(cell)


def pages(titles: Sequence[Text | str], rows: Sequence[Sequence[Any]], page: int = 1, right: Iterable[int] = ()) -> str:
    """A page of a long table; on a terminal no line is longer than its width."""
    from shutil import get_terminal_size

    first = (page - 1) * PAGE
    lines = table(titles, rows[first : first + PAGE], right).splitlines()
    if sys.stdout is not None and sys.stdout.isatty():
        width = get_terminal_size().columns
        lines = [signs.cut(line, width) for line in lines]
    if len(rows) > PAGE or first:
        known = {"first": min(first + 1, len(rows)), "last": min(first + PAGE, len(rows)), "count": len(rows)}
        more = say("{first} to {last} of {count}; --page {page} shows more", **known, page=page + 1)
        lines.append(told(more if first + PAGE < len(rows) else say("{first} to {last} of {count}", **known)))
    return "\n".join(lines)


def progress(what: str) -> Callable[..., None] | None:
    """A progress line on stderr, on a terminal only."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None

    def tell(done: int, of: int | None = None) -> None:
        end = "\n" if done == of else ""
        print(f"\r{what}: {done}{f'/{of}' if of is not None else ''} ", end=end, file=sys.stderr, flush=True)

    return tell


def make_folder(folder: "Path") -> "Folder":
    """Opens a folder for files to be written into, made where it is not there. Raises BadInput where it cannot."""
    from billing.filing import Folder

    return Folder(folder)


def write_file(path: str, content: bytes | str | Iterable[str]) -> None:
    """Writes a file whole or not at all; `-` is stdout. Raises BadInput where it cannot.

    A long one may come in pieces.
    """
    from billing import filing

    if isinstance(content, str):
        content = content.encode()
    data = content if isinstance(content, bytes) else _encoded(content)
    if path == "-":
        out_data(data)
    else:
        filing.write(path, data)


def _encoded(pieces: Iterable[str]) -> bytes | bytearray:
    made = bytearray()
    for piece in pieces:
        made += piece.encode()
    return made


def one_answer(path: str | None, json: bool) -> None:
    """Refuses a document on stdout beside an answer as JSON: there is one thing there."""
    from billing.errors import BadInput

    if path == "-" and json:
        raise BadInput("bad-input", say("the document on stdout and --json: give a file, or leave one of the two out"))
