"""What the parts of a tariff ask of each other: names that exist, figures that fit."""

import difflib
from collections.abc import Iterable, Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo

from billing.core.tariff import Allowance, Category, Product, Service, Tariff
from billing.tariffs import calendars
from billing.tariffs.service import ALL
from billing.tariffs.shape import AMOUNT, COUNT, NAMES
from billing.tariffs.written import DAYS

KeyPath = tuple[str, ...]


def rule_faults(tariff: Tariff) -> Iterator[tuple[KeyPath, str]]:
    if tariff.minimum % tariff.increment:
        yield ("minimum",), f"{tariff.minimum} is not a multiple of increment, {tariff.increment}"
    if tariff.tolerance >= tariff.increment:
        yield ("tolerance",), f"{tariff.tolerance} must be less than increment, {tariff.increment}"
    if len(set(tariff.tiers)) < len(tariff.tiers):
        yield ("tiers",), "names a tier twice"
    for category in tariff.categories.values():
        yield from _category_faults(category, tariff)
    if tariff.allowance is not None:
        yield from _allowance_faults(tariff.allowance, tariff)
    for product in tariff.products.values():
        yield from _product_faults(product, tariff)
    if tariff.service is not None:
        yield from _service_faults(tariff.service, tariff)


def _category_faults(category: Category, tariff: Tariff) -> Iterator[tuple[KeyPath, str]]:
    at = ("categories", category.name)
    sometimes = category.free in ("first", "verified")
    if category.charged_as is None and sometimes:
        yield (*at, "charged_as"), f'is missing: free = "{category.free}" needs the category charged otherwise'
    if category.charged_as is not None and not sometimes:
        yield (*at, "charged_as"), 'goes only with free = "first" or free = "verified"'
    elif category.charged_as is not None:
        yield from _unknown((*at, "charged_as"), [category.charged_as], "category", tariff.categories)
        target = tariff.categories.get(category.charged_as)
        if target is not None and target.charged_as is not None:
            message = f"{category.charged_as} is itself charged as {target.charged_as}; name a category that is not"
            yield (*at, "charged_as"), message
    if (
        tariff.overage in ("bill", "ask")
        and category.rate is None
        and category.free is None
        and not category.charged_as
    ):
        yield (*at, "rate"), f'is missing: overage = "{tariff.overage}" needs {AMOUNT}'


def _allowance_faults(rule: Allowance, tariff: Tariff) -> Iterator[tuple[KeyPath, str]]:
    if not tariff.tiers:
        yield ("tiers",), "is missing: [allowance] gives its minutes by tier"
    if tariff.term != "year":
        yield ("term",), '"open" has no allowance; [allowance] needs term = "year"'
    yield from _unknown(("allowance", "covers"), rule.covers, "category", tariff.categories)
    for tier in tariff.tiers:
        if tier not in rule.single:
            yield ("allowance", "minutes", tier), "is missing: minutes are needed for every tier, if only single = 0"
    for tier in rule.single if tariff.tiers else ():
        yield from _unknown(("allowance", "minutes", tier), [tier], "tier", tariff.tiers)


def _product_faults(product: Product, tariff: Tariff) -> Iterator[tuple[KeyPath, str]]:
    at = ("products", product.name)
    others = [name for name in tariff.products if name != product.name]
    yield from _unknown((*at, "covers"), product.covers, "category", tariff.categories)
    yield from _unknown((*at, "applies_to"), product.applies_to, "category", tariff.categories)
    yield from _unknown((*at, "tiers"), product.tiers, "tier", tariff.tiers)
    yield from _unknown((*at, "requires"), product.requires, "other product", others)
    yield from _unknown((*at, "extends"), [product.extends] if product.extends else [], "other product", others)
    if not product.minutes and (product.kind == "pack" or product.covers):
        yield (*at, "minutes"), f"is missing: {COUNT}; a pack is minutes, and covers is of no use without"
    if not product.covers and (product.kind == "pack" or product.minutes):
        yield (*at, "covers"), f"is missing: the categories that the minutes are for, {NAMES}"
    if product.reduced_rate is not None and not product.applies_to:
        yield (*at, "applies_to"), f"is missing: the categories that reduced_rate is for, {NAMES}"
    if product.reduced_rate is None and product.applies_to:
        yield (*at, "reduced_rate"), f"is missing: the rate of applies_to, {AMOUNT}"
    if product.extends and not product.contacts:
        yield (*at, "contacts"), "is missing: extends needs contacts = true"


def _service_faults(service: Service, tariff: Tariff) -> Iterator[tuple[KeyPath, str]]:
    at = ("service",)
    if len(set(service.priorities)) < len(service.priorities) or ALL in service.priorities:
        yield (*at, "priorities"), f'names a priority twice, or "{ALL}", which means all of them'
    yield from _unknown((*at, "default_priority"), [service.default_priority], "priority", service.priorities)
    yield from _place_faults(service)
    yield from _hours_faults(service)
    yield from _unknown((*at, "no_target"), service.no_target, "category", tariff.categories)
    for kind in service.out_of_scope:
        if kind in tariff.categories:
            yield (*at, "out_of_scope", kind), f"{shown(kind)} is a category of this tariff; what it covers is in scope"
    for name, evolution in service.evolutions.items():
        yield from _unknown(
            (*at, "evolutions", name, "categories"), evolution.categories, "category", tariff.categories
        )
    closing = service.closing
    if closing is not None and bool(closing.attempts) != bool(closing.attempts_within_days):
        missing = "attempts" if closing.attempts_within_days else "attempts_within_days"
        yield (*at, "closing", missing), "is missing: attempts and attempts_within_days go together"


def _place_faults(service: Service) -> Iterator[tuple[KeyPath, str]]:
    if service.timezone is not None:
        try:
            ZoneInfo(service.timezone)
        except (LookupError, ValueError, OSError):
            yield ("service", "timezone"), f"{shown(service.timezone)} is no time zone; write one as Europe/Paris"
    if service.calendar is not None and service.calendar not in calendars.names():
        message = f"{shown(service.calendar)} is no holiday calendar; {calendars.nearest(service.calendar)}"
        yield ("service", "calendar"), message


def _hours_faults(service: Service) -> Iterator[tuple[KeyPath, str]]:
    for priority in service.priorities:
        if priority not in service.hours:
            yield (
                ("service", "hours", priority),
                f"is missing: days for every priority, or a table [service.hours.{ALL}]",
            )
    for priority, week in service.hours.items():
        for name, day in zip(DAYS, week, strict=True):
            for (_, closes), (opens, _) in pairwise(day):
                if opens < closes:
                    times = f"{_clock(opens)} and {_clock(closes)}"
                    yield ("service", "hours", priority, "days"), f"the hours of {name} overlap between {times}"
                    return


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _unknown(at: KeyPath, wanted: Iterable[str], what: str, known: Iterable[str]) -> Iterator[tuple[KeyPath, str]]:
    for name in wanted:
        if name not in known:
            yield at, f"{shown(name)} is no {what} of this tariff; {hint(name, known)}"


def hint(wanted: object, known: Iterable[str]) -> str:

    near = difflib.get_close_matches(str(wanted), list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known) or 'none'}"


def shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return f"{'a' if value else 'an empty'} {'table' if isinstance(value, dict) else 'list'}"
    return str(value)
