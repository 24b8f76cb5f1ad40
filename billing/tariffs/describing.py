"""Puts a tariff into words, figure by figure with its source, so that it can be checked against its policy."""

from collections.abc import Iterator

from billing.core.tariff import Category, Product, Tariff
from billing.tariffs.describing_service import describe_service
from billing.tariffs.reading import Version, sources
from billing.texts import Text, say, say_as

Row = tuple[Text, str, str, str]
_PRODUCT = {"pack": say("pack {name} ({title})"), "add-on": say("add-on {name} ({title})")}


def describe(version: Version, language: str = "en") -> list[Row]:
    """Every setting of a tariff as (section, item, value, source), in the order in which a policy states them.

    Titles are in `language`. Items are the keys of the file and values what they come to: both are in English.
    """
    tariff, source = version.tariff, sources(version.text)
    rows = [(say("tariff"), item, value, source.get(item, "")) for item, value in _settings(tariff)]
    for name, category in tariff.categories.items():
        item = f"{name} ({category.titles[language]})"
        rows.append((say("categories"), item, _charging(category, tariff), source[f"categories.{name}"]))
    rows += [
        (say_as("a heading", "allowance"), item, value, source["allowance"]) for item, value in _allowances(tariff)
    ]
    for name, product in tariff.products.items():
        section = _PRODUCT[product.kind].of(name=name, title=product.titles[language])
        rows += [(section, *row, source[f"products.{name}"]) for row in _offers(product, tariff.currency)]
    if tariff.service is not None:
        rows += describe_service(tariff.service, source, language)
    return rows


_MEANING = {
    "entry": "each entry by itself",
    "case": "the running total of a case, per category",
    "case-day": "the running total of a case and day, per category",
    "day": "the running total of a customer's day, per category",
    "year": "one year, renewed",
    "open": "open",
    "bill": "billed at the category's rate",
    "owe": "owed, and drawn from the next grant",
    "refuse": "refused",
    "ask": "billed up to what the customer approves of the case before, else refused",
    "never": "never",
    "renewal": "to a later pack",
    "payment": "full payment",
    "sale": "the day of sale",
}


def _settings(tariff: Tariff) -> Iterator[tuple[str, str]]:
    yield "currency", tariff.currency
    yield "increment", _minutes(tariff.increment)
    yield "rounding", _MEANING[tariff.rounding]
    if tariff.minimum:
        yield "minimum", _minutes(tariff.minimum)
    if tariff.tolerance:
        yield "tolerance", _minutes(tariff.tolerance)
    yield "term", _MEANING[tariff.term]
    yield "overage", _MEANING[tariff.overage]
    yield "carry_over", _MEANING[tariff.carry_over]
    if tariff.carry_over == "renewal":
        yield "grace_days", f"{tariff.grace_days} days"
    if tariff.goodwill_priority is not None:
        yield "goodwill_priority", str(tariff.goodwill_priority)
    if tariff.tiers:
        yield "tiers", ", ".join(tariff.tiers)


def _charging(category: Category, tariff: Tariff) -> str:
    on_request = tariff.service.evolutions.values() if tariff.service else ()
    other = "by quote" if any(category.name in work.categories for work in on_request) else "no rate"
    rate = other if category.rate is None else f"{category.rate} {tariff.currency}/h"
    return {
        None: rate,
        "always": "free",
        "first": f"first case free, later ones charged as {category.charged_as}",
        "verified": f"free once verified, charged as {category.charged_as} until then",
    }[category.free]


def _allowances(tariff: Tariff) -> Iterator[tuple[str, str]]:
    rule = tariff.allowance
    if rule is None:
        return
    if rule.minimum_fee is not None:
        yield "minimum_fee", f"{rule.minimum_fee} {tariff.currency} a year"
    for tier in tariff.tiers:
        several = f", {_minutes(rule.several[tier])} with several main modules" if rule.main_modules else ""
        yield tier, _minutes(rule.single[tier]) + several
    if rule.main_modules:
        yield "main_modules", ", ".join(rule.main_modules)
    yield "covers", ", ".join(rule.covers)
    if rule.priority is not None:
        yield "priority", str(rule.priority)


def _offers(product: Product, currency: str) -> Iterator[tuple[str, str]]:
    yield "price", "given at the sale" if product.price is None else f"{product.price} {currency}"
    if product.minutes:
        yield "minutes", _minutes(product.minutes)
        yield "covers", ", ".join(product.covers)
        yield "credited_on", _MEANING[product.credited_on]
    amount, unit = product.validity.amount, product.validity.unit
    yield "validity", "the term" if unit == "term" else f"{amount} {unit}{'s' if amount > 1 else ''}"
    if product.reduced_rate is not None:
        yield "reduced_rate", f"{product.reduced_rate} {currency}/h for {', '.join(product.applies_to)}"
    for item in ("tiers", "requires"):
        if getattr(product, item):
            yield item, ", ".join(getattr(product, item))
    if product.contacts:
        yield "contacts", "one registered contact a piece"
    for item in ("extends", "limit", "priority"):
        if getattr(product, item) is not None:
            yield item, str(getattr(product, item))
    if product.priority_service:
        yield "priority_service", "yes"


def _minutes(minutes: int) -> str:
    return f"{minutes} min ({minutes // 60} h)" if minutes and minutes % 60 == 0 else f"{minutes} min"
