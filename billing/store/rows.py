"""Facts as rows and rows as facts. A row holds only text, whole numbers and nothing: what is hashed is what is kept."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from billing.core import facts
from billing.core.tariff import Tariff, Validity
from billing.core.units import Window, from_cents, in_cents
from billing.store.damage import BROKEN, damaged
from billing.store.sql import Table, name_of, schema
from billing.store.written import COLUMNS
from billing.texts import Text, say

Value = str | int | bytes | None
Row = dict[str, Value]
T = TypeVar("T")
TABLES: dict[type, Table] = {
    facts.Contract: schema.contract,
    facts.Term: schema.term,
    facts.TierChange: schema.tier_change,
    facts.Cancellation: schema.cancellation,
    facts.Sale: schema.sale,
    facts.Payment: schema.payment,
    facts.Deposit: schema.deposit,
    facts.Refund: schema.refund,
    facts.WriteOff: schema.write_off,
    facts.Bounce: schema.bounce,
    facts.CreditNote: schema.credit_note,
    facts.Reduction: schema.reduction,
    facts.SaleEnd: schema.sale_end,
    facts.BankPart: schema.bank_part,
    facts.Grant: schema.time_grant,
    facts.Entry: schema.entry,
    facts.Charge: schema.charge,
    facts.Draw: schema.draw,
    facts.Correction: schema.correction,
    facts.Quote: schema.quote,
    facts.QuoteEvent: schema.quote_event,
    facts.QuotedWork: schema.quoted_work,
    facts.CaseEvent: schema.case_event,
    facts.Approval: schema.approval,
    facts.Reminder: schema.reminder,
    facts.Opening: schema.opening,
    facts.BroughtInvoice: schema.brought_invoice,
    facts.OpeningVoid: schema.opening_void,
}
TABLE = {kind: name_of(table) for kind, table in TABLES.items()}  # its name, and its columns
NAMES = {kind: COLUMNS[table] for kind, table in TABLE.items()}
_KEY = {"seq", "n"}
KEY = ("customer_id", "seq", "n")  # the first columns of every fact's table


def _text(value: tuple[Any, ...]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def validity_text(validity: Validity) -> str:
    """A validity as in a tariff: `1 year`, `term`."""
    return "term" if validity.unit == "term" else f"{validity.amount} {validity.unit}"


def _validity(text: str) -> Validity:
    amount, _, unit = text.rpartition(" ")
    return Validity(int(amount or 1), unit)  # type: ignore[arg-type]


def instant_text(at: datetime) -> str:
    """An instant as it is kept: in UTC, to the second, so that text sorts as time does."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str) -> datetime:
    """The instant that a text of `instant_text` says."""
    return datetime.fromisoformat(text)


def _list(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text))


Code = tuple[Callable[[Any], Value] | None, Callable[[Any], Any] | None]  # into a column and back; None: as it is
_CODES: dict[Any, Code] = {
    str: (None, None),
    int: (None, None),
    bytes: (None, None),
    bool: (int, bool),
    date: (date.isoformat, date.fromisoformat),
    datetime: (instant_text, instant),
    Decimal: (in_cents, from_cents),  # every Decimal of a fact is money, or money per hour
    Validity: (validity_text, _validity),
    tuple[str, ...]: (_text, _list),
    tuple[int, ...]: (_text, _list),
    tuple[int, int]: (None, None),  # the position of a charge, in two columns: see `_TAKEN`
}


@cache  # as the kinds are met: hints of all take a millisecond
def codes(kind: type) -> tuple[tuple[str, *Code], ...]:
    """Of each field of a kind of fact, its name and how its type is kept. Raises TypeError for a type that is not."""
    return tuple((name, *_code(hint, f"{kind.__name__}.{name}")) for name, hint in get_type_hints(kind).items())


def _code(hint: object, where: str) -> Code:
    if get_origin(hint) in (Union, UnionType):
        present = [part for part in get_args(hint) if part is not NoneType]
        if len(present) == 1:  # nothing is kept as nothing
            return _code(present[0], where)
    if get_origin(hint) is Literal and all(isinstance(value, str) for value in get_args(hint)):
        return _CODES[str]
    if hint not in _CODES:
        raise TypeError(f"{where}: a row has no code for {hint}")
    return _CODES[hint]


def values_of(fact: facts.Fact) -> list[Value]:
    """What a fact's row holds but for its key, in the order of its table's columns."""
    kind: Any = type(fact)
    taken, encoded = _values(kind)
    values = list(taken(fact))
    for place, encode in encoded:
        if (value := values[place]) is not None:
            values[place] = encode(value)
    return values


@cache
def _values(kind: type) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[tuple[int, Callable[[Any], Value]], ...]]:
    """What takes a row's values out of a kind of fact, and which of them are kept how."""
    if kind in _TAKEN:
        return _TAKEN[kind], ()
    names, of = NAMES[kind][len(KEY) :], {name: encode for name, encode, _ in codes(kind)}
    return _taker(names), tuple((n, encode) for n, name in enumerate(names) if (encode := of[name]) is not None)


def _taker(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)


_TAKEN: dict[type, Callable[[Any], tuple[Value, ...]]] = {  # of facts whose fields are not the columns
    facts.Term: lambda term: (
        term.contract, term.number, term.window.first.isoformat(), term.window.last.isoformat(), term.version
    ),
    facts.Draw: lambda draw: (
        draw.entry, *draw.charge, draw.grant, draw.minutes, draw.dated_on.isoformat(), draw.kind
    ),
}  # fmt: skip


def columns(value: object) -> Row:
    """The columns of a frozen value, each as its type is kept, but for a key."""
    kind: Any = type(value)
    names, taken, encoded = _columns(kind)
    row: Row = dict(zip(names, taken(value), strict=True))
    for name, encode in encoded:
        if row[name] is not None:
            row[name] = encode(row[name])
    return row


@cache
def _columns(kind: type) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]], tuple[tuple[str, Any], ...]]:
    """The fields of a kind but for a key: their names, what takes them out of a value, and which are kept how."""
    of = {name: encode for name, encode, _ in codes(kind) if name not in _KEY}
    names = tuple(of)
    return names, _taker(names), tuple((name, encode) for name, encode in of.items() if encode is not None)


def read(kind: type[T], row: Mapping[Any, Any]) -> T:
    """The frozen value of a kind that a row holds. Raises DatabaseRefusal (`damaged`) for one that holds none."""
    values: dict[str, Any] = {}
    kept: Any = kind
    try:
        for name, _, decode in codes(kept):
            value = (row["charge_seq"], row["charge_n"]) if kind is facts.Draw and name == "charge" else row[name]
            values[name] = value if decode is None or value is None else decode(value)
        return kind(**values)
    except BROKEN:
        raise damaged(_named(kept, row)) from None


def of_values(kind: type, values: Sequence[Any], tariffs: Mapping[int, Tariff]) -> facts.Fact:
    """The fact that all values of a row hold, in the order of its table's columns, as `from_row` has it."""
    places = _places(kind)
    if places is None:
        return from_row(kind, dict(zip(NAMES[kind], values, strict=True)), tariffs)
    try:
        found: facts.Fact = kind(
            *[
                value if (value := values[place]) is None or decode is None else decode(value)
                for place, decode in places
            ]
        )
        return found
    except BROKEN:
        raise damaged(_named(kind, dict(zip(NAMES[kind], values, strict=False)))) from None


@cache
def _places(kind: type) -> tuple[tuple[int, Callable[[Any], Any] | None], ...] | None:
    """Of each field of a kind of fact, its place in a row and how it is read; none of a kind whose fields differ."""
    if kind in _TAKEN:
        return None
    return tuple((NAMES[kind].index(name), decode) for name, _, decode in codes(kind))


def _named(kind: type, row: Mapping[Any, Any]) -> Text:
    """A row as a refusal names it: its table and its place in which chain."""
    place = f"{row.get('customer_id', '?')}/{row.get('seq', '?')}"
    return say("{kind} at {place} (customer/position)", kind=kind.__name__, place=place)


def from_row(kind: type, row: Mapping[Any, Any], tariffs: Mapping[int, Tariff]) -> facts.Fact:
    """The fact that a row of its table holds; `tariffs` by the key of their version."""
    if kind is facts.Term:
        try:
            window = Window(date.fromisoformat(row["first_on"]), date.fromisoformat(row["last_on"]))
            tariff = tariffs[row["version"]]
        except BROKEN:
            raise damaged(_named(kind, row)) from None
        return facts.Term(row["seq"], row["contract"], row["number"], window, row["version"], tariff)
    return read(kind, row)


def money(cents: int | None) -> Decimal | None:
    """Cents of a column as an amount."""
    return None if cents is None else from_cents(cents)
