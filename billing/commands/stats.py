"""`billing stats`"""

from decimal import Decimal
from typing import TYPE_CHECKING

import typer

from billing.commands.context import Json, table
from billing.commands.printing import err, told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.stats import ReadTimed, Stats

_SHOWN = 8  # tables; the rest is small


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Files")(stats)


def stats(csv: Csv = False, xlsx: Xlsx = False, output: Output = None, json: Json = False) -> None:
    """Show how large the database is and how fast it grows, which questions take longest, and which limits come near.

    Example: billing stats
    """
    from billing.requests.stats import AskStats

    found = report(AskStats(), _shown, json, csv, xlsx, output)
    for limit in found.limits:
        if limit.near and not json:
            err(say("warning: {warning}", warning=limit.text))


def _shown(a: "Stats") -> str:
    lines: list[Text | str] = [
        say("{database}: {size} MB", database=a.database, size=_mb(a.size)),
        say("{customers} {customers:customer|customers}, {entries} {entries:entry|entries}, {documents} "
            "{documents:document|documents}", customers=a.customers,
            entries=a.entries, documents=a.documents),
    ]  # fmt: skip
    if a.growth is not None:
        lines.append(say("{count} {count:entry|entries} in the last twelve months: about {growth} MB a year",
                         count=a.entries_last_year, growth=_mb(a.growth)))  # fmt: skip
    rows = [(row.table, row.rows, "" if row.size is None else _mb(row.size)) for row in a.tables[:_SHOWN]]
    lines += ["", table((say("table"), say("rows"), say("MB")), rows, right=(1, 2))]
    timed = [(_asked(read), read.milliseconds) for read in a.reads]
    lines += ["", table((say("question"), say("milliseconds")), timed, right=(1,))]
    return "\n".join([*map(told, lines), "", *(told(limit.text) for limit in a.limits)])


def _asked(read: "ReadTimed") -> Text:
    if read.what == "balance":
        return say("balance of {customer}", customer=read.customer)
    if read.what == "statement":
        return say("statement of {customer}, twelve months", customer=read.customer)
    return say("receivables") if read.what == "receivables" else say("queue")


def _mb(size: int) -> Decimal:
    return Decimal(size * 10 >> 20).scaleb(-1)
