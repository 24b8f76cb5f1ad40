"""`billing journal`."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import printing
from billing.commands.context import Json, day, table
from billing.commands.printing import told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.locales.words import word
from billing.locales.words_inside import ACTS, WATCHED, WATCHED_COLUMNS
from billing.texts import say

if TYPE_CHECKING:
    from billing.views.changes import JournalColumn, JournalFact, JournalFacts


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Files")(journal)


def journal(
    of: Annotated[
        str | None,
        typer.Option(metavar="CUSTOMER|KIND", help="A customer, or a kind as issuer, bank, agent, key; default: all."),
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", help="The first day of recording.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="The last day of recording.")] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """Show who changed what decides about money, and when: the issuer's and customers' data, agents, keys, the bank's
    movements.

    Names, addresses and secrets are not in it: of them it says that they were changed.

    Example: billing journal --of issuer --from 2025-03-01
    """
    from billing.requests.changes import AskChanges

    report(AskChanges(of=of, first=day(from_), last=day(to)), _table, json, csv, xlsx, output)


def _table(found: "JournalFacts") -> str:
    if not found.rows:
        return told(say("Nothing of that is in the journal."))
    rows = [
        (
            printing.moment(c.at),
            c.by,
            told(say("{kind} {what}", kind=word(WATCHED, c.kind), what=c.what)),
            word(ACTS, c.act),
            _columns(c),
        )
        for c in found.rows
    ]
    return table((say("recorded"), say("by"), say("what"), "", say("change")), rows)


def _columns(change: "JournalFact") -> str:
    """What was changed of a row; of a new one that it is there says enough."""
    return "; ".join(map(_column, change.columns)) if change.act == "changed" else ""


def _column(one: "JournalColumn") -> str:
    name = told(word(WATCHED_COLUMNS, one.column))
    return name if one.hidden and one.before and one.after else f"{name} {one.before or '-'} → {one.after or '-'}"
