"""`billing quote …`"""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import attached, completion, speech
from billing.commands.context import (
    DryRun,
    Id,
    Json,
    On,
    Order,
    Yes,
    ask,
    books,
    day,
    do,
    one_answer,
    print_json,
    table,
    write_file,
)
from billing.commands.options import Code
from billing.commands.printing import language, out, told, written
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.locales.words import word
from billing.locales.words_inside import QUOTES
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.requests.quotes import Step
    from billing.views.quotes import QuoteEvent, QuoteInvoiced, Quotes, QuoteShown

app = typer.Typer(
    no_args_is_help=True, help="Quotes: draft, send, accept or refuse, deliver, invoice; list, show, PDF."
)
Number = Annotated[str, typer.Argument(autocompletion=completion.quotes, help="The quote's number.")]


@app.command()
def add(
    code: Code,
    title: Annotated[str, typer.Option(help="What is offered; it stands on the quote and on the invoice.")],
    amount_: Annotated[str | None, typer.Option("--amount", help="The net price; a minor evolution is free.")] = None,
    minutes: Annotated[str | None, typer.Option(help="The time that it is to take, as 8h or 90m.")] = None,
    case: Annotated[str | None, typer.Option(autocompletion=completion.cases, help="The case's reference.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="minor, important, specific or service; default: the tariff's.")
    ] = None,
    valid_until: Annotated[str | None, typer.Option(help="The last day to accept it; default: 30 days.")] = None,
    share: Annotated[
        str | None, typer.Option(help='The customer\'s share of the amount: 50 is per cent, "600 CHF" money.')
    ] = None,
    on: On = None,
    yes: Yes = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Draft a quote.

    Example: billing quote add VALOIS --title "Export to PDF" --amount 1200 --minutes 8h --kind specific
    """
    from billing.core.units import whole_minutes
    from billing.requests import inputs
    from billing.requests.quotes import AddQuote

    percent, part, currency = (None, None, None) if share is None else inputs.share(share)
    request = AddQuote(
        customer=code, title=title, amount=inputs.money(amount_ or "0", "amount"),
        minutes=None if minutes is None else whole_minutes(inputs.long_duration(minutes)), case=case, kind=kind,
        valid_until=day(valid_until), percent=percent, part=part, part_currency=currency, on=day(on),
        yes=yes,
    )  # fmt: skip
    do(request, _added, json, id, dry_run, _added_before)


@app.command()
def send(number: Number, on: On = None, id: Id = None, dry_run: DryRun = False, json: Json = False) -> None:
    """Record that a quote was sent to the customer."""
    from billing.requests.quotes import SendQuote

    _step(SendQuote(quote=number, on=day(on)), id, dry_run, json)


@app.command()
def approve(
    number: Number,
    by: Annotated[str, typer.Option(help="Who approved it for the user group.")],
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record the user group's approval of a minor evolution; work on it may begin then.

    Example: billing quote approve Q-2025-00001 --by "User group, 12 March"
    """
    from billing.requests.quotes import ApproveQuote

    _step(ApproveQuote(quote=number, by=by, on=day(on)), id, dry_run, json)


@app.command()
def accept(
    number: Number,
    by: Annotated[str | None, typer.Option(help="Who accepted it.")] = None,
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record that the customer accepted a quote.

    Example: billing quote accept Q-2025-00001 --by "Mme Martin" --on 2025-03-04
    """
    from billing.requests.quotes import AcceptQuote

    _step(AcceptQuote(quote=number, by=by, on=day(on)), id, dry_run, json)


@app.command()
def refuse(
    number: Number,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record that a quote was refused."""
    from billing.requests.quotes import RefuseQuote

    _step(RefuseQuote(quote=number, reason=reason, on=day(on)), id, dry_run, json)


@app.command()
def deliver(
    number: Number,
    text: Annotated[str | None, typer.Option(help="What was delivered, for the published list.")] = None,
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record that what was quoted is delivered; `billing report evolutions` lists it.

    Example: billing quote deliver Q-2025-00001 --text "Lists can be exported as PDF."
    """
    from billing.requests.quotes import DeliverQuote

    _step(DeliverQuote(quote=number, text=text, on=day(on)), id, dry_run, json)


@app.command()
def name(
    number: Number,
    by: Annotated[str, typer.Option(help="Who agreed, and how: his mail, its day.")],
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record that the site that asked agreed to be named in what is published (S13).

    Example: billing quote name Q-2025-00001 --by "M. Seine, mail of 3 March"
    """
    from billing.requests.quotes import NameSite

    _step(NameSite(quote=number, by=by, on=day(on)), id, dry_run, json)


@app.command()
def invoice(
    number: Number,
    on: On = None,
    order: Order = None,
    yes: Yes = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Invoice an accepted quote at its price.

    Example: billing quote invoice Q-2025-00001 --on 2025-03-31 --order PO-4711
    """
    from billing.requests.quotes import InvoiceQuote

    do(InvoiceQuote(quote=number, on=day(on), order=order, yes=yes), _invoiced, json, id, dry_run, _before)


@app.command()
def attach(
    number: Number,
    file: attached.File = None,
    get: attached.Get = None,
    output: attached.Target = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Keep a file with a quote, such as its specification; where the tariff asks for one, it is not sent without (S8).

    Example: billing quote attach Q-2025-00001 specification.pdf
    """
    from billing.requests.attachments import AskQuoteAttachment, AttachToQuote

    attached.keep_or_write(
        file, get, output, id, dry_run, json,
        keep=lambda name, data: AttachToQuote(quote=number, name=name, data=data),
        ask=lambda one: AskQuoteAttachment(quote=number, file=one),
    )  # fmt: skip


@app.command("show")
def show_(number: Number, json: Json = False) -> None:
    """Show a quote: what was offered, what became of it, the work on it beside it."""
    from billing.requests.quotes import AskQuote

    ask(AskQuote(quote=number), shown, json)


@app.command("list")
def list_(
    customer: Annotated[str | None, typer.Option(autocompletion=completion.customers, help="Of this customer.")] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """List quotes."""
    from billing.requests.quotes import ListQuotes

    report(ListQuotes(customer=customer), _listed, json, csv, xlsx, output)


@app.command()
def pdf(
    number: Number,
    out_: Annotated[str | None, typer.Option("--out", "-o", help="The file; - is stdout; default: NUMBER.pdf.")] = None,
    json: Json = False,
) -> None:
    """Write a quote as PDF, in the customer's language, with room for the acceptance."""
    from billing.requests.invoicing import AskFiles

    one_answer(out_, json)
    target = out_ or f"{number}.pdf"
    (made,) = books().ask(AskFiles(numbers=(number,), of="quote"))
    write_file(target, made.data)
    if json:
        print_json({"quote": number, "file": target})
    elif target != "-":
        out(say("Written to {file}.", file=target))


def _step(request: "Step", id: str | None, dry_run: bool, json: bool) -> None:
    do(request, _head, json, id, dry_run, _before)


# In words

_WORTH = {
    "category": say("logged, at the category's rate"),
    "quote": say("logged, at the quote's own rate"),
    None: say_as("time", "logged"),
}


def _head(a: "QuoteShown", before: bool = False) -> str:
    standing = say("{kind}, {state}", kind=a.kind, state=word(QUOTES, a.state))
    if a.delivered:
        standing = say("{standing}, delivered {day}", standing=standing, day=a.delivered)
    if before:
        standing = say("{standing} (before; nothing changed)", standing=standing)
    what = say("{title}, case {case}", title=a.title, case=a.case) if a.case else a.title
    return told(
        say("{quote}  {customer}  {standing}: {what}", quote=a.quote, customer=a.customer, standing=standing, what=what)
    )


def _before(a: "QuoteShown") -> str:
    return _head(a, before=True)


def _added(a: "QuoteShown") -> str:
    return f"{_head(a)}\n{_offer(a)}"


def _added_before(a: "QuoteShown") -> str:
    return f"{_before(a)}\n{_offer(a)}"


def _offer(a: "QuoteShown") -> str:
    return told(say("{price}, valid until {day}", price=_price(a), day=a.valid_until))


def _invoiced(a: "QuoteInvoiced") -> str:
    assert a.invoice_total is not None
    issued = say("Invoice {invoice} over {total}.", invoice=a.invoice, total=speech.money(a.invoice_total, a.currency))
    return f"{_head(a)}\n{told(issued)}"


def _price(a: "QuoteShown") -> str:
    if not a.price:
        return told(say("free"))
    known = {"price": speech.money(a.price, a.currency), "cost": a.amount, "share": a.share}
    if a.price == a.amount:
        net = say("{price} net ({share} %)", **known) if a.share else say("{price} net", **known)
    elif a.share:
        net = say("{price} net of a cost of {cost} ({share} %)", **known)
    else:
        net = say("{price} net of a cost of {cost}", **known)
    total = say("{total} with VAT", total=a.total) if a.is_taxed else say("not taxed")
    return f"{told(net)}, {told(total)}"


def _listed(a: "Quotes") -> Text | str:
    rows = [
        (q.quote, q.on, q.customer, q.kind, _short(q.title), q.currency, q.price, word(QUOTES, q.state))
        for q in a.quotes
    ]
    head = (
        say("number"), say("date"), say("customer"), say("kind"), say("title"), "", say("price"), say("state")
    )  # fmt: skip
    return table(head, rows, right=(6,)) if rows else say("No quotes.")


def _short(title: str) -> str:
    return title if len(title) <= 40 else f"{title[:39].rstrip()}…"


def shown(a: "QuoteShown") -> str:
    """A quote, its events, its files and the comparison."""
    first = say("{price}, of {day}, valid until {until}", price=_price(a), day=a.on, until=a.valid_until)
    events = (f"  {written(event.on)}  {told(_event(event))}" for event in a.events)
    files = (f"  {told(say('file {file}', file=attached.line(file)))}" for file in a.attachments)
    quoted, logged, over = a.comparison.quoted, a.comparison.logged, a.comparison.over
    rows: list[tuple[object, ...]] = [
        (say("quoted"), "" if quoted.minutes is None else speech.minutes(quoted.minutes), quoted.amount),
        (_WORTH[logged.value_by], speech.minutes(logged.minutes), logged.value),
    ]
    if over.minutes is not None or over.amount is not None:
        rows.append((say("over (+), under (-)"), _signed(over.minutes), over.amount))
    return "\n".join(
        [_head(a), told(first), *events, *files, "", table(("", say("time"), a.currency), rows, right=(1, 2))]
    )


def _event(event: "QuoteEvent") -> Text:
    from billing.core.quoting import WORDS
    from billing.views import quotes as views

    what = WORDS[event.kind]
    match event:
        case views.QuoteAgreed(by=str(by)):
            return say("{what} by {by}", what=what, by=by)
        case views.QuoteRefused(reason=str(said)) | views.QuoteDelivered(text=str(said)):
            return say("{what}: {words}", what=what, words=said)
        case views.QuoteBilled(invoice=number):
            return say("{what} with {invoice}", what=what, invoice=number)
        case views.QuoteReopened(note=number):
            return say("{what} by {note}", what=what, note=number)
    return what


def _signed(count: int | None) -> str:
    from billing.documents import locale

    return "" if count is None else locale.signed(count, language())
