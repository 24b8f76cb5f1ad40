"""`python -m tests.simulation`: one history by its seed, or one that was kept; or many, until it is stopped."""

import argparse
import random
import sys
import time
from pathlib import Path

from tests.simulation import databases
from tests.simulation.figures import Figures
from tests.simulation.playing import play, replay, shrunk
from tests.simulation.steps import save


def main() -> int:
    """Runs what is asked for: 1 where something differs."""
    asked = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    asked.add_argument("--seed", type=int, help="the history; without it one at random, which is printed")
    asked.add_argument("--steps", type=int, default=300, help="how many steps a history has")
    asked.add_argument("--minutes", type=float, default=0, help="go on with other seeds for so long")
    asked.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite", help="which kind of database")
    asked.add_argument("--url", help="a database of the PostgreSQL server to use; without it one is started")
    asked.add_argument("--replay", type=Path, help="a file of steps that was written when something differed")
    asked.add_argument("--keep", type=Path, default=Path(), help="the folder for such files")
    asked.add_argument("--no-shrink", action="store_true", help="keep the steps as they were")
    given = asked.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    kind = "postgresql" if given.url else given.on
    with databases.on(kind, given.url) as where:
        if given.replay:
            found = replay(where, given.replay)
            print(found or "nothing differs")
            return int(found is not None)
        return _many(where, given)


def _many(where: databases.Databases, given: argparse.Namespace) -> int:
    seed = random.SystemRandom().randint(1, 10**9) if given.seed is None else given.seed
    end, figures, differ = time.monotonic() + given.minutes * 60, Figures(), 0
    try:
        while True:
            played = play(where, seed, given.steps)
            figures += played.figures
            if played.wrong is not None:
                differ += 1
                print(f"seed {seed}: {played.wrong}", flush=True)
                steps = played.steps if given.no_shrink else shrunk(where, played)
                file = given.keep / f"simulation-{where.kind}-{seed}.json"
                save(file, steps, {"seed": seed, "database": where.kind, "wrong": str(played.wrong)})
                print(f"{len(steps)} steps: python -m tests.simulation --on {where.kind} --replay {file}", flush=True)
            if time.monotonic() >= end:
                break
            seed += 1
    except KeyboardInterrupt:
        pass
    print(f"{figures.told()}\nlast seed {seed}, {differ} histories differ")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
