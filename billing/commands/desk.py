"""`billing desk …`: help desks that show balances."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from billing import given
from billing.commands.context import DryRun, Id, Json, books, do, table
from billing.commands.printing import err, out, out_json, told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.errors import BadInput
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.outgoing.pushing import Pushed
    from billing.views.desks import DeskMade, DeskRemoved, Desks

app = typer.Typer(no_args_is_help=True, help="Help desks: add, list, push balances into, remove. See docs/desks.")
Name = Annotated[str, typer.Argument(help="The desk's name, as it stands in NAME:ID addresses.")]


@app.command()
def add(
    name: Name,
    kind: Annotated[
        str,
        typer.Option(help="zendesk, zammad, freshdesk, glpi, odoo, chatwoot, freescout, helpscout or generic."),
    ],
    url: Annotated[str | None, typer.Option(help="Where it is, as https://desk.example.org.")] = None,
    field: Annotated[str | None, typer.Option(help="The field in which it shows a balance.")] = None,
    set: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="How it calls things, as case=T-{id}; several times.")
    ] = None,
    secret_file: Annotated[str | None, typer.Option(help="A file with the secret that it signs with.")] = None,
    frame: Annotated[str | None, typer.Option(help="The origin that may show our panel in a frame.")] = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Make a help desk known; the secret that signs what it sends is printed, once, where it gave none.

    Example: billing desk add zammad --kind zammad --url https://desk.example.org
    """
    from billing.requests.desks import AddDesk

    request = AddDesk(
        name=name, kind=kind, url=url, field=field, settings=tuple(set or ()), secret=_secret(secret_file), frame=frame
    )
    do(request, _made, json, id, dry_run, lambda a: say("Desk {name} was made before.", name=a.name))


@app.command("list")
def list_(csv: Csv = False, xlsx: Xlsx = False, output: Output = None, json: Json = False) -> None:
    """List the help desks, how many customers each knows, and when it was pushed to.

    Example: billing desk list
    """
    from billing.requests.desks import AskDesks

    report(AskDesks(), _table, json, csv, xlsx, output)


@app.command()
def push(
    name: Annotated[str | None, typer.Argument(help="One desk; without, all that can be pushed to.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Also what the calendar changed.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Write the balance of each customer into his field at the desk, where it is not there as it is.

    For cron: without --due as often as one likes, with it once a day.

    Example: billing desk push zammad --due
    """
    from billing.outgoing import pushing
    from billing.requests.desks import AskDesks, AskPushes

    desks = [name] if name is not None else [row.name for row in books().ask(AskDesks()).rows if row.url is not None]
    found: list[dict[str, object]] = []
    for desk in desks:
        if dry_run:
            rows = books().ask(AskPushes(desk=desk, due=due)).rows
            found.append({"desk": desk, "customers": [row.customer for row in rows]})
            if not json:
                out(told(say("{desk}: would push {count}", desk=desk, count=len(rows))))
            continue
        done = pushing.run(books(), desk, due, os.environ)
        failed = [{"customer": one.customer, "id": one.id, "said": one.said} for one in done.failed]
        found.append({"desk": desk, "pushed": done.pushed, "failed": failed, "left": done.left})
        _tell(done, json)
    if json:
        out_json({"desks": found})


@app.command()
def remove(name: Name, dry_run: DryRun = False, json: Json = False) -> None:
    """Forget a help desk and its secret; customers keep their ids there.

    Example: billing desk remove zammad
    """
    from billing.requests.desks import RemoveDesk

    do(RemoveDesk(name=name), _removed, json, None, dry_run)


def _tell(done: "Pushed", json: bool) -> None:
    for one in done.failed:
        known = {"desk": done.desk, "customer": one.customer, "id": one.id, "said": one.said}
        err(say("warning: {desk} did not take {customer} ({id}): {said}", **known))
    if done.failed and not done.pushed:
        raise BadInput("bad-input", say("nothing was pushed to {desk}", desk=done.desk))
    if done.left:
        err(say("warning: {desk} takes nothing now; {count} {count:is|are} left", desk=done.desk, count=done.left))
    if not json:
        out(told(say("{desk}: pushed {count}", desk=done.desk, count=done.pushed)))


_NO_TEXT = say("that is no text")


def _secret(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        return given.text(path).strip()
    except UnicodeDecodeError:
        raise BadInput("bad-input", say("cannot read {file}: {strerror}", file=path, strerror=_NO_TEXT)) from None


def _made(a: "DeskMade") -> Text:
    if a.secret is None:
        return say("Desk {name} ({kind}) is known.", name=a.name, kind=a.kind)
    last = say("Desk {name} ({kind}) is known. What it sends is signed with this, shown only now:", name=a.name,
               kind=a.kind)  # fmt: skip
    return say("{told}\n{key}", told=last, key=a.secret)


def _removed(a: "DeskRemoved") -> Text:
    return say("Desk {name} is removed.", name=a.name)


def _table(a: "Desks") -> str:
    head = say("desk"), say("kind"), say("address"), say("field"), say("customers"), say("pushed")
    rows = [(d.name, d.kind, d.url, d.place, d.customers, d.pushed and d.pushed.date()) for d in a.rows]
    return table(head, rows, right=(4,))
