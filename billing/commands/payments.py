"""`billing payments …`"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing import given
from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, amount, do, table
from billing.commands.printing import told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.locales.words import STATUSES, word
from billing.texts import Do, Text, say, say_as

if TYPE_CHECKING:
    from billing.views.bank import Imported, OpenItem, Settled

app = typer.Typer(no_args_is_help=True, help="Bank files: import, what is open, settle.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A camt.053 or camt.054 file.")],
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Book a bank file: each credit once, in however many files it comes.

    Example: billing payments import camt053.xml --dry-run
    """
    from billing.requests.bank import ImportBankFile

    data = given.read(file, given.BANK)
    do(ImportBankFile(file=file.name, data=data), _imported, json, id, dry_run, _imported)


@app.command("open")
def open_(
    all_: Annotated[bool, typer.Option("--all", help="Also money out that no customer is known for.")] = False,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """What could not be matched and is on suspense, with the command that settles it."""
    from billing.requests.bank import AskOpenItems

    report(AskOpenItems(everything=all_), lambda a: _open_items(a.open), json, csv, xlsx, output)


@app.command()
def settle(
    item: Annotated[str, typer.Argument(help="The open item, as B12.")],
    on: Annotated[
        str,
        typer.Argument(
            metavar="INVOICE|CODE",
            autocompletion=completion.invoices,
            help="The invoice, the customer, or the id of a payment or a refund.",
        ),
    ],
    amount_: Annotated[str | None, typer.Option("--amount", help="A part of it; default: all that is left.")] = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Say what an open item is, whole or in parts: what it pays, or whose money it is.

    Money in is booked on an invoice, or on account of a customer. Money out takes a payment back, or pays a customer's
    own money out. What was recorded by hand before is named by its id: then it is in the books once.

    Examples: billing payments settle B12 INV-2025-00001 --amount 94.59; billing payments settle B12 ALPINA
    """
    from billing.requests.bank import SettleItem

    do(SettleItem(item=item, on=on, amount=amount(amount_, "amount")), _settled, json, id, dry_run, _settled)


def _settled(a: "Settled") -> Text:
    if a.recognised is not None:
        return say("{item} is {name}, which was recorded before.", item=a.item, name=a.recognised)
    if a.invoice is None:
        whose = {"customer": a.customer, "currency": a.currency, "left": a.own_money}
        return say("{item} is {customer}'s, whose own money is {currency} {left} now.", item=a.item, **whose)
    known = {"item": a.item, "invoice": a.invoice, "status": word(STATUSES, a.status), "open": a.open}
    return say("{item}: {invoice} is {status}, open {open}.", **known)


def _imported(a: "Imported") -> str:
    lines: list[Text | str] = [
        say("{day}  {amount} on {invoice}, {status}", day=b.on, amount=b.amount, invoice=b.invoice,
            status=word(STATUSES, b.status))
        for b in a.booked
    ]  # fmt: skip
    lines += [
        say("{day}  {amount} taken back from {invoice}", day=r.on, amount=r.amount, invoice=r.invoice)
        for r in a.returned
    ]
    for p in a.paid_out:
        known = {"day": p.on, "amount": p.amount, "customer": p.customer}
        lines.append(say("{day}  {amount} of its own money paid out to {customer}", **known))
    if a.open:
        lines.append(_open_items(a.open))
    for out in a.left_out:
        what = " ".join(filter(None, (out.account, out.amount)))
        lines.append(say("Left out: {what}: {reason}", what=what, reason=out.reason))
    if a.suspended:
        command = Do("payments open", "--all")
        lines.append(say("On suspense, money out: {count}; {command} lists it.", count=a.suspended, command=command))
    counted = {"file": a.file, "booked": len(a.booked), "known": a.known, "open": len(a.open)}
    lines.append(say("{file}: {booked} booked, {known} known already, {open} open.", **counted))
    return "\n".join(map(told, lines))


def _open_items(items: "tuple[OpenItem, ...]") -> Text | str:
    if not items:
        return say("Nothing is open.")
    rows = [(item.id, item.on, item.currency, item.amount, item.name, item.reference, item.reason) for item in items]
    head = (
        say("item"), say("date"), "", say("amount"), say_as("a payer", "from"), say("reference"),
        say_as("a reason", "why"),
    )  # fmt: skip
    return table(head, rows, right=(3,))
