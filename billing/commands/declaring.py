"""`billing report vat --boxes`, `sales-list` and `journal`: what tax offices and accountants want to know."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import printing
from billing.commands.context import Json, Rate, books, day, rates, table
from billing.commands.printing import told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.views.journal import Journal
    from billing.views.returns import SalesListOf, SalesLists, VatReturn

From = Annotated[str | None, typer.Option("--from", help="The first day; default: 1 January.")]
To = Annotated[str | None, typer.Option("--to", help="The last day; default: today.")]


def register(app: typer.Typer) -> None:
    app.command("sales-list")(sales_list)
    app.command()(journal)


def journal(
    from_: From = None,
    to: To = None,
    accounts: Annotated[Path | None, typer.Option(help="A TOML file of your own accounts, as for exports.")] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """The journal as it was booked: every entry with its lines, balanced, then the total of each account.

    Example: billing report journal --from 2025-03-01 --to 2025-03-31
    """
    from billing.law.accounts import read
    from billing.requests.journal import AskJournal

    last = day(to) or books().today
    own = tuple((role, *account) for role, account in read(accounts).on(last).items()) if accounts else ()
    report(AskJournal(first=day(from_), last=day(to), accounts=own), _journal, json, csv, xlsx, output)


def _journal(a: "Journal") -> str:
    from billing.exchange import wording

    language = wording.known(printing.language())
    rows: list[tuple[object, ...]] = []
    for entry in a.entries:
        words = wording.said(entry.what, entry.about, entry.own_date, language)
        of: tuple[object, ...] = (entry.on, entry.document, entry.customer, words)
        for line in entry.lines:
            sides = [amount if amount else None for amount in (line.debit, line.credit)]
            rows.append((*of, f"{line.account} {line.name}", *sides, line.currency))
            of = (None, None, None, None)
    title = say("Journal, {first} to {last}", first=a.first, last=a.last)
    head = say("date"), say("document"), say("customer"), say("text"), say("account"), say("debit"), say("credit"), ""
    sums = [(f"{t.account} {t.name}", t.debit, t.credit, t.balance, t.currency) for t in a.accounts]
    sums += [(told(say("in all")), t.debit, t.credit, t.debit - t.credit, t.currency) for t in a.totals]
    shown = table((say("account"), say("debit"), say("credit"), say("balance"), ""), sums, right=(1, 2, 3))
    return f"{told(title)}\n\n{table(head, rows, right=(5, 6))}\n\n{shown}"


def sales_list(
    from_: From = None,
    to: To = None,
    code: Annotated[
        str | None, typer.Option("--list", help="One list: DES, ZM, intra, clients; default: all of the country.")
    ] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    rate: Rate = None,
    json: Json = False,
) -> None:
    """Sales by VAT id, as tax offices want them: FR DES, DE ZM, BE intra-community and annual client list.

    Example: billing report sales-list --from 2025-01-01 --to 2025-03-31 --csv -o des.csv
    """
    from billing.requests.returns import AskSalesLists

    question = AskSalesLists(first=day(from_), last=day(to), code=code, rates=rates(rate))
    report(question, _lists, json, csv, xlsx, output)


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
    total = say("in all: {totals}", totals=[of.base, of.vat])
    return f"{told(title)}\n\n{table(head, rows, right=(4, 5, 6))}\n\n{told(total)}"
