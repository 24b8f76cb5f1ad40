"""Books that measurements start from: lines of a file, as many as are wanted, loaded by the door."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from billing.lines import bulk
from billing.office.transaction import Setting
from billing.service import Billing
from billing.store.engine import open_light, writing
from billing.store.query import tell
from tests.support import made, on

CUSTOMERS = 300
LAST = date(2025, 12, 31)


def signed(code: str, tier: str = "premium", **more: Any) -> Iterator[str]:
    """A customer and his contract, of the whole of 2025."""
    yield json.dumps({"type": "customer", "code": code, "name": f"Customer {code} SA", "country": "CH"})
    contract = {"type": "contract", "customer": code, "tariff": "q3", "tier": tier, "start": "2025-01-01"}
    yield json.dumps(contract | more)


def agreed(customers: int = CUSTOMERS) -> list[str]:
    """As many customers, each with a contract that has a fee."""
    return [line for n in range(customers) for line in signed(f"C{n}", modules=["COFI"], fee="900")]


def entries(count: int, customers: int = CUSTOMERS) -> list[str]:
    """As many entries of 2025, spread over the customers, three to a case, each with an id."""
    return [
        json.dumps(
            {
                "type": "entry",
                "id": f"e{n}",
                "customer": f"C{n % customers}",
                "case": f"K{n // 3}-{n % customers}",
                "date": f"2025-{1 + n * 12 // count:02}-{1 + n % 28:02}",
                "minutes": 1 + n % 60,
                "agent": "ana",
            }
        )
        for n in range(count)
    ]


def made_of(path: Path, lines: list[str], today: date = LAST, country: str = "CH") -> Setting:
    """A new database with an issuer of a country and those lines loaded."""
    setting = made(f"sqlite:///{path}", country, today)
    bulk.load(Billing(setting), lines)
    return setting


def change(setting: Setting) -> None:
    """Changes a row of a customer to what it is: the file is not as it was."""
    with writing(setting.engine) as connection:
        tell(connection, "UPDATE customer SET name = name WHERE id = (SELECT min(id) FROM customer)")


def served(setting: Setting, today: date = LAST) -> Setting:
    """The same as a process has it that keeps its connection."""
    return on(replace(setting, engine=open_light(str(setting.engine.url))), today)
