"""Whatever way rows come, the ledger is the same; whatever a file holds, nothing is half in (L5)."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.errors import Refusal
from billing.office.transaction import Setting
from tests.imports.made import TODAY, desk, kimai, live, take, zammad
from tests.imports.test_read import WRITTEN, read
from tests.support import audit, balance, opened

OWN = '[customers]\n"50" = "ALPINA"\n"zammad-50" = "ALPINA"\n"zammad-51" = "ALPINA"\n"*" = "BAHN"'
Accounting = tuple[int, int, str, str]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("base") / "base.db"
    desk(f"sqlite:///{path}").engine.dispose()
    return path


@contextmanager
def fresh(base: Path) -> Iterator[Setting]:
    path = base.with_name("played.db")
    shutil.copy(base, path)
    setting = opened(f"sqlite:///{path}", TODAY)
    try:
        yield setting
    finally:
        setting.engine.dispose()
        path.unlink()


def state(setting: Setting) -> tuple[Any, ...]:
    """What stands, however it came to be: the entries but for their ids, and what they come to."""
    figures = [
        {key: of[key] for key in ("minutes", "owed", "unbilled")}
        for of in (balance(setting, code) for code in ("ALPINA", "BAHN"))
    ]
    return Counter(live(setting).values()), figures


@st.composite
def accountings(draw: st.DrawFn) -> list[Accounting]:
    """Time of some tickets, with corrections that never take more than there was."""
    found: list[Accounting] = []
    left = {50: 0, 51: 0, 52: 0}
    for id in range(1, draw(st.integers(1, 8)) + 1):
        ticket = draw(st.sampled_from(sorted(left)))
        minutes = draw(st.integers(-left[ticket], 30).filter(bool))
        left[ticket] += minutes
        found.append((id, ticket, f"{minutes}.0", f"2025-03-{id + 1:02}T09:{id:02}:00.000Z"))
    return found


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=accountings(), data=st.data())
def test_l5_any_split_order_and_repetition_of_rows_with_ids_comes_to_the_same(
    base: Path, rows: list[Accounting], data: st.DataObject
) -> None:
    with fresh(base) as setting:
        take(setting, "zammad", zammad(*rows), OWN)
        wanted = state(setting)
    parts = data.draw(st.lists(st.lists(st.sampled_from(rows), min_size=1, max_size=5), max_size=4), label="parts")
    shuffled = data.draw(st.permutations(rows), label="order")
    cut = data.draw(st.integers(0, len(rows)), label="cut")
    with fresh(base) as setting:
        for part in [*parts, shuffled[:cut], shuffled[cut:], *parts]:
            take(setting, "zammad", zammad(*part), OWN)
        assert state(setting) == wanted
        again = take(setting, "zammad", zammad(*shuffled), OWN)
        assert (again.new, again.changed, again.gone, again.parked) == (0, 0, 0, 0)
        assert audit(setting)["ok"]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.integers(1, 4), st.integers(5, 9), st.sampled_from(["T-1 a", "T-2 b"])), max_size=8),
    data=st.data(),
)
def test_l5_rows_without_ids_come_to_the_same_where_those_of_a_day_stay_together(
    base: Path, rows: list[tuple[int, int, str]], data: st.DataObject
) -> None:
    """Of two that say the same in two files nobody knows whether they are one: a day is exported whole."""

    def made(some: list[tuple[int, int, str]]) -> bytes:
        return kimai(*(
            {"Date": f"2025-03-0{day}", "Duration": f"0.{minutes * 10 // 6:02}", "Description": note}
            for day, minutes, note in some
        ))  # fmt: skip

    with fresh(base) as setting:
        take(setting, "kimai", made(rows))
        wanted = state(setting)
    shuffled = data.draw(st.permutations(rows), label="order")
    days = data.draw(st.permutations([1, 2, 3, 4]), label="days")
    with fresh(base) as setting:
        for day in [*days, *days[:2]]:
            take(setting, "kimai", made([row for row in shuffled if row[0] == day]))
        assert state(setting) == wanted


_STRANGE = (b'"', b",", b"\0", b"}", b"[", b"-", b"9" * 40, b"null", b"1e999", "é".encode())


def mutated(pick: random.Random, data: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(pick.randint(1, 6)):
        at = pick.randrange(len(made)) if made else 0
        match pick.randrange(5):
            case 0 if made:
                made[at] = pick.randrange(256)
            case 1:
                del made[at : at + pick.randint(1, 12)]
            case 2:
                made[at:at] = made[at : at + pick.randint(1, 30)]
            case 3:
                made[at:at] = pick.choice(
                    (b'"', b",", b"\0", b"}", b"[", b"-", b"9" * 40, b"null", b"1e999", "é".encode())
                )
            case _:
                del made[max(at, 1) :]
    return bytes(made)


def altered(pick: random.Random, data: bytes) -> bytes:
    """A file that can still be read: with other figures in some places."""
    made = bytearray(data)
    digits = [at for at, sign in enumerate(made) if 48 <= sign <= 57]
    for at in pick.sample(digits, pick.randint(1, 4)):
        made[at] = pick.choice(b"0123456789-.")
    return bytes(made)


def samples() -> list[tuple[str, bytes]]:
    import json

    given_ = [(tool, data if isinstance(data, bytes) else json.dumps(data).encode()) for tool, data, *_ in WRITTEN]
    return [*given_, ("kimai", kimai({}, {"Description": "b"}))]


def test_3000_mutated_files_are_read_or_refused() -> None:
    pick, refused = random.Random(13), 0
    for count in range(3000):
        tool, data = samples()[count % len(samples())]
        try:
            read(tool, mutated(pick, data))
        except Refusal:
            refused += 1
    assert 300 < refused < 2900


def test_mutated_files_leave_nothing_half(base: Path) -> None:
    """Each is taken in, parked in part, or refused whole; the chains and the decisions hold afterwards."""
    pick, taken, own = random.Random(14), 0, '[customers]\n"*" = "ALPINA"\n'
    with fresh(base) as setting:
        for count in range(80):
            tool, data = samples()[count % len(samples())]
            before = live(setting)
            try:
                view = take(
                    setting, tool, pick.choice((mutated, altered))(pick, data), f'{own}[categories]\n"*" = "support"'
                )
            except Refusal:
                assert live(setting) == before
            else:
                taken += view.new + view.changed + view.unchanged + view.parked
        assert taken > 20
        assert audit(setting)["ok"]


def test_l5_a_kill_leaves_nothing_half_and_the_same_again_puts_it_in(base: Path, tmp_path: Path) -> None:
    path, rows = tmp_path / "killed.db", 400
    shutil.copy(base, path)
    days = [{"Date": f"2025-03-{1 + n % 28:02}", "Description": f"T-{n} x"} for n in range(rows)]
    (tmp_path / "k.csv").write_bytes(kimai(*days))
    command = [sys.executable, "-m", "billing", "import", "kimai", str(tmp_path / "k.csv")]
    env = os.environ | {"BILLING_DB": f"sqlite:///{path}", "BILLING_TODAY": f"{TODAY}"}
    pick, seen = random.Random(1), Counter[int]()
    for _ in range(4):
        running = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pick.uniform(0.5, 1.6))
        running.send_signal(signal.SIGKILL)
        running.wait()
        setting = opened(f"sqlite:///{path}", TODAY)
        seen[len(live(setting))] += 1
        setting.engine.dispose()
    assert set(seen) <= {0, rows}
    assert subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
    setting = opened(f"sqlite:///{path}", TODAY)
    assert len(live(setting)) == rows
    assert audit(setting)["ok"]
    setting.engine.dispose()
