"""The law's data on reminders: who owes what, since when, in four languages (M11)."""

import tomllib
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from billing.law import reminders

DAY = date(2025, 2, 9)


def test_the_indemnity_is_between_businesses_and_not_swiss() -> None:
    """M11: 40 EUR in France, Belgium, Luxembourg and Germany since the directive; none for consumers, none in CH."""
    for country in ("FR", "BE", "LU", "DE"):
        found = reminders.indemnity(country, True, DAY)
        assert found is not None and (found.amount, found.currency) == (Decimal("40.00"), "EUR")
        assert reminders.indemnity(country, False, DAY) is None
    for country in ("CH", "LI", "MC", "US"):
        assert reminders.indemnity(country, True, DAY) is None
    assert reminders.indemnity("FR", True, date(2012, 12, 31)) is None
    assert reminders.indemnity("FR", True, date(2013, 1, 1)) is not None


@pytest.mark.parametrize(
    ("country", "business", "on", "rate"),
    [
        ("FR", True, date(2024, 12, 31), "14.25"),
        ("FR", True, date(2025, 1, 1), "13.15"),
        ("FR", True, date(2025, 7, 1), "12.15"),
        ("BE", True, date(2025, 3, 1), "11.5"),  # 3.15 + 8, up to the next half point
        ("BE", True, date(2023, 1, 1), "10.5"),  # 2.50 + 8, already one
        ("LU", True, date(2025, 3, 1), "11.15"),
        ("DE", True, date(2025, 3, 1), "11.27"),
        ("DE", False, date(2025, 3, 1), "7.27"),
        ("DE", False, date(2020, 3, 1), "4.12"),
        ("CH", True, date(2025, 3, 1), "5"),
        ("CH", False, date(2025, 3, 1), "5"),
    ],
)
def test_rates(country: str, business: bool, on: date, rate: str) -> None:
    found = reminders.interest(country, business, date(2020, 1, 1))
    assert found is not None and found.rates.on(on) == Decimal(rate)


def test_who_owes_no_interest_and_from_when_it_runs() -> None:
    """M11: no row, no interest; a debtor in CH and DE is in default by the reminder, elsewhere by the date."""
    assert reminders.interest("FR", False, DAY) is None
    assert reminders.interest("LI", True, DAY) is None
    starts = {c: found.starts for c in ("FR", "BE", "LU", "DE", "CH") if (found := reminders.interest(c, True, DAY))}
    assert starts == {"FR": "due", "BE": "due", "LU": "due", "DE": "reminder", "CH": "reminder"}


def test_every_row_names_its_source_and_speaks_every_language() -> None:
    data = tomllib.loads((files("billing.law") / "reminders.toml").read_text(encoding="utf-8"))
    rows = [*data["indemnity"], *data["interest"], *data["step"], *data["reference"].values()]
    assert len(rows) >= 14 and all(row["source"] for row in rows)
    spoken = [*data["indemnity"], *data["interest"]]
    spoken += [step[part] for step in data["step"] for part in ("title", "opening", "charges", "closing")]
    for said in spoken:
        assert all(said[language].strip() for language in ("fr", "de", "it", "nl", "en"))
    for step in data["step"]:
        assert all("{deadline}" in step["opening"][language] for language in ("fr", "de", "it", "nl", "en"))
    for rates in data["reference"].values():
        days = [row["from"] for row in rates["rates"]]
        assert days == sorted(set(days)) and all((day.day, day.month) in ((1, 1), (1, 7)) for day in days)
