"""A monthly run that is killed anywhere and started again ends like an undisturbed one (M7)."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from billing.office import auditing, documents
from billing.office.transaction import Setting
from billing.store.engine import open_engine
from tests.support import TODAY, load, made

CUSTOMERS = 300
RUN = ["invoice", "run", "2025-01", "--on", "2025-01-31"]


def lines(customers: int) -> list[dict]:
    found: list[dict] = []
    for n in range(customers):
        code = f"C{n:03}"
        found += [
            {"type": "customer", "code": code, "name": f"Customer {n}", "country": "CH"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
            {"type": "entry", "customer": code, "case": code, "date": "2025-01-10", "minutes": 5 + n % 50},
        ]
    return found


def process(url: str, *more: str) -> subprocess.Popen[bytes]:
    env = os.environ | {"BILLING_DB": url, "BILLING_TODAY": "2025-02-01"}
    return subprocess.Popen([sys.executable, "-m", "billing", *RUN, *more], env=env, stdout=subprocess.DEVNULL)


def issued(url: str) -> list[dict]:
    setting = Setting(open_engine(url), TODAY, ())
    found = documents.list_documents(setting)["invoices"]
    assert auditing.audit(setting)["faults"] == []
    setting.engine.dispose()
    return found


def killed_run(url: str, out: Path, moments: list[float]) -> None:
    """Starts the run again and again, killed after each moment; the last one ends by itself."""
    for seconds in moments:
        running = process(url, "--out", str(out))
        time.sleep(seconds)
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert process(url, "--out", str(out)).wait() == 0


def test_killed_at_25_moments(tmp_path: Path) -> None:
    made_ = made(f"sqlite:///{tmp_path}/ready.db")
    load(made_, *lines(CUSTOMERS))
    made_.engine.dispose()
    shutil.copy(tmp_path / "ready.db", tmp_path / "calm.db")
    began = time.monotonic()
    assert process(f"sqlite:///{tmp_path}/calm.db", "--out", str(tmp_path / "calm")).wait() == 0
    whole = time.monotonic() - began
    expected = issued(f"sqlite:///{tmp_path}/calm.db")
    assert len(expected) == CUSTOMERS
    pick = random.Random(25)
    shutil.copy(tmp_path / "ready.db", tmp_path / "killed.db")
    # most moments lie in the beginning of a run, since each takes up where the last was killed
    moments = [0.35 + pick.random() * whole * 0.4 for _ in range(25)]
    killed_run(f"sqlite:///{tmp_path}/killed.db", tmp_path / "killed", moments)
    assert issued(f"sqlite:///{tmp_path}/killed.db") == expected
    files = {path.name: path.read_bytes() for path in (tmp_path / "calm").iterdir()}
    again = {path.name: path.read_bytes() for path in (tmp_path / "killed").iterdir() if not path.name.startswith(".")}
    assert len(files) == CUSTOMERS
    assert again == files


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_killed_on_postgresql(database_url: str, tmp_path: Path) -> None:
    setting = made(database_url)
    load(setting, *lines(40))
    setting.engine.dispose()
    killed_run(database_url, tmp_path, [0.5, 0.6, 0.7])
    found = issued(database_url)
    assert [d["number"] for d in found] == [f"INV-2025-{n:05d}" for n in range(1, 41)]
    assert [d["customer"] for d in found] == [f"C{n:03}" for n in range(40)]
