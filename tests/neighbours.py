"""Two customers side by side, each with one of all that he may not see of the other."""

from datetime import date

from billing.office.transaction import Setting
from tests import quoted
from tests.support import load, made

TODAY = date(2025, 3, 5)
CODES = ("ALPINA", "BEATUS")
WORDS = ("BEATUS", "Beatus AG", "Bruno Beer", "bilge pump")  # what ALPINA must never read


def neighbours(url: str) -> Setting:
    """ALPINA and BEATUS: a contract, a case with an entry, an invoice that is not paid, a quote that was sent."""
    setting = made(url, today=TODAY)
    for code, contact, note in (("ALPINA", "Anna Ast", "ailing awl"), ("BEATUS", "Bruno Beer", "bilge pump")):
        load(
            setting,
            {"type": "customer", "code": code, "name": f"{code.capitalize()} AG", "country": "CH"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
            {"type": "case", "id": f"T-{code[0]}", "customer": code, "contact": contact, "note": note,
             "at": "2025-03-03T09:00"},
            {"type": "entry", "id": f"E-{code[0]}", "customer": code, "case": f"T-{code[0]}", "agent": "zoe",
             "contact": contact, "note": note, "date": "2025-03-04", "minutes": 12},
            {"type": "purchase", "id": f"p-{code[0]}", "customer": code, "product": "half-fare", "price": "90",
             "date": "2025-03-03"},
        )  # fmt: skip
        quote = quoted.add(setting, code, title=f"A form for {contact}")["quote"]
        quoted.step(setting, quote, "sent", date(2025, 3, 4))
    return setting
