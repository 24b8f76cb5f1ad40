"""Which planted faults the tests see: mutmut's mutants of the modules that decide, all of them or a seeded sample.

    python tools/mutants.py                                     core, runs, banking, reports: a night and more
    python tools/mutants.py --of core/burndown,office/reports/* --sample 200 --seed 12
    python tools/mutants.py --folder DIR --names FILE           those that a file names, one a line

It works in a copy outside the tree, which it takes away at the end unless `--folder` names it; there the second run
needs no first look again. That look (minutes) runs each test once and notes which functions it enters. A mutant then
meets the fastest tests of each file that enter its function, and what survives them all that do, within `--seconds`.
Ends with 0 where at least `--goal` percent of those that were tried were seen, else with 1.
"""

import argparse
import fnmatch
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
OF = ("core/*", "office/invoicing/runs", "office/payments/banking", "exchange/camt", "office/reports/*")
TESTS = (  # neither those that read the code itself, nor the slowest
    *("tests/core", "tests/exchange", "tests/months", "tests/office", "tests/openings", "tests/privacy"),
    *("tests/properties/test_bank.py", "tests/properties/test_periods.py", "tests/mail/test_arriving.py"),
    *("tests/store/test_idempotency.py", "tests/store/test_killed_run.py", "tests/store/test_proofs.py"),
    *("tests/test_golden.py", "tests/test_tariff_service.py"),
)
LEFT_OUT = ("tests/exchange/einvoice", "tests/exchange/test_archive.py", "tests/office/test_sla.py")
NOT_HERE = ("postgresql", "credit_says_what_each", "is_what_the_report_has")  # SQLite alone, and what is quick
FASTEST = 40  # tests that a mutant meets first
SEEN = ("killed", "timeout", "segfault", "suspicious")


def configuration(modules: Iterable[str], tests: Iterable[str]) -> str:
    """What mutmut is told, as TOML: words for people and assertions for programmers are no faults worth a night."""
    told = {
        "source_paths": ["billing"],
        "only_mutate": [f"billing/{module}.py" for module in modules],
        "do_not_mutate_patterns": ["^ *raise ", r"say\(", "^ *assert "],
        "also_copy": ["migrations", "tariffs", "tools", "docs", "CONTRIBUTING.md", "README.md", "CHANGELOG.md"],
        "pytest_add_cli_args_test_selection": list(tests),
        "pytest_add_cli_args": [
            *("-p", "no:cacheprovider", "-k", " and ".join(f"not {word}" for word in NOT_HERE)),
            *(f"--ignore={path}" for path in LEFT_OUT),
        ],
        "timeout_multiplier": 6.0,
        "timeout_constant": 10.0,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in told.items()]
    return "\n[tool.mutmut]\n" + "\n".join([*lines, "track_dependencies = false", "use_git_change_detection = false"])


def copied(folder: Path, modules: Iterable[str], tests: Iterable[str]) -> None:
    """The tree as it stands, in a folder; of what is there already only what differs is written again."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        source, target = ROOT / name, folder / name
        if source.is_file():
            content = source.read_bytes()
            if name == "pyproject.toml":
                content += configuration(modules, tests).encode()
            if not target.exists() or target.read_bytes() != content:
                if name == "pyproject.toml":  # other modules: what was looked at is of no use
                    shutil.rmtree(folder / "mutants", ignore_errors=True)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)


def module_of(mutant: str) -> str:
    """`core/burndown` of `billing.core.burndown.x_draw__mutmut_3`."""
    return mutant.rpartition(".")[0].removeprefix("billing.").partition(".x")[0].replace(".", "/")


def verdicts(folder: Path) -> dict[str, int | None]:
    """What became of each mutant so far, as mutmut's exit codes."""
    found: dict[str, int | None] = {}
    for path in sorted((folder / "mutants").rglob("*.py.meta")):
        found |= json.loads(path.read_text())["exit_code_by_key"]
    return found


def chosen(mutants: Iterable[str], size: int, seed: int) -> list[str]:
    """A sample in which each module has its share, and at least one: the same for the same mutants and seed."""
    by_module: dict[str, list[str]] = defaultdict(list)
    for mutant in sorted(mutants):
        by_module[module_of(mutant)].append(mutant)
    total = sum(map(len, by_module.values()))
    drawn = random.Random(seed)
    return [
        mutant
        for of_one in by_module.values()
        for mutant in drawn.sample(of_one, min(len(of_one), max(1, -(-size * len(of_one) // total))))
    ]


def tried(folder: Path, mutants: Iterable[str], options: argparse.Namespace, fastest: int) -> None:
    """Let mutmut try them, without any look alone; its own process, for it changes what is imported."""
    wanted = folder / "wanted.json"
    wanted.write_text(json.dumps({"mutants": list(mutants), "fastest": fastest, "seconds": options.seconds}))
    told = [sys.executable, str(Path(__file__).resolve()), "--inside", str(wanted), "--children", str(options.children)]
    subprocess.run(told, cwd=folder, check=True, stdout=subprocess.DEVNULL if options.quiet else None)


def inside(wanted: Path, children: int) -> None:
    """In the copy: mutmut, with fewer tests for each mutant than it would run, and without the same clean run again."""
    from mutmut import __main__ as mutmut
    from mutmut.state import state
    from mutmut.workers.isolation import ForkRunner

    told = json.loads(wanted.read_text())
    looked = mutmut.collect_or_load_stats

    def fewer(*given: object, **named: object) -> None:
        looked(*given, **named)
        if not told["mutants"]:
            raise SystemExit(0)
        entered, lasts = state().tests_by_mangled_function_name, state().duration_by_test
        for function, tests in entered.items():
            entered[function] = set(nearest(function, tests, lasts, told["fastest"], told["seconds"]))

    def clean(*_: object, **__: object) -> int:
        return 0  # as the first look was

    mutmut.collect_or_load_stats = fewer
    ForkRunner.run_clean_tests = clean  # type: ignore[method-assign]
    mutmut._run(told["mutants"], children)


def nearest(function: str, tests: Iterable[str], lasts: Mapping[str, float], most: int, seconds: float) -> list[str]:
    """Of tests at most so many, and not longer than that: the module's own first, then the fastest of each file.

    Then the next of each file, and so on: what enters a function by what all tests of a file share tells the same.
    """
    own, kept, turns = f"test_{Path(module_of(function)).name}.py", list[str](), Counter[str]()
    turn: dict[str, tuple[bool, int, float]] = {}
    for test in sorted(tests, key=lambda test: (lasts.get(test, 0.0), test)):
        file = test.partition("::")[0]
        is_own = file.endswith(f"/{own}")
        turn[test] = (not is_own, 0 if is_own else turns[file], lasts.get(test, 0.0))
        turns[file] += 1
    for test in sorted(turn, key=lambda test: turn[test])[:most]:
        seconds -= lasts.get(test, 0.0)
        if seconds >= 0 or not kept:
            kept.append(test)
    return kept


def table(results: Mapping[str, str], all_of: Counter[str]) -> str:
    """By module: how many there are, were tried, seen, not seen, met no test."""
    by_module: dict[str, Counter[str]] = defaultdict(Counter)
    for mutant, verdict in results.items():
        by_module[module_of(mutant)][verdict] += 1
    rows = [
        "| module | mutants | tried | killed | timeout | survived | no test |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    counts = [(name, all_of[name], by_module[name]) for name in sorted(by_module)]
    sums: Counter[str] = Counter()
    for _, _, found in counts:
        sums += found
    for name, all_there, found in [*counts, ("together", sum(all_of[n] for n in by_module), sums)]:
        killed = found["killed"] + found["segfault"] + found["suspicious"]
        cells = (all_there, found.total(), killed, found["timeout"], found["survived"], found["no tests"])
        rows.append(f"| {name} | " + " | ".join(f"{cell:,}" for cell in cells) + " |")
    return "\n".join(rows)


def shown(folder: Path, mutant: str) -> str:
    """What a mutant changes, as a diff."""
    told = [sys.executable, "-m", "mutmut", "show", mutant]
    return subprocess.run(told, cwd=folder, capture_output=True, text=True).stdout.strip()


def main() -> int:
    """Try them, and say what was not seen."""
    options = read_options()
    if options.inside:
        inside(options.inside, options.children)
        return 0
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="billing-mutants-"))).resolve()
    try:
        return examined(folder, options)
    finally:
        if not options.folder:
            shutil.rmtree(folder)


def examined(folder: Path, options: argparse.Namespace) -> int:
    """Look first, then try the chosen, then again what survived; write what was found."""
    from mutmut.stats import status_by_exit_code

    modules = options.of.split(",")
    folder.mkdir(parents=True, exist_ok=True)
    copied(folder, modules, options.tests.split(","))
    tried(folder, [], options, FASTEST)
    of_them = [f"billing/{module}" for module in modules]
    there = [m for m in verdicts(folder) if any(fnmatch.fnmatch(f"billing/{module_of(m)}", each) for each in of_them)]
    names = options.names.read_text().split() if options.names else there
    if options.sample:
        names = chosen(names, options.sample, options.seed)
    tried(folder, names, options, FASTEST)
    left = [m for m in names if status_by_exit_code[verdicts(folder)[m]] == "survived"]
    if left:
        tried(folder, left, options, sys.maxsize)
    found = verdicts(folder)
    results = {m: status_by_exit_code[found[m]] for m in names}
    print(table(results, Counter(map(module_of, there))))
    for mutant, verdict in sorted(results.items()):
        if verdict not in SEEN:
            print(f"\n{verdict}: {shown(folder, mutant)}")
    seen = sum(verdict in SEEN for verdict in results.values())
    print(f"\n{seen} of {len(results)} were seen: {100 * seen / len(results):.1f} %")
    return 0 if 100 * seen >= options.goal * len(results) else 1


def read_options() -> argparse.Namespace:
    """What is asked."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--of", default=",".join(OF), help="modules below billing/, with commas; * stands for any")
    asked.add_argument("--sample", type=int, default=0, help="so many of them, by module; 0: all")
    asked.add_argument("--seed", type=int, default=12, help="of the sample")
    asked.add_argument("--names", type=Path, help="a file of mutants by name, instead")
    asked.add_argument("--tests", default=",".join(TESTS), help="files and folders of tests, with commas")
    asked.add_argument("--folder", type=Path, help="where to work, and leave what was done")
    asked.add_argument("--children", type=int, default=os.cpu_count() or 2, help="at a time")
    asked.add_argument("--seconds", type=float, default=60.0, help="of tests for a mutant at most")
    asked.add_argument("--goal", type=float, default=90.0, help="percent to be seen")
    asked.add_argument("--quiet", action="store_true", help="nothing of what mutmut says")
    asked.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    return asked.parse_args()


if __name__ == "__main__":
    sys.exit(main())
