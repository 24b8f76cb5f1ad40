"""Names for the shell's completion, from the database and the tariffs; on any trouble there are none."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import typer

from billing.commands.context import books, state

if TYPE_CHECKING:
    from billing.requests.names import Kind


@dataclass(frozen=True, slots=True)
class Offer:
    """A word that the shell may put in, and what it is; shaped as typer takes it."""

    value: str
    help: str | None = None
    type: str = "plain"


def _completing(*kinds: "Kind") -> Any:
    """Offers names of some kinds, each with what it is; also those that do not begin with what was typed."""

    def complete(context: typer.Context, _parameter: object, incomplete: str) -> list[Offer]:
        try:
            from billing.requests.names import AskNames

            state.db = context.find_root().params.get("db") or state.db  # the callback before the command has not run
            offers: list[Offer] = []
            for kind in kinds:
                whose = _customer(context) if kind == "contacts" else None
                found = books().ask(AskNames(kind=kind, start=incomplete, customer=whose))
                offers += [Offer(*pair) for pair in zip_longest(found.names, found.about)]
            return offers
        except Exception:  # a shell that completes shows no errors
            return []

    return complete


def _customer(context: typer.Context) -> str | None:
    """The customer on the line: what comes before an option that has no value yet is not read to its end."""
    read = context.params.get("code") or context.params.get("whom")
    return read or next(iter(context.args), None)


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
contacts = _completing("contacts")
agents = _completing("agents")
