"""An agent's ten acts at the terminal: keys without Tab, and seconds, beside timewarrior and Watson where they are.

No act shall take more keys than the better of the two, unless billing says more: whose it is, what it is charged to and
what is left, which neither of them knows.
"""

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from tests.bench.measure import Table, cost
from tests.support import load, made

TIMES = 3  # whole days, each in databases of their own


@dataclass(frozen=True, slots=True)
class Act:
    """What an agent wants, and what he types for it with each tool; "" where a tool cannot do it in one line."""

    what: str
    bill: str
    timew: str
    watson: str
    more: str = ""  # what billing says that takes the keys it takes more

    def strokes(self) -> tuple[int, int | None, int | None]:
        """Keystrokes with each, Enter among them."""
        return len(self.bill) + 1, _keys(self.timew), _keys(self.watson)

    @property
    def holds(self) -> bool:
        """Whether billing takes no more keys than the better of the others, or says more."""
        own, *others = self.strokes()
        return bool(self.more) or own <= min((keys for keys in others if keys is not None), default=own)


def _keys(line: str) -> int | None:
    return len(line) + 1 if line else None


ACTS = (
    Act("the clock starts", "bill start T-17", "timew start T-17", "watson start T-17"),
    Act("what runs?", "bill status", "timew", "watson status", more="the customer and the case's subject"),
    Act("the clock stops", "bill stop", "timew stop", "watson stop"),
    Act("12 minutes until now", "bill log T-17 12", "timew track 12min T-17", "watson add -f 10:48 -t 11:00 T-17"),
    Act(
        "with a note",
        "bill log T-17 12 vpn",
        "timew track 12min T-17 vpn",
        "watson add -f 10:48 -t 11:00 T-17 +vpn",
    ),
    Act(
        "12 minutes of yesterday",
        "bill log T-17 12 --on yesterday",
        "timew track yesterday for 12min T-17",
        "watson add -f '2025-03-02 10:00' -t '2025-03-02 10:12' T-17",
    ),
    Act("the last was 15", "bill edit -d 15", "timew lengthen @1 3min", ""),
    Act("what the last was about", "bill edit -n 'vpn again'", "timew annotate @1 'vpn again'", ""),
    Act("take the last back", "bill undo", "timew undo", ""),
    Act("my day", "bill day", "timew summary", "watson log -d"),
)


def lived(folder: Path) -> dict[str, str]:
    """Makes the customer's books in a folder, and answers the environment of an agent at them."""
    url, today = f"sqlite:///{folder}/b.db", date.today()  # a timer runs by the real clock
    setting = made(url, today=today)
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "CH"},
        {
            "type": "contract",
            "customer": "ANNA",
            "tariff": "q3",
            "tier": "premium",
            "start": f"{today - timedelta(days=30)}",
        },
        {
            "type": "case",
            "id": "T-17",
            "customer": "ANNA",
            "at": f"{today - timedelta(days=2)}T08:00",
            "note": "VPN down",
        },
    )
    setting.engine.dispose()
    own = {"BILLING_DB": url, "BILLING_AGENT": "ana"}
    theirs = {"TIMEWARRIORDB": str(folder / "timew"), "WATSON_DIR": str(folder / "watson")}
    (folder / "timew").mkdir()
    (folder / "watson").mkdir()
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | own | theirs


def command(line: str) -> list[str]:
    """A line as the program to run: `bill` is the one of this checkout."""
    program, *words = shlex.split(line)
    return [sys.executable, "-m", "billing", *words] if program == "bill" else [program, *words]


def run(folder: Path, table: Table) -> None:
    there = [tool for tool in ("bill", "timew", "watson") if tool == "bill" or shutil.which(tool)]
    took: dict[tuple[str, str], float] = {}
    for day in range(TIMES):
        place = folder / str(day)
        place.mkdir()
        env = lived(place)
        if "timew" in there:
            subprocess.run(["timew", ":yes"], env=env, capture_output=True, check=False)
        for act in ACTS:
            for tool, line in (("bill", act.bill), ("timew", act.timew), ("watson", act.watson)):
                if line and tool in there:
                    once = cost(partial(subprocess.run, command(line), env=env, capture_output=True)).wall
                    took[act.what, tool] = min(once, took.get((act.what, tool), once))
    print(f"  {'':26}{'keys: bill timew watson':>26}   {'seconds: bill timew watson':>30}")
    for act in ACTS:
        mark = "holds " if act.holds else "MISSES"
        keys = "".join(f"{'-' if count is None else count:>7}" for count in act.strokes())
        times = "".join(f"{took.get((act.what, tool), float('nan')):>8.2f}" for tool in ("bill", "timew", "watson"))
        print(f"  {mark} {act.what:26}{keys}   {times}   {act.more and f'says {act.more}'}", flush=True)
    missed = sum(not act.holds for act in ACTS)
    table.figure("acts that take more keys than with another tool, and say no more", missed, "acts", most=0)
