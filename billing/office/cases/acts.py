"""What the door asks of cases: which function does which request, and which answers which question."""

from collections.abc import Callable
from typing import Any

from billing.office.cases import approving, caseload, cases, correcting, meetings, papers, recording, showing
from billing.office.transaction import Act
from billing.requests import cases as requests
from billing.requests import corrections
from billing.requests.approvals import ApproveOverage, AskOverage
from billing.requests.base import Question

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
    requests.AskCasePaper: papers.asked,
    requests.ListCases: caseload.listed,
    requests.AskQueue: caseload.queue,
    requests.AskSweep: caseload.would_sweep,
    requests.AskOpenCases: meetings.open_cases,
    requests.AskProgramErrors: meetings.program_errors,
}
