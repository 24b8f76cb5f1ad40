"""`billing export …`"""

from pathlib import Path
from typing import Annotated, Any

import typer

from billing.commands.context import books, day, write_file

app = typer.Typer(no_args_is_help=True, help="The books for other programs: Beancount, hledger, FEC, CSV.")
Out = Annotated[str, typer.Option("--out", "-o", help="The file; default: stdout.")]
From = Annotated[str | None, typer.Option("--from", help="The first day; default: the beginning.")]
To = Annotated[str | None, typer.Option("--to", help="The last day; default: today.")]
Accounts = Annotated[Path | None, typer.Option(help="A TOML file of your own accounts: ROLE = [number, name].")]


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
    rate: Annotated[
        list[str] | None,
        typer.Option(help="What one of another currency is in the books' currency, as CHF=0.95; again for more."),
    ] = None,
) -> None:
    """The French fichier des écritures comptables: 18 columns, tabs, decimal commas.

    With --from it begins with the balances of that day (à-nouveaux). Documents in another currency need --rate.

    Example: billing export fec --from 2025-01-01 --to 2025-12-31 -o 404833048FEC20251231.txt
    """
    from billing.exchange import bookkeeping
    from billing.law.accounts import chart
    from billing.requests import inputs
    from billing.requests.books import AskBooks

    rates = dict(inputs.rate(each) for each in rate or ())
    found = books().ask(AskBooks(until=day(to), since=day(from_)))
    write_file(out, bookkeeping.fec(found, chart(found.country, accounts), rates))


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
