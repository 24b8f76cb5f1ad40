"""What takes long to import comes in with the command that needs it, so that help and completion answer at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SLOW = ("sqlalchemy", "alembic", "reportlab", "pydantic", "babel", "rich", "holidays")


def imported(code: str, **env: str) -> set[str]:
    """The slow libraries that a program has imported at its end."""
    ask = f"import atexit, sys; atexit.register(lambda: print('\\n' + ' '.join(m for m in {SLOW} if m in sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{ask}\n{code}"], env=os.environ | env, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def command(*words: str) -> str:
    return f"import sys; sys.argv = ['billing', *{words}]\nfrom billing.commands import main\nmain()"


def test_help_imports_nothing_slow() -> None:
    assert imported(command("--help")) == set()
    assert imported(command("log", "--help")) == set()


def test_completion_of_commands_imports_nothing_slow() -> None:
    words = {"_BILLING_COMPLETE": "complete_bash", "COMP_WORDS": "billing lo", "COMP_CWORD": "1"}
    assert imported(command(), **words) == set()


@pytest.mark.parametrize("words", [("log", "ANNA", "5"), ("balance", "ANNA")])
def test_the_desk_imports_the_database_alone(tmp_path: Path, words: tuple[str, ...]) -> None:
    from tests.support import load, made

    url = f"sqlite:///{tmp_path}/b.db"
    setting = made(url)
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "A", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
    )
    setting.engine.dispose()
    assert imported(command(*words), BILLING_DB=url, BILLING_TODAY="2025-02-01") == {"sqlalchemy"}
