"""`billing customer …`"""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import addressing, customers_in
from billing.commands.context import DryRun, Id, Json, Unset, amount, ask, do, named, table
from billing.commands.options import Code
from billing.commands.printing import language, told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.locales.words import STATUSES, word
from billing.locales.words_inside import BASES, VAT, WATCHED_COLUMNS
from billing.texts import Do, Text, say, say_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing.views.parties import Added, Changed, ContractRow, Customers, CustomerShown, DocumentRow, Held

app = typer.Typer(no_args_is_help=True, help="Customers: add, list, show, change, import, hold, release; address.")
app.add_typer(addressing.app, name="address")
Written = Annotated[str | None, typer.Option()]
RoundTotal = Annotated[
    str | None, typer.Option(help="Round its totals in CHF to this, as 0.05; 0 for no; default: as the issuer does.")
]
VatBasis = Annotated[str | None, typer.Option(help="Kept with the customer; VAT goes by the issuer's basis.")]
Order = Annotated[str | None, typer.Option(help="Its own order number, on each document; a sale can have another.")]
BuyerReference = Annotated[str | None, typer.Option(help="A service code or Leitweg-ID, on each document.")]
Einvoice = Annotated[
    str | None, typer.Option(help="In place of the issuer's: factur-x, cii or ubl; none: held for no format.")
]
Consumer = Annotated[
    bool | None,
    typer.Option("--consumer/--business", "--consumer/--no-consumer", help="A private person; default: a business."),
]
Attention = Annotated[str | None, typer.Option(help="Whom its documents are for, as 'Ms Rey, Accounts'.")]
Hours = Annotated[
    str | None, typer.Option(help="When they work, as 'mon-fri 08:00-12:00, 13:30-17:30': for call-backs.")
]
SecondLine = Annotated[str | None, typer.Option(help="A second line of the address: a building, a floor.")]


@app.command()
def add(
    code: Annotated[str, typer.Argument(help="A short name: letters, digits, '.', '-', '_'.")],
    name: Annotated[str, typer.Option(help="The name, as on invoices.")],
    country: Annotated[str, typer.Option(help="Two letters, as CH.")],
    language: Annotated[str | None, typer.Option(help="fr, de, it, nl or en; default: the issuer's.")] = None,
    email: Written = None,
    vat_id: Written = None,
    siren: Written = None,
    electronic_address: Written = None,
    street: Written = None,
    house_number: Written = None,
    second_line: SecondLine = None,
    postcode: Written = None,
    city: Written = None,
    terms: Annotated[int | None, typer.Option(help="Days to pay; default: the issuer's.")] = None,
    round_total: RoundTotal = None,
    vat_basis: VatBasis = None,
    consumer: Consumer = None,
    order: Order = None,
    buyer_reference: BuyerReference = None,
    einvoice: Einvoice = None,
    attention: Attention = None,
    hours: Hours = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Add a customer.

    Example: billing customer add ALPINA --name "Alpina SA" --country CH --language fr
    """
    from billing.requests.parties import AddCustomer

    request = AddCustomer(
        code=code, name=name, country=country,
        language=language, email=email, vat_id=vat_id, siren=siren, electronic_address=electronic_address,
        street=street, house_number=house_number, postcode=postcode, city=city, terms=terms, vat_basis=vat_basis,
        consumer=consumer, round_total=amount(round_total, "round-total"), order=order,
        buyer_reference=buyer_reference, einvoice=einvoice, attention=attention, hours=hours, second_line=second_line,
    )  # fmt: skip
    do(request, lambda a: say("Customer {code} added.", code=a.customer), json, id, dry_run, _again)


@app.command()
def change(
    code: Code,
    name: Written = None,
    country: Written = None,
    language: Written = None,
    email: Written = None,
    vat_id: Written = None,
    siren: Written = None,
    electronic_address: Written = None,
    street: Written = None,
    house_number: Written = None,
    second_line: SecondLine = None,
    postcode: Written = None,
    city: Written = None,
    terms: Annotated[int | None, typer.Option(help="Days to pay.")] = None,
    round_total: RoundTotal = None,
    vat_basis: VatBasis = None,
    consumer: Consumer = None,
    order: Order = None,
    buyer_reference: BuyerReference = None,
    einvoice: Einvoice = None,
    attention: Attention = None,
    hours: Hours = None,
    unset: Unset = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Change a customer's data; what is not given stays. Documents already issued stay as they are.

    Example: billing customer change ALPINA --terms 10 --unset vat-id
    """
    from billing.requests.parties import ChangeCustomer

    request = ChangeCustomer(
        customer=code, name=name, country=country,
        language=language, email=email, vat_id=vat_id, siren=siren, electronic_address=electronic_address,
        street=street, house_number=house_number, postcode=postcode, city=city, terms=terms, vat_basis=vat_basis,
        consumer=consumer, round_total=amount(round_total, "round-total"), order=order,
        buyer_reference=buyer_reference, einvoice=einvoice, attention=attention, hours=hours, second_line=second_line,
        unset=named(unset),
    )  # fmt: skip
    do(request, _changed, json, id, dry_run, _again)


@app.command("list")
def list_(
    part: Annotated[str | None, typer.Argument(help="A part of a code or a name; accents do not matter.")] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """List customers with the contract they have today: all, or those that a text finds.

    Example: billing customer list dupont
    """
    from billing.requests.parties import AskCustomers

    report(AskCustomers(part=part), _table, json, csv, xlsx, output)


@app.command("show")
def show_(code: Code, json: Json = False) -> None:
    """Show a customer: data, contracts, documents, payments, its own money, balance."""
    from billing.requests.parties import AskCustomer

    ask(AskCustomer(customer=code, language="en" if json else language()), _shown, json)


@app.command()
def hold(
    code: Code,
    reason: Annotated[str, typer.Option(help="Why; the monthly run shows it.")],
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Hold a customer's documents back: the monthly run leaves it out until it is released."""
    from billing.requests.parties import Hold

    request = Hold(customer=code, reason=reason)
    do(request, lambda a: say("{code} is held: {reason}.", code=code, reason=a.held), json, id, dry_run, _again)


@app.command()
def release(code: Code, id: Id = None, dry_run: DryRun = False, json: Json = False) -> None:
    """Release a held customer: the next run invoices it again."""
    from billing.requests.parties import Release

    do(Release(customer=code), lambda a: say("{code} is released.", code=code), json, id, dry_run, _again)


@app.command()
def link(
    code: Code,
    contact: Annotated[str | None, typer.Option(help="Who it is for, as cases name him.")] = None,
    cases: Annotated[
        str, typer.Option(help="all: the customer's; own: the contact's alone, and no documents.")
    ] = "all",
    days: Annotated[int, typer.Option(help="How long it opens.")] = 30,
    send: Annotated[bool, typer.Option("--send", help="Mail it, to the customer's address or to --to.")] = False,
    to: Annotated[str | None, typer.Option(help="With --send: another address, as a contact's.")] = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Make a link to a customer's pages (billing serve) and print it, once; BILLING_URL is where these are (A2).

    With --send it is mailed and not printed; the mail server is named as for `billing send`.

    Example: billing customer link ALPINA --contact "Anna Ast" --days 30
    """
    from billing.commands import link as links
    from billing.requests.links import MakeLink

    request = MakeLink(customer=code, contact=contact, cases=cases, days=days)  # type: ignore[arg-type]
    if send and not dry_run:
        links.mailed(request, to, json, id)
    else:
        do(request, links.made, json, id, dry_run, links.made_before)


def _table(a: "Customers") -> str:
    rows = [(c.customer, c.name, c.country, c.tariff, c.tier, c.until, c.held) for c in a.customers]
    head = say("code"), say("name"), say("country"), say("tariff"), say("tier"), say("until"), say("held because")
    return table(head, rows)


def _shown(a: "CustomerShown") -> str:
    from billing.commands import speech

    return "\n".join([*(told(line) for line in _lines(a)), *_tables(a), "", speech.balance(a.balance)])


def _lines(a: "CustomerShown") -> "Iterator[Text]":
    from billing.commands import speech
    from billing.documents import addresses

    place = ", ".join(addresses.lines(a.address, a.country))
    where = {"code": a.code, "name": a.name, "country": a.country}
    yield (
        say("{code}: {name}, {country}, {place}", **where, place=place)
        if place
        else say("{code}: {name}, {country}", **where)
    )
    yield from _invoicing(a)
    if a.order:
        yield say("Order number on each document: {order}", order=a.order)
    if a.attention:
        yield say("For the attention of {attention}", attention=a.attention)
    if a.hours:
        yield say("Works {hours}", hours=a.hours)
    if a.buyer_reference:
        yield say("Reference on each document: {reference}", reference=a.buyer_reference)
    if a.held:
        yield say("HELD: {reason}; {command} ends that.", reason=a.held, command=Do("customer release", a.code))
    for contract in a.contracts:
        yield _contract(contract)
    if a.contacts:
        yield say("Contacts: {names}", names=a.contacts)
    for left in a.own_money:
        if left.amount > 0:
            yield say("Own money, paid beyond what is due: {amount}", amount=speech.money(left.amount, left.currency))
        else:
            owes = speech.money(-left.amount, left.currency)
            yield say("Owes {amount}: that was paid out, and the payment behind it was taken back", amount=owes)


def _invoicing(a: "CustomerShown") -> "Iterator[Text]":
    """What decides its invoices, and what of it is its own."""
    now = a.invoicing
    kind = say_as("of a customer", "a private person") if a.consumer else say_as("of a customer", "a business")
    numbers = [
        say("{label} {number}", label=label, number=number)
        for label, number in (("VAT", a.vat_id), ("SIREN", a.siren), (say("e-address"), a.electronic_address))
        if number
    ]
    yield say("Invoiced as {what}", what=[kind, *numbers])
    yield say("Documents in {language}; e-mail: {email}", language=now.language, email=a.email or say("none"))
    vat = VAT[now.vat_category].of(rate=now.vat_rate)
    yield say("VAT today: {vat}, {basis}", vat=vat, basis=word(BASES, now.vat_basis or "invoice"))
    yield _own(say("{days} {days:day|days} to pay", days=now.terms), a.terms is not None)
    if now.round_total:
        yield _own(say("Totals in CHF rounded to {step}", step=now.round_total), a.round_total is not None)
    if now.einvoice:
        yield _own(say("E-invoices: {format}", format=now.einvoice), a.einvoice is not None)


def _own(what: Text, own: bool) -> Text:
    return say("{what} (its own setting)", what=what) if own else say("{what} (as the issuer)", what=what)


def _contract(c: "ContractRow") -> Text:
    known = {"contract": c.contract, "tariff": f"{c.tariff}, {c.tier}" if c.tier else c.tariff, "start": c.start}
    if c.cancelled:
        return say("Contract {contract}: {tariff}, from {start}, cancelled, last day {day}", **known, day=c.cancelled)
    if c.until:
        return say("Contract {contract}: {tariff}, from {start} until {day}", **known, day=c.until)
    return say("Contract {contract}: {tariff}, from {start} until cancelled", **known)


def _tables(a: "CustomerShown") -> list[str]:
    lines = []
    if a.documents:
        rows = [(d.number, d.issued_on, d.total, _status(d)) for d in a.documents]
        lines += ["", table((say("document"), say("date"), say("total"), say("status")), rows, right=(2,))]
    if a.payments:
        paid = [(p.payment, p.invoice or say("on account"), p.paid_on, p.amount, p.bounced) for p in a.payments]
        head = say("payment"), say("invoice"), say("date"), say("amount"), say("taken back")
        lines += ["", table(head, paid, right=(3,))]
    if a.refunds:
        out = [(r.refund, r.paid_on, r.amount, r.currency) for r in a.refunds]
        lines += ["", table((say("paid out"), say("date"), say("amount"), ""), out, right=(2,))]
    return lines


def _status(d: "DocumentRow") -> Text | str:
    if d.written_off:
        return say("{status}, written off: {amount}", status=word(STATUSES, d.status), amount=d.written_off)
    return say("to refund: {amount}", amount=d.to_refund) if d.to_refund else word(STATUSES, d.status)


def _changed(a: "Changed") -> Text:
    if not a.changed:
        return say("{code}: nothing changed.", code=a.customer)
    return say("{code}: {fields} changed.", code=a.customer, fields=[word(WATCHED_COLUMNS, name) for name in a.changed])


def _again(a: "Added | Changed | Held") -> Text:
    return say("{code}: done before; nothing changed.", code=a.customer)


customers_in.register(app)
