"""Closed months: what was done, how it stands, and whether the next one can be closed."""

from datetime import date

from billing.texts import Text
from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True)
class Period:
    """A month that was closed or opened again, and the first day that is open; without one all are."""

    month: str
    closed: bool
    on: date
    reason: str | None
    open_from: date | None
    warnings: tuple[Text, ...] = field((), omit=True)


@dataclass(frozen=True, slots=True)
class PeriodStep:
    """A closing or an opening, as it was recorded."""

    kind: str
    month: str
    on: date
    reason: str | None


@dataclass(frozen=True, slots=True)
class Closable:
    """Whether a month can be closed on a day, why not, and what an accountant would look at before.

    `uninvoiced` are customers for whom something of it is still to be invoiced or credited, `open_items` how many
    movements of the bank up to its end wait on suspense.
    """

    month: str
    closed: bool
    closable: bool
    why: Text | str | None
    uninvoiced: tuple[str, ...]
    open_items: int
    warnings: tuple[Text, ...] = field((), omit=True)


@dataclass(frozen=True, slots=True)
class Periods:
    """Up to which day all is closed, how the next month stands, and all closings and openings in recorded order."""

    closed_until: date | None
    next: Closable
    steps: tuple[PeriodStep, ...]
