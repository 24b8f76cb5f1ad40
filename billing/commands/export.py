"""`billing export …`"""

from pathlib import Path
from typing import Annotated, Any

import typer

from billing.commands.context import Rate, books, day, rates, write_file

app = typer.Typer(no_args_is_help=True, help="The books for other programs: Beancount, hledger, FEC, DATEV, CSV.")
Out = Annotated[str, typer.Option("--out", "-o", help="The file; default: stdout.")]
From = Annotated[str | None, typer.Option("--from", help="The first day; default: the beginning.")]
To = Annotated[str | None, typer.Option("--to", help="The last day; default: today.")]
Accounts = Annotated[
    Path | None,
    typer.Option(help="A TOML file of your own accounts: ROLE = [number, name]; in [2026-01-01] from that day."),
]


@app.command()
def beancount(out: Out = "-", from_: From = None, to: To = None) -> None:
    """The books, minutes and money, as a Beancount ledger that bean-check accepts.

    Example: billing export beancount -o books.beancount
    """
    from billing.exchange import beancount
    from billing.requests.books import AskBooks

    write_file(out, beancount.ledger(books().ask(AskBooks(until=day(to), since=day(from_)))))


@app.command()
def hledger(out: Out = "-", from_: From = None, to: To = None, accounts: Accounts = None) -> None:
    """The journals for hledger.

    Example: billing export hledger --from 2025-01-01 -o 2025.journal
    """
    _written("hledger", out, from_, to, accounts)


@app.command()
def fec(
    out: Out = "-",
    from_: From = None,
    to: To = None,
    accounts: Accounts = None,
    rate: Rate = None,
) -> None:
    """The French fichier des écritures comptables: 18 columns, tabs, decimal commas.

    With --from it begins with the balances of that day (à-nouveaux). Documents in another currency need --rate.

    Example: billing export fec --from 2025-01-01 --to 2025-12-31 -o 404833048FEC20251231.txt
    """
    from billing.exchange import bookkeeping
    from billing.law.accounts import chart
    from billing.requests.books import AskBooks

    found = books().ask(AskBooks(until=day(to), since=day(from_)))
    write_file(out, bookkeeping.fec(found, chart(found.country, accounts), dict(rates(rate))))


@app.command()
def datev(
    out: Out = "-",
    from_: Annotated[str | None, typer.Option("--from", help="The first day; default: that of the year.")] = None,
    to: To = None,
    adviser: Annotated[int, typer.Option(help="Your adviser's number at DATEV (Beraternummer).")] = 1001,
    client: Annotated[int, typer.Option(help="Your number there (Mandantennummer).")] = 1,
    kept: Annotated[str, typer.Option("--chart", help="The chart of accounts: 04 or 03.")] = "04",
    year_start: Annotated[str, typer.Option(help="The first day of your business year, as 01-01.")] = "01-01",
    accounts: Accounts = None,
    rate: Rate = None,
) -> None:
    """The bookings of a year or a part of it for DATEV: a batch (EXTF, Buchungsstapel) in Windows-1252.

    Example: billing export datev --from 2025-01-01 --to 2025-03-31 --adviser 29098 --client 55003 -o EXTF_2025Q1.csv
    """
    from billing.exchange import datev
    from billing.law import accounts as law
    from billing.requests import inputs
    from billing.requests.books import AskBooks

    last = day(to) or books().today
    year = inputs.year_of(year_start, last)
    found = books().ask(AskBooks(until=last, since=day(from_) or year))
    batch = datev.Batch(adviser, client, kept, year)
    write_file(out, datev.batch(found, law.of_datev(found.country, kept, accounts), batch, dict(rates(rate))))


@app.command()
def csv(out: Out = "-", from_: From = None, to: To = None, accounts: Accounts = None) -> None:
    """The journals as CSV, one row a leg.

    Example: billing export csv --from 2025-01-01 -o journals.csv
    """
    _written("csv", out, from_, to, accounts)


def _written(kind: str, out: str, from_: str | None, to: str | None, accounts: Path | None) -> None:
    from billing.exchange import bookkeeping
    from billing.law.accounts import chart
    from billing.requests.books import AskBooks

    found = books().ask(AskBooks(until=day(to), since=day(from_)))
    write: Any = getattr(bookkeeping, kind)
    write_file(out, write(found, chart(found.country, accounts)))
