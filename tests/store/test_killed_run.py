"""A monthly run that is killed anywhere and started again ends like an undisturbed one (M6, M7, M8)."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from billing.office.invoicing import runs
from billing.office.transaction import Setting
from tests import support
from tests.history import Line
from tests.invoicing import documents
from tests.store import histories
from tests.support import WHOLE, contents, hold, load, made

RUN = ["invoice", "run", "2025-01", "--on", "2025-01-31", "--json"]
LANGUAGES = ("fr", "de", "it", "en")


def lines(customers: int) -> list[Line]:
    """Customers who pay, who have nothing to pay, and who get money back for what December's run billed."""
    found: list[Line] = []
    for n in range(customers):
        code = f"C{n:03}"
        found += histories.signed(code, start="2024-02-01")
        found[-2]["language"] = LANGUAGES[n % 4]
        if n % 7 == 0:
            found.append({"type": "entry", "id": code, "customer": code, "date": "2024-12-10", "minutes": 30 + n % 9})
    found.append({"type": "invoice-run", "month": "2024-12", "date": "2024-12-31"})
    for n in range(customers):
        code = f"C{n:03}"
        if n % 7 == 0:
            found.append({"type": "void", "entry": code, "date": "2025-01-09", "reason": "charged twice"})
        minutes = 2 if n % 11 == 0 else 20 + n % 50
        found.append({"type": "entry", "customer": code, "case": code, "date": "2025-01-10", "minutes": minutes})
    return found


def ready(url: str, customers: int) -> Setting:
    setting = made(url)
    load(setting, *lines(customers))
    for n in range(0, customers, 13):
        hold(setting, f"C{n:03}", "asks for a purchase order")
    return setting


def three_hundred(url: str) -> Setting:
    return ready(url, 300)


def sixty(url: str) -> Setting:
    return ready(url, 60)


def process(setting: Setting, out: Path, at: int = 0, seconds: float = 0, files: bool = True, *more: str) -> int:
    """Runs the month in a process of its own, with a bomb at the `at`-th thing it does: the exit status."""
    env = os.environ | {
        "BILLING_DB": setting.engine.url.render_as_string(hide_password=False),
        "BILLING_TODAY": "2025-02-01",
    }
    words = [sys.executable, "-m", "tests.store.bomb", f"{out}.note", str(at), str(seconds), *RUN]
    words += ["--out", str(out), *more] if files else []
    return subprocess.run(words, env=env, stdout=subprocess.DEVNULL, check=False).returncode


def files(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()} if out.exists() else {}


def issued(setting: Setting) -> list[dict[str, Any]]:
    """The run's documents, in the order of their numbers."""
    found: list[dict[str, Any]] = documents.list_documents(setting, month="2025-01")["invoices"]
    return found


class Killed:
    """A run that is killed again and again, beside what an undisturbed one came to."""

    def __init__(self, setting: Setting, calm: Setting, folder: Path) -> None:
        self.setting, self.out = setting, folder / "killed"
        assert process(calm, folder / "calm", files=False) == 0
        self.issuing = int((folder / "calm.note").read_text())  # things that a run does before it makes files
        assert process(calm, folder / "calm") == 0
        self.making = int((folder / "calm.note").read_text())
        self.documents = issued(calm)
        self.files = files(folder / "calm")
        self.contents = contents(calm)

    def kill(self, at: int, seconds: float = 0) -> int:
        """Kills one run: how many documents are issued. What is there by then is what will be there."""
        assert process(self.setting, self.out, at, seconds) == -signal.SIGKILL
        there = issued(self.setting)
        known = {document["number"]: document for document in self.documents}
        assert all(document == known[document["number"]] for document in there)
        whole = {name: data for name, data in files(self.out).items() if not name.startswith(".")}
        assert whole.items() <= self.files.items(), "a PDF is half-written"
        return len(there)

    def end(self) -> None:
        """The last run ends by itself, like the undisturbed one in every row and byte; one more does nothing."""
        for _ in range(2):
            assert process(self.setting, self.out) == 0
            assert issued(self.setting) == self.documents
            assert contents(self.setting) == self.contents
            assert files(self.out) == self.files
        assert support.audit(self.setting)["faults"] == []


def test_the_month_has_all_kinds_of_documents(copied: Callable[..., Setting], tmp_path: Path) -> None:
    """What the tests below kill is worth it: invoices, credit notes, held customers and such with nothing to pay."""
    setting = copied(sixty)
    assert process(setting, tmp_path / "out") == 0
    found = issued(setting)
    held = [f"C{n:03}" for n in range(0, 60, 13)]
    billed = [f"C{n:03}" for n in range(60) if n % 13 and n % 11]
    credited = [f"C{n:03}" for n in range(0, 60, 7) if n % 13]
    assert [d["customer"] for d in found if d["kind"] == "invoice"] == billed
    assert [d["customer"] for d in found if d["kind"] == "credit-note"] == credited
    assert not {d["customer"] for d in found} & set(held)
    numbers = [d["number"] for d in found]
    assert numbers[: len(billed)] == [f"INV-2025-{n:05d}" for n in range(1, len(billed) + 1)]
    assert numbers[len(billed) :] == [f"CN-2025-{n:05d}" for n in range(1, len(credited) + 1)]
    assert set(files(tmp_path / "out")) == {f"{number}.pdf" for number in numbers}


@pytest.mark.parametrize("shelf", ["sqlite"], indirect=True)
def test_killed_at_many_moments(copied: Callable[..., Setting], tmp_path: Path) -> None:
    """M7: 300 customers; killed 9 times (by night 25) between and within transactions, while PDFs are written and
    before they are there."""
    assert runs.AT_ONCE < 300 / 5
    run = Killed(copied(three_hundred), copied(three_hundred), tmp_path)
    pick, there, writing, kills = random.Random(25), 0, 0, 25 if WHOLE else 9
    for _ in range(kills):
        to_write = (len(run.files) - len(files(run.out))) * run.making // len(run.files)
        to_issue = (len(run.documents) - there) * run.issuing // len(run.documents)
        most = min(run.issuing // 2, (to_issue + to_write) * 3 // 4) if to_issue else to_write // 5
        there = run.kill(pick.randint(1, most), pick.choice([0, 0, pick.random() / 500]))
        writing += there == len(run.documents)
    assert 2 <= writing <= kills - 3, f"{writing} of {kills} kills came when all was issued: few were left for the rest"
    run.end()


@pytest.mark.parametrize("shelf", ["postgresql"], indirect=True)
def test_killed_on_postgresql(copied: Callable[..., Setting], tmp_path: Path) -> None:
    """M7, on PostgreSQL: killed in the first transaction, in the second, and while PDFs are written."""
    run = Killed(copied(sixty), copied(sixty), tmp_path)
    assert run.kill(run.issuing // 4) == 0
    assert 0 < run.kill(run.issuing * 93 // 100) < len(run.documents)
    assert run.kill(run.issuing * 17 // 100 + run.making // 2, 0.001) == len(run.documents)
    run.end()


@pytest.mark.parametrize("shelf", ["sqlite"], indirect=True)
def test_killed_while_others_draw(copied: Callable[..., Setting], tmp_path: Path) -> None:
    """L10, M7: two processes draw what is issued while the next is numbered. Killed four times, it ends as a run of
    one process does, but for when each position was recorded."""
    calm, setting, out = copied(three_hundred), copied(three_hundred), tmp_path / "killed"
    assert process(calm, tmp_path / "calm") == 0
    wanted, pick, seen = files(tmp_path / "calm"), random.Random(11), []
    most = int((tmp_path / "calm.note").read_text()) // 5
    for _ in range(4):
        assert process(setting, out, pick.randint(1, most), pick.random() / 50, True, "--workers", "2") < 0
        seen.append(len(issued(setting)))
        whole = {name: data for name, data in files(out).items() if not name.startswith(".")}
        assert whole.items() <= wanted.items(), "a PDF is half-written"
    assert 0 < seen[1] < len(wanted), seen
    assert process(setting, out, 0, 0, True, "--workers", "2") == 0
    assert {name: data for name, data in files(out).items() if not name.startswith(".")} == wanted
    assert issued(setting) == issued(calm)
    assert [(row["code"], row["seq"], row["digest"]) for row in contents(setting)["issued_file"]] == [
        (row["code"], row["seq"], row["digest"]) for row in contents(calm)["issued_file"]
    ]
    assert support.audit(setting)["faults"] == []
