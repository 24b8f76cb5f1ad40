"""The shell completes names from the database that the command line names, at any size of the books."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from billing.commands import shells
from billing.requests.entries import Log
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


@pytest.fixture
def desk(database_url: str) -> str:
    """Two customers on two tariffs, with cases: one closed, one only logged on, one with a blank and a colon in it."""
    setting = made(database_url)
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "Élan un", "country": "CH"},
        {"type": "customer", "code": "BEAT", "name": "Élan deux", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
        {"type": "contract", "customer": "BEAT", "tariff": "systell", "start": "2025-01-01"},
        {"type": "entry", "customer": "ANNA", "minutes": 5, "date": "2025-01-02", "case": "T-0", "contact": "Marie"},
        *(
            {"type": "case", "id": case, "customer": "ANNA", "note": f"{about}\nmore", "at": f"2025-02-0{n}T10:00"}
            for n, (case, about) in enumerate({"T-1": "Export broken", "T-2": "VAT", "T:3 b": "Slow"}.items(), 1)
        ),
        {"type": "case-event", "case": "T-2", "kind": "close", "at": "2025-02-04T10:00", "agent": "ana"},
        {"type": "case", "id": "S-1", "customer": "BEAT", "at": "2025-02-05T10:00"},
    )
    return database_url


def test_a_customers_cases_come_with_their_subjects_open_ones_first(desk: str) -> None:
    with Billing.open(desk) as books:
        his = books.ask(AskNames(kind="cases", customer="ANNA"))
        assert (his.names, his.about) == (("T:3 b", "T-1", "T-2", "T-0"), ("Slow", "Export broken", "VAT", ""))
        assert books.ask(AskNames(kind="cases", customer="ANNA", start="export")).names == ("T-1",)
        assert books.ask(AskNames(kind="cases", customer="anna's", start="")).names == ()
        assert books.ask(AskNames(kind="cases", start="t-")).names == ("T-1", "T-2", "T-0")
        assert books.ask(AskNames(kind="cases", start="t_")).names == ()


def test_ids_of_entries_are_found_given_or_made(desk: str) -> None:
    """A given id by how it begins in either letter case; one that was made by its customer's code, the latest first."""
    with Billing.open(desk) as books:
        ids = [("ANNA", "e1"), ("ANNA", "E2"), ("ANNA", "x-1"), ("ANNA", None), ("ANNA", None), ("BEAT", None)]
        made_ids = [
            books.do(Log(customer=code, seconds=300, on=date(2025, 3, 1), yes=True), given).view.entry
            for code, given in ids
        ]

        def found(start: str) -> tuple[str, ...]:
            return books.ask(AskNames(kind="entries", start=start)).names

        assert found("e") == ("e1", "E2") or found("e") == ("E2", "e1")  # as the database sorts them
        assert found("X") == ("x-1",)
        latest = tuple(reversed(made_ids[3:5]))
        assert found("ann")[:2] == found("ANNA-")[:2] == latest and len(found("anna-")) == 3  # one came with the desk
        assert found(made_ids[-1].lower()) == (made_ids[-1],)
        assert found("") != () and found("zz") == found("%") == ()


def test_priorities_come_with_what_they_mean_s14(database_url: str) -> None:
    """S14: moveon's four, in the terminal's language; of two tariffs at once, a name alone, for it means two things."""
    setting = made(database_url)
    load(
        setting,
        {"type": "customer", "code": "UNI", "name": "Uni", "country": "CH"},
        {"type": "customer", "code": "BEAT", "name": "Beat", "country": "CH"},
        {"type": "contract", "customer": "UNI", "tariff": "moveon", "start": "2025-01-01"},
        {"type": "contract", "customer": "BEAT", "tariff": "systell", "start": "2025-01-01"},
    )
    with Billing.open(database_url) as books:
        his = books.ask(AskNames(kind="priorities", customer="UNI", language="fr"))
        assert his.names == ("urgent", "high", "normal", "low")
        assert his.about[1] == "Le personnel ne peut pas terminer une tâche essentielle"
        assert books.ask(AskNames(kind="priorities")).about == ()


def test_who_names_a_case_names_its_customer_r0(desk: str) -> None:
    with Billing.open(desk) as books:
        assert books.ask(AskNames(kind="contacts", customer="t-1")).names == ("Marie",)
        assert "training" in books.ask(AskNames(kind="categories", customer="T-1")).names
        assert "training" not in books.ask(AskNames(kind="categories", customer="S-1")).names
        every = books.ask(AskNames(kind="categories")).names
        assert {"training", "reinstall"} <= set(every)


def lines(*words: str, url: str) -> list[str]:
    """What the shells are told for the last word, a line each."""
    line = {"_BILLING_COMPLETE": "complete_plain", "_BILLING_LINE": " ".join(["billing", *words]), "BILLING_DB": url}
    done = subprocess.run(
        [sys.executable, "-m", "billing"], env=os.environ | line, capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines()


def test_the_shells_are_told_what_each_name_is(desk: str) -> None:
    assert lines("log", "t:3", url=desk) == ["T:3 b\tSlow"]
    assert lines("log", "elan", url=desk) == ["ANNA\tÉlan un", "BEAT\tÉlan deux"]
    assert lines("log", "ANNA", "5", "--case", "ex", url=desk) == ["T-1\tExport broken"]
    assert lines("case", "open", "BEAT", "S-2", "--channel", "v", url=desk) == ["voicemail", "visit"]
    assert "reinstall" in lines("log", "S-1", "5", "--category", "", url=desk)


@pytest.mark.parametrize(
    "line, words, word, quote",
    [
        ("billing log T", ["billing", "log"], "T", ""),
        ("billing log ", ["billing", "log"], "", ""),
        ("billing log T:3\\ b", ["billing", "log"], "T:3 b", ""),
        ("billing log 'T:3 ", ["billing", "log"], "T:3 ", "'"),
        ('billing --db "a b" log ""', ["billing", "--db", "a b", "log"], "", ""),
        ("billing log it\\'s --case=x", ["billing", "log", "it's"], "--case=x", ""),
    ],
)
def test_a_line_is_read_as_the_shell_reads_it(line: str, words: list[str], word: str, quote: str) -> None:
    assert shells.typed(line) == (words, word, quote)


@pytest.mark.parametrize(
    "word, quote, listed, expected",
    [
        ("T:", "", True, ["3\\ b"]),  # bash takes what comes after the colon for the word
        ("T:3", "'", True, ["T:3 b"]),
        ("sl", "", False, ["T:3\\ b", "T-1"]),
        ("sl", "", True, ["T:3\\ b  (Slow)", "T-1  (Slow too)", " "]),  # a blank: what they share is not what was typed
        ("t", "", True, ["T:3\\ b  (Slow)", "T-1  (Slow too)"]),
    ],
)
def test_bash_is_given_what_it_can_insert(word: str, quote: str, listed: bool, expected: list[str]) -> None:
    """A reference with a colon or a blank in it was cut, or completed to two words."""
    some = ["T:3 b\tSlow", "T-1\tSlow too"][: 1 if word.startswith("T:") else 2]
    assert shells.for_bash(some, word, quote, ":=", listed) == expected


@contextmanager
def terminal(*program: str, **env: str) -> Iterator[int]:
    """A program at a terminal of its own, which is the file that is given."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(program[0], program, os.environ | env)
    try:
        yield terminal
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def seen(terminal: int, what: str) -> bool:
    """Whether something is shown within half a minute; what came before it is read away."""
    text, end = "", time.monotonic() + 30
    while what not in text and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            text += os.read(terminal, 65536).decode(errors="replace")
    return what in text


@pytest.mark.parametrize(
    "shell, begin",
    [
        (("bash", "--norc", "-i"), 'eval "$(billing --show-completion bash)"'),
        (("zsh", "-f", "-i"), 'autoload -Uz compinit; compinit -u; eval "$(billing --show-completion zsh)"'),
        (("fish", "--no-config", "-i"), "billing --show-completion fish | source"),
    ],
    ids=["bash", "zsh", "fish"],
)
def test_a_shell_completes_a_reference_with_a_colon_and_a_blank(
    desk: str, shell: tuple[str, ...], begin: str, tmp_path: Path
) -> None:
    if shutil.which(shell[0]) is None:
        pytest.skip(f"no {shell[0]} here")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with terminal(*shell, BILLING_DB=desk, PATH=path, TERM="dumb", HOME=str(tmp_path)) as shown:
        os.write(shown, f"{begin}; echo rea''dy\r".encode())
        assert seen(shown, "ready")
        os.write(shown, b"billing log T:3\t")
        assert seen(shown, r"T:3\ b")
