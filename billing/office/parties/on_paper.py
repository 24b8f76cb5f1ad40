"""What stands on paper about the issuer and a customer, from their rows of the day."""

import json
from typing import Any

from billing.store import parties
from billing.store.parties import Party
from billing.store.sql import Connection
from billing.views.paper import Address, Letterhead

HEAD = ("phone", "email", "web", "contact", "accent", "logo")
_ADDRESS = ("street", "house_number", "second_line", "postcode", "city")


def address(row: Party) -> Address:
    """Where somebody is; what is empty is not there."""
    return Address(**{name: row.get(name) for name in _ADDRESS if name != "second_line"},
                   second_line=row.get("second_line") or None)  # fmt: skip


def party(row: Party) -> dict[str, Any]:
    """What both have in common."""
    names = ("name", "country", "vat_id", "siren")
    return {name: row[name] for name in names} | {"address": address(row)}


def head(issuer: Party, language: str | None) -> Letterhead:
    """What makes the issuer's paper its own; the lines of law in the paper's language, else those for all."""
    lines = legal(issuer)
    said = lines.get(language or "", lines.get("", []))
    return Letterhead(**{name: issuer.get(name) or None for name in HEAD}, legal=tuple(said) if language else ())


def logo(connection: Connection, on: Letterhead) -> bytes | None:
    """The bytes of the logo that a letterhead names, as they were given (M8)."""
    return parties.picture(connection, on.logo) if on.logo else None


def legal(issuer: Party) -> dict[str, list[str]]:
    """The lines of law by language; those for all languages under an empty one."""
    found: dict[str, list[str]] = json.loads(issuer.get("legal") or "{}")
    return found


def legal_lines(issuer: Party) -> tuple[str, ...]:
    """The lines of law as they are given: each with its language in front, or none."""
    return tuple(
        f"{language}:{line}" if language else line for language, lines in legal(issuer).items() for line in lines
    )
