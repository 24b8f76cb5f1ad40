"""What an entry does not say is taken from its case, if that was opened (R0); why a first case is none (R2)."""

from datetime import date

import pytest

from billing.errors import BadInput, Unknown
from billing.office.transaction import Setting
from billing.requests.entries import Log
from billing.store import heads, parties
from billing.store.engine import reading
from tests.support import audit, do, load, log, made, on, undo

DAY = date(2025, 3, 4)


@pytest.fixture
def setting(database_url: str) -> Setting:
    found = made(database_url, today=DAY)
    for code in ("ALPINA", "BEAT"):
        load(
            found,
            {"type": "customer", "code": code, "name": code, "country": "CH"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
        )
    opened = {"type": "case", "customer": "BEAT", "at": "2025-03-03T09:00"}
    load(
        found,
        opened | {"id": "T-17", "category": "training", "contact": "Rey"},
        {"type": "entry", "customer": "ALPINA", "case": "T-9", "minutes": 5},
    )
    return found


def contact_of(setting: Setting, code: str, seq: int) -> str | None:
    """The name of the contact that an entry is of."""
    with reading(setting.engine) as connection:
        head = heads.head(connection, code)
        assert head is not None
        number = connection.exec_driver_sql(
            f"SELECT contact FROM entry WHERE customer_id = {head.id} AND seq = {seq}"
        ).scalar()
        return None if number is None else parties.contacts(connection, head.id)[number]


def test_R0_an_opened_case_in_place_of_a_customer(setting: Setting) -> None:
    """Customer, category and contact come from it, whatever the letter case of its reference (T3)."""
    done = log(setting, customer="t-17", seconds=720, note="VAT")
    assert (done["customer"], done["case"], done["category"]) == ("BEAT", "T-17", "training")
    assert contact_of(setting, "BEAT", int(done["entry"].rpartition("-")[2])) == "Rey"
    assert audit(setting)["ok"]


def test_R0_what_the_entry_says_counts(setting: Setting) -> None:
    done = log(setting, customer="BEAT", case="T-17", seconds=720, category="support", contact="Muller")
    assert (done["category"], contact_of(setting, "BEAT", 3)) == ("support", "Muller")
    done = log(setting, customer="BEAT", case="T-17", seconds=720)
    assert (done["category"], contact_of(setting, "BEAT", 4)) == ("training", "Rey")


def test_R0_in_a_file_an_entry_needs_only_its_case(setting: Setting) -> None:
    entry = {"type": "entry", "id": "e1", "minutes": 12}
    load(setting, entry | {"case": "T-17"})
    assert load(setting, entry | {"case": "T-17", "customer": "BEAT"})["unchanged"] == 1  # the same, said in full
    assert undo(setting)["taken"] == {
        "date": "2025-03-04", "case": "T-17", "category": "training", "raw_seconds": 720, "note": None,
    }  # fmt: skip
    with pytest.raises(BadInput, match="line 1: an entry needs customer or case"):
        load(setting, entry)


def test_R0_a_customer_comes_before_a_case_of_the_same_name(setting: Setting) -> None:
    load(setting, {"type": "case", "customer": "BEAT", "id": "ALPINA", "at": "2025-03-03T09:00"})
    done = log(setting, customer="ALPINA", seconds=300)
    assert (done["customer"], done["case"], done["category"]) == ("ALPINA", None, "support")


def test_R0_a_case_that_was_never_opened_speaks_for_nothing(setting: Setting) -> None:
    with pytest.raises(Unknown, match="case T-9 of ALPINA was never opened; name the customer") as refused:
        log(setting, customer="T-9", seconds=300)
    assert refused.value.code == "unknown-case"
    with pytest.raises(Unknown) as refused:
        log(setting, customer="T-18", seconds=300)
    assert refused.value.code == "unknown-customer"


def test_R0_the_same_id_twice_is_one_entry_however_it_is_named(setting: Setting) -> None:
    log(setting, "m1", customer="T-17", seconds=720)
    assert log(setting, "m1", customer="BEAT", case="t-17", seconds=720)["unchanged"]


def test_R2_a_second_first_case_says_which_was_first(setting: Setting) -> None:
    first = {"customer": "ALPINA", "seconds": 1200, "category": "first-install"}
    assert "first" not in log(setting, "f1", case="F-1", **first)
    assert "first" not in log(setting, "f2", case="F-1", **first)  # the first case still
    second = log(setting, "f3", case="F-2", **first)
    assert second["charged_as"] == "support"
    assert second["first"] == {"entry": "f1", "case": "F-1", "date": "2025-03-04"}
    assert log(setting, "f3", case="F-2", **first)["first"] == second["first"]


def test_C1_undo_shows_what_it_takes(setting: Setting) -> None:
    do(setting, Log(customer="ALPINA", case="T-9", seconds=300, note="reset", agent="ana"))
    assert undo(on(setting, DAY), "ana")["taken"] == {
        "date": "2025-03-04", "case": "T-9", "category": "support", "raw_seconds": 300, "note": "reset",
    }  # fmt: skip
