"""What is held about somebody, and whose data is to go (P1, P2, P3)."""

import json
from datetime import date
from pathlib import Path

import pytest

from billing.errors import BadInput, Unknown
from billing.office.transaction import Setting
from billing.requests.contracts import Cancel
from billing.requests.entries import Log
from billing.requests.privacy import AskDue, AskHeld
from billing.store import personal
from billing.store.sql import Connection
from tests.privacy import played
from tests.support import ask, contents, do, on, run


@pytest.fixture
def setting(database_url: str) -> Setting:
    return played.customer(database_url)


def test_P1_due_names_who_is_and_what_is_in_the_way(setting: Setting) -> None:
    assert ask(setting, AskDue(at=date(2029, 1, 1)))["customers"] == []  # the contract runs
    do(setting, Cancel(customer="QUELL", on=played.CANCELLED))
    assert ask(setting, AskDue(at=date(2023, 6, 29)))["customers"] == []
    (row,) = ask(setting, AskDue(at=date(2023, 6, 30)))["customers"]
    assert row == {
        "customer": "QUELL", "name": "Quellwasser & Cie", "ended": "2020-06-30", "by": "contract",
        "erased_from": "2023-06-30", "obstacles": [],
    }  # fmt: skip


def test_P1_who_has_a_contract_or_a_late_document_is_not_looked_at(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two statements tell it of all customers; nothing else of theirs is read."""
    looked: list[int] = []
    holds = personal.holds

    def noted(connection: Connection, customer_id: int) -> bool:
        looked.append(customer_id)
        return holds(connection, customer_id)

    monkeypatch.setattr(personal, "holds", noted)
    assert ask(setting, AskDue(at=date(2029, 1, 1)))["customers"] == []  # the contracts run
    do(setting, Cancel(customer="QUELL", on=played.CANCELLED))
    ask(setting, AskDue(at=date(2023, 6, 29)))
    assert looked == []
    assert [row["customer"] for row in ask(setting, AskDue(at=date(2023, 6, 30)))["customers"]] == ["QUELL"]
    assert looked == [1]


def test_P1_owed_minutes_stand_in_the_way(setting: Setting) -> None:
    do(setting, Log(customer="QUELL", seconds=80_000, agent="ana", on=date(2020, 6, 2)))
    do(setting, Cancel(customer="QUELL", on=date(2020, 6, 30)))
    (row,) = ask(setting, AskDue(at=date(2024, 1, 1)))["customers"]
    assert [one["kind"] for one in row["obstacles"]] == ["owed-minutes"]


def test_P2_due_names_the_papers(setting: Setting) -> None:
    assert ask(setting, AskDue(at=date(2030, 12, 31)))["papers"] == []
    papers = ask(setting, AskDue(at=date(2031, 1, 1)))["papers"]
    assert {(one["customer"], one["until"]) for one in papers} == {("QUELL", "2030-12-31"), ("BACH", "2030-12-31")}


def test_P3_all_that_is_held_about_a_customer(setting: Setting) -> None:
    """Every value that is personal is in the export, and nothing of another customer's."""
    held = ask(setting, AskHeld(who="quell"))
    text = json.dumps(held, ensure_ascii=False)
    for secret in played.SECRETS[:-1]:
        assert secret in text, secret
    assert "BACH" not in text and "a note of Bach" not in text
    for table, rows in contents(setting).items():  # whole: each row that has his key is there
        his = [row for row in rows if row.get("customer_id") == 1]
        shown = [row for each in held["tables"] if each["table"] == table for row in each["rows"]]
        assert len([row for row in shown if row.get("customer_id") == 1]) == len(his), table


def test_P3_all_that_is_held_about_a_contact_and_an_agent(setting: Setting) -> None:
    held = ask(setting, AskHeld(who="zornfried  quellwasser"[:9] + " Quellwasser"))
    tables = {each["table"]: each["rows"] for each in held["tables"]}
    assert (held["kind"], held["customer"]) == ("contact", "QUELL")
    assert {"contact", "entry", "case_event", "personal", "access_link"} <= set(tables)
    assert played.TEXT in {row["value"] for row in tables["personal"]}
    agent = ask(setting, AskHeld(who="ana"))
    assert agent["kind"] == "agent" and "Anastasia Murmeltier" in json.dumps(agent)
    assert len({row["id"] for each in agent["tables"] if each["table"] == "entry" for row in each["rows"]}) == 3


def test_P3_who_is_nobody_or_two(setting: Setting) -> None:
    with pytest.raises(Unknown, match="no customer, contact or agent"):
        ask(setting, AskHeld(who="Nobody"))
    do(setting, Log(customer="BACH", seconds=600, agent="ana", contact="Zornfried Quellwasser"))
    with pytest.raises(BadInput, match="contact of"):
        ask(setting, AskHeld(who="Zornfried Quellwasser"))
    assert ask(setting, AskHeld(who="Zornfried Quellwasser", customer="BACH"))["customer"] == "BACH"


def test_P3_the_command_writes_json_papers_and_files(database_url: str, tmp_path: Path) -> None:
    played.customer(database_url)
    folder = tmp_path / "out"
    status, said, _ = run("--db", database_url, "privacy", "export", "QUELL", "-o", f"{folder}")
    assert status == 0 and "personal" in said
    names = sorted(path.name for path in folder.iterdir())
    assert [name for name in names if name.endswith(".pdf")] and "held.json" in names
    (kept,) = (path for path in folder.iterdir() if path.name.endswith("nachtigall.png"))
    assert kept.read_bytes() == played.PNG
    assert json.loads((folder / "held.json").read_text())["who"] == "QUELL"
    status, said, _ = run("--db", database_url, "privacy", "due", "--at", "2031-01-01")
    assert status == 0 and "2030-12-31" in said


def test_P1_due_is_as_of_today(setting: Setting) -> None:
    do(setting, Cancel(customer="QUELL", on=played.CANCELLED))
    assert ask(on(setting, date(2023, 7, 1)), AskDue())["at"] == "2023-07-01"
