"""Names for the shell's completion, from the database and the tariffs; on any trouble there are none."""

from collections.abc import Callable
from itertools import zip_longest
from typing import TYPE_CHECKING

import typer

from billing.commands.context import books, state

if TYPE_CHECKING:
    from billing.requests.names import Kind


class _Found(str):
    """A name that was found: typer offers only what begins as it was typed, and a name is found by any part."""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        return True


Offers = list[tuple[str, str]]  # names, each with what it is


def _completing(*kinds: "Kind") -> Callable[[typer.Context, str], Offers]:
    def complete(context: typer.Context, incomplete: str) -> Offers:
        try:
            from billing.requests.names import AskNames

            state.db = context.find_root().params.get("db") or state.db  # the callback before the command has not run
            offers: Offers = []
            for kind in kinds:
                whose = _customer(context) if kind == "contacts" else None
                found = books().ask(AskNames(kind=kind, start=incomplete, customer=whose))
                pairs = zip_longest(found.names, found.about, fillvalue="")
                offers += [(_Found(name), about) for name, about in pairs]
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
