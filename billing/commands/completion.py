"""Names for the shell's completion, from the database and the tariffs; on any trouble there are none."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from billing.commands.context import setting

if TYPE_CHECKING:
    from billing.office.transaction import Setting


def _completing(find: Callable[["Setting"], Iterable[str]]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        try:
            return [name for name in find(setting()) if name.casefold().startswith(incomplete.casefold())]
        except Exception:  # a shell that completes shows no errors
            return []

    return complete


def _names(kind: str) -> Callable[["Setting"], list[str]]:
    def find(setting: "Setting") -> list[str]:
        from billing.office.parties import names

        found: list[str] = getattr(names, kind)(setting)
        return found

    return find


customers = _completing(_names("customers"))
cases = _completing(_names("cases"))
categories = _completing(_names("categories"))
products = _completing(_names("products"))
tiers = _completing(_names("tiers"))
priorities = _completing(_names("priorities"))
entries = _completing(_names("entries"))
invoices = _completing(_names("invoices"))
quotes = _completing(_names("quotes"))
maintenance = _completing(_names("maintenance"))
tariffs = _completing(_names("tariffs"))
