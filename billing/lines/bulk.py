"""Loads JSON Lines, or rows, whole or not at all (cli.md). A line is what a command does; it takes the same road."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from hashlib import sha256
from typing import Any

from billing.errors import BadInput, Refusal
from billing.exchange import sheets
from billing.interrupts import keeping
from billing.lines import codec, rows
from billing.requests import inputs
from billing.requests.codec import shown
from billing.service import Asked, Batch, Door, File, Progress
from billing.sweeping import unswept
from billing.texts import Text, say

Line = dict[str, Any]
TYPES = (
    "issuer", "agent", "customer", "contract", "renewal", "tier", "cancel", "purchase", "payment", "on-account",
    "refund", "write-off", "bounce", "entry", "void", "edit", "verify", "case", "case-event", "goodwill", "invoice-run",
    "close", "reopen", "invoice-credit", "opening-contract", "opening-grant", "opening-owed", "opening-invoice",
    "opening-money", "opening-void",
)  # fmt: skip
KEYS = {kind: codec.keys_of(kind) for kind in codec.BY_LINE}  # by type: those that it needs, those that it may have
_NEEDED = {kind: sorted(needed) for kind, (needed, _) in KEYS.items()}
_ALLOWED = {kind: needed | may | {"type", "id"} for kind, (needed, may) in KEYS.items()}


@unswept()
def load(
    books: Door, lines: Iterable[str], dry_run: bool = False, progress: Progress | None = None, typed: bool = False
) -> dict[str, Any]:
    """Applies every line in one transaction: how many there were, how many changed something, how many were known.

    What looks wrong is taken and named under `warnings`, where there is any. Where the load was `typed` by somebody, it
    is asked back if the lines without an id were loaded before.

    Raises the refusal of the first line that cannot be applied, its number in front; then nothing is kept.
    """
    return _taken(books, *asked_of(lines, typed), dry_run, progress)


@unswept()
def load_in_parts(books: Door, lines: Iterable[str], at_once: int, progress: Progress | None = None) -> dict[str, Any]:
    """Applies lines so many at a time, each part in a transaction of its own, so that nobody waits for all of them.

    All lines are looked through before the first part, and gone through again then: of a file no more than a part is in
    memory. A part is known by its lines, and is done once: a load that was
    stopped goes on where it was when it is done again with parts as large.

    Raises the refusal of the first line that cannot be applied; it says what the parts before have kept.
    """
    names = [file.digest for _, file in _in_parts(lines, at_once)]
    done: list[Batch] = []

    def kept() -> Text | None:
        known = {"count": len(done), "all": len(names)}
        return say("{count} {count:part|parts} of {all} {count:is|are} kept", **known) if done else None

    with keeping(kept):
        for asked, file in _in_parts(lines, at_once):
            if file.digest not in names:
                raise BadInput("bad-input", say("the file is another one than when it was looked through"))
            done.append(books.do_all(asked, progress=progress, file=file))
    counted = {"applied": sum(one.applied for one in done), "unchanged": sum(one.unchanged for one in done)}
    found = {"lines": counted["applied"] + counted["unchanged"], **counted, "parts": len(done)}
    warnings = [warning for one in done for warning in one.warnings]
    return found | {"known": sum(one.known for one in done)} | ({"warnings": warnings} if warnings else {})


def _in_parts(lines: Iterable[str], at_once: int) -> Iterator[tuple[list[Asked], File]]:
    """The requests of so many lines at a time, with what each part is known by."""
    asked: list[Asked] = []
    digest = sha256(b"part\n")
    for number, text, line in _parsed(lines):
        asked.append(_asked(f"line {number}", line))
        digest.update(text.strip().encode() + b"\n")
        if len(asked) == at_once:
            yield asked, File(digest.hexdigest(), at_once, part=True)
            asked, digest = [], sha256(b"part\n")
    if asked:
        yield asked, File(digest.hexdigest(), len(asked), part=True)


@unswept()
def load_book(
    books: Door,
    book: sheets.Book,
    kind: str | None = None,
    date_order: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    typed: bool = False,
) -> dict[str, Any]:
    """The same of a spreadsheet's rows: a column `type`, the sheet's name or `kind` says what they are.

    Raises what is wrong with cells and rows all at once, each with its place; what cannot be applied, as `load` does.
    """
    return _taken(books, *asked_of_book(book, kind, date_order, typed), dry_run, progress)


def asked_of(lines: Iterable[str], typed: bool = False) -> tuple[list[Asked], File]:
    """The requests of JSON Lines, and what those without an id are known by. Raises the refusal of the first fault."""
    asked, digest, nameless = [], sha256(), 0
    for number, text, line in _parsed(lines):
        asked.append(_asked(f"line {number}", line))
        if line.get("id") is None:
            digest.update(text.strip().encode() + b"\n")
            nameless += 1
    return asked, File(digest.hexdigest(), nameless, typed)


def asked_of_book(
    book: sheets.Book, kind: str | None, date_order: str | None, typed: bool = False
) -> tuple[list[Asked], File]:
    """The same of the rows of a spreadsheet. Raises all faults at once."""
    faults = sheets.Faults()
    asked, digest, nameless = [], sha256(), 0
    for each in rows.lines_of(book, kind, date_order, TYPES, faults):
        with faults.at(each.place):
            line = _checked(each.line)
            asked.append(Asked(each.place, codec.request_of(line), codec.id_of(line), each.cells))
            if line.get("id") is None:
                digest.update(json.dumps(line, sort_keys=True).encode() + b"\n")
                nameless += 1
    faults.check()
    return asked, File(digest.hexdigest(), nameless, typed)


def _taken(books: Door, asked: list[Asked], file: File, dry_run: bool, progress: Progress | None) -> dict[str, Any]:
    batch = books.do_all(asked, dry_run=dry_run, progress=progress, file=file)
    counted: dict[str, Any] = {"lines": len(asked), "applied": batch.applied, "unchanged": batch.unchanged}
    return counted | ({"warnings": list(batch.warnings)} if batch.warnings else {})


def _asked(place: str, line: Line) -> Asked:
    try:
        return Asked(place, codec.request_of(line), codec.id_of(line))
    except Refusal as refused:
        raise refused.at(place) from None


def _parsed(lines: Iterable[str]) -> Iterator[tuple[int, str, Line]]:
    for number, text in enumerate(lines, 1):
        if text.strip():
            try:
                line = _DECODER.decode(text) if text[0] == "{" else json.loads(text, **_HOW)
            except (ValueError, RecursionError) as wrong:
                raise BadInput(
                    "bad-input", say("line {number}: no JSON object: {wrong}", number=number, wrong=wrong)
                ) from None
            try:
                if "\\u" in text:  # only as an escape can a file hold what is no text
                    _check_fit(line)
                yield number, text, _checked(line)
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


_HOW: dict[str, Any] = {"parse_float": Decimal, "object_pairs_hook": _no_repeats}
_DECODER = json.JSONDecoder(**_HOW)  # made once: `json.loads` makes one at each call


def _checked(line: Any) -> Line:
    """The line, if it is an object of a known type with the keys of that type."""
    if not isinstance(line, dict):
        raise BadInput("bad-input", say("no JSON object"))
    kind = line.get("type")
    if not isinstance(kind, str) or kind not in KEYS:
        raise BadInput("bad-input", say("type {kind}: known are {types}", kind=shown(kind), types=list(TYPES)))
    needed, allowed = _NEEDED[kind], _ALLOWED[kind]
    if not line.keys() <= allowed:
        strange = [key for key in line if key not in allowed]
        raise BadInput(
            "bad-input",
            say("{kind} has no key {strange!r}", kind=kind, strange=strange[0]),
            say("it has {names}", names=", ".join(sorted(allowed))),
        )
    missing = [key for key in needed if line.get(key) is None]
    if missing:
        raise BadInput("bad-input", say("{kind} needs {missing}", kind=kind, missing=list(missing)))
    return line
