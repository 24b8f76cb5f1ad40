"""Names for the shell's completion, from the database and the tariffs; on any trouble there are none."""

import os
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

import typer

from billing.commands.context import state

if TYPE_CHECKING:
    from pathlib import Path

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
            from billing import glance
            from billing.commands.printing import language
            from billing.requests.names import AskNames

            db = _database(context)
            offers: Offers = []
            for kind in kinds:
                whose = _customer(context) if kind in _OF_CUSTOMERS else None
                found = glance.names(
                    db, AskNames(kind=kind, start=incomplete, customer=whose, language=language()), _folders
                )
                pairs = zip_longest(found.names, found.about, fillvalue="")
                offers += [(_Found(name), about) for name, about in pairs]
            return offers
        except Exception:  # a shell that completes shows no errors
            return []

    return complete


def _database(context: typer.Context, home: bool = False) -> str:
    """The database of the line, or of the issuer on it: the callback before the command has not run."""
    given = context.find_root().params
    db, issuer = str(given.get("db") or state.db), given.get("issuer")
    if home or not issuer:
        return db
    from billing.store import places

    return places.of(db, issuer)


def issuers(context: typer.Context, incomplete: str) -> list[str]:
    """The names of issuers."""
    try:
        from billing import issuers as known

        return [name for name in known.names(_database(context, home=True)) if name.startswith(incomplete)]
    except Exception:  # a shell that completes shows no errors
        return []


def _folders() -> Sequence["Path"]:
    from billing import tariffs

    return tariffs.folders(os.environ)


# What is a customer's own, where one is on the line, or a case of his
_OF_CUSTOMERS = ("cases", "contacts", "categories", "products", "tiers", "priorities")
_NAMED = ("code", "whom", "customer", "case")  # parameters by which he is


def _customer(context: typer.Context) -> str | None:
    """The customer on the line, or a case of his: what stands before an option that has no value yet is not read."""
    read = next((found for name in _NAMED if (found := context.params.get(name))), None)
    return read or next(iter(context.args), None)


customers = _completing("customers")
channels = _completing("channels")
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
