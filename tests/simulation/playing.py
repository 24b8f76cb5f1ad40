"""Plays histories: drawn by a seed, kept in a file, or made shorter as long as they still differ in the same way."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.simulation.databases import Databases
from tests.simulation.figures import Figures
from tests.simulation.generating import Generator
from tests.simulation.steps import Step, load
from tests.simulation.world import Difference, World

SHRINK_SECONDS = 120.0


@dataclass
class Played:
    """A history that was played: its steps, what it counted, and what differed."""

    steps: list[Step]
    figures: Figures
    wrong: Difference | None = None


def play(where: Databases, seed: int, steps: int, weights: dict[str, float] | None = None) -> Played:
    """A history of so many steps, drawn from a seed; `weights` say how often which request, by default every one."""
    url = where.new()
    world = World(url)
    drawn, done = Generator(seed, lambda: world.model, weights), list[Step]()
    wrong = None
    try:
        for _ in range(steps):
            done.append(drawn.next())
            world.step(done[-1])
        world.look(done[-1].today)
    except Difference as found:
        wrong = found
    except Exception as fault:  # what the program does not even refuse is a difference too
        wrong = Difference(world.place, done[-1], f"{type(fault).__name__}: {fault}")
        wrong.__cause__ = fault
    finally:
        world.close()
        where.drop(url)
    return Played(done, world.figures, wrong)


def played(where: Databases, steps: list[Step], figures: Figures | None = None) -> Difference | None:
    """What differs in steps that are given."""
    url = where.new()
    world = World(url, figures=figures or Figures())
    try:
        world.run(steps)
    except Difference as found:
        return found
    except Exception as fault:
        wrong = Difference(world.place, steps[min(world.place, len(steps) - 1)], f"{type(fault).__name__}: {fault}")
        wrong.__cause__ = fault
        return wrong
    finally:
        world.close()
        where.drop(url)
    return None


def replay(where: Databases, file: Path) -> Difference | None:
    """What differs in the steps of a file."""
    return played(where, load(file))


def like(wrong: Difference | None) -> str | None:
    """What kind of a difference it is: the same words but for names, numbers and days."""
    if wrong is None:
        return None
    return re.sub(r"[A-ZÉ]{2,}[-\w]*|'[^']*'|[\d.]+|\[.*\]|\(.*?\)|\w+-\d+", "…", wrong.why)[:60]


def shrunk(where: Databases, found: Played, seconds: float = SHRINK_SECONDS, enough: int = 1) -> list[Step]:
    """Fewer and simpler steps that still differ in the same way (delta debugging): chunks out, then values.

    `enough` steps are few enough to stop at.
    """
    assert found.wrong is not None
    wanted, end = like(found.wrong), time.monotonic() + seconds

    def fails(steps: list[Step]) -> bool:
        return time.monotonic() < end and like(played(where, steps)) == wanted

    steps = found.steps[: found.wrong.place + 1]
    if not fails(steps):  # it hangs on something that steps do not say
        return found.steps
    before = None
    while before != steps and time.monotonic() < end and len(steps) > enough:
        before = steps
        steps = _simpler(_fewer(steps, fails, enough), fails)
    return steps


def _fewer(steps: list[Step], fails: Callable[[list[Step]], bool], enough: int) -> list[Step]:
    size = len(steps) // 2
    while size:
        place = 0
        while place < len(steps) and len(steps) > enough:
            rest = steps[:place] + steps[place + size :]
            if rest and fails(rest):
                steps = rest
            else:
                place += size
        size //= 2
    return steps


def _simpler(steps: list[Step], fails: Callable[[list[Step]], bool]) -> list[Step]:
    for place in reversed(range(len(steps))):
        for simple in _simples(steps[place]):
            tried = [*steps[:place], simple, *steps[place + 1 :]]
            if fails(tried):
                steps = tried
                break
    return steps


def _simples(step: Step) -> list[Step]:
    """Simpler ones than a step, the simplest first: nothing going wrong, nobody beside, fewer fields, small numbers."""
    found: list[Step] = []
    if step.fault or step.beside:
        found.append(step.alone())
    if step.by is not None:
        found.append(replace(step, by=None))
    for name, value in step.fields.items():
        less: dict[str, Any] = {key: kept for key, kept in step.fields.items() if key != name}
        found.append(replace(step, fields=less))
        if name in ("seconds", "minutes", "quantity") and value > 1:
            found.append(replace(step, fields=step.fields | {name: 1 if name == "quantity" else 60}))
    return found
