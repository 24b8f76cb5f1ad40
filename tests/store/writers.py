"""Writers in processes of their own, let go at the same moment."""

import hashlib
import multiprocessing
from collections.abc import Callable
from datetime import date
from typing import Any

from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.payments import Sell
from billing.store import migrate, schema
from tests import support
from tests.invoicing import documents, files
from tests.support import load, opened

Task = tuple[str, dict[str, Any]]
SECONDS = 90


def _init(setting: Setting) -> dict[str, Any]:
    migrate.upgrade(setting.engine)
    return {"version": schema.REVISION}


def _buy(setting: Setting, **request: Any) -> dict[str, Any]:
    return support.do(setting, Sell(**request))


def _load(setting: Setting, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return load(setting, *lines)


def _pdf(setting: Setting, number: str) -> dict[str, Any]:
    return {"digest": hashlib.sha256(files.pdf(setting, number)).hexdigest()}


DOES: dict[str, Callable[..., dict[str, Any]]] = {
    "init": _init,
    "log": support.log,
    "buy": _buy,
    "load": _load,
    "run": documents.run,
    "pdf": _pdf,
    "balance": support.balance,
    "void": support.void,
}


def at_once(url: str, tasks: list[Task], today: date = date(2025, 2, 1)) -> list[dict[str, Any]]:
    """Does each task in a process of its own, all let go together: their answers, or `{"error": …}`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store.writers"])
    gate = context.Barrier(len(tasks))
    results = context.SimpleQueue()
    started = [
        context.Process(target=_work, args=(place, url, today, task, gate, results), daemon=True)
        for place, task in enumerate(tasks)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(SECONDS)
    assert not any(process.is_alive() for process in started), "writers wait for each other for ever"
    answers_by_place = dict(results.get() for _ in started if not results.empty())
    return [answers_by_place[place] for place in range(len(tasks))]


def _work(place: int, url: str, today: date, task: Task, gate: Any, results: Any) -> None:
    name, request = task
    setting = opened(url, today)
    gate.wait(SECONDS)
    try:
        answer = DOES[name](setting, **request)
    except Refusal as refused:
        answer = {"error": {"code": refused.code, "message": refused.message}}
    except Exception as failed:
        answer = {"error": {"code": type(failed).__name__, "message": str(failed)}}
    results.put((place, answer))
