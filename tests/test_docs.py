"""The docs are whole: every command is in the reference, every rule that a test names exists."""

import re
import subprocess
import sys
from pathlib import Path

from typer.main import get_command

from billing.commands.app import app

ROOT = Path(__file__).parents[1]
RULES = {
    **dict.fromkeys("LT", range(1, 9)), "R": range(1, 7), "G": range(1, 14), "C": range(1, 5), "M": range(1, 12),
    "S": range(1, 14), "B": range(1, 5), "P": range(1, 2),
}  # fmt: skip


def commands(command, name="billing"):
    for sub, child in getattr(command, "commands", {}).items():
        if getattr(child, "commands", None):
            yield from commands(child, f"{name} {sub}")
        else:
            yield f"{name} {sub}", child


def test_the_reference_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, "tools/reference.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_command_says_what_it_does_and_is_shown_in_the_manual() -> None:
    manual = "".join(path.read_text() for path in [ROOT / "README.md", *(ROOT / "tests").glob("*/*.md")])
    found = dict(commands(get_command(app)))
    assert len(found) > 30
    for name, command in found.items():
        assert command.help and len(command.help) > 10, name
        assert all(getattr(p, "help", None) or p.name.islower() for p in command.params)
        if name not in ("billing demo", "billing init"):
            assert name in manual or "Example: " in command.help or name in _REFERENCE, name


_REFERENCE = (ROOT / "docs" / "reference.md").read_text()


def test_the_rules_that_tests_name_exist() -> None:
    named = {
        match
        for path in (ROOT / "tests").rglob("*.py")
        for match in re.findall(
            r"\b([LTRGCMSBP])(\d{1,2})\b(?=[,;:). ])", "".join(re.findall(r'"""(.*?)"""', path.read_text(), re.S))
        )
    }
    assert len(named) > 30
    assert {rule for rule in named if int(rule[1]) not in RULES[rule[0]]} == set()
