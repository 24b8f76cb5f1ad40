"""`billing customer address`: whose mail is whose (A4)."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, do, table
from billing.commands.options import Code
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.locales.words import word
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.views.addresses import Addresses, AddressGone, AddressKept

app = typer.Typer(no_args_is_help=True, help="Whose mail is whose: add, remove, list (A4).")
Address = Annotated[
    str,
    typer.Argument(
        metavar="ADDRESS|@DOMAIN|DESK:ID", help="anna@acme.example, @acme.example, or a help desk's, as zammad:17."
    ),
]
KINDS = {
    "address": say_as("of a customer", "address"),
    "domain": say_as("of a customer", "domain"),
    "desk": say_as("of a customer", "help desk"),
    "email": say_as("of a customer", "e-mail of its data"),
}


@app.command()
def add(code: Code, address: Address, id: Id = None, dry_run: DryRun = False, json: Json = False) -> None:
    """Say that an address, a domain or an organisation at a help desk is this customer's, and nobody else's (A4).

    An address counts before its domain. Domains where anybody can have an address are refused.

    Example: billing customer address add ALPINA @alpina.example
    """
    from billing.requests.addresses import AddAddress

    do(AddAddress(customer=code, address=address), _kept, json, id, dry_run, _kept)


@app.command()
def remove(code: Code, address: Address, id: Id = None, dry_run: DryRun = False, json: Json = False) -> None:
    """Say that it is this customer's no longer.

    Example: billing customer address remove ALPINA @alpina.example
    """
    from billing.requests.addresses import RemoveAddress

    do(RemoveAddress(customer=code, address=address), _gone, json, id, dry_run, _gone)


@app.command("list")
def list_(
    code: Annotated[
        str | None, typer.Argument(autocompletion=completion.customers, help="The customer's code; default: all.")
    ] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """List the addresses of a customer or of all, with the e-mail of their data.

    Example: billing customer address list ALPINA
    """
    from billing.requests.addresses import AskAddresses

    report(AskAddresses(customer=code), _table, json, csv, xlsx, output)


def _kept(a: "AddressKept") -> Text:
    return say("{address} is {customer}'s.", address=a.address, customer=a.customer)


def _gone(a: "AddressGone") -> Text:
    return say("{address} is nobody's now.", address=a.address)


def _table(a: "Addresses") -> str:
    rows = [(r.customer, r.address, word(KINDS, r.kind), r.added and r.added.date(), r.by) for r in a.rows]
    return table((say("customer"), say("address"), say("kind"), say("since"), say("by")), rows)
