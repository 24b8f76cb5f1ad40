"""`billing init` and `billing demo`."""

from pathlib import Path
from typing import Annotated

import typer

from billing.commands.context import Json, amount, progress, setting, show, state, warn

Text = Annotated[str | None, typer.Option()]


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Set-up")(init)
    app.command(rich_help_panel="Set-up")(demo)


def init(
    name: Annotated[str | None, typer.Option(help="The issuer's name, as on invoices.")] = None,
    country: Annotated[str | None, typer.Option(help="Its country: CH, LI, FR, MC, BE, LU or DE.")] = None,
    currency: Annotated[str | None, typer.Option(help="Default: the country's.")] = None,
    timezone: Annotated[str | None, typer.Option(help="As Europe/Zurich; default: the country's.")] = None,
    region: Annotated[
        str | None, typer.Option(help="Whose holidays count: a canton, as ZH, or Alsace-Moselle; '' for none.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="fr, de, it or en.")] = None,
    iban: Text = None,
    qr_iban: Text = None,
    bic: Annotated[str | None, typer.Option(help="The bank's, where its country is outside the EEA.")] = None,
    vat_id: Text = None,
    siren: Text = None,
    electronic_address: Text = None,
    street: Text = None,
    house_number: Text = None,
    postcode: Text = None,
    city: Text = None,
    vat_basis: Annotated[str | None, typer.Option(help="VAT is due on: invoice or payment.")] = None,
    round_total: Annotated[str | None, typer.Option(help="Round totals in CHF to this, as 0.05; 0 for no.")] = None,
    terms: Annotated[int | None, typer.Option(help="Days to pay; default 30.")] = None,
    einvoice: Annotated[
        str | None, typer.Option(help="Hold what is unfit for: factur-x, cii or ubl; none: plain PDFs alone.")
    ] = None,
    json: Json = False,
) -> None:
    """Make the database, or bring an older one up, and set the issuer's data; again: change them.

    Example: billing init --name "Demo SA" --country CH --iban CH9300762011623852957
    """
    from billing.office.invoicing import files
    from billing.office.parties import setup
    from billing.store.engine import shown

    given = {name: value for name, value in locals().items() if name not in ("files", "setup", "json", "shown")}
    address = {key: given.pop(key) for key in ("street", "house_number", "postcode", "city")}
    given["round_total"] = amount(round_total, "round-total")
    if any(value is not None for value in address.values()):
        given["address"] = address
    now = setting(made=False)
    answer = setup.init(now, **given)
    files.complete(now, progress("keeping the files of documents"))
    ready = f"{shown(state.db)} is ready"
    show(answer, json, lambda a: f"{ready}: {a['name']} ({a['country']}), {a['currency']}, {a['language']}.")
    warn(answer, json)


def demo(
    folder: Annotated[Path, typer.Argument(help="Where the demo's database and documents go.")] = Path("demo"),
    json: Json = False,
) -> None:
    """Run a made-up year with every shipped tariff, in a database of its own: log, sell, invoice, PDFs, statements."""
    from billing.commands import demonstration

    demonstration.run(folder, json)
