"""Tariffs as the model reads them: the same files, with nothing of the program in between."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "tariffs"
SHIPPED = Path(__file__).parents[2] / "tariffs"
USED = {"q3": SHIPPED, "qualiodoo": SHIPPED, "daily": HERE}  # which the model predicts
FAR = date(9999, 12, 31)
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Tariff:
    """What of a tariff decides about minutes and money."""

    name: str
    currency: str
    increment: int
    rounding: str
    minimum: int
    tolerance: int
    term: str
    overage: str
    carries: bool
    grace: int
    tiers: list[str]
    allowance: dict[str, Any] | None
    categories: dict[str, dict[str, Any]]
    products: dict[str, dict[str, Any]]
    priorities: list[str] = field(default_factory=list)

    def __deepcopy__(self, memo: dict[int, object]) -> "Tariff":
        return self  # copies of the model share what never changes

    def rounded(self, seconds: int) -> int:
        """Minutes for a running total (T1, T3): up in steps, but for the tolerance, and never under the minimum."""
        if seconds == 0:
            return 0
        steps = 0
        while steps * self.increment * 60 + self.tolerance * 60 < seconds:
            steps += 1
        return max(self.minimum, steps * self.increment)

    def included(self, tier: str | None, modules: tuple[str, ...], fee: Decimal | None) -> int:
        """Minutes that a term grants (G1)."""
        if self.allowance is None or tier is None or fee is None or fee < self.allowance["minimum_fee"]:
            return 0
        several = len(set(modules) & set(self.allowance["main_modules"])) > 1
        found: int = self.allowance["minutes"][tier]["several" if several else "single"]
        return found


def read() -> dict[str, Tariff]:
    """The tariffs that the model knows."""
    return {name: _read(name, next((folder / name).glob("*.toml"))) for name, folder in USED.items()}


def _read(name: str, file: Path) -> Tariff:
    found = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    return Tariff(
        name, found["currency"], found["increment"], found["rounding"], found.get("minimum", 0),
        found.get("tolerance", 0), found["term"], found["overage"], found.get("carry_over") == "renewal",
        found.get("grace_days", 30), found.get("tiers", []), found.get("allowance"), found["categories"],
        found.get("products", {}), found.get("service", {}).get("priorities", []),
    )  # fmt: skip


def years_later(start: date, years: int) -> date:
    """The anniversary; 29 February is 1 March where there is none (G12)."""
    if (start.month, start.day) == (2, 29) and not _leap(start.year + years):
        return date(start.year + years, 3, 1)
    return date(start.year + years, start.month, start.day)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def until(validity: str, start: date, term_end: date) -> date:
    """The last day of what is valid so long from a day on (G2, G3)."""
    if validity == "term":
        return term_end
    number, unit = validity.split()
    if unit.startswith("year"):
        return years_later(start, int(number)) - ONE
    if unit.startswith("day"):
        return start + timedelta(days=int(number) - 1)
    year, month = divmod(start.year * 12 + start.month - 1 + int(number), 12)
    try:
        return date(year, month + 1, start.day) - ONE
    except ValueError:  # a day that the month lacks is the first of the next (G12)
        return (date(year, month + 1, 28) + timedelta(days=4)).replace(day=1) - ONE
