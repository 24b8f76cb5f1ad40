"""The chart of accounts: on which account each role of the books is kept, as configuration with defaults by country."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

from billing import given
from billing.core.journal import Role
from billing.errors import BadInput
from billing.law import countries
from billing.law.data import table
from billing.texts import say

ROLES: tuple[Role, ...] = get_args(Role)  # each needs an account
Accounts = Mapping[str, tuple[str, str]]  # by role: number and name


class Chart(dict[str, tuple[str, str]]):
    """The accounts by role, as they are at first; `later` what takes the place of some from a day on (M16)."""

    def __init__(self, accounts: Accounts | None = None, later: Mapping[date, Accounts] | None = None) -> None:
        super().__init__(accounts or {})
        self.later = {day: dict((later or {})[day]) for day in sorted(later or {})}
        self._from: list[tuple[date, Accounts]] = []
        now: Accounts = self
        for day, named in self.later.items():
            now = {**now, **named}
            self._from.insert(0, (day, now))

    def on(self, day: date) -> Accounts:
        """The accounts that what is posted on a day is kept on."""
        return next((accounts for since, accounts in self._from if since <= day), self)

    def with_own(self, own: "Chart") -> "Chart":
        """These accounts with those of another chart in their place, each from its day on."""
        days = {*self.later, *own.later}
        return Chart({**self, **own}, {day: {**self.later.get(day, {}), **own.on(day)} for day in days})


def on(chart: Accounts, day: date) -> Accounts:
    """The accounts of a day, of a chart that may know what changes."""
    return chart.on(day) if isinstance(chart, Chart) else chart


def chart(country: str, own: Path | None = None) -> Chart:
    """The accounts of an issuer's country, with those that a file of one's own names in their place.

    Raises BadInput (`bad-input`) for a file that cannot be read or names what is no role.
    """
    found = named(countries.of(country).accounts or country)
    return found if own is None else found.with_own(read(own))


def named(name: str) -> Chart:
    """A chart that is shipped: a country's, or another that is in use there, as SKR03 beside SKR04."""
    shipped = table("accounts")[name]
    later = {date.fromisoformat(day): _accounts(row) for day, row in shipped.get("from", {}).items()}
    return Chart(_accounts({role: shipped[role] for role in ROLES}), later)


def _accounts(row: Mapping[str, Any]) -> Accounts:
    return {role: (number, name) for role, (number, name) in row.items()}


def of_datev(country: str, kept: str, own: Path | None = None) -> Chart:
    """The accounts of an issuer whose adviser works with DATEV, by the number of the chart that is kept: 04 or 03.

    Raises BadInput (`bad-input`) for another chart, and for an issuer in a country whose accounts are none of DATEV's.
    """
    charts = {row["datev"]: name for name, row in table("accounts").items() if "datev" in row}
    if kept not in charts:
        raise BadInput("bad-input", say("chart {kept!r}: known are {known}", kept=kept, known=sorted(charts)))
    if countries.of(country).accounts not in charts.values():
        raise BadInput(
            "bad-input", say("DATEV is for issuers in Germany; the books are of one in {country}", country=country)
        )
    found = named(charts[kept])
    return found if own is None else found.with_own(read(own))


def read(own: Path) -> Chart:
    """The accounts that a file of one's own names, by role; those of a table named by a day count from that day on."""
    try:
        named = tomllib.loads(given.text(own))
    except (ValueError, RecursionError) as failed:
        raise BadInput("bad-input", say("cannot read {own}: {failed}", own=own, failed=failed)) from None
    base = {role: account for role, account in named.items() if not isinstance(account, dict)}
    dated = {role: account for role, account in named.items() if isinstance(account, dict)}
    return Chart(_checked(own, base), {_since(own, day): _checked(own, row) for day, row in dated.items()})


def _since(own: Path, written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadInput(
            "bad-input", say("{own}: [{written}]: a table is named by a day, as [2026-01-01]", own=own, written=written)
        ) from None


def _checked(own: Path, named: Mapping[str, Any]) -> Accounts:
    for role, account in named.items():
        if role not in ROLES or not isinstance(account, list) or len(account) != 2:
            raise BadInput(
                "bad-input",
                say(
                    '{own}: {role}: write ROLE = ["number", "name"], with one of {roles}',
                    own=own,
                    role=role,
                    roles=list(ROLES),
                ),
            )
    return {role: (str(number), str(name)) for role, (number, name) in named.items()}
