"""What an import came to: of time from another tool, of customers."""

from datetime import date, datetime

from billing.texts import Text
from billing.values import dataclass
from billing.views.fields import field

Kept = str | int | bool | tuple[str, ...] | None  # a field's value: money and days as text


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field of a customer or of its contract: what it was, and what it is now."""

    name: str = field(key="field")
    before: Kept = field(key="from")
    after: Kept = field(key="to")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerImported:
    """A customer that is new or was changed, and each field that was."""

    customer: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersImported:
    """Which customers of a file were new, which were changed, and which were as the file has them."""

    new: tuple[CustomerImported, ...]
    changed: tuple[CustomerImported, ...]
    unchanged: tuple[str, ...]
    warnings: tuple[Text, ...] = field((), omit=True)
