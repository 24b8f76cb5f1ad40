"""VAT returns and lists as data: every rate has its box, each row its words and its source (M11, M18)."""

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from billing.core.taxed import Taxed
from billing.core.vat import VatCategory, VatClass
from billing.core.vat_return import Place, fill
from billing.law import returns
from billing.law.data import table

KNOWN = sorted({row["territory"] for row in table("returns")["form"]})
DAYS = [
    date(2010, 1, 1),
    date(2013, 12, 31),
    date(2014, 1, 1),
    date(2021, 12, 31),
    date(2022, 1, 1),
    date(2026, 11, 28),
]


def test_m11_each_row_has_words_and_a_source_and_sums_of_boxes_that_there_are() -> None:
    for form in table("returns")["form"]:
        codes = {box["code"] for box in form["box"]}
        assert len(form["source"]) > 20 and form["name"], form["code"]
        for box in form["box"]:
            assert all(box["label"].values()) and set(box["gives"]) <= {"base", "vat"}, box
            assert {*box.get("sum", ()), *box.get("less", ())} <= codes, box
            assert set(box.get("categories", ())) <= set(get_args(VatCategory)), box
            assert set(box.get("places", ())) <= set(get_args(Place)), box
            assert ("categories" in box) != ("sum" in box), box
    for row in table("returns")["list"]:
        assert len(row["source"]) > 20 and Decimal(row["unit"]) in (Decimal(1), Decimal("0.01")), row


@pytest.mark.parametrize("country", KNOWN)
def test_m18_every_rate_that_was_ever_charged_has_its_box(country: str) -> None:
    """On each day that a form counts, for invoices and notes; an earlier rate too, for work is invoiced later."""
    parts = {"FR": ("GP", "GF")}.get(country, ())
    rows = [row for row in table("vat")["rate"] if row["territory"] in (country, *parts)]
    for day in [day for day in DAYS if country != "CH" or day >= date(2011, 1, 1)]:
        for rate in sorted({Decimal(row["standard"]) for row in rows if row["from"] <= day} - {Decimal("0.0")}):
            place: Place = "part" if rate == Decimal("8.5") else "domestic"
            for note in (False, True):
                ten = Decimal(-10 if note else 10)
                part = Taxed("I", "A", "A", "", None, note, "X", VatClass("S", rate), ten, ten)
                found = [each for each in fill(returns.form(country, day), [(part, place)]) if not each.box.is_total]
                assert sum(abs(each.vat or Decimal(0)) for each in found) == 10, (day, rate)
    for category, where in (("O", "elsewhere"), ("AE", "union"), ("O", "part")):
        part = Taxed("I", "A", "A", "", None, False, "X", VatClass(category, Decimal(0)), Decimal(5), Decimal(0))  # type: ignore[arg-type]
        found = fill(returns.form(country, DAYS[-1]), [(part, where)])  # type: ignore[list-item]
        assert sum(each.base or Decimal(0) for each in found if not each.box.is_total) == 5


def test_m18_the_french_lines_have_the_numbers_of_their_year() -> None:
    for day, codes in ((date(2021, 12, 31), ["01", "05"]), (date(2022, 1, 1), ["A1", "E2"])):
        assert [box.code for box in returns.form("MC", day).boxes][:2] == codes
    assert returns.labels("FR", "08", date(2013, 12, 31)) == {"fr": "Taux normal 19,6 %"}
    assert returns.labels("FR", "no such", date(2013, 12, 31)) == {}
    assert set(returns.labels("BE", "54", DAYS[-1])) == {"fr", "nl"}
    assert set(returns.labels("LI", "303", DAYS[-1])) == {"de", "fr", "it"}
    assert [of.code for of in returns.sales_lists("BE", DAYS[-1])] == ["intra", "clients"]
    assert returns.sales_lists("CH", DAYS[-1]) == []


@pytest.mark.parametrize(
    ("issuer", "customer", "expected"),
    [("FR", "MC", "domestic"), ("FR", "GP", "part"), ("FR", "BE", "union"), ("FR", "GB", "elsewhere"),
     ("CH", "LI", "domestic"), ("CH", "FR", "elsewhere"), ("BE", "GP", "elsewhere"), ("DE", "NL", "union")],
)  # fmt: skip
def test_m18_where_a_customer_is_for_the_return(issuer: str, customer: str, expected: str) -> None:
    assert returns.place(issuer, customer, DAYS[-1]) == expected
    assert returns.place("FR", "GB", date(2015, 1, 1)) == "union"
