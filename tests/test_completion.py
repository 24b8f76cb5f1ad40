"""The shell completes names from the database that the command line names, at any size of the books."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from billing.requests.names import AskNames
from billing.service import Billing
from tests.support import load, made


def completed(*words: str, folder: Path, **env: str) -> list[str]:
    """What bash would offer for the last word."""
    line = " ".join(["billing", *words])
    shell = {"_BILLING_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words))}
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BILLING_")}
    found = subprocess.run(
        [sys.executable, "-m", "billing"], env={**plain, **shell, **env}, cwd=folder, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return found.stdout.split()


@pytest.fixture
def url(database_url: str) -> str:
    setting = made(database_url)
    load(
        setting,
        *({"type": "customer", "code": f"C{n:03}", "name": "x", "country": "CH"} for n in range(300)),
        {"type": "customer", "code": "A_1", "name": "x", "country": "CH"},
        {"type": "contract", "customer": "C000", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
        *({"type": "entry", "customer": "C000", "minutes": 5, "date": "2025-01-02", "case": f"T-{n}"} for n in (1, 2)),
    )
    return database_url


def test_names_come_from_the_database_that_is_named(url: str, tmp_path: Path) -> None:
    """It looked beside itself for billing.db, whatever --db or BILLING_DB said."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    assert completed("--db", url, "balance", "C29", folder=folder) == [f"C{n}" for n in range(290, 300)]
    assert completed("balance", "C299", folder=folder, BILLING_DB=url) == ["C299"]
    for command in ("verify", "start", "stop"):
        assert completed(command, "T-", folder=folder, BILLING_DB=url) == ["T-1", "T-2"], command
    assert completed("balance", "C", folder=folder) == []


def test_a_name_past_the_first_two_hundred_is_found(url: str) -> None:
    with Billing.open(url) as books:
        assert books.ask(AskNames(kind="customers", start="C299")).names == ("C299",)
        assert len(books.ask(AskNames(kind="customers", start="C")).names) == 200
        assert books.ask(AskNames(kind="customers", start="a_")).names == ("A_1",)
        assert books.ask(AskNames(kind="customers", start="A%")).names == ()
        assert "support" in books.ask(AskNames(kind="categories", start="S")).names


def test_customers_are_offered_by_any_part_of_a_name_and_contacts_of_the_customer(url: str, tmp_path: Path) -> None:
    with Billing.open(url) as books:
        load(
            books.setting,
            {"type": "customer", "code": "Z9", "name": "Café Élan", "country": "CH"},
            {"type": "contract", "customer": "Z9", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
            {"type": "entry", "customer": "Z9", "minutes": 5, "date": "2025-01-02", "contact": "Marie", "agent": "ana"},
        )
        found = books.ask(AskNames(kind="customers", start="elan"))
        assert (found.names, found.about) == (("Z9",), ("Café Élan",))
        assert books.ask(AskNames(kind="agents", start="A")).names == ("ana",)
    assert completed("log", "cafe", folder=tmp_path, BILLING_DB=url) == ["Z9"]
    assert completed("log", "Z9", "5", "--contact", "m", folder=tmp_path, BILLING_DB=url) == ["Marie"]
    assert completed("log", "C000", "5", "--contact", "m", folder=tmp_path, BILLING_DB=url) == []


def test_every_command_offers_names_by_the_parameter_that_typer_keeps() -> None:
    """With `shell_complete`, which typer is about to drop, `start` offered no case."""
    commands = Path(__file__).parents[1] / "billing" / "commands"
    assert [path.name for path in commands.glob("*.py") if "shell_complete=" in path.read_text()] == []
