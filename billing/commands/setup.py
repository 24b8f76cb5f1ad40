"""`billing init`, `billing shard` and `billing demo`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing import given
from billing.commands.context import DryRun, Json, Unset, amount, ask, books, close, database, day, do, named, progress
from billing.commands.printing import told
from billing.core.attaching import MOST_BYTES
from billing.errors import Refusal
from billing.texts import Do, Text, say

if TYPE_CHECKING:
    from billing.views.parties import Issuer

Written = Annotated[str | None, typer.Option()]


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Set-up")(init)
    app.command(rich_help_panel="Set-up")(shard)
    app.command(rich_help_panel="Set-up")(demo)


def init(
    name: Annotated[str | None, typer.Option(help="The issuer's name, as on invoices.")] = None,
    country: Annotated[str | None, typer.Option(help="Its country: CH, LI, FR, MC, BE, LU or DE.")] = None,
    currency: Annotated[str | None, typer.Option(help="Default: the country's.")] = None,
    timezone: Annotated[str | None, typer.Option(help="As Europe/Zurich; default: the country's.")] = None,
    region: Annotated[
        str | None, typer.Option(help="Whose holidays count: a canton, as ZH, or Alsace-Moselle; '' for none.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="fr, de, it, nl or en.")] = None,
    iban: Written = None,
    qr_iban: Written = None,
    bic: Annotated[str | None, typer.Option(help="The bank's, where its country is outside the EEA.")] = None,
    vat_id: Written = None,
    siren: Written = None,
    electronic_address: Written = None,
    street: Written = None,
    house_number: Written = None,
    second_line: Annotated[str | None, typer.Option(help="A second line of the address.")] = None,
    postcode: Written = None,
    city: Written = None,
    exempt: Annotated[
        bool | None, typer.Option("--exempt/--no-exempt", help="The law exempts it from VAT, as a small business.")
    ] = None,
    tax_number: Annotated[str | None, typer.Option(help="Printed where there is no VAT id.")] = None,
    vat_basis: Annotated[str | None, typer.Option(help="VAT is due on: invoice or payment.")] = None,
    vat_basis_from: Annotated[
        str | None, typer.Option(help="The day from which --vat-basis counts; default today. What is older stays.")
    ] = None,
    round_total: Annotated[str | None, typer.Option(help="Round totals in CHF to this, as 0.05; 0 for no.")] = None,
    write_off_limit: Annotated[
        str | None, typer.Option(help="A difference up to this is written off unasked; default 5.00.")
    ] = None,
    reminder_minimum: Annotated[str | None, typer.Option(help="Remind nobody who owes less; default 0.")] = None,
    terms: Annotated[int | None, typer.Option(help="Days to pay; default 30.")] = None,
    einvoice: Annotated[
        str | None, typer.Option(help="Hold what is unfit for: factur-x, cii or ubl; none: plain PDFs alone.")
    ] = None,
    phone: Annotated[str | None, typer.Option(help="On its paper, and the contact in e-invoices (BT-42).")] = None,
    email: Annotated[str | None, typer.Option(help="On its paper, and the contact in e-invoices (BT-43).")] = None,
    web: Annotated[str | None, typer.Option(help="Its site, on its paper.")] = None,
    contact: Annotated[
        str | None, typer.Option(help="Whom to ask, in e-invoices (BT-41); default: the issuer's name.")
    ] = None,
    logo: Annotated[str | None, typer.Option(help="A PNG or SVG file, kept with what is issued; '' for none.")] = None,
    accent: Annotated[str | None, typer.Option(help="The colour of titles, as #1F4E79; '' for the usual one.")] = None,
    legal: Annotated[
        list[str] | None,
        typer.Option(help="A line at the foot, as 'fr:RCS Lyon 404 833 048'; up to 4 a language; '' for none."),
    ] = None,
    unset: Unset = None,
    shard_by: Annotated[
        str | None,
        typer.Option(metavar="customer", help="Spread it over the machines of Citus by this; see `billing shard`."),
    ] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Make the database, or bring an older one up, and set the issuer's data; again: change them.

    Example: billing init --name "Demo SA" --country CH --iban CH9300762011623852957
    """
    from billing.requests.parties import SetIssuer
    from billing.requests.spreading import AskSpreading, Spread

    if shard_by is not None:
        books(made=False).ask(AskSpreading(here=True, by=shard_by))  # refused before anything is made
    request = SetIssuer(
        name=name, country=country, currency=currency, timezone=timezone, region=region, language=language, iban=iban,
        qr_iban=qr_iban, bic=bic, vat_id=vat_id, siren=siren, electronic_address=electronic_address, street=street,
        house_number=house_number, postcode=postcode, city=city, vat_basis=vat_basis,
        round_total=amount(round_total, "round-total"),
        write_off_limit=amount(write_off_limit, "write-off-limit"),
        reminder_minimum=amount(reminder_minimum, "reminder-minimum"), terms=terms, einvoice=einvoice, exempt=exempt,
        unset=named(unset), vat_basis_from=day(vat_basis_from),
        tax_number=tax_number, second_line=second_line, phone=phone, email=email, web=web,
        contact=contact, accent=accent, logo=_picture(logo), legal=tuple(legal) if legal else None,
    )  # fmt: skip

    def ready(a: "Issuer") -> Text | str:
        done = say(
            "{database} is ready: {name} ({country}), {currency}, {language}.",
            database=database(), name=a.name, country=a.country, currency=a.currency, language=a.language,
        )  # fmt: skip
        if a.copy is None:
            return done
        return "\n".join([told(done), told(say("As it was before it was brought up: {file}", file=a.copy))])

    made = progress(told(say("keeping the files of documents")))
    do(request, ready, json, None, dry_run, made=False, progress=made)
    if shard_by is not None and not dry_run:
        close()  # what is refused now is told by itself
        try:
            books().do(Spread())
        except Refusal as refused:
            goes_on = say("the books are ready; {do} spreads them", do=Do("shard"))
            raise refused.having(goes_on) from refused


def shard(
    plan: Annotated[bool, typer.Option("--plan", help="Print the SQL, and do nothing; no database is needed.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Spread the books of one huge issuer over the machines of a PostgreSQL with Citus, by customer: all or nothing.

    Example: billing shard --plan
    """
    from billing.requests.spreading import AskSpreading, Spread

    if plan:
        ask(AskSpreading(), lambda a: "\n".join(f"{statement};" for statement in a.statements), json, made=False)
        return
    do(
        Spread(),
        lambda a: say(
            "{database} is spread by customer: {n} {n:statement|statements}.", database=database(), n=len(a.statements)
        ),
        json,
        None,
        dry_run,
        lambda _: say("It is spread by customer already; nothing changed."),
    )


def _picture(file: str | None) -> bytes | None:
    """The bytes of a logo's file; none at all where it is to be taken away."""
    if not file:
        return None if file is None else b""
    return given.read(file, MOST_BYTES)


def demo(
    folder: Annotated[Path, typer.Argument(help="Where the demo's database and documents go.")] = Path("demo"),
    json: Json = False,
) -> None:
    """Run a made-up year with every shipped tariff, in a database of its own: log, sell, invoice, PDFs, statements."""
    from billing.commands import demonstration

    demonstration.run(folder, json)
