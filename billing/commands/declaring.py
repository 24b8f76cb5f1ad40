"""`billing report vat --boxes`, `billing report sales-list`: what tax offices want to know."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import printing
from billing.commands.context import (
    Json,
    Rate,
    books,
    day,
    one_answer,
    print_json,
    rates,
    table,
    write_file,
)
from billing.commands.printing import told
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.views.returns import SalesListOf, SalesLists, VatReturn

From = Annotated[str | None, typer.Option("--from", help="The first day; default: 1 January.")]
To = Annotated[str | None, typer.Option("--to", help="The last day; default: today.")]
Csv = Annotated[str | None, typer.Option(help="Write it as CSV to this file; - is stdout.")]


def register(app: typer.Typer) -> None:
    app.command("sales-list")(sales_list)


def sales_list(
    from_: From = None,
    to: To = None,
    code: Annotated[
        str | None, typer.Option("--list", help="One list: DES, ZM, intra, clients; default: all of the country.")
    ] = None,
    csv: Csv = None,
    rate: Rate = None,
    json: Json = False,
) -> None:
    """Sales by VAT id, as tax offices want them: FR DES, DE ZM, BE intra-community and annual client list.

    Example: billing report sales-list --from 2025-01-01 --to 2025-03-31 --csv des.csv
    """
    from billing.requests.returns import AskSalesLists
    from billing.views.codec import to_json

    one_answer(csv, json)
    view = books().ask(AskSalesLists(first=day(from_), last=day(to), code=code, rates=rates(rate)))
    if csv:
        from billing.exchange import tables

        write_file(csv, tables.sales_lists(view))
    if json:
        print_json(to_json(view))
    elif csv != "-":
        printing.out(say("Written to {file}.", file=csv) if csv else _lists(view))


def boxes(a: "VatReturn") -> str:
    """The boxes of a return, then the books' VAT account beside them."""
    rows = [(each.box, each.label, each.base, each.vat) for each in a.boxes]
    title = say("{form}, {first} to {last}, {currency}", form=a.name, first=a.first, last=a.last, currency=a.currency)
    head = say_as("of a form", "box"), "", say("base"), say("VAT")
    account = a.account
    lines: list[Text | str] = [title, "", table(head, rows, right=(2, 3)), ""]
    if a.whole:
        lines.append(say("Declared in whole units: {sides}.", sides=[_SIDES[side] for side in a.whole]))
    known = {"account": account.account, "movement": account.movement, "declared": account.declared}
    lines.append(say("VAT account {account} in the books: {movement}; in the boxes: {declared}.", **known))
    if account.difference:
        lines.append(say("They differ by {difference}: a fault.", difference=account.difference))
    lines.append(say("Only sales are in these books: what was bought is to be added."))
    return "\n".join(told(line) for line in lines)


_SIDES = {"base": say("base"), "vat": say("VAT")}


def _lists(a: "SalesLists") -> str:
    parts = [told(_list(each, a)) for each in a.lists]
    for code in a.annual:
        command = f"billing report sales-list --list {code} --from {a.last.year}-01-01 --to {a.last.year}-12-31"
        parts.append(told(say("{code} is of a calendar year: {command}", code=code, command=command)))
    return "\n\n".join(parts)


def _list(of: "SalesListOf", a: "SalesLists") -> str:
    title = say("{form}, {first} to {last}, {currency}", form=of.name, first=a.first, last=a.last, currency=a.currency)
    if not of.rows:
        return f"{told(title)}\n\n{told(say('Nothing is to be listed.'))}"
    rows = [(r.vat_id, r.kind, ", ".join(r.customers), r.name, r.base, r.vat, r.declared) for r in of.rows]
    head = (
        say("VAT id"), say("kind"), say("customer"), say("name"), say("base"), say("VAT"),
        say_as("an amount", "declared"),
    )  # fmt: skip
    total = say("in all: {totals}", totals=f"{of.base}, {of.vat}")
    return f"{told(title)}\n\n{table(head, rows, right=(4, 5, 6))}\n\n{told(total)}"
