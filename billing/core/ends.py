"""When a relationship ends, and until when what is held of it is kept (P1, P2)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from billing.core.correction import EDITED, UNDONE
from billing.core.units import END_OF_TIME, anniversary
from billing.values import dataclass

YEARS_AFTER_END = 3
YEARS_OF_PAPERS = 10
Last = Literal["contract", "document", "payment", "case", "customer"]


@dataclass(frozen=True, slots=True)
class Ended:
    """The last day of a relationship, and what it was the day of; none while a contract without an end runs."""

    on: date | None
    by: Last

    @property
    def erased_from(self) -> date | None:
        """The day from which personal data is to be erased."""
        return None if self.on is None or self.on.year + YEARS_AFTER_END > date.max.year else anniversary(
            self.on, YEARS_AFTER_END
        )  # fmt: skip


def ended(days: Iterable[tuple[Last, date]], known_since: date) -> Ended:
    """The end of a relationship: the last of its days, of a contract, document, payment or case (P1).

    Where there was nothing of these it is the day since which the customer is known.
    """
    by, last = max(days, key=lambda one: one[1], default=("customer", known_since))
    return Ended(None if last == END_OF_TIME else last, by)


def papers_until(issued_on: date) -> date:
    """The last day on which a document keeps its recipient: ten years from the end of its financial year (P2).

    The financial year is the calendar year.
    """
    return date(min(issued_on.year + YEARS_OF_PAPERS, date.max.year), 12, 31)


def papers_before(day: date) -> date:
    """The day before which a document was issued that keeps its recipient no more on a day."""
    return date(day.year - YEARS_OF_PAPERS, 1, 1)


_PROSE = {
    "case_event": {"priority", "change", "void"},
    "correction": {"void", "note"},
}  # kinds whose words are people's
_OURS = (None, "", UNDONE, EDITED)  # the program's words


def written(table: str, row: Mapping[str, object]) -> tuple[str, ...]:
    """The columns of a row in the chain that hold what people wrote, which an erasure empties (P1).

    What an invoice, a quote or a credit note says is on paper, and goes with it (P2).
    """
    if table in ("time_grant", "opening_void"):
        column = "reason"
    elif row.get("kind") in _PROSE.get(table, ()):
        column = "detail" if table == "case_event" else "reason"
    else:
        return ()
    return () if row[column] in _OURS else (column,)
