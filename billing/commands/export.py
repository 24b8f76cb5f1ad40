"""`billing export …`"""

from typing import Annotated

import typer

from billing.commands.context import day, setting, write_file

app = typer.Typer(no_args_is_help=True, help="The books for other programs.")
Out = Annotated[str, typer.Option("--out", "-o", help="The file; default: stdout.")]


@app.command()
def beancount(
    out: Out = "-",
    to: Annotated[str | None, typer.Option("--to", help="The last day; default: today.")] = None,
) -> None:
    """The books, minutes and money, as a Beancount ledger that bean-check accepts.

    Example: billing export beancount -o books.beancount
    """
    from billing.exchange import beancount
    from billing.office import books

    write_file(out, beancount.ledger(books.journal_of(setting(), day(to))))
