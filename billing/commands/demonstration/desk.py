"""`billing demo`: a week at the desk for each policy, as lines of a bulk load. All names are made up."""

from collections.abc import Iterator
from typing import Any

YEAR = 2025
Line = dict[str, Any]  # of a bulk load


def swiss_week() -> Iterator[Line]:
    """Tariff q3: Support+ and urgent first, a window to call back, a program error (S6, S7, S10)."""
    yield _opened("CERVIN", "W-1", "03-10T09:10", channel="phone", note="question about the closing entries")
    yield _happened("W-1", "callback", "03-10T09:12", "ana", window=[_at("03-10T15:00"), _at("03-10T16:30")])
    yield _opened("CERVIN", "W-2", "03-10T09:30", channel="mail", contact="Mme Rey", note="import of old data")
    yield _opened("ALPINA", "W-3", "03-10T10:05", channel="phone", priority="urgent", note="payroll cannot be closed")
    yield _happened("W-3", "reply", "03-10T10:10", "ben", note="looking at it")
    yield _happened("W-3", "workaround", "03-10T11:20", "ben", note="month closed by hand")
    yield _worked("ALPINA", "W-3", "03-10", "1h05", "ben", category="bug")
    yield _happened("W-3", "close", "03-11T09:00", "ben")
    yield {"type": "verify", "case": "W-3", "date": f"{YEAR}-03-11", "kind": "program-error"}
    yield _happened("W-2", "take", "03-11T14:00", "ana")
    yield _worked("CERVIN", "W-2", "03-11", "40m", "ana", category="data-check", contact="Mme Rey")
    yield _happened("W-2", "resolve", "03-11T14:45", "ana")
    yield _happened("W-1", "attempt", "03-10T15:10", "ana", channel="voicemail")


def french_week() -> Iterator[Line]:
    """A week each under qualiodoo, moveon, systell and visualqie."""
    for code, name, tariff in (
        ("MISTRAL", "Université du Mistral", "moveon"),
        ("NIVEAU", "Menuiserie Niveau", "systell"),
        ("OPALE", "Agence Opale", "visualqie"),
    ):
        yield {"type": "customer", "code": code, "name": name, "country": "FR", "language": "fr"}
        yield {"type": "contract", "customer": code, "tariff": tariff, "start": f"{YEAR}-01-01"}
    yield from _qualiodoo()
    yield from _moveon()
    yield from _systell()
    yield from _visualqie()


def _qualiodoo() -> Iterator[Line]:
    """Take-up by urgency; time counts from then on; an urgency agreed with the customer (S2, S4, S10)."""
    yield _opened("DUPONT", "W-1", "03-24T09:20", priority="urgent", note="no order can be printed")
    yield _happened("W-1", "take", "03-24T10:40", "ana")
    yield _worked("DUPONT", "W-1", "03-24", "35m", "ana", category="incident")
    yield _happened("W-1", "resolve", "03-24T11:30", "ana")
    yield _happened("W-1", "close", "03-24T16:00", "ana", note="agreed by phone")
    yield _opened("DUPONT", "W-2", "03-25T17:30", note="a field in the report")
    yield _happened("W-2", "priority", "03-26T09:05", "ana", priority="low", note="can wait for the update")
    yield _happened("W-2", "take", "03-26T10:00", "ben")
    yield _worked("DUPONT", "W-2", "03-26", "20m", "ben")


def _moveon() -> Iterator[Line]:
    """Targets that stop while the customer is asked; an authorisation; a request without a target (S2, S3, S12)."""
    yield _opened("MISTRAL", "W-3", "03-24T16:30", priority="urgent", channel="portal", note="nobody can sign in")
    yield _happened("W-3", "reply", "03-25T09:15", "eva", note="we are on it")
    yield _happened("W-3", "ask", "03-25T10:00", "eva", note="since when?")
    yield _happened("W-3", "answer", "03-25T14:00", "eva", note="since the update of Monday")
    yield _happened("W-3", "authorisation", "03-25T14:20", "eva", note="mail of 25 March: reset the settings")
    yield _happened("W-3", "workaround", "03-25T15:30", "eva", note="old settings restored")
    yield _worked("MISTRAL", "W-3", "03-25", "1h20", "eva")
    yield _happened("W-3", "close", "03-27T09:00", "eva")
    yield _opened("MISTRAL", "W-4", "03-26T11:00", category="feature-request", note="another column in the list")


def _systell() -> Iterator[Line]:
    """Three failed attempts, silence, and files that are asked for: the sweep closes them (S5)."""
    yield _opened("NIVEAU", "W-5", "03-24T08:30", channel="phone")
    for when, channel in (("03-24T14:00", "phone"), ("03-25T09:00", "voicemail"), ("03-26T11:00", "phone")):
        yield _happened("W-5", "attempt", when, "max", channel=channel)
    yield _opened("NIVEAU", "W-6", "03-24T10:00", channel="mail", note="the tool leaves the sheet")
    yield _happened("W-6", "ask", "03-24T11:00", "max", note="which post-processor?")
    yield _worked("NIVEAU", "W-6", "03-24", "25m", "max")
    yield _opened("NIVEAU", "W-7", "03-25T10:00", channel="mail", category="program-error")
    yield _happened("W-7", "ask-files", "03-25T10:20", "max", note="the drawing, please")


def _visualqie() -> Iterator[Line]:
    """What blocks is heard all day, the rest in two short lines (S1); handed over, resolved, back again."""
    yield _opened("OPALE", "W-8", "03-25T14:00", priority="urgent", channel="voicemail", note="nobody can work")
    yield _happened("W-8", "reply", "03-25T14:20", "lou")
    yield _happened("W-8", "hand-over", "03-25T14:40", "lou", to="max")
    yield _happened("W-8", "resolve", "03-25T15:10", "max")
    yield _happened("W-8", "reopen", "03-26T09:00", "max", note="it came back")
    yield _worked("OPALE", "W-8", "03-26", "50m", "max")
    yield _opened("OPALE", "W-9", "03-26T11:10", channel="phone", note="a list is sorted wrongly")


def _at(text: str) -> str:
    return f"{YEAR}-{text}"


def _opened(customer: str, case: str, at: str, **more: object) -> Line:
    return {"type": "case", "id": case, "customer": customer, "at": _at(at), **more}


def _happened(case: str, kind: str, at: str, agent: str, **more: object) -> Line:
    return {"type": "case-event", "case": case, "kind": kind, "at": _at(at), "agent": agent, **more}


def _worked(customer: str, case: str, day: str, duration: str, agent: str, **more: object) -> Line:
    return {"type": "entry", "customer": customer, "case": case, "date": _at(day), "duration": duration,
            "agent": agent, **more}  # fmt: skip
