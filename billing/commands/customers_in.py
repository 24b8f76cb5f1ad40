"""`billing customer import`."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands.context import Json, books, progress, show, table, warn
from billing.commands.printing import told
from billing.commands.sheets import DateOrder
from billing.texts import say, say_as

if TYPE_CHECKING:
    from billing.views.importing import CustomersImported, Kept


def register(app: typer.Typer) -> None:
    """Has the group know it."""
    app.command("import")(import_)


def import_(
    file: Annotated[str, typer.Argument(help="A file, .csv or .xlsx: a row a customer; - is stdin.")],
    date_order: DateOrder = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; change nothing.")] = False,
    json: Json = False,
) -> None:
    """Add and change customers and their contracts as a spreadsheet has them, all or none; told is what changes.

    Columns are called as options of `customer add` and `contract sign` are: code, name, country, tariff, tier, start …
    An empty cell leaves what is there. A contract's tier can change; what else was agreed stays until it is cancelled.

    Example: billing customer import customers.xlsx --dry-run
    """
    from billing import given
    from billing.exchange import sheets
    from billing.lines import customers
    from billing.views.codec import to_json

    data = given.stdin(given.LINES) if file == given.STDIN else given.read(file, given.LINES)
    request = customers.request_of(sheets.read(file, data), date_order)
    done = books().do(request, dry_run=dry_run, progress=progress(told(say("rows")))).view
    show(to_json(done), json, lambda _: _imported(done, dry_run))
    warn({"warnings": done.warnings}, json)


def _imported(a: "CustomersImported", dry_run: bool) -> str:
    """What changed of each customer, and how many there were."""
    rows = [
        (kind, each.customer, change.name.replace("_", "-"), _cell(change.before), _cell(change.after))
        for kind, part in ((say_as("a customer", "new"), a.new), (say_as("a customer", "changed"), a.changed))
        for each in part
        for change in each.changes
    ]
    counts = {"new": len(a.new), "changed": len(a.changed), "unchanged": len(a.unchanged)}
    told_ = say("{new} new, {changed} changed, {unchanged} unchanged.", **counts)
    if dry_run:
        told_ = say("{new} new, {changed} changed, {unchanged} unchanged. Dry run: nothing was kept.", **counts)
    head = ("", say("customer"), say("field"), say_as("a change", "from"), say_as("a change", "to"))
    return f"{table(head, rows)}\n\n{told(told_)}" if rows else told(told_)


def _cell(value: "Kept") -> str | None:
    return ", ".join(value) if isinstance(value, tuple) else None if value is None else str(value)
