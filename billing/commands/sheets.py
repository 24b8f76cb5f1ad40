"""What all reports share: an answer as a table for people, as CSV, as JSON; a chart below a series."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from billing.commands.context import books, one_answer, print_json, write_file
from billing.commands.printing import bars, out
from billing.core.units import weeks
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.requests.base import Question

V = TypeVar("V")
Csv = Annotated[bool, typer.Option("--csv", help="As CSV: to the terminal, or with -o into a file.")]
Output = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help="The file that gets the CSV; - is stdout.")
]


def report(
    question: "Question[V]",
    human: Callable[[V], Text | str],
    json: bool,
    csv: bool,
    output: str | None,
    part: str | None = None,
) -> None:
    """Asks a question and prints its view: for people, as JSON, or as CSV, of which one goes to stdout.

    `part` is the part of a view that CSV has, where it has several.
    """
    from billing.views.codec import to_json

    file = output or ("-" if csv else None)
    one_answer(file, json)
    view = books().ask(question)
    if file is not None:
        from billing.exchange import tables

        write_file(file, tables.csv_of(view, part))
    if json:
        print_json(to_json(view))
    elif file is None:
        out(human(view))
    elif file != "-":
        out(say("Written to {file}.", file=file))


def weekly(series: Iterable[tuple[str, int | Decimal]], words: Callable[[int | Decimal], str]) -> str:
    """A chart of figures by week; weeks that have none are there too."""
    known = dict(series)
    if not known:
        return ""
    return bars([(week, known.get(week, 0), words(known.get(week, 0))) for week in weeks(min(known), max(known))])


def below(table: str, chart: str) -> str:
    """A table, and below it the chart, if there is one."""
    return f"{table}\n\n{chart}" if chart else table
