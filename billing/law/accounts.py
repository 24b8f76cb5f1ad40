"""The chart of accounts: on which account each role of the books is kept, as configuration with defaults by country."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from billing.core.journal import Role
from billing.errors import BadInput

ROLES: tuple[Role, ...] = get_args(Role)  # each needs an account
Chart = dict[str, tuple[str, str]]  # by role: number and name


def chart(country: str, own: Path | None = None) -> Chart:
    """The accounts of an issuer's country, with those that a file of one's own names in their place.

    Raises BadInput (`bad-input`) for a file that cannot be read or names what is no role.
    """
    found: Chart = {role: (number, name) for role, (number, name) in _shipped()[_family(country)].items()}
    if own is None:
        return found
    try:
        named = tomllib.loads(own.read_text())
    except (OSError, ValueError, RecursionError) as failed:
        raise BadInput("bad-input", f"cannot read {own}: {failed}") from None
    for role, account in named.items():
        if role not in ROLES or not isinstance(account, list) or len(account) != 2:
            raise BadInput(
                "bad-input", f'{own}: {role}: write ROLE = ["number", "name"], with one of {", ".join(ROLES)}'
            )
        found[role] = (str(account[0]), str(account[1]))
    return found


def _family(country: str) -> str:
    return {"LI": "CH", "MC": "FR"}.get(country, country)


@cache
def _shipped() -> dict[str, Any]:
    data = tomllib.loads((files("billing.law") / "accounts.toml").read_text())
    return {country: {r: a for r, a in rows.items() if r != "source"} for country, rows in data.items()}
