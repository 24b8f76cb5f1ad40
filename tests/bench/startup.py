"""`billing log` as a process, against one that imports SQLAlchemy and Typer and connects; help at half of that."""

import os
import subprocess
import sys
from pathlib import Path

from tests.bench.measure import best, goal
from tests.support import load, made

FLOOR = """
import sqlalchemy, typer
with sqlalchemy.create_engine("sqlite:///{path}").connect() as c: c.execute(sqlalchemy.text("SELECT 1 FROM customer"))
"""


def run(folder: Path) -> None:
    setting = made(f"sqlite:///{folder}/b.db")
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "A", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
    )
    setting.engine.dispose()
    # an installed program has its bytecode beside it; so do the libraries of the floor
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    env |= {"BILLING_DB": f"sqlite:///{folder}/b.db", "BILLING_TODAY": "2025-02-01"}

    def process(*command: str, **more: str) -> float:
        def once() -> None:
            subprocess.run(command, env=env | more, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        once()
        return best(once, 9)

    billing = str(Path(sys.executable).with_name("billing"))
    floor = process(sys.executable, "-c", FLOOR.format(path=folder / "b.db"))
    log = process(billing, "log", "ANNA", "5", "--case", "A")
    goal("billing log / a process that connects", log / floor, 1.5, f"{1000 * log:.0f} ms of {1000 * floor:.0f}")
    shown = process(billing, "--help")
    goal("billing --help / that process", shown / floor, 0.5, f"{1000 * shown:.0f} ms")
    words = {"_BILLING_COMPLETE": "complete_bash", "COMP_WORDS": "billing lo", "COMP_CWORD": "1"}
    completed = process(billing, **words)
    goal("completion of a command / that process", completed / floor, 0.5, f"{1000 * completed:.0f} ms")
