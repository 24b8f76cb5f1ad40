"""Loads a file of JSON Lines, whole or not at all (cli.md). A line is what a command does; it takes the same road."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from billing import service
from billing.errors import BadInput, Refusal
from billing.lines import codec
from billing.office.transaction import Setting, Transaction, done
from billing.requests import inputs
from billing.texts import say

Line = dict[str, Any]
Progress = Callable[[int], None]
TYPES = (
    "issuer", "customer", "contract", "renewal", "tier", "cancel", "purchase", "payment", "bounce", "entry", "void",
    "verify", "case", "case-event", "goodwill", "invoice-run",
)  # fmt: skip
KEYS: dict[str, tuple[set[str], set[str]]] = (
    {  # by type: the keys that it needs, and those that it may have
    }
    | {kind: codec.keys_of(kind) for kind in codec.BY_LINE}
)


def load(
    setting: Setting, lines: Iterable[str], dry_run: bool = False, progress: Progress | None = None
) -> dict[str, Any]:
    """Applies every line in one transaction: how many there were, how many changed something, how many were known.

    Numbers that look wrong are taken and named under `warnings`, where there are any.

    Raises the refusal of the first line that cannot be applied, its number in front; then nothing is kept.
    """
    parsed = list(_parsed(lines))

    def answer(tx: Transaction) -> dict[str, Any]:
        warnings: list[str] = []
        counted: dict[str, Any] = {"lines": 0, "applied": 0, "unchanged": 0}
        _prepare(tx, parsed)
        for number, line in parsed:
            try:
                outcome = _apply(tx, line)
            except Refusal as refused:
                raise refused.at(f"line {number}") from None
            new = outcome if isinstance(outcome, bool) else outcome.new
            if new and not isinstance(outcome, bool):
                found = getattr(outcome.view, "warnings", ())
                warnings += [f"line {number}: {warning}" for warning in found]
            counted["lines"] += 1
            counted["applied" if new else "unchanged"] += 1
            if progress and number % 1000 == 0:
                progress(number)
        return counted | ({"warnings": warnings} if warnings else {})

    return done(setting, answer, bulk=True, dry_run=dry_run)


def _parsed(lines: Iterable[str]) -> Iterator[tuple[int, Line]]:
    for number, text in enumerate(lines, 1):
        if text.strip():
            try:
                line = json.loads(text, parse_float=Decimal, object_pairs_hook=_no_repeats)
            except (ValueError, RecursionError) as wrong:
                raise BadInput(
                    "bad-input", say("line {number}: no JSON object: {wrong}", number=number, wrong=wrong)
                ) from None
            try:
                if "\\u" in text:  # only as an escape can a file hold what is no text
                    _check_fit(line)
                yield number, _checked(line)
            except Refusal as refused:
                raise refused.at(f"line {number}") from None


def _check_fit(line: Any, key: str = "text") -> None:
    """Refuses what is no text, by the key that holds it."""
    if isinstance(line, str):
        inputs.fit(line, key)
    for name, value in line.items() if isinstance(line, dict) else ():
        _check_fit(value, inputs.fit(name, "key"))
    for item in line if isinstance(line, list) else ():
        _check_fit(item, key)


def _no_repeats(pairs: list[tuple[str, Any]]) -> Line:
    line = dict(pairs)
    if len(line) != len(pairs):
        raise ValueError("a key is there twice")
    return line


def _checked(line: Any) -> Line:
    """The line, if it is an object of a known type with the keys of that type."""
    if not isinstance(line, dict):
        raise BadInput("bad-input", say("no JSON object"))
    kind = line.get("type")
    if not isinstance(kind, str) or kind not in KEYS:
        raise BadInput("bad-input", say("type {kind!r}: known are {types}", kind=kind, types=list(TYPES)))
    needed, optional = KEYS[kind]
    allowed = needed | optional | {"type", "id"}
    strange = [key for key in line if key not in allowed]
    if strange:
        raise BadInput(
            "bad-input",
            say("{kind} has no key {strange!r}", kind=kind, strange=strange[0]),
            say("it has {names}", names=", ".join(sorted(allowed))),
        )
    missing = [key for key in sorted(needed) if line.get(key) is None]
    if missing:
        raise BadInput("bad-input", say("{kind} needs {missing}", kind=kind, missing=list(missing)))
    return line


def _prepare(tx: Transaction, lines: list[tuple[int, Line]]) -> None:
    """Locks the customers that the file names, in the order of their codes, so that two loads never wait crosswise;
    then looks up at once which ids and cases are known already."""
    for code in sorted({line["customer"] for _, line in lines if isinstance(line.get("customer"), str)}):
        tx.try_customer(code)
    ids: dict[str, set[str]] = {}
    for _, line in lines:
        if isinstance(line.get("id"), str):
            ids.setdefault(line["type"], set()).add(line["id"])
    named = {line["case"] for _, line in lines if isinstance(line.get("case"), str)}
    tx.look_up(ids, named | ids.get("case", set()))


def _apply(tx: Transaction, line: Line) -> "bool | service.Outcome[Any]":
    """Does what a line says; whether that changed anything."""
    read = _Reader(line, tx.today)
    id_ = read.text("id")
    if line["type"] in codec.BY_LINE:
        return service.perform(tx, codec.request_of(line), id_)
    raise AssertionError(line["type"])


class _Reader:
    """Reads the values of a line, each refused by name where its type is wrong."""

    def __init__(self, line: Line, today: date) -> None:
        self.line = line
        self._today = today

    def text(self, key: str) -> str | None:
        value = self.line.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or len(value) > (10_000 if key == "note" else 200):
            raise BadInput("bad-input", say("{key} {value!r}: give text of 1 to 200 characters", key=key, value=value))
        return inputs.fit(value, key, lines=key in ("note", "reason"))

    def needed(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            raise BadInput("bad-input", say("{key} is missing", key=key))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.line.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(
            isinstance(item, str) and item.strip() and len(item) <= 200 for item in value
        ):
            raise BadInput("bad-input", say("{key}: give a list of texts of 1 to 200 characters", key=key))
        return tuple(value)

    def whole(self, key: str, default: int) -> int:
        value = self.line.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 10_000_000:
            code = "bad-duration" if key == "minutes" else "bad-input"
            raise BadInput(code, say("{key} {value!r}: give a whole number", key=key, value=value))
        return value

    def money(self, key: str) -> Decimal | None:
        value = self.line.get(key)
        if value is None:
            return None
        if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
            raise BadInput("bad-input", say('{key} {value!r}: give an amount as "1234.50"', key=key, value=value))
        return inputs.money(str(value), key)

    def flag(self, key: str) -> bool:
        value = self.line.get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise BadInput("bad-input", say("{key} {value!r}: give true or false", key=key, value=value))
        return value

    def day(self, key: str) -> date | None:
        value = self.line.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise BadInput("bad-date", say("{key} {value!r}: write a date as 2025-03-31", key=key, value=value))
        return inputs.day(value)
