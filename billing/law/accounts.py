"""The chart of accounts: on which account each role of the books is kept, as configuration with defaults by country."""

import tomllib
from pathlib import Path
from typing import get_args

from billing.core.journal import Role
from billing.errors import BadInput
from billing.law import countries
from billing.law.data import table
from billing.texts import say

ROLES: tuple[Role, ...] = get_args(Role)  # each needs an account
Chart = dict[str, tuple[str, str]]  # by role: number and name


def chart(country: str, own: Path | None = None) -> Chart:
    """The accounts of an issuer's country, with those that a file of one's own names in their place.

    Raises BadInput (`bad-input`) for a file that cannot be read or names what is no role.
    """
    found = named(countries.of(country).accounts or country)
    return found if own is None else found | read(own)


def named(name: str) -> Chart:
    """A chart that is shipped: a country's, or another that is in use there, as SKR03 beside SKR04."""
    shipped = table("accounts")[name]
    return {role: (shipped[role][0], shipped[role][1]) for role in ROLES}


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
    return found if own is None else found | read(own)


def read(own: Path) -> Chart:
    """The accounts that a file of one's own names, by role."""
    found: Chart = {}
    try:
        named = tomllib.loads(own.read_text())
    except (OSError, ValueError, RecursionError) as failed:
        raise BadInput("bad-input", say("cannot read {own}: {failed}", own=own, failed=failed)) from None
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
        found[role] = (str(account[0]), str(account[1]))
    return found
