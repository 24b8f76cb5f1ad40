"""`billing buy`, `billing pay` and `billing bounce`."""

from typing import Annotated

import typer

from billing.commands import completion
from billing.commands.context import Answer, Id, Json, amount, day, setting, show
from billing.commands.contract import On
from billing.commands.customer import Code


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
    json: Json = False,
) -> None:
    """Sell a product and issue its invoice.

    Example: billing buy DUPONT pack-24h --price 1700
    """
    from billing.office import legacy
    from billing.office.payments import sales

    answer = legacy.record(
        setting(), sales.buy, customer=code, product=product, price=amount(price, "price"), quantity=quantity,
        contacts=tuple(contact or ()), on=day(on), id=id, paid_on=day(paid),
    )  # fmt: skip

    def human(a: Answer) -> str:
        if a.get("unchanged"):
            return f"{a['purchase']} was sold before, with invoice {a['invoice']}; nothing changed."
        if a["grant"]:
            then = f"credited as {a['grant']}"
        else:
            then = (
                "its minutes are credited when it is paid" if a["minutes_to_come"] else f"in force until {a['until']}"
            )
        return (
            f"Sold {quantity} × {product} to {code}: invoice {a['invoice']} over {a['currency']} {a['total']}; {then}."
        )

    show(answer, json, human)


def pay(
    invoice: Annotated[str, typer.Argument(autocompletion=completion.invoices, help="The invoice's number.")],
    on: On = None,
    amount_: Annotated[str | None, typer.Option("--amount", help="Default: all that is open.")] = None,
    own_money: Annotated[
        bool, typer.Option("--own-money", help="Use what the customer paid too much before; no new money came in.")
    ] = False,
    id: Id = None,
    json: Json = False,
) -> None:
    """Record a payment of an invoice; what it pays in full is credited.

    Example: billing pay INV-2025-00001 --on 2025-02-01
    """
    from billing.office import legacy
    from billing.office.payments import sales

    answer = legacy.record(
        setting(), sales.pay, invoice=invoice, on=day(on), amount=amount(amount_, "amount"), own_money=own_money, id=id
    )

    def human(a: Answer) -> str:
        credited = f" Credited: {', '.join(a['credited'])}." if a["credited"] else ""
        return (
            f"{a['invoice']} ({a['customer']}): paid {a['currency']} {a['paid']}, open {a['open']}, {a['status']}."
            f"{credited}"
        )

    show(answer, json, human)


def bounce(
    payment: Annotated[str, typer.Argument(help="The payment's id, as `billing customer show` lists it.")],
    on: On = None,
    id: Id = None,
    json: Json = False,
) -> None:
    """Take a payment back that the bank returned; what it credited can no longer be drawn."""
    from billing.office import legacy
    from billing.office.payments import sales

    answer = legacy.record(setting(), sales.bounce, payment=payment, on=day(on), id=id)

    def human(a: Answer) -> str:
        if a.get("unchanged"):
            return f"Payment {payment} was taken back before; nothing changed."
        lost = f" No longer drawn: {', '.join(a['no_longer_drawn'])}." if a["no_longer_drawn"] else ""
        also = f" With it, paid with its own money: {', '.join(a['with_it'])}." if a["with_it"] else ""
        return f"Payment {payment} is taken back; {a['invoice']} is {a['status']}, open {a['open']}.{also}{lost}"

    show(answer, json, human)
