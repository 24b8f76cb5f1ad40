"""Clocks, sizes and the table that measurements share.

A floor is raw: it holds no line and no statement of the program. CPU time decides, for the machine may be busy; what
is compared is measured in turns, and the median is taken.
"""

import json
import math
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

QUICK = bool(os.environ.get("BENCH_QUICK"))
_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
_AGAIN = """
import json, sys, time
from tests.support import run
def once(url):
    began = time.process_time()
    status, _, said = run(*sys.argv[2:], BILLING_DB=url)
    if status:
        sys.exit(said)
    return time.process_time() - began
urls = json.loads(sys.argv[1])
for url in urls:
    once(url)
rounds = []
while len(rounds) < 3 or sum(map(sum, rounds)) < 0.5:
    rounds.append([once(url) for url in urls])
print(json.dumps([min(took) for took in zip(*rounds)]))
"""


def sized(count: int) -> int:
    """A tenth of what the whole measurement takes, where it has to be quick."""
    return max(10, count // 10) if QUICK else count


@dataclass(frozen=True, slots=True)
class Cost:
    """What work took: seconds of CPU, seconds on the clock."""

    cpu: float
    wall: float

    def __truediv__(self, parts: float) -> "Cost":
        return Cost(self.cpu / parts, self.wall / parts)


def cost(work: Callable[[], Any]) -> Cost:
    """What work took in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.process_time() - cpu, time.perf_counter() - wall)


def process(command: Sequence[str], env: Mapping[str, str], ends: Sequence[int] = (0,)) -> Cost:
    """What a command took as a process, from its start to its end. Raises RuntimeError where it ends otherwise."""
    devnull = os.open(os.devnull, os.O_RDWR)
    wall = time.perf_counter()
    try:
        actions = [(os.POSIX_SPAWN_DUP2, devnull, number) for number in (0, 1, 2)]
        child = os.posix_spawnp(command[0], list(command), dict(env), file_actions=actions)
    finally:
        os.close(devnull)
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in ends:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - wall)


def peak(command: Sequence[str], env: Mapping[str, str]) -> int:
    """The most memory that a command had as a process, in bytes. Raises CalledProcessError where it fails.

    A process is said to have had what its parent had when it began, so that a small one starts it.
    """
    done = subprocess.run([sys.executable, "-c", _PEAK, *command], env=dict(env), capture_output=True, check=True)
    return int(done.stdout) * 1024


def again(command: Sequence[str], urls: Sequence[str], env: Mapping[str, str]) -> list[float]:
    """CPU seconds of a command on some databases, in a process that did it before: a start would hide what is short.

    It is done in turns, as often as the clock needs, and the least is taken. Raises CalledProcessError where it fails.
    """
    asked = [sys.executable, "-c", _AGAIN, json.dumps(urls), *command]
    done = subprocess.run(asked, env={**here(), **env}, capture_output=True, check=True)
    found: list[float] = json.loads(done.stdout)
    return found


def here() -> dict[str, str]:
    """The environment in which a process finds this checkout."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def usual(costs: Sequence[Cost]) -> Cost:
    """The median of each."""
    return Cost(statistics.median(c.cpu for c in costs), statistics.median(c.wall for c in costs))


def in_turns(works: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """The medians of several rounds, in each of which every work has its turn."""
    found: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(work())
    return {name: usual(costs) for name, costs in found.items()}


def exponent(points: Iterable[tuple[float, float]]) -> float:
    """How a cost grows with a size: the slope of the logarithms, by least squares."""
    logs = [(math.log(size), math.log(cost)) for size, cost in points]
    n, sx, sy = len(logs), sum(x for x, _ in logs), sum(y for _, y in logs)
    return (n * sum(x * y for x, y in logs) - sx * sy) / (n * sum(x * x for x, _ in logs) - sx * sx)


def shown(seconds: float) -> str:
    """A duration in the unit that fits it."""
    for unit, parts in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * parts >= 1 or unit == "µs":
            return f"{seconds * parts:.3g} {unit}"
    raise AssertionError(seconds)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was done, what it is held against, and whether the goal holds, if there is one."""

    act: str
    floor: str
    ours: str
    ratio: str
    exponent: str
    goal: str
    holds: bool

    def cells(self) -> tuple[str, ...]:
        verdict = "" if not self.goal else "holds" if self.holds else "**misses**"
        return (self.act, self.floor, self.ours, self.ratio, self.exponent, self.goal, verdict)


@dataclass(slots=True)
class Table:
    """What was measured so far; each row is printed as it comes."""

    rows: list[Row] = field(default_factory=list)

    def _add(self, row: Row) -> None:
        self.rows.append(row)
        mark = "" if not row.goal else "holds" if row.holds else "MISSES"
        print(f"  {mark:6} {' | '.join(filter(None, row.cells()[:-1]))}", flush=True)

    def ratio(self, act: str, floor: Cost, ours: Cost, most: float) -> None:
        """A cost against its floor, in CPU: at most so many times as much."""
        times = ours.cpu / floor.cpu
        clock = f"{shown(ours.cpu)}, {shown(ours.wall)} on the clock"
        self._add(Row(act, shown(floor.cpu), clock, f"{times:.2f}", "", f"≤ {most:g}", times <= most))

    def speed(self, act: str, floor: Cost, ours: Cost, least: float, clock: bool = False) -> None:
        """How much of a floor's speed is reached; on the clock where several processes share the work."""
        bare, own = (floor.wall, ours.wall) if clock else (floor.cpu, ours.cpu)
        share = bare / own
        self._add(Row(act, shown(bare), shown(own), f"{share:.2f}", "", f"≥ {least:g}", share >= least))

    def growth(self, act: str, points: Sequence[tuple[float, float]], most: float) -> None:
        """How a cost grows from the first size to the last: an exponent at most."""
        power = exponent(points)
        ours = " → ".join(shown(seconds) for _, seconds in points)
        self._add(Row(f"{act}, {_span(points)}", "", ours, "", f"{power:.2f}", f"≤ {most:g}", power <= most))

    def figure(self, act: str, value: float, unit: str, most: float | None = None, least: float | None = None) -> None:
        """A figure by itself: at most or at least so much."""
        holds = (most is None or value <= most) and (least is None or value >= least)
        goal = f"≤ {most:g} {unit}" if most is not None else f"≥ {least:g} {unit}" if least is not None else ""
        self._add(Row(act, "", f"{value:.3g} {unit}", "", "", goal, holds))

    def markdown(self) -> str:
        """The table with the machine that it was measured on."""
        heads = ("act", "floor", "ours", "ratio", "exponent", "goal", "verdict")
        lines = ["| " + " | ".join(cells) + " |" for cells in (heads, ("---",) * 7, *(r.cells() for r in self.rows))]
        return f"{machine()}\n\n" + "\n".join(lines) + "\n"


def _span(points: Sequence[tuple[float, float]]) -> str:
    return f"{points[0][0]:,.0f} → {points[-1][0]:,.0f}"


def machine() -> str:
    """What the measurement ran on, in a sentence."""
    load = os.getloadavg()[0]
    sqlite, python = sqlite3.sqlite_version, platform.python_version()
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), load {load:.1f} at the end, "
        f"Python {python}, SQLite {sqlite}, {'a tenth of the sizes' if QUICK else 'whole sizes'}."
    )


def raw(path: Path) -> sqlite3.Connection:
    """SQLite as bare as it gets, with the same guarantees: WAL, FULL."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
