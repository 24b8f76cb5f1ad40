"""The agent's own last entry, and names that are like known ones (C1)."""

from datetime import date

import pytest

from billing.errors import Already, BadInput, Unknown
from billing.office.transaction import Setting
from billing.requests.entries import Log
from billing.store import desk
from billing.store.engine import reading
from tests.support import do, load, log, made, on, undo, void

DAY = date(2025, 3, 4)


@pytest.fixture
def setting(database_url: str) -> Setting:
    found = made(database_url, today=DAY)
    for code in ("A", "B"):
        load(
            found,
            {"type": "customer", "code": code, "name": code, "country": "CH"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
        )
    return found


def entry(customer: str, id: str, **more: object) -> dict[str, object]:
    return {"type": "entry", "id": id, "customer": customer, "minutes": 5, "date": "2025-03-04", "agent": "ana", **more}


def test_C1_undo_takes_the_last_by_the_order_of_recording_over_all_customers(setting: Setting) -> None:
    """After a load the entry of the customer with the higher number was taken, whatever the order of the lines."""
    load(setting, entry("B", "b1"), entry("A", "a1"), entry("B", "b2", agent="ben"))
    assert undo(setting, "ana")["entry"] == "a1"
    assert undo(setting, "ana")["entry"] == "b1"
    assert undo(setting, "ben")["entry"] == "b2"
    with pytest.raises(Unknown, match="ana has no entry"):
        undo(setting, "ana")


def test_C1_undo_leaves_what_was_recorded_on_another_day_and_names_it(setting: Setting) -> None:
    log(setting, "a1", customer="A", seconds=300, agent="ana")
    with pytest.raises(Already) as refused:
        undo(on(setting, date(2025, 3, 5)), "ana")
    assert refused.value.message == (
        "the last entry, a1 (A, 2025-03-04), was recorded on 2025-03-04; "
        "`billing void a1 --reason REASON` takes it back"
    )
    assert void(on(setting, date(2025, 3, 5)), "a1", "slip")["entry"] == "a1"


def test_C1_undo_leaves_what_is_invoiced_and_names_it(setting: Setting) -> None:
    load(
        setting,
        entry("A", "a1", minutes=60),
        {"type": "invoice-run", "month": "2025-03", "date": "2025-03-04"},
    )
    with pytest.raises(Already, match=r"a1 .* is invoiced"):
        undo(setting, "ana")


def test_C1_instants_of_recording_rise(setting: Setting) -> None:
    load(setting, *(entry("AB"[n % 2], f"e{n}") for n in range(10)))
    log(setting, "last", customer="A", seconds=300)
    with reading(setting.engine) as connection:
        instants = connection.exec_driver_sql("SELECT recorded_at FROM link ORDER BY recorded_at").scalars().all()
        assert len(set(instants)) == len(instants) == 13
        assert desk.agents(connection) == ["ana"]


@pytest.mark.parametrize(
    ("given", "near"), [({"contact": "Mari"}, "Marie"), ({"agent": "Ana"}, "ana"), ({"agent": "anna"}, "ana")]
)
def test_a_slip_makes_no_new_person(setting: Setting, given: dict[str, str], near: str) -> None:
    """`--contact Mari` beside Marie made a contact and an invoice."""
    log(setting, customer="A", seconds=300, contact="Marie", agent="ana")
    with pytest.raises(BadInput) as refused:
        log(setting, customer="A", seconds=300, **given)
    assert refused.value.code == "ask-back"
    assert f"did you mean {near}?" in refused.value.message
    assert do(setting, Log(customer="A", seconds=300, new=True, **given))["charged"] == 5  # type: ignore[arg-type]
    assert log(setting, customer="A", seconds=300, **given)["charged"] == 5  # it is known now


def test_what_is_like_nothing_is_new_at_once_and_a_file_means_what_it_says(setting: Setting) -> None:
    log(setting, customer="A", seconds=300, contact="Marie", agent="ana")
    log(setting, customer="A", seconds=300, contact="Paul", agent="ben")
    log(setting, customer="A", seconds=300, contact="marie")  # is Marie
    log(setting, customer="B", seconds=300, contact="Mari")  # Marie is a contact of A
    load(setting, entry("A", "f", contact="Mari", agent="anna"))


def test_the_number_of_a_document_is_no_entry(setting: Setting) -> None:
    """M12, C1: what sold by mistake is credited, and the refusal says with which command."""
    with pytest.raises(Unknown) as refused:
        void(setting, "INV-2025-00003", "mistake")
    assert refused.value.code == "unknown-entry"
    assert refused.value.message == (
        "'INV-2025-00003' is the number of a document, no entry; `billing invoice credit INV-2025-00003` credits one"
    )


def test_an_unknown_entry_is_not_said_to_be_the_first(setting: Setting) -> None:
    """It said that there was none yet, where none began alike."""
    with pytest.raises(Unknown, match=r"unknown entry 'T-99'; there is none yet"):
        void(setting, "T-99", "slip")
    log(setting, "e1", customer="A", seconds=300)
    with pytest.raises(Unknown, match=r"unknown entry 'T-99'; known: e1"):
        void(setting, "T-99", "slip")
    with pytest.raises(Unknown, match=r"did you mean e1\?"):
        void(setting, "e2", "slip")
