"""`billing export …`"""

from typing import Annotated

import typer

from billing.commands.context import setting, write_file

app = typer.Typer(no_args_is_help=True, help="The books for other programs.")


@app.command()
def beancount(
    out: Annotated[str, typer.Option("--out", "-o", help="The file; default: stdout.")] = "-",
) -> None:
    """The books, minutes and money, as a Beancount ledger that bean-check accepts."""
    from billing.exchange import beancount
    from billing.office import books

    write_file(out, beancount.ledger(books.journal(setting())))
