"""Erasing is a fact: what was erased is nowhere, the audit holds, tampering is named as before (P1, P4, L6, L7)."""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billing.core.access import Principal
from billing.errors import BadInput, Forbidden
from billing.exchange import erasures as files
from billing.office.transaction import Setting
from billing.requests.agents import EndAgent
from billing.requests.cases import AskCase
from billing.requests.contracts import Cancel
from billing.requests.entries import Log
from billing.requests.invoicing import AskFiles
from billing.requests.parties import AskCustomer, ChangeCustomer
from billing.requests.privacy import AskDue, AskErasures, AskHeld, Erase, KeepErasures, ReplayErasures
from billing.requests.proofs import AskProof
from billing.service import Billing
from billing.store import schema
from billing.store.engine import writing
from billing.store.refusing import sqlite_file
from tests.privacy import played
from tests.support import ask, audit, books, contents, deferred, do, on, run, statement

LATER = date(2023, 7, 1)
REASON = "three years over"


@pytest.fixture
def setting(database_url: str) -> Setting:
    """QUELL, whose contract ended three years ago."""
    setting = played.customer(database_url)
    do(setting, Cancel(customer="QUELL", on=played.CANCELLED))
    return on(setting, LATER)


def spellings(value: str) -> Iterator[bytes]:
    """A value as files may hold it: UTF-8, UTF-16, escaped in JSON, in base64 at each of three places."""
    yield value.encode()
    yield value.encode("utf-16-le")
    yield json.dumps(value)[1:-1].encode()
    for place in range(3):
        yield base64.b64encode(b"\0" * place + value.encode())[4 : -4 - place]


def on_disk(setting: Setting) -> bytes:
    """All bytes of a SQLite database and what lies beside it; of PostgreSQL all that its tables hold."""
    file = sqlite_file(setting.engine)
    if file is None:
        return repr(contents(setting)).encode()
    setting.engine.dispose()
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


def test_P1_what_was_erased_is_nowhere(setting: Setting, tmp_path: Path) -> None:
    before = on_disk(setting)
    for secret in played.SECRETS:
        assert any(one in before for one in spellings(secret)), secret
    done = do(setting, Erase(who="QUELL", reason=REASON))
    assert done["erased"] and done["scrubbed"] and done["papers"] == ["INV-2020-00001"]
    do(setting, KeepErasures(file=f"{tmp_path / 'log'}"))
    after = on_disk(setting) + (tmp_path / "log").read_bytes() + json.dumps(done).encode()
    for secret in (*played.SECRETS, base64.b64encode(played.PNG).decode()):
        assert not [one for one in spellings(secret) if one in after], secret
    assert b"a note of Bach" in after  # nobody else's
    assert audit(setting)["faults"] == []


def test_P1_books_and_documents_stay(setting: Setting) -> None:
    """Totals, entries of the books, deferred revenue, minutes, the papers' files: as before, to the cent."""

    def told() -> list[Any]:
        first, last = date(2019, 1, 1), date(2023, 6, 30)
        held = books(setting)
        return [
            [(entry.on, [(leg.role, leg.amount) for leg in entry.legs]) for entry in held.entries],
            deferred(setting, last)["total"], statement(setting, "QUELL", first, last).closing,
            [(one.number, one.data) for one in Billing(setting).ask(AskFiles(numbers=("INV-2020-00001",)))],
            contents(setting)["document"], contents(setting)["charge"], contents(setting)["draw"],
        ]  # fmt: skip

    before = told()
    do(setting, Erase(who="QUELL", reason=REASON))
    assert told() == before


def test_P1_it_is_a_fact_and_the_chain_of_before_is_led_to(setting: Setting) -> None:
    links = [row for row in contents(setting)["link"] if row["customer_id"] == 1]
    position = ask(setting, AskCustomer(customer="QUELL"))["balance"]["position"]
    done = do(setting, Erase(who="QUELL", reason=REASON))
    after = [row for row in contents(setting)["link"] if row["customer_id"] == 1]
    assert [row["hash"] for row in after[:-1]] == [row["hash"] for row in links]
    assert after[-1]["kind"] == "erasure"
    rows = contents(setting)["erasure"]
    assert (rows[0]["place"], rows[0]["reason"]) == (None, REASON)
    assert {field for row in rows for field in json.loads(row["fields"])} == set(done["fields"])
    proof = ask(setting, AskProof(position=position))
    assert proof["holds"] and proof["text"]


def test_P1_what_stands_in_the_way_is_named_and_kept(database_url: str) -> None:
    setting = played.customer(database_url)
    before = contents(setting)
    done = do(setting, Erase(who="QUELL", reason=REASON))
    assert not done["erased"] and [one["kind"] for one in done["obstacles"]] == ["running-contract"]
    after = contents(setting)
    assert after["personal"] == before["personal"] and after["customer"][0]["name"] == before["customer"][0]["name"]
    (row,) = after["erasure"]
    assert (row["scope"], json.loads(row["fields"])) == ("refused", ["running-contract"])
    assert audit(setting)["ok"] and ask(setting, AskErasures())["erasures"] == []
    status, said, _ = run("--db", database_url, "privacy", "erase", "QUELL", "--reason", "on demand")
    assert status == 1 and "runs until" in said


def test_P1_before_its_time_it_is_asked_back(setting: Setting) -> None:
    early = on(setting, date(2023, 6, 29))
    with pytest.raises(BadInput, match="is erased from 2023-06-30") as refused:
        Billing(early).do(Erase(who="QUELL", reason=REASON))
    assert refused.value.code == "ask-back"
    assert Billing(early).do(Erase(who="QUELL", reason=REASON, yes=True)).view.erased


def test_P1_the_reason_names_nobody(setting: Setting) -> None:
    with pytest.raises(BadInput, match="the reason says who it is"):
        do(setting, Erase(who="QUELL", reason="Zornfried  quellwasser wants it"))
    with pytest.raises(BadInput, match="the reason says who it is"):
        do(setting, Erase(who="Zornfried Quellwasser", reason="because of Zornfried Quellwasser"))


def test_P1_a_dry_run_keeps_nothing_and_a_second_time_finds_nothing(setting: Setting) -> None:
    before = contents(setting)
    assert do(setting, Erase(who="QUELL", reason=REASON), dry_run=True)["erased"]
    assert contents(setting) == before
    do(setting, Erase(who="QUELL", reason=REASON))
    once = contents(setting)
    assert do(setting, Erase(who="QUELL", reason=REASON))["unchanged"]
    assert contents(setting) == once
    assert ask(setting, AskDue(at=LATER))["customers"] == []


def test_P1_a_contact_goes_and_the_customer_stays(setting: Setting) -> None:
    done = do(setting, Erase(who="zornfried quellwasser", reason="left the firm"))
    assert done["erased"] and done["who"] == "QUELL/1" and audit(setting)["faults"] == []
    held = on_disk(setting)
    for gone in ("Zornfried Quellwasser", "Hintertupfingen"):
        assert not [one for one in spellings(gone) if one in held], gone
    assert contents(setting)["customer"][0]["email"] == "buchhaltung@quellwasser.example"
    shown = ask(setting, AskCase(case="T-1"))
    assert "Zornfried" not in json.dumps(shown)
    new = Log(customer="BACH", seconds=600, agent="ana", contact="Zornfried Quellwasser")
    do(setting, new)
    assert ask(setting, AskHeld(who="Zornfried Quellwasser"))["customer"] == "BACH"


def test_P1_a_new_contact_gets_no_number_of_an_erased_one(database_url: str) -> None:
    setting = played.customer(database_url)
    do(setting, Erase(who="Zornfried Quellwasser", reason="left the firm"))
    do(setting, Log(customer="QUELL", seconds=600, agent="ana", contact="Anna Neu"))
    numbers = [row["number"] for row in contents(setting)["contact"]]
    assert numbers == [1, 2] and audit(setting)["ok"]


def test_P4_an_agent_goes_and_the_code_stays(setting: Setting) -> None:
    with pytest.raises(BadInput, match="works here still"):
        do(setting, Erase(who="ana", reason=REASON))
    do(setting, EndAgent(code="ana", on=date(2023, 1, 1)))
    assert do(setting, Erase(who="ana", reason=REASON))["fields"] == ["agent.name"]
    held = on_disk(setting)
    assert not [one for one in spellings("Anastasia Murmeltier") if one in held]
    assert {row["agent"] for row in contents(setting)["entry"]} == {"ana"} and audit(setting)["faults"] == []
    assert [one["code"] for one in ask(setting, AskErasures())["erasures"]] == ["ana"]


def test_A1_it_is_an_admins(setting: Setting) -> None:
    door = Billing(setting).acting(Principal("key", "accountant"))
    with pytest.raises(Forbidden):
        door.do(Erase(who="QUELL", reason=REASON))
    with pytest.raises(Forbidden):
        door.ask(AskHeld(who="QUELL"))


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM personal WHERE customer_id = 2",
        "UPDATE personal SET value = 'other' WHERE customer_id = 2",
        "INSERT INTO personal VALUES (1, 4, 'note', 'aa', 'invented')",
        "UPDATE link SET request = 'aa:bb' WHERE customer_id = 1 AND seq = 4",
        "UPDATE correction SET reason = 'another' WHERE customer_id = 1",
    ],
)
def test_L7_tampering_is_named_after_an_erasure(setting: Setting, change: str) -> None:
    """What is missing is right exactly where an erasure names it; what is left at such a place is not to be changed."""
    do(setting, Erase(who="QUELL", reason=REASON))
    assert audit(setting)["ok"]
    with writing(setting.engine) as connection:
        connection.execute(text(change))
    assert not audit(setting)["ok"], change


def test_L1_the_guards_let_nothing_else_through(setting: Setting) -> None:
    """Where nothing was erased nothing changes; where something was, nothing but what may."""
    do(setting, Erase(who="QUELL", reason=REASON))
    for change in (
        "UPDATE link SET request = NULL WHERE customer_id = 2",
        "UPDATE link SET hash = 'x' WHERE customer_id = 1",
        "UPDATE correction SET on_ = '2020-01-01' WHERE customer_id = 1".replace("on_", '"on"'),
        "UPDATE correction SET reason = '' WHERE customer_id = 2 OR seq < 4",
        "DELETE FROM correction WHERE customer_id = 1",
        "UPDATE erasure SET rest = NULL",
    ):
        with setting.engine.connect() as connection:
            try:
                found = connection.execute(text(change)).rowcount
            except DBAPIError as refused:
                assert "rows are only ever inserted" in str(refused), change
            else:
                assert found == 0, change


def test_L1_what_may_change_is_what_the_inventory_says() -> None:
    from billing.store import inventory

    for table in schema.GUARDED:
        may = set(schema.ERASABLE.get(table.name, ()))
        assert may >= {*inventory.columns_of(table.name, "text")}, table.name
        assert may <= {*inventory.columns_of(table.name, "text", "paper", "digest")}, table.name


def test_P4_a_log_is_done_again_on_a_database_of_before(database_url: str, setting: Setting, tmp_path: Path) -> None:
    """A backup of before the erasure is put back, and the log takes away what it had, and nothing twice."""
    if sqlite_file(setting.engine) is None:
        pytest.skip("a copy of the file stands for the backup")
    log, copy = tmp_path / "erasures", tmp_path / "copy.db"
    status, *_ = run("--db", database_url, "backup", f"{copy}")
    assert status == 0
    do(setting, EndAgent(code="ana", on=date(2023, 1, 1)))
    do(setting, Erase(who="QUELL", reason=REASON))
    do(setting, Erase(who="ana", reason=REASON))
    assert do(setting, KeepErasures(file=f"{log}"))["added"] == 2
    assert do(setting, KeepErasures(file=f"{log}"))["unchanged"]
    before = on(played_at(f"sqlite:///{copy}"), LATER)
    assert do(before, ReplayErasures(file=f"{log}"), dry_run=True)["done"] == 2
    before = on(before, date(2023, 7, 8))  # at another moment, so that its place in the chain is another one
    answer = do(before, ReplayErasures(file=f"{log}"))
    assert (answer["done"], answer["known"], answer["strange"], answer["scrubbed"]) == (2, 0, 0, True)
    held = on_disk(before)
    for secret in (*played.SECRETS, "Anastasia Murmeltier"):
        assert not [one for one in spellings(secret) if one in held], secret
    assert audit(before)["faults"] == []
    do(before, ChangeCustomer(customer="QUELL", email="new@quellwasser.example"))  # who came back keeps it
    later = on(before, date(2023, 7, 9))
    assert do(later, ReplayErasures(file=f"{log}"))["unchanged"]
    assert contents(later)["customer"][0]["email"] == "new@quellwasser.example"
    assert do(setting, ReplayErasures(file=f"{log}"))["known"] == 2


def played_at(url: str) -> Setting:
    from tests.support import opened

    return opened(url)


def test_P4_a_log_that_is_none_is_refused(setting: Setting, tmp_path: Path) -> None:
    for wrong in ("x", "[]", '{"code": 1, "scope": "agent", "at": "2020-01-01"}', '{"scope": "agent"}', "\x00"):
        (tmp_path / "log").write_text(wrong)
        with pytest.raises(BadInput, match="line 1 of"):
            do(setting, ReplayErasures(file=f"{tmp_path / 'log'}"))
    assert files.read(_empty(tmp_path)) == []


def _empty(folder: Path) -> Path:
    (folder / "log").write_text("\n")
    return folder / "log"


@pytest.mark.parametrize("after", [1, 8, 15, 25, 40, 60, 90])
def test_P1_a_kill_leaves_all_or_nothing(tmp_path: Path, after: int) -> None:
    """kill -9 at some moment of the erasure: what is there is all of before or all of after, and the audit holds."""
    url = f"sqlite:///{tmp_path / 'books.db'}"
    setting = played.customer(url)
    do(setting, Cancel(customer="QUELL", on=played.CANCELLED))
    before = contents(setting)
    setting.engine.dispose()
    killed(url, after)
    now = on(played_at(url), LATER)
    there = contents(now)
    if there["erasure"]:
        assert not [row for row in there["personal"] if row["customer_id"] == 1]
        assert there["customer"][0]["name"] == "QUELL"
    else:
        assert there == before
    assert audit(now)["faults"] == []
    do(now, Erase(who="QUELL", reason=REASON))
    held = on_disk(now)
    assert not [secret for secret in played.SECRETS for one in spellings(secret) if one in held]


def killed(url: str, after: int) -> None:
    """Erases in another process, which kills itself at a statement."""
    program = f"""
import os, signal
from datetime import date
from sqlalchemy import event
from billing.requests.privacy import Erase
from billing.service import Billing
books = Billing.open({url!r}, today=date(2023, 7, 1))
count = 0
@event.listens_for(books.setting.engine, "before_cursor_execute")
def counted(*_):
    global count
    count += 1
    if count >= {after} * 3:
        os.kill(os.getpid(), signal.SIGKILL)
books.do(Erase(who="QUELL", reason="over"))
"""
    done = subprocess.run([sys.executable, "-c", program], env={**os.environ}, check=False, capture_output=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
