"""Cases asked for at the door, with moments as people write them; answers are the JSON of the command line."""

from collections.abc import Callable
from datetime import date
from typing import Any

from billing.office.transaction import Setting
from billing.requests import cases as requests
from billing.requests.moments import when
from billing.requests.reviews import AskSla
from tests.support import ask, do

Answer = dict[str, Any]


def open_case(setting: Setting, at: str | None = None, **request: Any) -> Answer:
    return do(setting, requests.OpenCase(at=None if at is None else when(at), **request))


def add_event(
    setting: Setting, case: str, kind: Any, at: str | None = None, id: str | None = None, **more: Any
) -> Answer:
    return do(setting, requests.RecordEvent(case=case, kind=kind, at=None if at is None else when(at), **more), id)


def _asking(question: Callable[..., Any]) -> Callable[..., Answer]:
    def answer(setting: Setting, at: str | None = None, **more: Any) -> Answer:
        return ask(setting, question(at=None if at is None else when(at), **more))

    return answer


def show(setting: Setting, case: str, at: str | None = None) -> Answer:
    return _asking(requests.AskCase)(setting, at, case=case)


queue = _asking(requests.AskQueue)
report_open = _asking(requests.AskOpenCases)


def listed(setting: Setting, **question: Any) -> Answer:
    return ask(setting, requests.ListCases(**question))


def sweep(setting: Setting, at: str | None = None, dry_run: bool = False) -> Answer:
    moment = None if at is None else when(at)
    return ask(setting, requests.AskSweep(at=moment)) if dry_run else do(setting, requests.SweepCases(at=moment))


def report_errors(setting: Setting, first: date, last: date) -> Answer:
    return ask(setting, requests.AskProgramErrors(first=first, last=last))


def report_sla(setting: Setting, month: date) -> Answer:
    return ask(setting, AskSla(month=month))
