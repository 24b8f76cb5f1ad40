"""README's two tours on other days than the one on which they were written, the machine's own among them; the examples
of the help and those that the demo ends with, as a reader pastes them."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.dates import format_date
from typer.main import get_command

from billing.commands.app import program
from billing.core.units import last_day
from tests.transcripts import TODAY, blocks, masked, played, steps

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
WRITTEN = date.fromisoformat(TODAY)
DAYS = [WRITTEN, date(2026, 11, 28), date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1)]


def days_of(today: date) -> list[date]:
    """The days that the tours show: today, a month's last and the next one's first, a contract's last (G12)."""
    month = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return [month + timedelta(days=1), today, month, last_day(today, 1, "year")]


SPELLINGS: list[Callable[[date], str]] = [
    lambda day: day.isoformat(),
    lambda day: f"{day.day} {day:%b %Y}",
    lambda day: f"{day.day} {day:%B %Y}",
    lambda day: ("1er" if day.day == 1 else str(day.day)) + format_date(day, " MMMM y", "fr"),
    lambda day: f"{day:%Y-%m}",
    lambda day: f"INV-{day:%Y}-",
]


def on(today: date) -> str:
    """README as it would have been written on another day."""
    days = list(zip(days_of(WRITTEN), days_of(today), strict=True))
    then = {spell(was): spell(now) for spell in SPELLINGS for was, now in days}
    either = "|".join(re.escape(text) for text in sorted(then, key=len, reverse=True))
    return re.sub(rf"(?<!\d)(?:{either})", lambda found: then[found[0]], README)


def loose(text: str) -> list[str]:
    """Its blocks without the widths of tables, which follow those of the dates."""
    return [re.sub(r"[ ]+", " ", re.sub("─+", "─", block)) for block in blocks(text)]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_tours_of_the_readme_work_on_any_day(today: date, tmp_path: Path) -> None:
    """With the commands as they stand there; what they print differs by the dates alone."""
    assert len(blocks(README)) == 2
    assert loose(played(README, tmp_path, BILLING_TODAY=today.isoformat())) == loose(on(today))


def test_a_tour_on_another_day_is_another_text() -> None:
    for today in DAYS[1:]:
        changed = [a for a, b in zip(on(today).splitlines(), README.splitlines(), strict=True) if a != b]
        assert len(changed) > 25, today
    assert on(WRITTEN) == README


@pytest.fixture
def shell(tmp_path: Path) -> Callable[[str], "subprocess.CompletedProcess[str]"]:
    """A shell that finds `billing`, and no variable that tells it a day or a database."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "billing"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {sys.executable} -m billing "$@"\n')
    program.chmod(0o755)
    env = {name: value for name, value in os.environ.items() if not name.startswith("BILLING_")}
    env |= {"PATH": f"{program.parent}:{env['PATH']}", "COLUMNS": "80", "TZ": "Europe/Zurich", "LC_ALL": "C.UTF-8"}
    folder = tmp_path / "a reader's folder"
    folder.mkdir()

    def do(command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(["sh", "-c", command], cwd=folder, env=env, capture_output=True, text=True, check=False)

    return do


def test_the_tours_of_the_readme_work_on_the_machines_own_day(
    shell: Callable[[str], "subprocess.CompletedProcess[str]"],
) -> None:
    """Pasted into a shell, with no day given."""
    before = date.today()
    for block in blocks(README):
        for command, _ in steps(block):
            done = shell(command)
            assert (done.returncode, done.stderr) == (0, ""), command
    shown = masked(shell("billing statement ALPINA --from yesterday --to today --language en").stdout)
    assert "-10 min    0 min" in shown
    assert any(f"{day.day} {day:%b %Y}" in shown for day in (before, date.today()))


def test_what_the_demo_ends_with_can_be_pasted(shell: Callable[[str], "subprocess.CompletedProcess[str]"]) -> None:
    """As it is, from the folder where the demo was made, whatever that folder and the demo's are called."""
    made = shell("billing demo 'a demo; with spaces'")
    assert made.returncode == 0, made.stderr
    _, _, end = made.stdout.partition("Look around, for example:\n")
    commands = [line.strip() for line in end.splitlines()]
    assert len(commands) == 3
    for command in commands:
        done = shell(command)
        assert (done.returncode, done.stderr) == (0, ""), command
        assert len(done.stdout) > 200, command


def examples() -> list[str]:
    """The examples that the help of commands gives."""
    return re.findall(r"^```\n(billing .*)\n```$", (ROOT / "docs" / "reference.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("example", examples())
def test_an_example_in_the_help_is_a_command_line(example: str) -> None:
    """What it names exists: command, options, as many arguments as it takes."""
    command: Any = get_command(program())
    _, *words = shlex.split(example.partition(" > ")[0])
    while getattr(command, "commands", None):
        if words[0] not in command.commands and hasattr(command, "default"):  # `billing send 2025-03`
            words.insert(0, command.default)
        command = command.commands[words.pop(0)]
    command.make_context(example, words)


def test_the_help_has_examples() -> None:
    assert len(examples()) > 30
