"""`billing buy`, `billing pay` and `billing bounce`."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, amount, day, do
from billing.commands.contract import On
from billing.commands.customer import Code
from billing.commands.printing import told
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.payments import Paid, Sold, TakenBack


def register(app: typer.Typer) -> None:
    for command in (buy, pay, bounce):
        app.command(rich_help_panel="Sales and payments")(command)


def buy(
    code: Code,
    product: Annotated[str, typer.Argument(autocompletion=completion.products, help="The product's name.")],
    price: Annotated[str | None, typer.Option(help="Net price of one piece, where the tariff has none.")] = None,
    quantity: Annotated[int, typer.Option(help="How many pieces.")] = 1,
    contact: Annotated[list[str] | None, typer.Option(help="A registered contact, one a piece.")] = None,
    on: On = None,
    paid: Annotated[str | None, typer.Option(help="It was paid before, on this day: the invoice says so.")] = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Sell a product and issue its invoice.

    Example: billing buy DUPONT pack-24h --price 1700
    """
    from billing.requests.payments import Sell

    request = Sell(
        customer=code, product=product, price=amount(price, "price"), quantity=quantity, contacts=tuple(contact or ()),
        on=day(on), paid_on=day(paid),
    )  # fmt: skip
    do(request, lambda sold: _sold(sold, quantity, product), json, id, dry_run, _sold_before)


def _sold(sold: "Sold", quantity: int, product: str) -> Text:
    if sold.grant:
        then = say("credited as {grant}", grant=sold.grant)
    elif sold.minutes_to_come:
        then = say("its minutes are credited when it is paid")
    else:
        then = say("in force until {day}", day=sold.until)
    return say(
        "Sold {quantity} × {product} to {customer}: invoice {invoice} over {currency} {total}; {then}.",
        quantity=quantity, product=product, customer=sold.customer, invoice=sold.invoice, currency=sold.currency,
        total=sold.total, then=then,
    )  # fmt: skip


def _sold_before(sold: "Sold") -> Text:
    return say(
        "{purchase} was sold before, with invoice {invoice}; nothing changed.",
        purchase=sold.purchase,
        invoice=sold.invoice,
    )


def pay(
    invoice: Annotated[str, typer.Argument(autocompletion=completion.invoices, help="The invoice's number.")],
    on: On = None,
    amount_: Annotated[str | None, typer.Option("--amount", help="Default: all that is open.")] = None,
    own_money: Annotated[
        bool, typer.Option("--own-money", help="Use what the customer paid too much before; no new money came in.")
    ] = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record a payment of an invoice; what it pays in full is credited.

    Example: billing pay INV-2025-00001 --on 2025-02-01
    """
    from billing.requests.payments import Pay

    request = Pay(invoice=invoice, on=day(on), amount=amount(amount_, "amount"), own_money=own_money)
    do(request, _paid, json, id, dry_run, _paid)


def _paid(a: "Paid") -> str:
    first = say(
        "{invoice} ({customer}): paid {currency} {paid}, open {open}, {status}.",
        invoice=a.invoice, customer=a.customer, currency=a.currency, paid=a.paid, open=a.open, status=a.status,
    )  # fmt: skip
    return " ".join(map(told, [first, *([say("Credited: {grants}.", grants=a.credited)] if a.credited else [])]))


def bounce(
    payment: Annotated[str, typer.Argument(help="The payment's id, as `billing customer show` lists it.")],
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take a payment back that the bank returned; what it credited can no longer be drawn."""
    from billing.requests.payments import Bounce

    do(Bounce(payment=payment, on=day(on)), _taken_back, json, id, dry_run, _taken_back_before)


def _taken_back(a: "TakenBack") -> str:
    parts = [
        say(
            "Payment {payment} is taken back; {invoice} is {status}, open {open}.",
            payment=a.payment,
            invoice=a.invoice,
            status=a.status,
            open=a.open,
        )
    ]
    if a.with_it:
        parts.append(say("With it, paid with its own money: {payments}.", payments=a.with_it))
    if a.no_longer_drawn:
        parts.append(say("No longer drawn: {grants}.", grants=a.no_longer_drawn))
    return " ".join(map(told, parts))


def _taken_back_before(a: "TakenBack") -> Text:
    return say("Payment {payment} was taken back before; nothing changed.", payment=a.payment)
