"""`billing report …`."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from billing.commands import declaring, reviewing, speech
from billing.commands.context import Json, Rate, day, rates, table
from billing.commands.printing import bars, told, written
from billing.commands.sheets import Csv, Output, Xlsx, below, report
from billing.locales.words import word
from billing.locales.words_inside import AGES, KINDS
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.views.income import Income
    from billing.views.quotes import Evolutions
    from billing.views.reports import Deferred, DeferredSale, OpenInvoice, Receivables, VatReport

app = typer.Typer(
    no_args_is_help=True, help="Reports: VAT, receivables, deferred revenue; time worked, open cases, targets, errors."
)
From = Annotated[str | None, typer.Option("--from", help="The first day; default: 1 January.")]
To = Annotated[str | None, typer.Option("--to", help="The last day; default: today.")]
At = Annotated[str | None, typer.Option("--at", help="The day; default: today.")]
Since = Annotated[str | None, typer.Option("--from", help="The first day.")]
Until = Annotated[str | None, typer.Option("--to", help="The same as --at.")]


@app.command()
def vat(
    from_: From = None,
    to: To = None,
    at: Annotated[str | None, typer.Option("--at", help="The same as --to.")] = None,
    boxes: Annotated[
        bool, typer.Option("--boxes", help="In the boxes of the issuer's VAT return, beside the books' VAT account.")
    ] = False,
    rate: Rate = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """VAT by category and rate: of invoices, or of payments where the issuer owes it on receipts.

    Example: billing report vat --from 2025-01-01 --to 2025-03-31 --boxes
    """
    from billing.requests.reports import AskVat
    from billing.requests.returns import AskVatReturn

    first, last, known = day(from_), day(to or at), rates(rate)
    if boxes:
        report(AskVatReturn(first=first, last=last, rates=known), declaring.boxes, json, csv, xlsx, output)
        return
    report(AskVat(first=first, last=last, rates=known), _vat, json, csv, xlsx, output)


def _vat(a: "VatReport") -> str:
    rows = [(r.category, f"{written(Decimal(r.rate))} %", r.currency, r.base, r.amount) for r in a.rows]
    known = {"first": a.first, "last": a.last}
    title = say("VAT on invoices, {first} to {last}", **known)
    if a.basis == "payment":
        title = say("VAT on payments, {first} to {last}", **known)
    head = say("category"), say_as("of VAT", "rate"), "", say("base"), say("VAT")
    return f"{told(title)}\n\n{table(head, rows, right=(1, 3, 4))}"


@app.command()
def receivables(
    at: At = None,
    from_: Since = None,
    to: Until = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """What is open, by age; with --from only on invoices issued since then."""
    from billing.requests.reports import AskReceivables

    report(AskReceivables(at=day(at or to), since=day(from_)), open_table, json, csv, xlsx, output)


@app.command()
def deferred(
    at: At = None,
    from_: Since = None,
    to: Until = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """What packs were sold for and is not earned yet; with --from also what was recognised since then."""
    from billing.requests.reports import AskDeferred

    report(AskDeferred(at=day(at or to), since=day(from_)), deferred_table, json, csv, xlsx, output)


@app.command()
def revenue(
    from_: From = None,
    to: To = None,
    by: Annotated[
        list[str] | None, typer.Option(help="month, customer, kind or name; again for several. Default: kind and name.")
    ] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """What was earned: overage, packs as they are used, what expired, add-ons, quotes; net of VAT, as in the books.

    Example: billing report revenue --from 2025-01-01 --to 2025-12-31 --by month --by kind
    """
    from billing.requests.income import AskIncome

    keys: Any = tuple(by) if by else ("kind", "name")
    report(AskIncome(first=day(from_), last=day(to), by=keys), _revenue, json, csv, xlsx, output)


def _revenue(a: "Income") -> str:
    heads = {"month": say("month"), "customer": say("customer"), "kind": say("kind"), "name": say("name")}
    rows = []
    for row in a.rows:
        cells = {"month": row.month, "customer": row.customer, "kind": word(KINDS, row.kind), "name": row.name}
        rows.append((*(cells[key] for key in a.by), row.currency, row.amount))
    shown = [heads[key] for key in a.by]
    title = say("Revenue, {first} to {last}", first=a.first, last=a.last)
    total = say("in all: {totals}", totals=", ".join(speech.money(t.amount, t.currency) for t in a.totals) or "0.00")
    sums = below(table([*shown, "", say("amount")], rows, right=(len(shown) + 1,)), _monthly(a))
    return f"{told(title)}\n\n{sums}\n\n{told(total)}"


def _monthly(a: "Income") -> str:
    """A chart of what was earned month by month, in one currency."""
    if a.by != ("month",) or len(a.totals) != 1:
        return ""
    return bars([(row.month or "", row.amount, speech.money(row.amount, row.currency)) for row in a.rows])


@app.command()
def evolutions(
    from_: From = None,
    to: To = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown, to publish.")] = False,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """The evolutions delivered in a period, for publication; a site is named where it agreed (`quote name`).

    Example: billing report evolutions --from 2025-01-01 --to 2025-06-30 --markdown
    """
    from billing.requests.quotes import AskEvolutions

    report(
        AskEvolutions(first=day(from_), last=day(to)), _published if markdown else _evolutions, json, csv, xlsx, output
    )


def _evolutions(a: "Evolutions") -> Text | str:
    rows = [(e.delivered, e.kind, e.title, e.site, e.text) for e in a.evolutions]
    head = say_as("of a quote", "delivered"), say("kind"), say("title"), say("site"), say("text")
    empty = say("No evolution was delivered from {first} to {last}.", first=a.first, last=a.last)
    return table(head, rows) if rows else empty


def _published(a: "Evolutions") -> str:
    """In the issuer's language, whoever reads the terminal: it is to be published."""
    from billing import locales
    from billing.documents import locale
    from billing.documents.reply import escaped

    first, last = (locale.day(day, a.language) for day in (a.first, a.last))
    title = say("Evolutions, {first} to {last}", first=first, last=last)
    lines = [f"# {locales.worded(title, a.language)}", ""]
    for e in a.evolutions:
        text = f": {escaped(e.text)}" if e.text else ""
        site = f" — {escaped(e.site)}" if e.site else ""
        lines.append(f"- {locale.day(e.delivered, a.language)} **{escaped(e.title)}** ({escaped(e.label)}){text}{site}")
    return "\n".join(lines)


def open_table(answer: "Receivables") -> Text | str:
    """Open invoices and their sums by age."""
    rows = [(r.invoice, r.customer, r.due, r.currency, r.open, word(AGES, r.age), _step(r)) for r in answer.rows]
    if not rows:
        return say("Nothing is open on {day}.", day=answer.at)
    sums = [
        told(say("{name}: {value}", name=word(AGES, t.age), value=speech.money(t.open, t.currency)))
        for t in answer.totals
    ]
    head = (
        say("invoice"), say("customer"), say_as("a day", "due"), "", say_as("an amount", "open"), say("age"),
        say("reminded"),
    )  # fmt: skip
    shown = len(head) if any(row[-1] for row in rows) else len(head) - 1
    return "\n".join([table(head[:shown], [row[:shown] for row in rows], right=(4,)), "", *sums])


def _step(row: "OpenInvoice") -> Text | str:
    """The last reminder of an open invoice."""
    return say("step {step}, {day}", step=row.reminder.step, day=row.reminder.on) if row.reminder else ""


def deferred_table(answer: "Deferred") -> str:
    """Deferred sales and their total."""
    rows = [
        (g.customer, g.grant or g.invoice, g.product, g.currency, g.price,
         _left(g), g.recognised, g.deferred)
        for g in answer.grants
    ]  # fmt: skip
    head = (
        say("customer"), say("grant"), say("product"), "", say("price"), say("min left"), say("recognised"),
        say("deferred"),
    )  # fmt: skip
    total = told(say("Deferred on {day}: {totals}", day=answer.at, totals=deferred_totals(answer)))
    return f"{table(head, rows, right=(4, 5, 6, 7))}\n\n{total}" if rows else total


def _left(g: "DeferredSale") -> Text | int:
    """What is left of a pack's minutes, or of a fee's days."""
    left = 0 if g.ended else g.minutes - g.used - g.expired
    return say("{days} {days:day|days}", days=left) if g.unit == "days" else left


def deferred_totals(a: "Deferred") -> list[str]:
    """The total in each currency."""
    return [speech.money(t.total, t.currency) for t in a.totals] or [speech.money(a.total, a.currency)]


declaring.register(app)
reviewing.register(app)
