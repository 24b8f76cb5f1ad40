"""What the door asks of cases: which function does which request, and which answers which question."""

from collections.abc import Callable
from typing import Any

from billing.office.cases import approving, caseload, cases, correcting, recording, showing
from billing.office.transaction import Act, Transaction
from billing.requests import cases as requests
from billing.requests import corrections
from billing.requests.approvals import ApproveOverage, AskOverage
from billing.requests.base import Question
from billing.views.case_papers import CasePaper
from billing.views.cases import OpenCases, ProgramErrors


# What a desk does not ask all day long comes in when it is asked.
def _paper(tx: Transaction, question: requests.AskCasePaper) -> CasePaper:
    from billing.office.cases import papers

    return papers.asked(tx, question)


def _open_cases(tx: Transaction, question: requests.AskOpenCases) -> OpenCases:
    from billing.office.cases import meetings

    return meetings.open_cases(tx, question)


def _program_errors(tx: Transaction, question: requests.AskProgramErrors) -> ProgramErrors:
    from billing.office.cases import meetings

    return meetings.program_errors(tx, question)


ACTS = {
    requests.OpenCase: Act(cases.open_case, recording.again),
    corrections.ChangeCase: Act(correcting.change, recording.again),
    corrections.VoidEvent: Act(correcting.void, correcting.void_again),
    ApproveOverage: Act(approving.approve, approving.approved_before),
    requests.SweepCases: Act(caseload.sweep, caseload.swept_before),
    **{of: Act(cases.record_event, recording.again) for of in requests.HAPPENINGS},
}
QUESTIONS: dict[type[Question[Any]], Callable[..., Any]] = {
    AskOverage: approving.asked,
    requests.AskCase: showing.asked,
    requests.AskCasePaper: _paper,
    requests.ListCases: caseload.listed,
    requests.AskQueue: caseload.queue,
    requests.AskSweep: caseload.would_sweep,
    requests.AskOpenCases: _open_cases,
    requests.AskProgramErrors: _program_errors,
}
