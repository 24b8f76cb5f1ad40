"""A line of a bulk load as the request that it stands for: keys are fields, values are read as people write them."""

import dataclasses
from collections.abc import Callable
from functools import cache
from typing import Any, cast, get_type_hints

from billing.errors import BadInput, Refusal
from billing.requests import (
    agents,
    cases,
    contracts,
    corrections,
    edits,
    entries,
    inputs,
    invoicing,
    openings,
    parties,
    payments,
    periods,
    verdicts,
)
from billing.requests.base import Request
from billing.requests.codec import reader, shown, text, whole
from billing.requests.fields import Letters
from billing.texts import say
from billing.values import dataclass

Line = dict[str, Any]
_ID = Letters(200)
REQUESTS: tuple[type[Request[Any]], ...] = (
    parties.SetIssuer,
    parties.AddCustomer,
    agents.AddAgent,
    cases.OpenCase,
    cases.RecordEvent,
    corrections.ChangeCase,
    corrections.VoidEvent,
    contracts.Sign,
    contracts.Renew,
    contracts.ChangeTier,
    contracts.Cancel,
    contracts.Goodwill,
    openings.OpenContract,
    openings.OpenGrant,
    openings.OpenOwed,
    openings.OpenInvoice,
    openings.OpenMoney,
    openings.VoidOpening,
    payments.Sell,
    payments.Pay,
    payments.PayOnAccount,
    payments.Refund,
    payments.WriteOff,
    payments.Bounce,
    entries.Log,
    entries.Void,
    edits.Edit,
    verdicts.Verify,
    invoicing.RunMonth,
    periods.CloseMonth,
    periods.ReopenMonth,
    invoicing.CreditInvoice,
)
BY_LINE = {cast(str, of.LINE): of for of in REQUESTS}


def keys_of(kind: str) -> tuple[set[str], set[str]]:
    """The keys that a type of line needs, and those that it may have besides `type` and `id`."""
    fields = fields_of(cast(Any, BY_LINE[kind]))
    needed, may = {f.outer for f in fields if f.needed}, {f.outer for f in fields if not f.needed}
    return (needed - _OTHERWISE, (may - _OTHERWISE) | _DURATION) if kind in ("entry", "edit") else (needed, may)


def id_of(line: Line) -> str | None:
    """The id of a line, within the bounds of every name."""
    found = line.get("id")
    if found is None:
        return None
    id = text(found, "id")
    _ID.check(id, "id")
    return id


def request_of(line: Line) -> Request[Any]:
    """The request of a line whose keys are known to be right. Raises BadInput by the key that cannot be read."""
    of: Any = BY_LINE[line["type"]]
    given = values_of(line)
    if of is entries.Log or (of is edits.Edit and _DURATION & line.keys()):
        given |= {"seconds": _seconds(line)}
    given |= _sure(of)
    request: Request[Any] = of(**given)
    return request


def values_of(line: Line) -> dict[str, Any]:
    """What a line gives, by the fields of its request. Raises BadInput by the key that cannot be read."""
    of: Any = BY_LINE[line["type"]]
    plain = _plain(of)
    if plain is None:
        return _in_order(line)
    try:
        return {
            plain[key].name: plain[key].read(value, key)
            for key, value in line.items()
            if value is not None and key in plain
        }
    except Refusal:  # of several faults the first is told, in the order of the fields
        return _in_order(line)


def _in_order(line: Line) -> dict[str, Any]:
    of: Any = BY_LINE[line["type"]]
    return {f.name: f.read(value, f.inner) for f in fields_of(of) if (value := _value(of, line, f)) is not None}


def _value(of: Any, line: Line, field: "Field") -> Any:
    """What a line has for a field; of one inside an object, that object's, whose other keys are refused."""
    value = line.get(field.outer)
    if field.outer == field.inner or value is None:
        return value
    known = sorted(f.inner for f in fields_of(of) if f.outer == field.outer)
    if not isinstance(value, dict) or set(value) - set(known):
        raise BadInput("bad-input", say("{field} has the keys {keys}", field=field.outer, keys=known))
    return value.get(field.inner)


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a line can give: its name, its key or keys, whether it must be there, how it is read."""

    name: str
    outer: str  # its key, or that of the object which it stands in
    inner: str
    needed: bool
    read: Callable[[Any, str], Any]


@cache
def fields_of(of: Any) -> tuple[Field, ...]:
    """The fields of a request that a line can give."""
    hints = get_type_hints(of, include_extras=True)
    return tuple(
        Field(
            f.name,
            *_placed(f.metadata.get("line") or f.name),
            f.default is dataclasses.MISSING or bool(f.metadata.get("needed")),
            reader(hints[f.name]),
        )
        for f in dataclasses.fields(of)
        if f.metadata.get("line") != ""
    )


@cache
def _plain(of: type) -> "dict[str, Field] | None":
    """The fields of a request by their key, where none stands inside an object."""
    fields = fields_of(of)
    return {f.outer: f for f in fields} if all(f.outer == f.inner for f in fields) else None


_DURATION = {"duration", "minutes"}  # an entry's time: as agents write it, or in whole minutes
_OTHERWISE = {"seconds"}


@cache
def _sure(of: Any) -> dict[str, bool]:
    """What takes a request as it is: a file says what it means, and its lines are not asked back."""
    asked = {f.name for f in dataclasses.fields(of) if f.metadata.get("line") == ""}
    return dict.fromkeys(asked & {"new", "yes"}, True)


def _seconds(line: Line) -> int:
    if (line.get("duration") is None) == (line.get("minutes") is None):
        raise BadInput("bad-input", say("entry needs duration or minutes, and not both"))
    if line.get("minutes") is not None:
        return whole(line["minutes"], "minutes") * 60
    if not isinstance(line["duration"], str):
        raise BadInput(
            "bad-duration", say("duration {shown} is no text", shown=shown(line["duration"])),
            say('write it as "1h30", or give whole minutes under the key minutes'),
        )  # fmt: skip
    return inputs.duration(line["duration"])


def _placed(key: str) -> tuple[str, str]:
    """The outer and the inner key of `address.city`; of a plain key twice the same."""
    outer, _, inner = key.partition(".")
    return outer, inner or outer
