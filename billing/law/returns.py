"""VAT returns and lists of sales by the issuer's country: dated data with its source, `returns.toml` (M11, M18).

Pure but for reading its table once. What boxes and lists come to is computed elsewhere.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from billing.core.sales_lists import SalesList
from billing.core.vat_return import Box, Form, Place
from billing.errors import BadInput
from billing.law import countries, is_member
from billing.law.data import table
from billing.texts import say


def form(issuer_country: str, day: date) -> Form:
    """The return that an issuer files for a period that ends on a day. Refuses a country whose form is not known."""
    territory = countries.of(issuer_country).territory
    rows = [row for row in table("returns")["form"] if row["territory"] == territory and _counts(row, day)]
    if not rows:
        known = sorted({row["territory"] for row in table("returns")["form"]})
        raise BadInput(
            "bad-input",
            say("the boxes of the VAT return of {country} on {day} are not known", country=issuer_country, day=day),
            say("known: {known}", known=known),
        )
    row = rows[-1]
    boxes = tuple(_box(box) for box in row["box"] if _counts(box, day))
    return Form(row["code"], row["name"], boxes, tuple(row.get("whole", ())), tuple(row.get("outside", ())))


def labels(issuer_country: str, code: str, day: date) -> dict[str, str]:
    """What a box is called, by the form's languages."""
    territory = countries.of(issuer_country).territory
    for row in table("returns")["form"]:
        for box in row["box"] if row["territory"] == territory and _counts(row, day) else ():
            if box["code"] == code and _counts(box, day):
                return dict(box["label"])
    return {}


def sales_lists(issuer_country: str, day: date) -> list[SalesList]:
    """The lists of sales that an issuer hands in for a period that ends on a day; none where none is known."""
    territory = countries.of(issuer_country).territory
    rows = [row for row in table("returns")["list"] if row["territory"] == territory and _counts(row, day)]
    return [_list(row) for row in rows]


def place(issuer_country: str, customer_country: str, day: date) -> Place:
    """Where a customer is for the issuer's return: at home, in a part with its own rates, in the Union, elsewhere."""
    territory, customer = countries.of(issuer_country).territory, countries.of(customer_country)
    if customer.territory == territory:
        return "domestic"
    if customer.part_of == territory:
        return "part"
    both = is_member(territory, day) and is_member(customer.territory, day)
    return "union" if both else "elsewhere"


def _counts(row: dict[str, Any], day: date) -> bool:
    return bool(row.get("from", date.min) <= day <= row.get("until", date.max))


def _box(row: dict[str, Any]) -> Box:
    return Box(
        row["code"],
        gives=tuple(row["gives"]),
        categories=tuple(row.get("categories", ())),
        rates=tuple(Decimal(rate) for rate in row.get("rates", ())),
        places=tuple(row.get("places", ())),
        notes=row.get("notes"),
        again=row.get("again", False),
        sum=tuple(row.get("sum", ())),
        less=tuple(row.get("less", ())),
    )


def _list(row: dict[str, Any]) -> SalesList:
    return SalesList(
        row["code"],
        row["name"],
        categories=tuple(row["categories"]),
        places=tuple(row["places"]),
        unit=Decimal(row["unit"]),
        kind=row.get("kind", ""),
        annual=row.get("annual", False),
        own_ids=row.get("own_ids", False),
        over=Decimal(row["over"]) if "over" in row else None,
    )
