"""The hash chain of a customer: every position's hash covers its rows and the hash before (L6)."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from billing.core import proof
from billing.store.rows import Value
from billing.store.written import BYTES, COLUMNS

GENESIS = "0" * 64
_text = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
_KEY = {"customer_id", "seq", "n"}
_LATER = {"case_event": ("refers", "agreed")}  # came after rows without them were hashed: the last of a table
_COLUMNS = {
    table: [name for name in names if name not in _KEY and f"{table}.{name}" not in BYTES]
    for table, names in COLUMNS.items()
}
_ALL = {  # of tables without such columns: the names, and what takes them out of a row that has them all
    name: (set(columns), itemgetter(*columns))
    for name, columns in _COLUMNS.items()
    if name not in _LATER and columns[1:]
}


def content(table: str, row: Mapping[str, Any]) -> list[Value]:
    """What of a row is hashed: its table and its values in the schema's order; bytes by their digest.

    A column that came later is left out where it holds nothing, so that older rows are hashed as they were.
    """
    if table in _ALL and _ALL[table][0] <= row.keys():
        return [table, *_ALL[table][1](row)]
    later = _LATER.get(table, ())
    return [table, *(value for name in _COLUMNS[table] if (value := row.get(name)) is not None or name not in later)]


def content_of(table: str, values: list[Value]) -> list[Value]:
    """The same of all values of a row, in the schema's order."""
    if table in _LATER:
        return content(table, dict(zip(_COLUMNS[table], values, strict=True)))
    return [table, *values]


def signed(head: list[Value], by: str | None) -> list[Value]:
    """What is hashed of a position, with who recorded it (A2); without, as all positions were before that was kept."""
    return head if by is None else [*head, by]


def link_hash(previous: str, head: Iterable[Value], rows: Iterable[list[Value]]) -> str:
    """The hash of one position: `head` is customer, seq, kind, days and the request, `rows` what was recorded."""
    return hashlib.sha256(_text([previous, list(head), list(rows)]).encode()).hexdigest()


def rest_hash(whole: str, head: Iterable[Value], rows: Iterable[list[Value]]) -> str:
    """The digest of what is left of a position of which something was erased: its hash of before is in it (P1)."""
    return link_hash(whole, ["rest", *head], rows)


def series_hash(previous: str, text: str) -> str:
    """The hash of a document in its series: over its content and the hash of the one before."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def version_digest(name: str, valid_from: str, text: str) -> str:
    """The digest of a tariff version: its name, its first day and its text."""
    return hashlib.sha256(f"{name}\n{valid_from}\n{text}".encode()).hexdigest()


def position(seq: int, digest: str) -> str:
    """A place in the chain, short enough to print: its number and the head of its hash."""
    return proof.printed(seq, digest)


def salted(value: str, salt: str | None = None) -> tuple[str, str]:
    """A random salt, or the one given, and the digest of a value under it: the value can be erased (P1)."""
    salt = salt or secrets.token_hex(8)
    return salt, hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()
