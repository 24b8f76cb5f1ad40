"""`billing customer …`"""

from typing import Annotated

import typer

from billing.commands import completion
from billing.commands.context import Answer, Json, amount, setting, show, table, warn

app = typer.Typer(no_args_is_help=True, help="Customers: add, list, show, change, hold, release.")
Code = Annotated[str, typer.Argument(autocompletion=completion.customers, help="The customer's code.")]
Text = Annotated[str | None, typer.Option()]
RoundTotal = Annotated[
    str | None, typer.Option(help="Round its totals in CHF to this, as 0.05; 0 for no; default: as the issuer does.")
]
VatBasis = Annotated[str | None, typer.Option(help="Kept with the customer; VAT goes by the issuer's basis.")]
Consumer = Annotated[bool | None, typer.Option("--consumer/--business", help="A private person; default: a business.")]


def _given(values: dict[str, object]) -> dict[str, object]:
    address = {key: values.pop(key) for key in ("street", "house_number", "postcode", "city")}
    return values | ({"address": address} if any(value is not None for value in address.values()) else {})


@app.command()
def add(
    code: Annotated[str, typer.Argument(help="A short name: letters, digits, '.', '-', '_'.")],
    name: Annotated[str, typer.Option(help="The name, as on invoices.")],
    country: Annotated[str, typer.Option(help="Two letters, as CH.")],
    language: Annotated[str | None, typer.Option(help="fr, de, it or en; default: the issuer's.")] = None,
    email: Text = None,
    vat_id: Text = None,
    siren: Text = None,
    electronic_address: Text = None,
    street: Text = None,
    house_number: Text = None,
    postcode: Text = None,
    city: Text = None,
    terms: Annotated[int | None, typer.Option(help="Days to pay; default: the issuer's.")] = None,
    round_total: RoundTotal = None,
    vat_basis: VatBasis = None,
    consumer: Consumer = None,
    id: Annotated[str | None, typer.Option(help="An id of yours: asked again with it, nothing is done twice.")] = None,
    json: Json = False,
) -> None:
    """Add a customer.

    Example: billing customer add ALPINA --name "Alpina SA" --country CH --language fr
    """
    given = _given({k: v for k, v in locals().items() if k not in ("code", "id", "json")})
    given["round_total"] = amount(round_total, "round-total")
    from billing.office import legacy
    from billing.office.parties import setup

    answer = legacy.record(setting(), setup.add_customer, code=code, id=id, **given)
    show(answer, json, lambda a: f"Customer {a['customer']} added.")
    warn(answer, json)


@app.command()
def change(
    code: Code,
    name: Text = None,
    country: Text = None,
    language: Text = None,
    email: Text = None,
    vat_id: Text = None,
    siren: Text = None,
    electronic_address: Text = None,
    street: Text = None,
    house_number: Text = None,
    postcode: Text = None,
    city: Text = None,
    terms: Annotated[int | None, typer.Option(help="Days to pay.")] = None,
    round_total: RoundTotal = None,
    vat_basis: VatBasis = None,
    consumer: Consumer = None,
    json: Json = False,
) -> None:
    """Change a customer's data; what is not given stays. Documents already issued stay as they are."""
    given = _given({k: v for k, v in locals().items() if k not in ("code", "json")})
    given["round_total"] = amount(round_total, "round-total")
    from billing.office.parties import setup

    answer = setup.change_customer(setting(), code, **given)
    show(answer, json, lambda a: f"{code}: {', '.join(a['changed']) or 'nothing'} changed.")
    warn(answer, json)


@app.command("list")
def list_(json: Json = False) -> None:
    """List all customers with the contract they have today."""
    from billing.office.parties import setup

    def human(answer: Answer) -> str:
        rows = [
            (c["customer"], c["name"], c["country"], c["tariff"], c["tier"], c["until"], c["held"])
            for c in answer["customers"]
        ]
        return table(("code", "name", "country", "tariff", "tier", "until", "held because"), rows)

    show({"customers": setup.customers(setting())}, json, human)


@app.command("show")
def show_(code: Code, json: Json = False) -> None:
    """Show a customer: data, contracts, documents, payments, its own money, balance."""
    from billing.commands import speech
    from billing.office.parties import setup

    show(setup.customer(setting(), code), json, speech.customer)


@app.command()
def hold(
    code: Code,
    reason: Annotated[str, typer.Option(help="Why; the monthly run shows it.")],
    json: Json = False,
) -> None:
    """Hold a customer's documents back: the monthly run leaves it out until it is released."""
    from billing.office.parties import setup

    show(setup.hold(setting(), code, reason), json, lambda a: f"{code} is held: {a['held']}.")


@app.command()
def release(code: Code, json: Json = False) -> None:
    """Release a held customer: the next run invoices it again."""
    from billing.office.parties import setup

    show(setup.hold(setting(), code, None), json, lambda a: f"{code} is released.")
