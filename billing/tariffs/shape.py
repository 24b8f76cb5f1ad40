"""The shape of a tariff file: each key that there is, written once, with what it takes and what else would work.

`reading` makes these tables of a TOML text that it trusts, and a `core.tariff.Tariff` of them; `checking` holds a text
that comes in against them. What the keys mean is in `tariffs/README.md`.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from typing import Annotated, Any, TypeVar, cast, dataclass_transform

from billing.core.tariff import CarryOver, CreditedOn, Free, Overage, ProductKind, Rounding, TermLength
from billing.tariffs.written import MOST, Language, amount_of, target_of, validity_of, week_of, words_of


class Works:
    """What a refusal says that would work."""

    def __init__(self, text: str) -> None:
        self.text = text


class Bounds:
    """The least and the most that a number may be."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most


class Says:
    """What reads a value; it raises ValueError for one that says nothing."""

    def __init__(self, read: Callable[[Any], object]) -> None:
        self.read = read


class Like:
    """The pattern of a text."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern


T = TypeVar("T")
FILLED = "filled"  # a text, a list or a table that may not be empty
FIGURE = "figure"  # something set by the file as a whole: it needs a source of its own

AMOUNT = "an amount of at least 0 with at most two decimals, such as 175.00"
COUNT = "whole minutes, such as 5"
NAMES = 'a list of names, such as ["support"]'
MINUTES = "whole minutes from 1 up, such as 480"
NUMBER = "a whole number from 1 up"

Text = Annotated[str, FILLED]
Names = Annotated[tuple[Text, ...], Works(NAMES)]
SomeNames = Annotated[tuple[Text, ...], FILLED, Works(NAMES)]
Words = dict[
    Language, Annotated[Text, Says(words_of), Works("a text that a paper draws, without signs that nobody sees")]
]
Title = Annotated[Words, Works('a title by language, such as { fr = "Support", en = "Support" }')]
Reason = Annotated[Words, FILLED, Works('why, by language, such as { fr = "Matériel", en = "Hardware" }')]
Source = Annotated[Text, Works('the document and the heading that it comes from, or "ours: …" and why')]
Sources = Annotated[dict[str, Source], Works('a source for each figure, such as source.increment = "…"')]
Money = Annotated[int | Decimal, Says(amount_of), Works(AMOUNT)]
Count = Annotated[int, Bounds(0, MOST), Works(COUNT)]
Minutes = Annotated[int, Bounds(1, MOST), Works(MINUTES)]
Number = Annotated[int, Bounds(1, MOST), Works(NUMBER)]
Priority = Annotated[int, Works("a whole number; the smallest is drawn first, and what has none comes last")]
Category = Annotated[Text, Works("the name of a category")]
Product = Annotated[Text, Works("the name of a product")]
Days = Annotated[
    dict[str, tuple[str, ...]],
    Says(week_of),
    Works(
        'days with their hours, such as { mon-thu = ["08:00-12:00", "13:30-17:30"], fri = ["08:00-12:00"] }, '
        "each day once"
    ),
]
Within = Annotated[str, Says(target_of), Works('"2 business hours", "1 business day" or "48 elapsed hours"')]


class Table:
    """A table of the file: an attribute for each of its keys, set once."""

    def __init__(self, **values: object) -> None:
        missing = {f.name: f.default_factory() for f in fields(cast(Any, self)) if f.default_factory is not MISSING}
        vars(self).update(missing | values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} is set once")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def table(of: type[T]) -> type[T]:
    """A frozen dataclass that is made in a tenth of the time: each booking waits for the twelve of them."""
    return dataclass(init=False, repr=False, eq=False, match_args=False)(of)


@table
class CategoryTable(Table):
    """[categories.NAME]"""

    rate: Money | None = None
    free: Free | None = None
    charged_as: Category | None = None
    title: Title = field(default_factory=dict)
    source: Source


@table
class MinutesTable(Table):
    """allowance.minutes.TIER; several: as single where it is not there"""

    single: Count
    several: Count | None = None


@table
class AllowanceTable(Table):
    """[allowance]"""

    covers: SomeNames
    minutes: Annotated[
        dict[str, Annotated[MinutesTable, Works("a table such as { single = 5, several = 10 }")]],
        Works("a table [allowance.minutes] with every tier"),
    ]
    main_modules: Names = ()
    minimum_fee: Money | None = None
    priority: Priority | None = None
    source: Source


@table
class ProductTable(Table):
    """[products.NAME]"""

    kind: ProductKind
    price: Money | None = None
    minutes: Annotated[int, Bounds(1, MOST), Works("whole minutes from 1 up, such as 120")] | None = None
    covers: Names = ()
    credited_on: CreditedOn = "sale"
    validity: Annotated[
        str, Says(validity_of), Works('"1 year", "6 months", "30 days" or "term", of at most 100 years')
    ]
    tiers: Names = ()
    requires: Names = ()
    contacts: bool = False
    extends: Product | None = None
    limit: Number | None = None
    reduced_rate: Money | None = None
    applies_to: Names = ()
    priority: Priority | None = None
    priority_service: bool = False
    title: Title = field(default_factory=dict)
    source: Source


@table
class HoursTable(Table):
    """[service.hours.PRIORITY]"""

    days: Days
    source: Source


@table
class TargetsTable(Table):
    """[service.targets.PRIORITY]"""

    reply: Within | None = None
    take_up: Within | None = None
    resolution: Within | None = None
    source: Source


@table
class ClosingTable(Table):
    """[service.closing]"""

    attempts: Number | None = None
    attempts_within_days: Number | None = None
    silence_days: Number | None = None
    on_files: bool = False
    source: Source


@table
class ScopeTable(Table):
    """[service.out_of_scope.KIND]"""

    reason: Reason
    source: Source


@table
class MeaningTable(Table):
    """[service.meanings.PRIORITY]"""

    text: Annotated[Words, FILLED, Works('what it means, by language, such as { fr = "Tout est arrêté" }')]
    source: Source


@table
class EvolutionTable(Table):
    """[service.evolutions.NAME]"""

    categories: SomeNames
    most_minutes: Minutes | None = None
    above_minutes: Minutes | None = None
    approval: bool = False
    free: bool = False
    share: bool = False
    specification: bool = False
    acceptance: bool = False
    title: Title = field(default_factory=dict)
    source: Source


@table
class ServiceTable(Table):
    """[service]"""

    timezone: Annotated[Text, Works("a time zone, such as Europe/Paris")] | None = None
    calendar: Annotated[Text, Works('a holiday calendar, such as "FR", "FR-Alsace-Moselle" or "CH-ZH"')] | None = None
    priorities: Annotated[
        tuple[Text, ...],
        FILLED,
        Works('a list of names, the most urgent first, such as ["urgent", "normal"]'),
    ]
    default_priority: Annotated[Text, Works("one of the priorities")] | None = None
    business_day: Annotated[int, FIGURE, Bounds(1, 24 * 60), Works(MINUTES)] | None = None
    no_target: Names = ()
    from_take_up: bool = False
    owner_is_first_answer: bool = False
    written_authorisation: bool = False
    urgency_agreed: bool = False
    told_at_take_up: bool = False
    verdicts: Names = ()
    notice_hours: Annotated[Number, FIGURE] | None = None
    source: Sources = field(default_factory=dict)
    hours: Annotated[
        dict[str, HoursTable],
        FILLED,
        Works("a table [service.hours.PRIORITY] for each priority, or one [service.hours.all]"),
    ]
    targets: dict[str, TargetsTable] = field(default_factory=dict)
    meanings: dict[str, MeaningTable] = field(default_factory=dict)
    closing: ClosingTable | None = None
    out_of_scope: dict[str, ScopeTable] = field(default_factory=dict)
    evolutions: dict[str, EvolutionTable] = field(default_factory=dict)


@table
class TariffTable(Table):
    """The file."""

    name: Annotated[Text, Works("the name of the tariff, the same as its folder's")]
    currency: Annotated[str, Like(r"^[A-Z]{3}$"), Works('three capital letters, such as "CHF"')]
    increment: Annotated[int, FIGURE, Bounds(1, MOST), Works("whole minutes from 1 up, such as 5")]
    rounding: Rounding
    minimum: Annotated[Count, FIGURE] = 0
    tolerance: Annotated[Count, FIGURE] = 0
    term: TermLength
    overage: Overage
    carry_over: CarryOver = "never"
    grace_days: Annotated[int, FIGURE, Bounds(0, MOST), Works("whole days, such as 30")] = 30
    goodwill_priority: Annotated[Priority, FIGURE] | None = None
    tiers: Names = ()
    source: Sources
    title: Title = field(default_factory=dict)
    categories: Annotated[
        dict[str, CategoryTable], FILLED, Works("a table [categories.NAME] for each, and at least one")
    ]
    allowance: AllowanceTable | None = None
    products: dict[str, ProductTable] = field(default_factory=dict)
    service: ServiceTable | None = None
