"""Commands as processes, against one that imports SQLAlchemy and Typer and connects: CPU from start to end."""

import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from tests.bench.books_made import made_of, signed
from tests.bench.measure import QUICK, Table, in_turns, process

FLOOR = """
import sqlalchemy, typer
with sqlalchemy.create_engine("sqlite:///{path}").connect() as c: c.execute(sqlalchemy.text("SELECT 1 FROM customer"))
"""
ROUNDS = 3 if QUICK else 15


def run(folder: Path, table: Table) -> None:
    path = folder / "b.db"
    made_of(path, list(signed("ANNA"))).engine.dispose()
    # an installed program has its bytecode beside it; so do the libraries of the floor
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    env |= {"BILLING_DB": f"sqlite:///{path}", "BILLING_TODAY": "2025-12-31", "BILLING_AGENT": "ana"}
    billing = str(Path(sys.executable).with_name("billing"))
    subprocess.run([billing, "case", "open", "ANNA", "A", "--note", "Broken"], env=env, capture_output=True, check=True)
    floor = [sys.executable, "-c", FLOOR.format(path=path)]
    asked: dict[str, tuple[list[str], dict[str, str], float]] = {
        "billing log": ([billing, "log", "ANNA", "5", "--case", "A"], {}, 0.75),
        "billing balance --reply": ([billing, "balance", "ANNA", "--reply"], {}, 0.75),
        "billing day": ([billing, "day"], {}, 0.75),
        "billing queue": ([billing, "queue"], {}, 0.75),
        "billing case show": ([billing, "case", "show", "A"], {}, 0.75),
        "billing --help": ([billing, "--help"], {}, 0.35),
        "completion of a command": ([billing], completing("billing lo", 1), 0.35),
        "completion of a customer": ([billing], completing("billing log AN", 2), 0.35),
    }
    works = {"floor": partial(process, floor, env)}
    works |= {name: partial(process, command, env | more) for name, (command, more, _) in asked.items()}
    for work in works.values():
        work()
    took = in_turns(works, ROUNDS)
    for name, (_, _, most) in asked.items():
        table.ratio(f"`{name}` as a process" if name.startswith("billing") else name, took["floor"], took[name], most)
    if not QUICK and shutil.which("valgrind"):
        table.figure("`billing log`, instructions", instructions(asked["billing log"][0], env) / 1e9, "G", most=0.85)


def completing(words: str, place: int) -> dict[str, str]:
    """The environment by which bash asks for the end of a word."""
    return {"_BILLING_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(place)}


def instructions(command: list[str], env: dict[str, str]) -> int:
    """Instructions of a command, as cachegrind counts them. Raises ValueError where it says none."""
    counting = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", sys.executable]
    said = subprocess.run([*counting, *command], env=env, capture_output=True, text=True, check=False).stderr
    found = re.search(r"I\s+refs:\s+([\d,]+)", said)
    if found is None:
        raise ValueError(said)
    return int(found[1].replace(",", ""))
