"""`billing key …`: keys to the API."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, do, table
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.locales.words import word
from billing.locales.words_inside import ROLES
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.views.keys import KeyMade, KeyRow, Keys

app = typer.Typer(no_args_is_help=True, help="Keys to the API (billing serve): add, list, revoke.")
Name = Annotated[str, typer.Argument(help="The key's name; what it records is recorded under it.")]
STANDINGS = {
    "live": say_as("of a key", "live"),
    "expired": say_as("of a key", "expired"),
    "revoked": say_as("of a key", "revoked"),
}


@app.command()
def add(
    name: Name,
    scope: Annotated[
        str, typer.Option(help="reply: balances; log: an agent's; head; books: an accountant's; admin; or customer.")
    ],
    customer: Annotated[
        str | None, typer.Option(autocompletion=completion.customers, help="Only this customer's things.")
    ] = None,
    days: Annotated[int, typer.Option(help="How long it opens.")] = 365,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Make a key for a program and print it, once: only its digest is kept (A2).

    Example: billing key add zammad --scope reply --days 365
    """
    from billing.requests.keys import AddKey

    request = AddKey(name=name, scope=scope, customer=customer, days=days)
    do(
        request,
        _made,
        json,
        id,
        dry_run,
        lambda a: say("Key {name} was made before; it is not shown again.", name=a.name),
    )


@app.command("list")
def list_(csv: Csv = False, xlsx: Xlsx = False, output: Output = None, json: Json = False) -> None:
    """List all keys: scope, customer, last day, uses.

    Example: billing key list
    """
    from billing.requests.keys import AskKeys

    report(AskKeys(), _table, json, csv, xlsx, output)


@app.command()
def revoke(name: Name, dry_run: DryRun = False, json: Json = False) -> None:
    """Revoke a key: from now on it opens nothing.

    Example: billing key revoke zammad
    """
    from billing.requests.keys import RevokeKey

    do(RevokeKey(name=name), _ended, json, None, dry_run, _ended)


def _made(a: "KeyMade") -> Text | str:
    last = say(
        "Key {name} ({scope}) opens until {day}. It is shown only now:",
        name=a.name,
        scope=word(ROLES, a.scope),
        day=a.expires,
    )
    return say("{told}\n{key}", told=last, key=a.key)


def _ended(a: "KeyRow") -> Text:
    return say("Key {name} is revoked.", name=a.name)


def _table(a: "Keys") -> str:
    rows = [
        (
            k.name,
            word(ROLES, k.scope),
            k.customer,
            k.expires,
            word(STANDINGS, k.standing),
            k.uses,
            k.used and k.used.date(),
        )
        for k in a.rows
    ]
    head = say("key"), say("scope"), say("customer"), say("until"), say("state"), say("uses"), say("last used")
    return table(head, rows, right=(5,))
