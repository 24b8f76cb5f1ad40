"""Cases as users have them, on both databases: recorded once, shown alike, swept, verified, loaded, audited."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import event, text

from billing.errors import Refusal
from billing.lines import bulk
from billing.office.transacting import work
from billing.office.transaction import Setting
from billing.requests.cases import AskQueue, ListCases, OpenCase
from billing.requests.explaining import AskWhy
from billing.requests.reviews import AskSla
from billing.service import Billing
from billing.store import chain, migrate, schema
from billing.store.query import Query
from tests import cases, support
from tests.history import Line, dumped
from tests.neighbours import neighbours
from tests.support import ask, load, made

TODAY = date(2025, 3, 14)


New = Callable[..., Setting]


@pytest.fixture
def new(database_url: str) -> New:
    """A customer A under a tariff, without any case."""

    def make(tariff: str, country: str = "FR", **contract: Any) -> Setting:
        setting = made(database_url, country, today=TODAY)
        load(
            setting,
            {"type": "customer", "code": "A", "name": "A", "country": country},
            {"type": "contract", "customer": "A", "tariff": tariff, "start": "2025-01-01", **contract},
        )
        return setting

    return make


def opened(case: str, at: str, **more: Any) -> Line:
    return {"type": "case", "id": case, "customer": "A", "at": at, **more}


def happened(case: str, kind: str, at: str, **more: Any) -> Line:
    return {"type": "case-event", "case": case, "kind": kind, "at": at, **more}


def code(attempt: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        attempt()
    return refused.value.code


def positions(setting: Setting) -> int:
    with setting.engine.connect() as connection:
        return connection.execute(text("SELECT sum(seq) FROM head")).scalar() or 0


def nameless(shown: Any) -> Any:
    """Events without their ids, which name the case; anything else as it is."""
    return [event | {"id": None} for event in shown] if isinstance(shown, list) else shown


def kinds(shown: dict[str, Any]) -> list[str]:
    return [event["kind"] for event in shown["events"]]


WEEK = [
    opened("T", "2025-03-04T10:00", channel="phone", contact="Marie", note="does not start"),
    happened("T", "take", "2025-03-04T10:10", agent="ana"),
    happened("T", "ask", "2025-03-04T10:30", agent="ana", note="which version?"),
    happened("T", "answer", "2025-03-05T09:00", agent="ana", note="12"),
    {"type": "entry", "id": "e1", "customer": "A", "case": "T", "date": "2025-03-05", "duration": "12m30s"},
    {"type": "entry", "id": "e2", "customer": "A", "case": "T", "date": "2025-03-05", "minutes": 4},
    {"type": "void", "entry": "e2", "date": "2025-03-05", "reason": "twice"},
    happened("T", "priority", "2025-03-05T09:30", agent="ana", note="urgent: they cannot invoice"),
    happened("T", "hand-over", "2025-03-05T10:00", agent="ben"),
    happened("T", "resolve", "2025-03-05T11:00", agent="ben"),
    happened("T", "close", "2025-03-05T11:30", agent="ben"),
]


def test_a_case_is_shown_with_all_that_cli_md_names(new: New) -> None:
    """S1: the JSON of `case show`, its times with their offset, its minutes those of the live entries."""
    setting = new("q3", "CH", tier="standard")
    load(setting, *WEEK)
    shown = cases.show(setting, "T")
    assert {"case", "customer", "category", "priority", "owner", "state", "targets", "events", "minutes"} <= set(shown)
    assert (shown["priority"], shown["owner"], shown["state"]) == ("urgent", "ben", "closed")
    assert shown["minutes"] == {"raw": 13, "charged": 15}
    assert shown["contact"] == "Marie"
    assert kinds(shown) == ["open", "take", "ask", "answer", "priority", "hand-over", "resolve", "close"]
    first = shown["events"][0]
    assert (first["at"], first["agent"], first["note"]) == ("2025-03-04T10:00:00+01:00", None, "does not start")
    assert shown["events"][4]["note"] == "they cannot invoice"


def test_a_week_loaded_twice_changes_nothing(new: New) -> None:
    """L5: a case by its reference, an event by its id or, in a file, by the same content."""
    setting = new("qualiodoo")
    load(setting, *WEEK)
    before, shown = positions(setting), cases.show(setting, "T")
    assert load(setting, *WEEK[:6], *WEEK[7:]) == {"lines": 10, "applied": 0, "unchanged": 10}
    assert (positions(setting), cases.show(setting, "T")) == (before, shown)
    assert code(lambda: load(setting, opened("T", "2025-03-04T10:01"))) == "conflict"
    assert support.audit(setting)["faults"] == []


def test_line_by_line_or_in_one_file_it_is_the_same(new: New) -> None:
    """L2: the load that keeps its books at hand decides what single requests decide."""
    setting = new("qualiodoo")
    load(setting, *WEEK)
    load(setting, {"type": "customer", "code": "B", "name": "B", "country": "FR"},
         {"type": "contract", "customer": "B", "tariff": "qualiodoo", "start": "2025-01-01"})  # fmt: skip
    single = [
        {k: "U" if v == "T" else "B" if v == "A" else f"{v}-b" if k in ("id", "entry") else v for k, v in line.items()}
        for line in WEEK
    ]
    for line in single:
        load(setting, line)
    one, other = cases.show(setting, "T"), cases.show(setting, "U")
    for name in ("state", "owner", "priority", "targets", "events", "minutes"):
        assert nameless(one[name]) == nameless(other[name]), name


def test_ids_of_events(new: New) -> None:
    """L5: the same id and content once; other content is refused; a failed attempt does not use the id up."""
    setting = new("systell")
    load(setting, opened("T", "2025-03-04T10:00"))
    assert code(lambda: cases.add_event(setting, "T", "hand-over", to="ben", id="x")) == "case-not-taken"
    for unchanged in (None, True):
        shown = cases.add_event(setting, "T", "answer", at="2025-03-04T11:00", agent="ana", id="x")
        assert shown.get("unchanged") is unchanged
        assert kinds(shown) == ["open", "answer"]
    again = {"at": "2025-03-04T11:00", "agent": "ben", "id": "x"}
    assert code(lambda: cases.add_event(setting, "T", "answer", **again)) == "conflict"


def test_a_reference_belongs_to_one_customer(new: New) -> None:
    """T3: case references are an issuer's, whether a case is opened or only logged on."""
    setting = new("q3", "CH", tier="standard")
    load(
        setting,
        {"type": "customer", "code": "B", "name": "B", "country": "CH"},
        {"type": "contract", "customer": "B", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        {"type": "entry", "customer": "B", "case": "L", "date": "2025-03-03", "minutes": 5},
        opened("T", "2025-03-04T10:00"),
    )
    assert code(lambda: cases.open_case(setting, customer="A", case="L")) == "conflict"
    assert code(lambda: cases.open_case(setting, customer="B", case="T")) == "conflict"
    assert code(lambda: support.log(setting, customer="B", seconds=60, case="T")) == "conflict"
    assert cases.open_case(setting, customer="B", case="L", at="2025-03-05T09:00")["state"] == "open"
    assert support.audit(setting)["faults"] == []


def test_a_refused_event_writes_nothing(new: New) -> None:
    """L1: refused is refused whole, also with a contact and a note that would be new."""
    setting = new("systell")
    load(setting, opened("T", "2025-03-04T10:00"))
    before = positions(setting)
    attempts = [
        lambda: cases.open_case(setting, customer="A", case="U", category="suport", contact="Zoe", note="n"),
        lambda: cases.open_case(setting, customer="A", case="U", at="2025-03-15T00:00", contact="Zoe"),
        lambda: cases.add_event(setting, "T", "take", at="2025-03-04T09:00", note="n"),
        lambda: cases.add_event(setting, "T", "authorisation"),
        lambda: load(setting, opened("U", "2025-03-04T10:00", note="n"), happened("U", "reopen", "2025-03-05T10:00")),
    ]  # fmt: skip
    assert [code(attempt) for attempt in attempts] == [
        "unknown-category",
        "bad-time",
        "bad-time",
        "bad-input",
        "conflict",
    ]
    assert positions(setting) == before
    with setting.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM personal")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM case_reference")).scalar() == 1


# Time on cases


def test_time_before_the_take_up_is_refused(new: New) -> None:
    """S4: in qualiodoo an opened case is taken up first; a case that was never opened has no take-up."""
    setting = new("qualiodoo")
    load(setting, opened("T", "2025-03-04T10:00"))

    def log(case: str, on: str) -> str:
        line = {"type": "entry", "customer": "A", "case": case, "date": on, "minutes": 5}
        try:
            load(setting, line)
            return "logged"
        except Refusal as refused:
            return refused.code

    assert log("T", "2025-03-04") == "case-not-taken"
    assert log("never-opened", "2025-03-04") == "logged"
    load(setting, happened("T", "take", "2025-03-05T10:00", agent="ana"))
    assert log("T", "2025-03-04") == "case-not-taken"
    assert log("T", "2025-03-05") == "logged"


def test_time_before_the_take_up_is_allowed_elsewhere(new: New) -> None:
    """S4: only where the tariff says so."""
    setting = new("systell")
    load(setting, opened("T", "2025-03-04T10:00"))
    assert support.log(setting, customer="A", seconds=300, case="T", on=date(2025, 3, 4))["charged"] == 0


def test_time_on_a_closed_case_is_refused_and_reopens_nothing(new: New) -> None:
    """S5, T5: what was worked up to the day of the closing can still be recorded."""
    setting = new("q3", "CH", tier="standard")
    load(setting, *WEEK)
    assert support.log(setting, customer="A", seconds=60, case="T", on=date(2025, 3, 5))["case"] == "T"
    assert code(lambda: support.log(setting, customer="A", seconds=60, case="T", on=date(2025, 3, 6))) == "case-closed"
    assert code(lambda: support.log(setting, customer="A", seconds=60, case="T", open_case=True)) == "case-closed"
    assert cases.show(setting, "T")["state"] == "closed"
    assert support.log(setting, customer="A", seconds=60, case="T", on=date(2025, 3, 4))["case"] == "T"
    cases.add_event(setting, "T", "reopen", agent="ben")
    assert support.log(setting, customer="A", seconds=60, case="T")["case"] == "T"


def test_log_opens_a_case_only_when_told_to(new: New) -> None:
    """S1: with `open` the case is opened and taken up by who works on it; one that is there stays as it is."""
    setting = new("qualiodoo")
    support.log(setting, customer="A", seconds=60, case="U")
    never_opened = cases.show(setting, "U")
    assert (never_opened["state"], never_opened["targets"], never_opened["events"]) == ("logged", [], [])
    for _ in range(2):
        support.log(setting, customer="A", seconds=60, case="T", agent="ana", contact="Marie", open_case=True, id="e")
    shown = cases.show(setting, "T")
    assert (kinds(shown), shown["owner"], shown["contact"]) == (["open", "take"], "ana", "Marie")
    support.log(setting, customer="A", seconds=60, case="T", agent="ben", open_case=True)
    assert kinds(cases.show(setting, "T")) == ["open", "take"]
    assert support.ask(setting, AskWhy(what="T"))["entries"][0]["case"] == "T"


def test_log_without_a_case_asks_the_database_nothing_more(new: New) -> None:
    """A log without a case, or with one that nobody has named before, reads no case events; else it reads them once."""
    setting = new("q3", "CH", tier="standard")
    with sent(setting) as seen:
        support.log(setting, customer="A", seconds=60)
        support.log(setting, customer="A", seconds=60, case="T")
        assert sum("FROM case_event" in statement for statement in seen) == 0
        support.log(setting, customer="A", seconds=60, case="t")
        assert sum("FROM case_event" in statement for statement in seen) == 1


@contextmanager
def sent(setting: Setting) -> Iterator[list[str]]:
    """What the database is asked meanwhile, by SQLAlchemy and past it."""
    seen: list[str] = []
    writing = Query.written

    def noted(self: Query, dialect: Any, values: Any) -> tuple[str, Any]:
        found = writing(self, dialect, values)
        seen.append(found[0])
        return found

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(setting.engine, "before_cursor_execute", executed)
    with patch.object(Query, "written", noted):
        yield seen
    event.remove(setting.engine, "before_cursor_execute", executed)


# What a tariff asks of a take-up, an urgency, a change of data


def test_a_take_up_counts_once_the_customer_was_told_s2(new: New) -> None:
    """S2: qualiodoo promises an answer; a take-up alone is none, with `told` or the first reply it is met."""
    setting = new("qualiodoo")
    load(
        setting,
        *(opened(case, "2025-03-04T09:00") for case in ("T", "U", "V")),
        happened("T", "take", "2025-03-04T09:30", agent="ana"),
        happened("U", "take", "2025-03-04T09:30", agent="ana", told=True),
        happened("V", "take", "2025-03-04T09:30", agent="ana"),
        happened("V", "reply", "2025-03-04T11:00", agent="ana"),
    )
    met = {case: cases.show(setting, case)["targets"][0]["met"] for case in ("T", "U", "V")}
    assert met == {"T": None, "U": "2025-03-04T09:30:00+01:00", "V": "2025-03-04T11:00:00+01:00"}
    assert cases.show(setting, "T")["state"] == "taken"
    (row,) = support.ask(setting, AskSla(month=date(2025, 3, 1)))["rows"]  # which ended in a crash once
    assert (row["met"], row["missed"], row["median"]) == (2, 1, 75)  # after 30 and 120 minutes
    assert [event.get("told") for event in cases.show(setting, "U")["events"]] == [None, True]
    assert code(lambda: load(setting, happened("T", "ask", "2025-03-04T12:00", told=True))) == "bad-input"
    assert support.audit(setting)["faults"] == []


def test_who_agreed_to_an_urgency_is_a_contact_s10(new: New) -> None:
    """S10: he is kept as contacts are; whoever types is asked for him, a file is not."""
    setting = new("qualiodoo")
    load(setting, opened("T", "2025-03-04T09:00", priority="urgent", agreed_with="Marie", contact="Paul"))
    (event,) = cases.show(setting, "T")["events"]
    assert (event["agreed_with"], cases.show(setting, "T")["contact"]) == ("Marie", "Paul")
    load(setting, opened("U", "2025-03-04T09:00", priority="urgent"))
    typed = OpenCase(customer="A", case="V", priority="urgent", typed=True)
    assert code(lambda: Billing(setting).do(typed)) == "ask-back"
    assert Billing(setting).do(replace(typed, priority="medium")).view.priority == "medium"
    assert support.do(setting, replace(typed, case="W", yes=True))["priority"] == "urgent"
    assert support.audit(setting)["faults"] == []


def test_what_changes_data_waits_for_the_authorisation_s12(new: New) -> None:
    """S12: moveon's tariff asks for it, of such work alone; q3's does not."""
    setting = new("moveon")
    load(setting, opened("T", "2025-03-04T09:00"))
    log = partial(support.log, setting, customer="A", seconds=60)
    log(case="T")
    assert code(lambda: log(case="T", changes_data=True)) == "not-accepted"
    assert code(lambda: log(changes_data=True)) == "not-accepted"
    load(setting, happened("T", "authorise", "2025-03-04T10:00", note="mail of Marie"))
    assert log(case="T", changes_data=True)["charged"] == 0


def test_a_verdict_of_the_tariff_frees_nothing_s7(new: New) -> None:
    """S7: qualiodoo tells configuration apart; elsewhere nobody knows that word."""
    setting = new("qualiodoo")
    support.log(setting, customer="A", seconds=60, case="T", category="bug")
    assert support.verify(setting, "T", kind="configuration")["changed"] == []
    assert cases.show(setting, "T")["verdict"] == "configuration"
    assert support.audit(setting)["faults"] == []


def test_an_agreed_term_keeps_what_its_tariff_said(new: New) -> None:
    """S2: a key that comes later into a version of a tariff changes nothing for terms that cite its earlier text."""
    setting = new("qualiodoo")
    with setting.engine.begin() as connection:
        migrate.unguard(connection, ["tariff_version"])
        (kept,) = connection.execute(text("SELECT text FROM tariff_version")).scalars()
        before = "\n".join(line for line in kept.splitlines() if "told_at_take_up" not in line)
        digest = chain.version_digest("qualiodoo", "2020-01-01", before)
        connection.execute(
            text("UPDATE tariff_version SET text = :text, digest = :digest"), {"text": before, "digest": digest}
        )
        migrate.guard(connection, ["tariff_version"])
        migrate.guard(connection)
    load(setting, opened("T", "2025-03-04T09:00"), happened("T", "take", "2025-03-04T09:30", agent="ana"))
    assert cases.show(setting, "T")["targets"][0]["state"] == "met"


# Verdicts


def test_only_a_program_error_is_free(new: New) -> None:
    """S7, R2, C2: the other verdicts are events that change no charge and stay off quality control's list."""
    setting = new("q3", "CH", tier="standard")
    lines = [
        {"type": "entry", "id": f"e{n}", "customer": "A", "case": f"K{n}", "date": "2025-03-03", "minutes": 10,
         "category": "bug"}
        for n in range(4)
    ]  # fmt: skip
    load(setting, *lines)
    unbilled = support.balance(setting, "A")["unbilled"]["minutes"]
    for case, kind in zip(("K0", "K1", "K2"), ("misuse", "bad-data", "customer-computer"), strict=True):
        assert support.verify(setting, case, kind=kind)["changed"] == []
        assert support.verify(setting, case, kind=kind)["unchanged"]
    assert support.balance(setting, "A")["unbilled"]["minutes"] == unbilled == 40
    assert cases.report_errors(setting, date(2025, 1, 1), TODAY)["errors"] == []
    assert support.verify(setting, "K3")["changed"][0]["charged"] == 0
    assert support.verify(setting, "K0", kind="program-error")["changed"][0]["charged"] == 0
    assert support.balance(setting, "A")["unbilled"]["minutes"] == 20
    assert [row["case"] for row in cases.report_errors(setting, date(2025, 1, 1), TODAY)["errors"]] == ["K3", "K0"]
    assert code(lambda: support.verify(setting, "K3", kind="misuse")) == "conflict"
    assert kinds(cases.show(setting, "K0")) == ["verify", "verify"]
    assert support.audit(setting)["faults"] == []


# The sweep and the queue


def test_sweep_closes_once_and_says_why(new: New) -> None:
    """S5: a dry run changes nothing; twice equals once; two customers in one sweep."""
    setting = new("systell")
    load(
        setting,
        {"type": "customer", "code": "B", "name": "B", "country": "FR"},
        {"type": "contract", "customer": "B", "tariff": "systell", "start": "2025-01-01"},
        opened("T", "2025-03-04T10:00"),
        happened("T", "ask", "2025-03-04T11:00", agent="ana"),
        opened("U", "2025-03-04T10:00") | {"customer": "B"},
        happened("U", "ask", "2025-03-05T09:00", agent="ana"),
        opened("V", "2025-03-04T10:00"),
    )
    before = positions(setting)
    would = cases.sweep(setting, "2025-03-10T10:00", dry_run=True)
    assert positions(setting) == before
    assert cases.sweep(setting, "2025-03-10T10:00") == would
    assert [(row["case"], "asked at 2025-03-0" in row["reason"]) for row in would["closed"]] == [
        ("T", True), ("U", True)
    ]  # fmt: skip
    assert cases.sweep(setting, "2025-03-10T10:00") == {"closed": []}
    assert cases.sweep(setting) == {"closed": []}
    assert [cases.show(setting, name)["state"] for name in "TUV"] == ["closed", "closed", "open"]
    assert cases.add_event(setting, "U", "files")["state"] == "taken"
    assert [row["case"] for row in cases.queue(setting)["cases"]] == ["V", "U"]
    assert support.audit(setting)["faults"] == []


def test_a_sweep_in_the_past_leaves_what_happened_since(new: New) -> None:
    """S5: a case on which something happened after the sweep's moment is left alone."""
    setting = new("systell")
    load(setting, opened("T", "2025-03-04T10:00"), happened("T", "ask", "2025-03-06T11:00", agent="ana"))
    assert cases.sweep(setting, "2025-03-05T10:00") == {"closed": []}
    assert cases.queue(setting, "2025-03-05T10:00")["cases"][0]["state"] == "open"


def test_the_queue_knows_support_plus_contacts(new: New) -> None:
    """S6, G3: the registered contact and the further one come first while their add-ons run; others do not."""
    setting = new("q3", "CH", tier="premium")
    load(
        setting,
        {"type": "purchase", "customer": "A", "product": "half-fare", "price": "90", "date": "2025-01-05"},
        {"type": "purchase", "customer": "A", "product": "support-plus", "contacts": ["Marie"], "date": "2025-01-06"},
        {"type": "purchase", "customer": "A", "product": "support-plus-contact", "contacts": ["Paul"],
         "date": "2025-01-06"},
        opened("1", "2025-03-04T09:00"),
        opened("2", "2025-03-04T09:10", contact="Zoe"),
        opened("3", "2025-03-04T09:20", contact="paul"),
        opened("4", "2025-03-04T09:30", priority="urgent"),
        opened("5", "2025-03-04T09:40", contact="MARIE"),
    )  # fmt: skip
    rows = cases.queue(setting)["cases"]
    assert [(row["case"], row["priority_service"]) for row in rows] == [
        ("3", True), ("5", True), ("4", False), ("1", False), ("2", False)
    ]  # fmt: skip
    later = cases.queue(replace(setting, today=date(2026, 2, 1)))["cases"]
    assert [row["case"] for row in later] == ["4", "1", "2", "3", "5"]


def test_S14_a_case_has_a_subject_wherever_it_is_listed(new: New) -> None:
    """Its own, else the first line of the opening's note; with the customer's name, owner, minutes, what came last."""
    setting = new("moveon")
    load(
        setting,
        opened("1", "2025-03-04T09:00", subject=" no  access ", note="since Monday\nall of us"),
        opened("2", "2025-03-04T09:10", note="prints twice\nthe second time empty"),
        opened("3", "2025-03-04T09:20"),
        happened("1", "ask", "2025-03-05T10:00", agent="ana"),
        {"type": "entry", "customer": "A", "case": "3", "date": "2025-03-06", "minutes": 4, "agent": "ben"},
        {"type": "entry", "customer": "A", "case": "L", "date": "2025-03-03", "minutes": 7, "agent": "eva"},
    )
    rows = {row["case"]: row for row in cases.listed(setting)["cases"]}
    assert list(rows) == ["L", "1", "2", "3"]
    assert [rows[name]["subject"] for name in rows] == [None, "no access", "prints twice", None]
    assert [rows[name]["owner"] for name in rows] == ["eva", "ana", None, "ben"]
    assert [rows[name]["minutes"]["raw"] for name in rows] == [7, 0, 0, 4]
    assert [rows[name]["last"]["kind"] for name in rows] == ["work", "ask", "open", "work"]
    assert (rows["L"]["state"], rows["L"]["opened"], rows["L"]["customer_name"]) == ("logged", None, "A")
    assert rows["1"]["told"] == "2025-03-05T10:00:00+01:00"
    assert rows["2"]["told"] is None
    for row in (*cases.queue(setting)["cases"], *cases.report_open(setting)["cases"]):
        assert {key: row[key] for key in row if key in rows["1"]} == rows[row["case"]]
    shown = cases.show(setting, "1")
    assert (shown["subject"], shown["events"][0]["note"]) == ("no access", "no access\nsince Monday\nall of us")
    logged = cases.show(setting, "L")
    assert (logged["state"], logged["owner"], logged["last"]["kind"]) == ("logged", "eva", "work")


def test_lists_are_narrowed(new: New) -> None:
    """S6: by owner, tariff, priority, state, customer, and to what is late."""
    setting = new("moveon")
    load(
        setting,
        {"type": "customer", "code": "B", "name": "B", "country": "FR"},
        {"type": "contract", "customer": "B", "tariff": "systell", "start": "2025-01-01"},
        opened("1", "2025-03-04T09:00", priority="urgent"),
        opened("2", "2025-03-13T09:10", priority="low"),
        opened("3", "2025-03-14T09:20") | {"customer": "B"},
        happened("2", "take", "2025-03-13T10:00", agent="ana"),
        {"type": "entry", "customer": "A", "case": "L", "date": "2025-03-03", "minutes": 7, "agent": "eva"},
    )
    narrow: list[tuple[dict[str, Any], list[str]]] = [
        ({"agent": "ana"}, ["2"]), ({"agent": "eva"}, ["L"]), ({"tariff": "systell"}, ["3"]),
        ({"priority": "urgent"}, ["1"]), ({"late": True}, ["1"]), ({"state": "taken"}, ["2"]),
        ({"state": "logged"}, ["L"]), ({"customer": "B"}, ["3"]), ({"agent": "ana", "state": "open"}, []),
    ]  # fmt: skip
    for wanted, found in narrow:
        assert [row["case"] for row in cases.listed(setting, **wanted)["cases"]] == found, wanted
        of_queue = [name for name in found if name != "L"]
        assert [row["case"] for row in cases.queue(setting, **wanted)["cases"]] == of_queue, wanted
    assert code(lambda: cases.listed(setting, customer="C")) == "unknown-customer"


def test_sla_counts_by_hand(new: New) -> None:
    """S2: met, missed, the middle and the worst; four replies after 30, 60, 90 and 480 business minutes."""
    setting = new("moveon")
    told = [("1", "09:30", "4"), ("2", "10:00", "4"), ("3", "10:30", "4"), ("4", "09:00", "5")]
    for case, time, day in told:
        load(
            setting,
            opened(case, "2025-03-04T09:00", priority="urgent"),
            happened(case, "reply", f"2025-03-0{day}T{time}", agent="eva"),
        )
    load(setting, opened("5", "2025-03-04T09:00", priority="low"), opened("6", "2025-02-27T09:00", priority="low"))
    rows = cases.report_sla(setting, date(2025, 3, 1))["rows"]
    reply = next(row for row in rows if (row["priority"], row["kind"]) == ("urgent", "reply"))
    assert (reply["met"], reply["missed"], reply["running"]) == (2, 2, 0)
    assert (reply["median"], reply["worst"]) == (75, 480)
    assert [(row["priority"], row["kind"], row["running"]) for row in rows][2:] == [
        ("low", "reply", 1), ("low", "resolution", 1)
    ]  # fmt: skip


# The chain


def test_a_changed_case_event_shows(new: New) -> None:
    """L6, L7: the chain covers case events, and their order is checked even where somebody made the chain anew."""
    setting = new("q3", "CH", tier="standard")
    load(setting, *WEEK)
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        connection.execute(text("UPDATE case_event SET agent = 'eve' WHERE kind = 'take'"))
        migrate.guard(connection)
    faults = support.audit(setting)["faults"]
    assert any("case_event" in fault for fault in faults), faults


def test_an_order_that_no_rule_allows_shows(new: New) -> None:
    """L7: an event before the last one, recorded past the office, is named by the audit."""
    setting = new("q3", "CH", tier="standard")
    load(setting, *WEEK)
    from billing.core.facts import CaseEvent

    with work(setting) as tx:
        head = tx.customer("A")
        last = tx.book(head).cases["T"][-1]
        book = tx.book(head)
        book.record(CaseEvent(head.seq + 1, "T", "ask", last.at, agent="eve"))
        tx.record(head, book, "case-event", TODAY)
    faults = support.audit(setting)["faults"]
    assert len(faults) == 1 and "refused today" in faults[0] and "case T was closed" in faults[0]


def test_notes_are_personal_and_outside_the_chain(new: New) -> None:
    """P1: what people wrote and whom they named stand in `personal`, with digests in the chain."""
    setting = new("q3", "CH", tier="standard")
    load(setting, *WEEK)
    with setting.engine.connect() as connection:
        kept = connection.execute(schema.case_event.select()).all()
        assert not any("does not start" in str(row) or "Marie" in str(row) for row in kept)
        assert connection.execute(text("SELECT count(*) FROM personal")).scalar() == 4


def test_any_order_of_customers_in_a_file(new: New) -> None:
    """L5: two interleaved cases loaded in one file end as when loaded apart."""
    setting = new("systell")
    one = [opened("T", "2025-03-04T10:00"), happened("T", "ask", "2025-03-04T11:00", agent="ana")]
    two = [opened("U", "2025-03-04T09:00"), happened("U", "resolve", "2025-03-04T12:00", agent="ben")]
    mixed = list(itertools.chain.from_iterable(zip(one, two, strict=True)))
    assert bulk.load(Billing(setting), dumped(mixed))["applied"] == 4
    assert [cases.show(setting, name)["state"] for name in "TU"] == ["waiting", "resolved"]


# At the same moment


def at_once(attempts: Sequence[Callable[[], object]]) -> list[str]:
    """Does everything at once: what was refused, by code, and `done` for the rest."""

    def tried(attempt: Callable[[], object]) -> str:
        try:
            attempt()
        except Refusal as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return sorted(pool.map(tried, attempts))


def test_one_of_many_takes_the_case(new: New) -> None:
    """S10, L4: eight agents take the same case at once; one has it, the others are told whose it is."""
    setting = new("qualiodoo")
    load(setting, opened("T", "2025-03-04T10:00"))
    takes = [partial(cases.add_event, setting, "T", "take", agent=f"a{n}") for n in range(8)]
    assert at_once(takes) == ["conflict"] * 7 + ["done"]
    assert kinds(cases.show(setting, "T")) == ["open", "take"]
    assert support.audit(setting)["faults"] == []


def test_two_sweeps_at_once_close_once(new: New) -> None:
    """S5, L4: two sweeps at the same moment, and an answer between them: each case is closed once or answered."""
    setting = new("systell")
    lines = [
        (opened(f"T{n}", "2025-03-04T10:00"), happened(f"T{n}", "ask-files", "2025-03-04T11:00")) for n in range(20)
    ]
    load(setting, *itertools.chain.from_iterable(lines))
    sweeps = [lambda: cases.sweep(setting)] * 2
    answers_ = [lambda n=n: cases.add_event(setting, f"T{n}", "files") for n in range(3)]
    assert at_once([*sweeps, *answers_]) == ["done"] * 5
    for n in range(20):
        told = kinds(cases.show(setting, f"T{n}"))
        assert told.count("close") <= 1
        assert ("files" in told) == (n < 3)
    assert support.audit(setting)["faults"] == []


# What a review of the desk found


def test_who_was_reached_is_not_closed_for_silence_s5(new: New) -> None:
    """S5: three failed attempts, then the agent answers: nothing is swept."""
    setting = new("systell")
    cases.open_case(setting, customer="A", case="T", at="2025-03-03T09:00")
    for at in ("10:00", "11:00", "12:00"):
        cases.add_event(setting, "T", "attempt", at=f"2025-03-03T{at}")
    cases.add_event(setting, "T", "reply", at="2025-03-03T13:40", agent="ann", note="reached him")
    assert cases.sweep(setting, "2025-03-04T09:00")["closed"] == []


def test_asking_for_files_closes_at_once_and_they_open_it_again_s5(new: New) -> None:
    """S5: where the tariff says so; until then nothing else happens to the case. Files stay awaited elsewhere."""
    setting = new("systell")
    cases.open_case(setting, customer="A", case="F", at="2025-03-03T14:00")
    asked = cases.add_event(setting, "F", "ask-files", at="2025-03-03T14:05", agent="ann", note="the drawing")
    assert (asked["state"], asked["owner"], asked["events"][-1]["closes"]) == ("closed", "ann", True)
    assert code(lambda: cases.add_event(setting, "F", "ask", at="2025-03-03T14:06")) == "case-closed"
    assert cases.sweep(setting, "2025-03-12T09:00")["closed"] == []
    assert cases.add_event(setting, "F", "files", at="2025-03-05T10:00")["state"] == "taken"
    assert support.audit(setting)["faults"] == []


def test_files_that_are_asked_for_stay_awaited_s5(new: New) -> None:
    """S5: where the tariff does not close the case, it waits for them, also if a question follows."""
    setting = new("moveon")
    cases.open_case(setting, customer="A", case="F", at="2025-03-03T14:00")
    for kind in ("ask-files", "ask"):
        assert cases.add_event(setting, "F", kind, at="2025-03-03T14:05")["state"] == "waiting"


def test_a_case_that_nobody_named_took_can_be_taken_and_handed_over_s10(new: New) -> None:
    setting = new("systell")
    for case in "TU":
        cases.open_case(setting, customer="A", case=case, at="2025-03-03T09:00")
        cases.add_event(setting, case, "take", at="2025-03-03T09:10")
    assert cases.add_event(setting, "T", "take", at="2025-03-03T09:20", agent="ann")["owner"] == "ann"
    assert cases.add_event(setting, "U", "hand-over", at="2025-03-03T09:20", to="ann")["owner"] == "ann"


def test_a_minute_typed_is_in_order_with_the_second_before_it(new: New) -> None:
    setting = new("systell")
    cases.open_case(setting, customer="A", case="T", at="2025-03-03T09:00:30")
    taken = cases.add_event(setting, "T", "take", at="2025-03-03T09:00", agent="ann")
    assert [event["at"][11:19] for event in taken["events"]] == ["09:00:30", "09:00:30"]
    with pytest.raises(Refusal, match="is before case T was opened"):
        cases.add_event(setting, "T", "answer", at="2025-03-03T08:59", agent="ann")
    with pytest.raises(Refusal, match="began at 2025-03-03T09:00") as refused:
        cases.show(setting, "T", "2025-03-02T09:00")
    assert refused.value.code == "bad-time"


def test_the_cases_of_a_customer_are_read_without_those_of_others(database_url: str) -> None:
    """A list for one read the events of all: with ten times the customers it took ten times as long."""
    setting = neighbours(database_url)
    with sent(setting) as seen:
        found = [ask(setting, ListCases(customer=code))["cases"] for code in ("ALPINA", "alpina")]
        found += [ask(setting, ListCases(customer="ALPINA", state="open"))["cases"]]
        queue = ask(setting, AskQueue(customer="ALPINA"))["cases"]
    whole = ask(setting, ListCases())["cases"]
    assert found[0] == found[1] == [case for case in whole if case["customer"] == "ALPINA"] != whole
    assert found[2] == [case for case in found[0] if case["state"] == "open"]
    assert {case["customer"] for case in queue} <= {"ALPINA"}
    of_events = [one for one in seen if "case_event.agent" in one and "ORDER BY case_event.customer_id" in one]
    assert len(of_events) == 4
    assert all("case_event.customer_id =" in one for one in of_events)
