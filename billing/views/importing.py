"""What an import of time from another tool came to."""

from datetime import date, datetime

from billing.texts import Text
from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """An entry whose row is in the tool no more; `voided` where that was asked for."""

    id: str
    entry: str
    customer: str
    on: date = field(key="date")
    minutes: int
    voided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A row that could not be placed, with the reason and its cells in the order of the columns."""

    row: int
    id: str | None
    code: str
    reason: Text | str
    cells: tuple[str, ...] = field((), omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A row that is no time worked, and why."""

    row: int
    reason: Text | str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeImported:
    """How many rows were new, changed, gone, could not be placed, or were known as they are; and the whole minutes of
    the rows that are in, each rounded by itself, by customer."""

    new: int
    changed: int
    gone: int
    parked: int
    unchanged: int
    minutes: dict[str, int]
    skipped: int
    gone_entries: tuple[Gone, ...] = ()
    parked_rows: tuple[Parked, ...] = ()
    skipped_rows: tuple[LeftOut, ...] = ()
    columns: tuple[str, ...] = field((), omit=True)  # of the cells of what is parked
    warnings: tuple[Text, ...] = field((), omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedBefore:
    """Up to where an API was read, and when; nothing where it never was. `source` is what its ids begin with."""

    source: str
    cursor: str | None
    at: datetime | None
    total: str | None = None  # Zendesk's field that counts the seconds
