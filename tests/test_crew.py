"""Work that several do at a time: the same comes back, whoever is killed meanwhile, and nobody is left behind."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing import crew as crews
from billing.crew import Crew, Line
from billing.errors import BadInput, ServerRefusal, Unknown
from billing.office.invoicing import files, runs
from billing.requests.invoicing import AskFiles
from billing.service import Billing
from billing.texts import say
from billing.views.documents import MadeFile
from tests.store import histories
from tests.support import load, made, opened

MONTH, ON = date(2025, 1, 1), date(2025, 1, 31)


def doubled(number: int) -> int:
    return 2 * number


def killed(task: tuple[int, Path, int]) -> int:
    """Doubles a number, but kills its process before, as often as the number of files there may be."""
    number, folder, times = task
    if number == 3 and len(list(folder.iterdir())) < times:
        (folder / str(os.getpid())).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return doubled(number)


def refused(_: int) -> int:
    raise Unknown("not-found", say("{number} is gone", number="INV-1"))


def opened_files(_: int) -> list[str]:
    return [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.exists()]


def slept(_: int) -> None:
    print(os.getpid(), flush=True)
    time.sleep(600)


@pytest.fixture
def two() -> Iterator[Crew]:
    crew = Crew(2)
    yield crew
    crew.close()


def test_what_a_killed_process_had_is_done_by_others(two: Crew, tmp_path: Path) -> None:
    assert list(two.map(killed, [(n, tmp_path, 1) for n in range(8)])) == [2 * n for n in range(8)]
    assert len(list(tmp_path.iterdir())) == 1
    assert list(two.map(doubled, [4, 5])) == [8, 10]  # and goes on


def test_who_is_killed_again_and_again_gives_up(two: Crew, tmp_path: Path) -> None:
    with pytest.raises(ServerRefusal, match="were killed; --workers 1 does without"):
        list(two.map(killed, [(n, tmp_path, 9) for n in range(8)]))
    assert not any(Path(f"/proc/{each.name}").exists() for each in tmp_path.iterdir())


def test_a_refusal_comes_back_as_it_is(two: Crew) -> None:
    with pytest.raises(Unknown) as found:
        list(two.map(refused, [1, 2]))
    assert found.value.code == "not-found" and found.value.message == "INV-1 is gone"


def test_processes_end_with_the_one_that_started_them() -> None:
    """A killed parent left its processes waiting for work for ever."""
    code = "from billing.crew import Crew; from tests.test_crew import slept; list(Crew(2).map(slept, [1, 2, 3]))"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(parent.stdout.readline()) for _ in range(2)]
        parent.kill()
        parent.wait()
        for _ in range(200):
            if not any(Path(f"/proc/{pid}").exists() for pid in workers):
                return
            time.sleep(0.05)
    raise AssertionError(f"still there: {workers}")


def test_processes_have_nothing_of_a_database_that_is_open(two: Crew, tmp_path: Path) -> None:
    """A copy of this process would have its connections, which SQLite forbids, and locks that nobody ever opens."""
    with closing(sqlite3.connect(tmp_path / "open.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
        found = [name for names in two.map(opened_files, range(4)) for name in names]
    assert found and not [name for name in found if "open.db" in name]


class Tired(Executor):
    """Does at once what it is given, but that one call finds no process to be had."""

    def __init__(self, failing: int, failure: Exception) -> None:
        self.calls, self.failing, self.failure = 0, failing, failure

    def submit(self, work: Callable[..., Any], /, *tasks: Any, **_: Any) -> "Future[Any]":
        self.calls += 1
        if self.calls == self.failing:
            raise self.failure
        done: Future[Any] = Future()
        done.set_result(work(*tasks))
        return done


@pytest.mark.parametrize("failing", [1, 2, 3])
@pytest.mark.parametrize("failure", [BlockingIOError(11, "no more processes"), EOFError("unexpected end")])
def test_who_gives_a_task_is_not_stopped_where_no_process_is_to_be_had(
    failing: int, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run ended in the middle, and nothing was said of what it had issued."""
    begun: Future[Executor] = Future()
    begun.set_result(Tired(failing, failure))
    monkeypatch.setattr(Crew, "begun", lambda _: begun)
    line = Line(Crew(2), doubled)
    for n in range(3):
        line.give(n)
    assert [line.answer() for _ in range(3)] == [0, 2, 4] and not line


def test_who_works_takes_nothing_out_of_the_folder_where_it_is_asked(
    two: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A billing.py that lay there was run in place of the program, in each process."""
    (tmp_path / "billing.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path / ("x" * 120)))  # longer than the name of a socket may be
    assert list(two.map(doubled, [1, 2, 3])) == [2, 4, 6]


def issued(folder: Path, copies: int) -> tuple[str, ...]:
    """Numbers of documents without files, in so many copies of a database."""
    setting = made(f"sqlite:///{folder}/0.db", today=ON)
    for n in range(4):
        load(setting, *histories.signed(f"C{n}", start="2025-01-01"),
             {"type": "entry", "customer": f"C{n}", "date": "2025-01-10", "minutes": 60})  # fmt: skip
    found = tuple(document.number for document in runs.run(setting, MONTH, ON)[0])
    setting.engine.dispose()
    for n in range(1, copies):
        shutil.copy(folder / "0.db", folder / f"{n}.db")
    return found


def drawn(folder: Path, copy: int, numbers: tuple[str, ...], crew: Crew) -> tuple[MadeFile, ...]:
    with Billing(replace(opened(f"sqlite:///{folder}/{copy}.db", ON), crew=crew)) as books:
        return books.ask(AskFiles(numbers=numbers))


def test_a_crew_draws_the_same_bytes(two: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = issued(tmp_path, 2)
    monkeypatch.setattr(files, "AT_ONCE", 1)
    alone = drawn(tmp_path, 0, numbers, Crew())
    assert drawn(tmp_path, 1, numbers, two) == alone and [each.number for each in alone] == list(numbers)


def test_how_many_work_is_asked_back() -> None:
    with pytest.raises(BadInput, match="none of 1 to 256"):
        Crew(1000)


@contextmanager
def dask(folder: Path, workers: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Dask scheduler and its workers, processes of their own: its address, and its process."""
    pytest.importorskip("distributed")
    with ExitStack() as stack:

        def start(program: str, *words: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", f"distributed.cli.{program}", *words, "--scheduler-file", str(file)]
            log = stack.enter_context((folder / f"{program}.log").open("ab"))
            process = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log))
            stack.callback(process.kill)
            return process

        file = folder / "scheduler.json"
        scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        for _ in range(workers):
            start("dask_worker", "--no-nanny", "--no-dashboard", "--nthreads", "1", "--local-directory", str(folder))
        for _ in range(600):
            if file.exists() and (text := file.read_text()):
                break
            time.sleep(0.1)
        yield json.loads(text)["address"], scheduler


def test_workers_of_dask_draw_the_same_bytes_whoever_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    numbers = issued(tmp_path, 3)
    monkeypatch.setattr(files, "AT_ONCE", 1)
    alone = drawn(tmp_path, 0, numbers, Crew())
    with dask(tmp_path, 2) as (address, scheduler):
        assert drawn(tmp_path, 1, numbers, Crew(scheduler=address)) == alone
        crew = Crew(scheduler=address)
        assert list(crew.map(killed, [(n, marks, 1) for n in range(8)])) == [2 * n for n in range(8)]
        scheduler.kill()
        scheduler.wait()
        with pytest.raises(ServerRefusal, match="no answer from the Dask scheduler"):
            list(crew.map(doubled, [1]))
        monkeypatch.setattr(crews, "PATIENCE", 1)
        with pytest.raises(ServerRefusal, match="no answer from the Dask scheduler"):
            drawn(tmp_path, 2, numbers, Crew(scheduler=address))
    assert drawn(tmp_path, 2, numbers, Crew()) == alone


def test_a_local_cluster_draws_the_same_bytes_whoever_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dask's own cluster of this machine, whose nannies start a killed worker again."""
    distributed = pytest.importorskip("distributed")
    marks = tmp_path / "marks"
    marks.mkdir()
    numbers = issued(tmp_path, 3)
    monkeypatch.setattr(files, "AT_ONCE", 1)
    alone = drawn(tmp_path, 0, numbers, Crew())
    local = {"host": "127.0.0.1", "dashboard_address": None, "local_directory": str(tmp_path)}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **local) as cluster:
        crew = Crew(scheduler=cluster.scheduler_address)
        assert drawn(tmp_path, 1, numbers, crew) == alone
        crew = Crew(scheduler=cluster.scheduler_address)
        assert list(crew.map(killed, [(n, marks, 1) for n in range(8)])) == [2 * n for n in range(8)]
        assert len(list(marks.iterdir())) == 1  # somebody was
        crew.close()
        assert drawn(tmp_path, 2, numbers, Crew(scheduler=cluster.scheduler_address)) == alone
