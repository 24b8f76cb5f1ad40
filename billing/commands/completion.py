"""Names for the shell's completion, from the database and the tariffs; on any trouble there are none."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from billing.commands.context import books, state

if TYPE_CHECKING:
    from billing.requests.names import Kind


def _completing(*kinds: "Kind") -> Callable[[typer.Context, str], list[str]]:
    def complete(context: typer.Context, incomplete: str) -> list[str]:
        try:
            from billing.requests.names import AskNames

            state.db = context.find_root().params.get("db") or state.db  # the callback before the command has not run
            return [name for kind in kinds for name in books().ask(AskNames(kind=kind, start=incomplete)).names]
        except Exception:  # a shell that completes shows no errors
            return []

    return complete


customers = _completing("customers")
whom = _completing("customers", "cases")
cases = _completing("cases")
categories = _completing("categories")
products = _completing("products")
tiers = _completing("tiers")
priorities = _completing("priorities")
entries = _completing("entries")
invoices = _completing("invoices")
quotes = _completing("quotes")
maintenance = _completing("maintenance")
tariffs = _completing("tariffs")
