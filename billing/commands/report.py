"""`billing report …`."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from billing.commands import case, declaring, history
from billing.commands.context import Json, Rate, ask, day, rates, setting, table
from billing.commands.printing import told
from billing.commands.words import AGES, KINDS, word
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.views.cases import ProgramErrors, Sla
    from billing.views.income import Income
    from billing.views.quotes import Evolutions
    from billing.views.reports import Deferred, DeferredSale, OpenInvoice, Receivables, VatReport

app = typer.Typer(
    no_args_is_help=True, help="Reports: VAT, receivables, deferred revenue; open cases, targets, errors."
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
    json: Json = False,
) -> None:
    """VAT by category and rate: of invoices, or of payments where the issuer owes it on receipts.

    Example: billing report vat --from 2025-01-01 --to 2025-03-31 --boxes
    """
    from billing.requests.reports import AskVat
    from billing.requests.returns import AskVatReturn

    first, last, known = day(from_), day(to or at), rates(rate)
    if boxes:
        ask(AskVatReturn(first=first, last=last, rates=known), declaring.boxes, json)
        return
    ask(AskVat(first=first, last=last, rates=known), _vat, json)


def _vat(a: "VatReport") -> str:
    rows = [(r.category, f"{r.rate} %", r.currency, r.base, r.amount) for r in a.rows]
    known = {"first": a.first, "last": a.last}
    title = say("VAT on invoices, {first} to {last}", **known)
    if a.basis == "payment":
        title = say("VAT on payments, {first} to {last}", **known)
    head = say("category"), say_as("of VAT", "rate"), "", say("base"), say("VAT")
    return f"{told(title)}\n\n{table(head, rows, right=(1, 3, 4))}"


@app.command()
def receivables(at: At = None, from_: Since = None, to: Until = None, json: Json = False) -> None:
    """What is open, by age; with --from only on invoices issued since then."""
    from billing.requests.reports import AskReceivables

    ask(AskReceivables(at=day(at or to), since=day(from_)), open_table, json)


@app.command()
def deferred(at: At = None, from_: Since = None, to: Until = None, json: Json = False) -> None:
    """What packs were sold for and is not earned yet; with --from also what was recognised since then."""
    from billing.requests.reports import AskDeferred

    ask(AskDeferred(at=day(at or to), since=day(from_)), deferred_table, json)


@app.command()
def revenue(
    from_: From = None,
    to: To = None,
    by: Annotated[
        list[str] | None, typer.Option(help="month, customer, kind or name; again for several. Default: kind and name.")
    ] = None,
    json: Json = False,
) -> None:
    """What was earned: overage, packs as they are used, what expired, add-ons, quotes; net of VAT, as in the books.

    Example: billing report revenue --from 2025-01-01 --to 2025-12-31 --by month --by kind
    """
    from billing.requests.income import AskIncome

    keys: Any = tuple(by) if by else ("kind", "name")
    ask(AskIncome(first=day(from_), last=day(to), by=keys), _revenue, json)


def _revenue(a: "Income") -> str:
    heads = {"month": say("month"), "customer": say("customer"), "kind": say("kind"), "name": say("name")}
    rows = []
    for row in a.rows:
        cells = {"month": row.month, "customer": row.customer, "kind": word(KINDS, row.kind), "name": row.name}
        rows.append((*(cells[key] for key in a.by), row.currency, row.amount))
    shown = [heads[key] for key in a.by]
    title = say("Revenue, {first} to {last}", first=a.first, last=a.last)
    total = say("in all: {totals}", totals=", ".join(f"{t.currency} {t.amount}" for t in a.totals) or "0.00")
    return f"{told(title)}\n\n{table([*shown, '', say('amount')], rows, right=(len(shown) + 1,))}\n\n{told(total)}"


@app.command()
def evolutions(
    from_: From = None,
    to: To = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown, to publish.")] = False,
    json: Json = False,
) -> None:
    """The evolutions delivered in a period, for publication: no customer is named.

    Example: billing report evolutions --from 2025-01-01 --to 2025-06-30 --markdown
    """
    from billing.requests.quotes import AskEvolutions

    ask(AskEvolutions(first=day(from_), last=day(to)), _published if markdown else _evolutions, json)


def _evolutions(a: "Evolutions") -> Text | str:
    rows = [(e.delivered, e.kind, e.title, e.text) for e in a.evolutions]
    head = say_as("of a quote", "delivered"), say("kind"), say("title"), say("text")
    empty = say("No evolution was delivered from {first} to {last}.", first=a.first, last=a.last)
    return table(head, rows) if rows else empty


def _published(a: "Evolutions") -> str:
    from billing.documents.reply import escaped

    title = say("Evolutions, {first} to {last}", first=a.first, last=a.last)
    lines = [f"# {told(title)}", ""]
    for e in a.evolutions:
        text = f": {escaped(e.text)}" if e.text else ""
        lines.append(f"- {e.delivered} **{escaped(e.title)}** ({e.kind}){text}")
    return "\n".join(lines)


@app.command()
def errors(
    from_: Annotated[str | None, typer.Option("--from", help="The first day; default: a year ago.")] = None,
    to: To = None,
    json: Json = False,
) -> None:
    """List the verified program errors, for quality control.

    Example: billing report errors --from 2025-01-01
    """
    from billing.requests.cases import AskProgramErrors

    ask(AskProgramErrors(first=day(from_), last=day(to)), _program_errors, json)


def _program_errors(a: "ProgramErrors") -> Text | str:
    rows = [(r.date, r.case, r.customer, r.category, r.raw, r.note) for r in a.errors]
    head = say_as("a day", "verified"), say("case"), say("customer"), say("category"), "min", say("about")
    empty = say("No program errors from {first} to {last}.", first=a.first, last=a.last)
    return table(head, rows, right=(4,)) if rows else empty


@app.command("open")
def open_cases(
    at: Annotated[str | None, typer.Option(help="A moment, as 2025-03-04T12:15; default: now.")] = None,
    customer: case.Customer = None,
    state: case.State = None,
    mine: case.Mine = False,
    agent: case.Owner = None,
    tariff: case.Tariff = None,
    priority: case.Priority = None,
    late: case.Late = False,
    page: case.Page = 1,
    json: Json = False,
) -> None:
    """List the unresolved cases for the weekly meeting: what about, owner, age, what happened last, what is due next.

    Example: billing report open --tariff moveon
    """
    from billing.requests.cases import AskOpenCases

    question = AskOpenCases(
        at=case.when(at), customer=customer, state=state, agent=case.owner(mine, agent), tariff=tariff,
        priority=priority, late=late,
    )  # fmt: skip
    ask(question, partial(history.opened, page=page), json)


@app.command()
def sla(
    month: Annotated[str | None, typer.Argument(help="As 2025-03; default: this month.")] = None, json: Json = False
) -> None:
    """Show how the cases opened in a month kept their targets: met, missed, median and worst time by priority.

    Example: billing report sla 2025-03
    """
    from billing.requests import inputs
    from billing.requests.cases import AskSla

    first = setting().today.replace(day=1) if month is None else inputs.month(month)
    ask(AskSla(month=first), _sla, json)


def _sla(a: "Sla") -> Text | str:
    rows = [(r.priority, word(history.TARGETS, r.kind), r.met, r.missed, r.running, r.median, r.worst) for r in a.rows]
    head = (
        say("priority"), say("target"), say_as("of targets", "met"), say_as("of targets", "missed"),
        say_as("of targets", "running"), say("median min"), say("worst min"),
    )  # fmt: skip
    return table(head, rows, right=(2, 3, 4, 5, 6)) if rows else say("No targets in {month}.", month=a.month)


def open_table(answer: "Receivables") -> Text | str:
    """Open invoices and their sums by age."""
    rows = [(r.invoice, r.customer, r.due, r.currency, r.open, word(AGES, r.age), _step(r)) for r in answer.rows]
    if not rows:
        return say("Nothing is open on {day}.", day=answer.at)
    sums = [f"{told(word(AGES, t.age))}: {t.currency} {t.open}" for t in answer.totals]
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
    return say("{days} days", days=left) if g.unit == "days" else left


def deferred_totals(a: "Deferred") -> list[str]:
    """The total in each currency."""
    return [f"{t.currency} {t.total}" for t in a.totals] or [f"{a.currency} {a.total}"]


declaring.register(app)
