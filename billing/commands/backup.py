"""`billing backup` and `billing restore`."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import context, printing
from billing.commands.anchor import Force, key_file
from billing.commands.context import Json, do, progress
from billing.commands.printing import told
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.backups import BackedUp, Restored


def register(app: typer.Typer) -> None:
    for command in (backup, restore):
        app.command(rich_help_panel="Files")(command)


def backup(
    file: Annotated[str, typer.Argument(help="The copy; its anchor is put beside it, as FILE.anchor.")],
    force: Force = False,
    json: Json = False,
) -> None:
    """Copy the whole database while others work, audit the copy, and put its anchor beside it; exit 1 if it does not
    hold. Never copy a database with cp: what was written last is missing, and nothing shows it.

    Example: billing backup /backups/2025-03-31.billing
    """
    from billing.requests.backups import BackUp

    tell = progress(told(say("copied and checked")))
    if do(BackUp(file=file, key_file=key_file(), force=force), _backed_up, json, progress=tell).faults:
        raise typer.Exit(1)


def restore(
    file: Annotated[str, typer.Argument(help="What `billing backup` wrote.")],
    to: Annotated[
        str | None, typer.Option(metavar="DB", help="A file or URL to put it in; default: the database of --db.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the database that is there; it is kept beside, under another name.")
    ] = False,
    key: Annotated[
        str | None, typer.Option(help="The public key that must have signed its anchor; default: the one used here.")
    ] = None,
    no_anchor: Annotated[bool, typer.Option("--no-anchor", help="Do not compare it with its anchor.")] = False,
    json: Json = False,
) -> None:
    """Put a backup in place after it was audited and compared with its anchor, and say what was recorded since.

    Nothing is replaced without --force, and never a PostgreSQL database that holds tables.

    Example: billing restore /backups/2025-03-31.billing --to rehearsal.db
    """
    from billing.requests.backups import Restore

    if to is not None:
        context.state.db = to if "://" in to else f"sqlite:///{to}"
    request = Restore(file=file, key_file=key_file(), expected=key, force=force, anchored=not no_anchor)
    do(request, _restored, json, made=False, progress=progress(told(say("copied and checked"))))


def _backed_up(a: "BackedUp") -> Text | str:
    c = a.checked
    done = say(
        "{file}: {size} bytes, {customers} {customers:customer|customers}, {documents} "
        "{documents:document|documents}. Its anchor is {anchor}, by the key {key}.",
        file=a.file, size=a.size, customers=c.customers, documents=c.documents, anchor=a.anchor, key=a.key,
    )  # fmt: skip
    if not a.faults:
        return done
    wrong = say(
        "{count} {count:fault, which is|faults, which are} the database's own: the copy is kept all the same.",
        count=len(a.faults),
    )
    return "\n".join([*a.faults, told(done), told(wrong)])


def _restored(a: "Restored") -> str:
    lines: list[Text | str] = [say("{database} is the backup {file}.", database=a.database, file=a.file)]
    if a.anchor is not None and a.checked is not None:
        lines.append(say("It holds and fits its anchor of {moment}: {customers} {customers:customer|customers}, "
                         "{documents} {documents:document|documents}.",
                         moment=printing.moment(a.anchor.made_at), customers=a.checked.customers,
                         documents=a.checked.documents))  # fmt: skip
    elif a.checked is None:
        lines.append(
            say("It is of an earlier version of the program and was not audited: `billing init` brings it up.")
        )
    else:
        lines.append(say("It holds; it was compared with no anchor."))
    if a.since:
        lines.append(say("Recorded since, in what was replaced:"))
        lines += [f"  {one.customer}  {one.then} → {one.now}" for one in a.since]
    if a.kept is not None:
        lines.append(say("What was replaced is kept: {file}", file=a.kept))
    return "\n".join(map(told, lines))
