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
    shipped = table("accounts")[countries.of(country).accounts or country]
    found: Chart = {role: (shipped[role][0], shipped[role][1]) for role in ROLES}
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
