"""What a customer brought from another system: one of each kind, and one that was taken back (G14)."""

from typing import Any

from billing.office.transaction import Setting
from tests.support import load

_BROUGHT = {"customer": "CARA", "date": "2025-03-01"}
LINES: list[dict[str, Any]] = [
    {"type": "customer", "code": "CARA", "name": "Cara SA", "country": "CH"},
    {"type": "opening-contract", **_BROUGHT, "tariff": "qualiodoo", "start": "2024-01-01"},
    {"type": "opening-grant", **_BROUGHT, "kind": "pack", "product": "pack-12h", "minutes": 720, "left": 300,
     "price": "900.00", "starts": "2024-06-01", "invoice": "OLD-1"},
    {"type": "opening-owed", **_BROUGHT, "minutes": 30, "worked": "2025-02-20"},
    {"type": "opening-invoice", **_BROUGHT, "number": "OLD-2", "issued": "2025-01-10", "due": "2025-02-09",
     "total": "100.00", "open": "40.00"},
    {"type": "opening-money", "id": "brought-twice", **_BROUGHT, "amount": "12.00"},
    {"type": "opening-money", **_BROUGHT, "amount": "15.00"},
    {"type": "opening-void", "opening": "brought-twice", "reason": "a slip"},
]  # fmt: skip


def everything(setting: Setting) -> None:
    """Loads all of it."""
    load(setting, *LINES)
