"""`billing month`: the month's end on one screen."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import speech
from billing.commands.context import Json, ask, books, day, table
from billing.commands.printing import told
from billing.commands.report import deferred_totals
from billing.locales.words import word
from billing.locales.words_inside import AGES, KINDS, SENDINGS, VAT
from billing.texts import Do, Text, say, say_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing.views.documents import Held
    from billing.views.month import MonthEnd, TaxedSum
    from billing.views.reminders import Reminder


_NAMED = 5  # numbers in a line


def register(root: typer.Typer) -> None:
    root.command(rich_help_panel="Month-end")(month)


def month(
    month: Annotated[str, typer.Argument(help="As 2025-03.")],
    on: Annotated[str | None, typer.Option(help="The issue date of the preview; default: today.")] = None,
    json: Json = False,
) -> None:
    """The month-end on one screen: what is ready, held, late, issued, earned, owed, open, ending, and what comes next.

    Example: billing month 2025-03
    """
    from billing.requests import inputs
    from billing.requests.month import AskMonthEnd

    issued_on = day(on)
    ask(AskMonthEnd(month=inputs.month(month), on=issued_on), lambda a: _month(a, issued_on or books().today), json)


def _month(a: "MonthEnd", on: date) -> str:
    counted = {"month": a.month, "ready": len(a.ready), "held": len(a.held), "issued": len(a.issued)}
    lines: list[Text | str] = [
        say("{month}: {ready} {ready:document|documents} ready, {held} held, {issued} issued by its run.", **counted)
    ]
    if a.ready:
        ready = [(d.number, d.customer, d.currency, d.net, d.total) for d in a.ready]
        head = say_as("a document", "to be"), say("customer"), "", say("net"), say("total")
        lines += ["", table(head, ready, right=(3, 4))]
        lines += [_taxed(v) for v in a.vat]
    lines += [_held(h) for h in a.held]
    if a.late:
        names = [say("{entry} of {day}", entry=row.entry, day=row.on) for row in a.late[:10]]
        lines.append(say("Late from earlier months: {count} ({names})", count=len(a.late), names=names))
    lines += [*_money(a), *(_due(r) for r in a.reminders)]
    if a.reminders:
        command = f"billing remind --on {on} --out reminders/"
        lines.append(say("They are sent by: {command}", command=command))
    lines += [*_waiting(a), *_unsent(a), *_closing(a)]
    lines += [say("Warning: {warning}", warning=warning) for warning in a.warnings]
    return "\n".join([*map(told, lines), "", told(say("Next: {command}", command=a.next))])


def _taxed(v: "TaxedSum") -> Text:
    known = {"category": v.category, "rate": Decimal(v.rate), "currency": v.currency}
    return say("VAT {category} {rate} %: {currency} {amount} on {base}", **known, amount=v.amount, base=v.base)


def _held(h: "Held") -> Text:
    return say("Held: {customer}: {reason}; {command}", customer=h.customer, reason=h.reason, command=h.command)


def _due(r: "Reminder") -> Text:
    known = {"step": r.step, "customer": r.customer, "currency": r.currency, "total": r.total}
    return say("Reminder {step} due: {customer}, {currency} {total}", **known)


def _money(a: "MonthEnd") -> "Iterator[Text]":
    """What the month came to: issued, earned, VAT, deferred and open."""
    for s in a.sold:
        known = {"count": s.count, "currency": s.currency, "net": s.net, "total": s.total}
        if s.kind == "invoice":
            yield say("Issued: {count} {count:invoice|invoices}, {currency} {net} net, {total} in all", **known)
        else:
            yield say("Issued: {count} {count:credit note|credit notes}, {currency} {net} net, {total} in all", **known)
    earned = [f"{speech.money(row.amount, row.currency)} {told(word(KINDS, row.kind))}" for row in a.revenue]
    if earned:
        yield say("Earned: {amounts}", amounts=earned)
    for v in a.declared:
        vat = told(VAT[v.category].of(rate=Decimal(v.rate)))
        yield say("VAT of the month, {vat}: {currency} {amount} on {base}", vat=vat, currency=v.currency,
                  amount=v.amount, base=v.base)  # fmt: skip
    yield say("Deferred revenue on {day}: {totals}", day=a.deferred.at, totals=deferred_totals(a.deferred))
    open_ = [f"{speech.money(t.open, t.currency)} {told(word(AGES, t.age))}" for t in a.receivables.totals]
    yield say("Open: {totals}", totals=open_) if open_ else say("Open: nothing")


def _waiting(a: "MonthEnd") -> "Iterator[Text]":
    """What somebody has to see to: movements of the bank, customers' money, what ends soon."""
    for item in a.bank:
        known = {"item": item.id, "currency": item.currency, "amount": item.amount, "day": item.on}
        yield say("At the bank, open: {item} of {day}, {currency} {amount}: {reason}; {command}", **known,
                  reason=item.reason, command=item.command)  # fmt: skip
    for own in a.own_money:
        known = {"customer": own.customer, "currency": own.currency, "amount": own.amount}
        yield say("{customer} has {currency} {amount} of its own; {command}", **known, command=own.command)
    for e in a.ending:
        known = {"customer": e.customer, "day": e.last, "name": e.name, "command": e.command}
        if e.kind == "pack":
            left = speech.minutes(e.minutes or 0)
            yield say("{customer}: {name} ends on {day}, {left} left; {command}", **known, left=left)
        elif e.kind == "contract":
            yield say("{customer}: contract {name} ends on {day}; {command}", **known)
        else:
            yield say("{customer}: {name} ends on {day}; {command}", **known)


def _unsent(a: "MonthEnd") -> "Iterator[Text]":
    """What is not sent: all that one command would send, and what came back or cannot go out."""
    ready = [s.code for s in a.unsent if s.state == "unsent" and s.said is None]
    if ready:
        named = [*ready[:_NAMED], "…"] if len(ready) > _NAMED else ready
        yield say("Not sent: {count} ({numbers}); {command}", count=len(ready), numbers=named,
                  command=Do("send", a.month))  # fmt: skip
    others = [s for s in a.unsent if s.code not in ready]
    for s in others[:_NAMED]:
        known = {"number": s.code, "state": word(SENDINGS, s.state), "command": s.command}
        if s.said:
            yield say("{number}: {state}: {said}; {command}", **known, said=s.said)
        else:
            yield say("{number}: {state}; {command}", **known)
    if len(others) > _NAMED:
        yield say(
            "Not sent either: {count}; {command}", count=len(others) - _NAMED, command=Do("send", a.month, "--dry-run")
        )


def _closing(a: "MonthEnd") -> "Iterator[Text]":
    c = a.closing
    if c.closed:
        yield say("{month} is closed.", month=c.month)
    elif not c.closable:
        yield say("Not to be closed yet: {why}", why=c.why)
    else:
        yield say("Can be closed: {command}", command=Do("close", c.month))
    yield from (say("Before closing: {warning}", warning=warning) for warning in c.warnings)
