"""A tariff as frozen values: what is sold, at which price, how time is rounded, what is free, what carries over.

These are only values and look-ups. Reading and checking the TOML files is `billing.tariffs`; what the values mean for
an entry is `rating`.
"""

from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Literal

from billing.core.units import last_day
from billing.values import dataclass

Free = Literal["always", "first", "verified"]
Rounding = Literal["entry", "case", "case-day", "day"]
TermLength = Literal["year", "open"]
Overage = Literal["bill", "owe", "refuse", "ask"]
CarryOver = Literal["never", "renewal"]
ProductKind = Literal["pack", "add-on"]
CreditedOn = Literal["payment", "sale"]
Titles = dict[str, str]  # by language: "fr", "de", "it", "nl", "en"


@dataclass(frozen=True, slots=True)
class Validity:
    """How long something can be used: a number of days, months or years from a day, or to the end of the term."""

    amount: int
    unit: Literal["day", "month", "year", "term"]

    def until(self, start: date, term_end: date) -> date:
        """The last day, for something that begins on `start` in a term that ends on `term_end`."""
        return term_end if self.unit == "term" else last_day(start, self.amount, self.unit)


@dataclass(frozen=True, slots=True)
class Category:
    """What an entry can be about. `rate` is per hour, None where time is never billed in money."""

    name: str
    titles: Titles
    rate: Decimal | None = None
    free: Free | None = None
    charged_as: str | None = None  # the category that is charged where this one is not free (R2)


@dataclass(frozen=True, slots=True)
class Allowance:
    """The minutes that a term grants its tier (G1): `single` and `several` are by tier."""

    covers: tuple[str, ...]
    single: dict[str, int]
    several: dict[str, int]
    main_modules: tuple[str, ...] = ()
    minimum_fee: Decimal | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A pack of time or an add-on (G2, G3). Minutes and price are per piece; a price of None is given at the sale."""

    name: str
    titles: Titles
    kind: ProductKind
    validity: Validity
    price: Decimal | None = None
    minutes: int = 0
    covers: tuple[str, ...] = ()
    credited_on: CreditedOn = "sale"
    tiers: tuple[str, ...] = ()  # empty: any
    requires: tuple[str, ...] = ()
    contacts: bool = False  # one registered contact a piece
    extends: str | None = None  # its contacts can draw every grant of this product
    limit: int | None = None  # pieces in force at one time, over all customers
    reduced_rate: Decimal | None = None
    applies_to: tuple[str, ...] = ()
    priority: int | None = None
    priority_service: bool = False


Day = tuple[tuple[int, int], ...]  # (opens, closes) in minutes of the local day, in order; 1440 is midnight
Week = tuple[Day, Day, Day, Day, Day, Day, Day]  # Monday first
TargetKind = Literal["reply", "take-up", "resolution"]


@dataclass(frozen=True, slots=True)
class Target:
    """How long something may take: business minutes, business days, or minutes of the calendar (S2)."""

    amount: int
    unit: Literal["business-minutes", "business-days", "elapsed-minutes"]


@dataclass(frozen=True, slots=True)
class Closing:
    """When a silent customer's case closes (S5); days are business days, 0 where a rule is not there."""

    attempts: int = 0  # failed attempts to reach the customer ...
    attempts_within_days: int = 0  # ... that close a case when they fall into so many business days
    silence_days: int = 0  # without the answer that was asked for
    on_files: bool = False  # at once when files are asked for; reopened when they arrive


@dataclass(frozen=True, slots=True)
class Evolution:
    """A kind of work on request (S8): its limits in minutes of work, and what it needs before work starts."""

    name: str
    titles: Titles
    categories: tuple[str, ...]  # what time on such a request is logged as
    most_minutes: int | None = None  # up to and including
    above_minutes: int | None = None  # from the next minute on
    approval: bool = False  # of the users' group
    free: bool = False
    share: bool = False  # a share of the cost may be proposed
    specification: bool = False  # written before the quote
    acceptance: bool = False  # work starts once the quote is accepted


@dataclass(frozen=True, slots=True)
class Service:
    """The service part of a tariff: when somebody is there, how fast, how a case closes, what is not covered."""

    priorities: tuple[str, ...]  # the most urgent first
    default_priority: str
    hours: dict[str, Week]  # by priority
    targets: dict[str, dict[TargetKind, Target]] = field(default_factory=dict)  # by priority
    meanings: dict[str, Titles] = field(default_factory=dict)  # what a priority means, by language (S14)
    timezone: str | None = None  # None: the issuer's
    calendar: str | None = None  # of holidays, "FR" or "CH-ZH"; None: the issuer's
    day_minutes: int | None = None  # business minutes of a business day; None: the same time on the next one (S2)
    no_target: tuple[str, ...] = ()  # categories (S3)
    from_take_up: bool = False  # time before the take-up is refused (S4)
    closing: Closing | None = None
    owner_is_first_answer: bool = False  # S10
    written_authorisation: bool = False  # S12
    urgency_agreed: bool = False  # who agreed is asked for where it is not the usual one (S10)
    told_at_take_up: bool = False  # a take-up counts once the customer was told (S2)
    verdicts: tuple[str, ...] = ()  # what a case can turn out to be beside what it can everywhere (S7)
    notice_hours: int | None = None  # of planned maintenance (S9)
    out_of_scope: dict[str, Titles] = field(default_factory=dict)  # kind -> why, by language (S11)
    evolutions: dict[str, Evolution] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tariff:
    """One dated version of a tariff."""

    name: str
    valid_from: date
    titles: Titles
    currency: str
    increment: int  # minutes
    rounding: Rounding
    term: TermLength
    overage: Overage
    categories: dict[str, Category]  # in order: the first is the default
    products: dict[str, Product] = field(default_factory=dict)
    tiers: tuple[str, ...] = ()  # from the smallest to the largest
    allowance: Allowance | None = None
    minimum: int = 0
    tolerance: int = 0
    carry_over: CarryOver = "never"
    grace_days: int = 30
    goodwill_priority: int | None = None
    service: Service | None = None  # None: only time and money

    @property
    def default_category(self) -> str:
        return next(iter(self.categories))

    def allowance_minutes(self, tier: str | None, modules: tuple[str, ...], fee: Decimal | None) -> int:
        """The minutes that one term grants a tier with these modules at this annual fee (G1)."""
        rule = self.allowance
        if rule is None or tier is None:
            return 0
        if rule.minimum_fee is not None and (fee is None or fee < rule.minimum_fee):
            return 0
        main = {name.casefold() for name in rule.main_modules}
        row = rule.several if len({m.casefold() for m in modules} & main) > 1 else rule.single
        return row[tier]
