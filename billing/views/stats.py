"""How large a database is, how fast it grows, how long reading takes, and which limits come near."""

from datetime import date
from typing import Literal

from billing.texts import Text
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table: its rows, and its bytes on the disk with its indexes, where the database tells them."""

    table: str
    rows: int
    size: int | None


@dataclass(frozen=True, slots=True)
class ReadTimed:
    """What a question took, of whom it was asked where it was of one customer."""

    what: Literal["balance", "statement", "receivables", "queue"]
    customer: str | None
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that there can only be so much of. `near`: it is time to do something."""

    what: Literal["numbers", "disk", "file"]
    about: str  # a series with its year, a disk
    now: int
    most: int
    near: bool
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """A database in figures. Sizes are bytes; `growth` is what a year adds at the pace of the last twelve months."""

    database: str
    kind: Literal["sqlite", "postgresql"]
    size: int
    unused: int | None  # bytes of a SQLite file that hold nothing
    customers: int
    entries: int
    documents: int
    first: date | None  # day of work
    entries_last_year: int
    growth: int | None
    tables: tuple[TableSize, ...]  # the largest first
    reads: tuple[ReadTimed, ...]  # the slowest first
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerInShort:
    """An issuer among many. `last_run` is the latest month, as 2025-03, of which a run issued something."""

    name: str
    country: str
    currency: str
    customers: int
    last_run: str | None
