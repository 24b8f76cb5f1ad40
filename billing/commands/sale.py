"""`billing buy`, `billing pay`, `billing refund`, `billing write-off` and `billing bounce`."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, On, Order, Yes, amount, day, do
from billing.commands.options import Code
from billing.commands.printing import told
from billing.errors import BadInput
from billing.locales.words import STATUSES, word
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.payments import OnAccount, Paid, Refunded, Sold, TakenBack, WrittenOff


def register(app: typer.Typer) -> None:
    for command in (buy, pay, refund, bounce):
        app.command(rich_help_panel="Sales and payments")(command)
    app.command("write-off", rich_help_panel="Sales and payments")(write_off)


def buy(
    code: Code,
    product: Annotated[str, typer.Argument(autocompletion=completion.products, help="The product's name.")],
    price: Annotated[str | None, typer.Option(help="Net price of one piece, where the tariff has none.")] = None,
    quantity: Annotated[int, typer.Option(help="How many pieces.")] = 1,
    contact: Annotated[list[str] | None, typer.Option(help="A registered contact, one a piece.")] = None,
    on: On = None,
    paid: Annotated[str | None, typer.Option(help="It was paid before, on this day: the invoice says so.")] = None,
    order: Order = None,
    yes: Yes = False,
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
        on=day(on), paid_on=day(paid), order=order, yes=yes,
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
    invoice: Annotated[
        str | None, typer.Argument(autocompletion=completion.invoices, help="The invoice's number.")
    ] = None,
    on: On = None,
    amount_: Annotated[str | None, typer.Option("--amount", help="Default: all that is open.")] = None,
    on_account: Annotated[
        str | None,
        typer.Option(autocompletion=completion.customers, help="The customer whose money it is, without an invoice."),
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Of money on account; default: as it is invoiced.")] = None,
    own_money: Annotated[
        bool, typer.Option("--own-money", help="Use what the customer paid too much before; no new money came in.")
    ] = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record a payment of an invoice, which credits what it pays in full; or money of a customer without an invoice.

    Examples: billing pay INV-2025-00001 --on 2025-02-01; billing pay --on-account ALPINA --amount 500
    """
    from billing.requests.payments import Pay, PayOnAccount

    if on_account is not None:
        of_invoice = {"INVOICE": invoice, "--own-money": own_money}
        _refuse(say("money on account is of no invoice"), [name for name, given in of_invoice.items() if given])
        given = amount(amount_, "amount")
        if given is None:
            raise BadInput("bad-input", say("money on account needs --amount"))
        on_request = PayOnAccount(customer=on_account, amount=given, currency=currency, on=day(on))
        do(on_request, _on_account, json, id, dry_run, _on_account)
        return
    _refuse(say("a payment is in the currency of its invoice"), ["--currency"] if currency else [])
    request = Pay(invoice=invoice, on=day(on), amount=amount(amount_, "amount"), own_money=own_money)
    do(request, _paid, json, id, dry_run, _paid)


def _paid(a: "Paid") -> str:
    parts = [say(
        "{invoice} ({customer}): paid {currency} {paid}, open {open}, {status}.",
        invoice=a.invoice, customer=a.customer, currency=a.currency, paid=a.paid, open=a.open,
        status=word(STATUSES, a.status),
    )]  # fmt: skip
    if a.beyond:
        parts.append(
            say("{currency} {amount} beyond it is the customer's own money.", currency=a.currency, amount=a.beyond)
        )
    if a.credited:
        parts.append(say("Credited: {grants}.", grants=a.credited))
    return " ".join(map(told, parts))


def _refuse(why: Text, given: list[str]) -> None:
    if given:
        raise BadInput("bad-input", why, say("leave {given} out", given=given))


def _on_account(a: "OnAccount") -> Text:
    return say(
        "{customer}: {currency} {amount} on account ({payment}); its own money is {own_money} now.",
        customer=a.customer, currency=a.currency, amount=a.amount, payment=a.payment, own_money=a.own_money,
    )  # fmt: skip


def refund(
    code: Code,
    amount_: Annotated[str | None, typer.Option("--amount", help="Default: all that there is.")] = None,
    currency: Annotated[str | None, typer.Option(help="Where there is money in several.")] = None,
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record that a customer's own money was paid out: what was paid too much, on account, or credited when paid.

    Example: billing refund ALPINA --amount 50 --on 2025-03-20
    """
    from billing.requests.payments import Refund

    request = Refund(customer=code, amount=amount(amount_, "amount"), currency=currency, on=day(on))
    do(request, _refunded, json, id, dry_run, _refunded)


def _refunded(a: "Refunded") -> Text:
    return say(
        "{customer}: {currency} {amount} paid out ({refund}); of its own money {own_money} is left.",
        customer=a.customer, currency=a.currency, amount=a.amount, refund=a.refund, own_money=a.own_money,
    )  # fmt: skip


def write_off(
    invoice: Annotated[str, typer.Argument(autocompletion=completion.invoices, help="The invoice's number.")],
    reason: Annotated[str, typer.Option(help="Why nobody will pay it; the books show it.")],
    amount_: Annotated[str | None, typer.Option("--amount", help="Default: all that is open.")] = None,
    on: On = None,
    yes: Annotated[bool, typer.Option("--yes", help="Also what is more than a difference: a bad debt.")] = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Write off what will not be paid of an invoice; it is settled, and what it sold is credited.

    What is more than a difference (`billing init --write-off-limit`) is asked back. VAT stays as it was invoiced.

    Example: billing write-off INV-2025-00001 --reason "a cent short"
    """
    from billing.requests.payments import WriteOff

    request = WriteOff(invoice=invoice, reason=reason, amount=amount(amount_, "amount"), on=day(on), yes=yes)
    do(request, _written_off, json, id, dry_run, _written_off)


def _written_off(a: "WrittenOff") -> str:
    first = say(
        "{invoice} ({customer}): written off {currency} {amount}, paid {paid}, open {open}, {status}.",
        invoice=a.invoice, customer=a.customer, currency=a.currency, amount=a.amount, paid=a.paid, open=a.open,
        status=word(STATUSES, a.status),
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
    if a.invoice is None:
        first = say(
            "Payment {payment} is taken back; its own money is {left} now.", payment=a.payment, left=a.own_money
        )
    else:
        first = say(
            "Payment {payment} is taken back; {invoice} is {status}, open {open}.",
            payment=a.payment, invoice=a.invoice, status=word(STATUSES, a.status), open=a.open,
        )  # fmt: skip
    parts = [first]
    if a.with_it:
        parts.append(say("With it, paid with its own money: {payments}.", payments=a.with_it))
    if a.no_longer_drawn:
        parts.append(say("No longer drawn: {grants}.", grants=a.no_longer_drawn))
    return " ".join(map(told, parts))


def _taken_back_before(a: "TakenBack") -> Text:
    return say("Payment {payment} was taken back before; nothing changed.", payment=a.payment)
