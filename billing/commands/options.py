"""Arguments and options that commands of several groups have in common."""

from typing import Annotated

import typer

from billing.commands import completion

Code = Annotated[str, typer.Argument(autocompletion=completion.customers, help="The customer's code.")]
Language = Annotated[str | None, typer.Option(help="fr, de, it, nl or en; default: the customer's.")]
