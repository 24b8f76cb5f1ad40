"""Facts as rows and rows as facts. A row holds only text, whole numbers and nothing: what is hashed is what is kept."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from billing.core import facts
from billing.core.tariff import Tariff, Validity
from billing.core.units import Window, from_cents, in_cents
from billing.store import schema

Value = str | int | bytes | None
Row = dict[str, Value]
TABLES: dict[type, Table] = {
    facts.Contract: schema.contract,
    facts.Term: schema.term,
    facts.TierChange: schema.tier_change,
    facts.Cancellation: schema.cancellation,
    facts.Sale: schema.sale,
    facts.Payment: schema.payment,
    facts.Bounce: schema.bounce,
    facts.Grant: schema.time_grant,
    facts.Entry: schema.entry,
    facts.Charge: schema.charge,
    facts.Draw: schema.draw,
    facts.Correction: schema.correction,
    facts.Quote: schema.quote,
    facts.QuoteEvent: schema.quote_event,
    facts.QuotedWork: schema.quoted_work,
    facts.CaseEvent: schema.case_event,
    facts.Reminder: schema.reminder,
}
_MONEY = {"fee", "price", "amount", "reduced_rate", "rate", "open", "interest", "indemnity"}
_LISTS = {"modules", "covers", "contacts", "applies_to"}
_DAYS = {
    "starts_on",
    "effective_from",
    "on",
    "sold_on",
    "until",
    "paid_on",
    "starts",
    "expires",
    "worked_on",
    "dated_on",
    "quoted_on",
    "valid_until",
}
_INSTANTS = {"at", "from_at", "until_at"}
_LATER = {"seq", "n"}  # the key's


def _text(value: tuple[Any, ...]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def validity_text(validity: Validity) -> str:
    """A validity as in a tariff: `1 year`, `term`."""
    return "term" if validity.unit == "term" else f"{validity.amount} {validity.unit}"


def _validity(text: str) -> Validity:
    amount, _, unit = text.rpartition(" ")
    return Validity(int(amount or 0), unit)  # type: ignore[arg-type]


def instant_text(at: datetime) -> str:
    """An instant as it is kept: in UTC, to the second, so that text sorts as time does."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str) -> datetime:
    """The instant that a text of `instant_text` says."""
    return datetime.fromisoformat(text)


def _encoder(name: str) -> Callable[[Any], Value] | None:
    if name in _DAYS:
        return date.isoformat
    if name in _INSTANTS:
        return instant_text
    if name in _MONEY:
        return in_cents
    if name in _LISTS:
        return _text
    others: dict[str, Callable[[Any], Value]] = {"validity": validity_text, "own_money": int}
    return others.get(name)


def _decoder(name: str) -> Callable[[Any], Any] | None:
    if name in _DAYS:
        return date.fromisoformat
    if name in _INSTANTS:
        return instant
    if name in _MONEY:
        return from_cents
    if name in _LISTS:
        return lambda text: tuple(json.loads(text))
    others: dict[str, Callable[[Any], Any]] = {"validity": _validity, "own_money": bool}
    return others.get(name)


_ENCODE = {kind: [(f.name, _encoder(f.name)) for f in fields(kind) if f.name not in _LATER] for kind in TABLES}
_DECODE = {kind: [(f.name, _decoder(f.name)) for f in fields(kind)] for kind in TABLES}


def to_row(fact: facts.Fact) -> Row:
    """The columns of a fact but for its key."""
    if isinstance(fact, facts.Term):
        return {
            "contract": fact.contract,
            "number": fact.number,
            "first_on": fact.window.first.isoformat(),
            "last_on": fact.window.last.isoformat(),
            "version": fact.version,
        }
    row: Row = {}
    for name, encode in _ENCODE[type(fact)]:
        value = getattr(fact, name)
        row[name] = value if encode is None or value is None else encode(value)
    if isinstance(fact, facts.Draw):
        del row["charge"]
        row["charge_seq"], row["charge_n"] = fact.charge
    return row


def from_row(kind: type, row: Mapping[Any, Any], tariffs: Mapping[int, Tariff]) -> facts.Fact:
    """The fact that a row of its table holds; `tariffs` by the key of their version."""
    if kind is facts.Term:
        window = Window(date.fromisoformat(row["first_on"]), date.fromisoformat(row["last_on"]))
        return facts.Term(row["seq"], row["contract"], row["number"], window, row["version"], tariffs[row["version"]])
    values = []
    for name, decode in _DECODE[kind]:
        value = (row["charge_seq"], row["charge_n"]) if kind is facts.Draw and name == "charge" else row[name]
        values.append(value if decode is None or value is None else decode(value))
    return kind(*values)  # type: ignore[no-any-return]


def money(cents: int | None) -> Decimal | None:
    """Cents of a column as an amount."""
    return None if cents is None else from_cents(cents)
