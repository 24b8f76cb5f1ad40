"""Who changed what decides about money, and when, as people read it (A2)."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from billing import requests
from billing.errors import BadInput, Unknown
from billing.locales.words_inside import ACTS, WATCHED, WATCHED_COLUMNS
from billing.office.transaction import Setting
from billing.requests.changes import AskChanges
from billing.service import Billing
from billing.store.watching import ALL
from tests import banked, support
from tests.store import histories
from tests.support import ask, change_customer, do, load, made

THEN = date(2025, 3, 10)


@pytest.fixture
def setting(database_url: str) -> Setting:
    """Two customers, of whom one was changed later, by an agent."""
    setting = made(database_url, today=THEN, iban="CH9300762011623852957")
    load(setting, *histories.signed("ANNA"), *histories.signed("BEAT"))
    later = support.on(setting, THEN + timedelta(days=1))
    by = replace(later, by="ana")
    change_customer(by, "ANNA", terms=20, name="Anna AG")
    do(by, requests.Hold(customer="ANNA", reason="dispute"))
    do(by, requests.SetIssuer(iban="CH5604835012345678009"))
    do(by, requests.AddAddress(customer="ANNA", address="@anna.example"))
    do(by, requests.AddKey(name="desk", scope="reply", customer="BEAT"))
    do(by, requests.Release(customer="ANNA"))
    do(by, requests.RemoveAddress(customer="ANNA", address="@anna.example"))
    return later


def told(setting: Setting, **wanted: Any) -> list[tuple[Any, ...]]:
    """Each fact with whose it is, what became of it, by whom, and the columns that are others."""
    rows = ask(setting, AskChanges(**wanted))["changes"]
    return [
        (row["kind"], row["what"], row["act"], row["by"],
         [(c["column"], c["before"], c["after"]) for c in row["columns"] if row["act"] == "changed"])
        for row in rows
    ]  # fmt: skip


def test_a2_who_changed_the_iban_and_when(setting: Setting) -> None:
    new, changed = told(setting, of="issuer")
    assert new[:4] == ("issuer", "Demo SA", "new", None)
    assert changed == (
        "issuer", "Demo SA", "changed", "ana", [("iban", "CH9300762011623852957", "CH5604835012345678009")],
    )  # fmt: skip
    assert ask(setting, AskChanges(of="issuer"))["changes"][1]["at"].startswith("2025-03-11T13:00")


def test_a2_what_became_of_a_customer_without_a_word_of_it(setting: Setting) -> None:
    """P1: of personal data it says that it is another, or there, or gone."""
    assert told(setting, of="anna") == [
        ("customer", "ANNA", "new", None, []),
        ("customer", "ANNA", "changed", "ana", [("terms", None, "20"), ("name", "…", "…")]),
        ("customer", "ANNA", "changed", "ana", [("held_reason", None, "…")]),
        ("address", "ANNA", "new", "ana", []),
        ("customer", "ANNA", "changed", "ana", [("held_reason", "…", None)]),
        ("address", "ANNA", "removed", "ana", []),
    ]
    said = str(ask(setting, AskChanges()))
    assert "Anna AG" not in said and "dispute" not in said and "anna.example" not in said


def test_no_digest_of_what_opens_is_shown(setting: Setting) -> None:
    """A2: an accountant may see that there is a key, and nothing of it."""
    (key,) = ask(setting, AskChanges(of="key"))["changes"]
    assert {column["column"] for column in key["columns"]} == {
        "scope", "customer_id", "made_at", "made_by", "expires_on",
    }  # fmt: skip
    assert [c["after"] for c in key["columns"] if c["column"] == "customer_id"] == ["BEAT"]


def test_days_are_the_issuers_of_recording(setting: Setting) -> None:
    every = told(setting)
    first = told(setting, last=THEN)
    assert [row[3] for row in first] == [None] * len(first)
    assert first + told(setting, first=THEN + timedelta(days=1)) == every
    assert told(setting, first=THEN + timedelta(days=2)) == []
    with pytest.raises(BadInput, match="before it begins"):
        AskChanges(first=THEN, last=THEN - timedelta(days=1))


def test_what_is_neither_a_customer_nor_a_kind_is_refused_with_both(setting: Setting) -> None:
    with pytest.raises(Unknown, match="unknown customer 'nobody'; known: ANNA, BEAT; kinds are issuer, customer, "):
        told(setting, of="nobody")


def test_money_of_the_bank_is_no_cents(setting: Setting) -> None:
    banked.everything(support.on(setting, date(2030, 1, 1)), "BEAT")
    rows = ask(setting, AskChanges(of="bank"))["changes"]
    assert rows and all(row["what"].startswith("B") for row in rows)
    amounts = [c["after"] for row in rows for c in row["columns"] if c["column"] == "amount"]
    assert amounts and all("." in amount for amount in amounts)


def test_an_old_database_says_what_it_began_with(tmp_path: Path) -> None:
    """What rows were before the journal was, nobody has kept."""
    from tests.store.test_old_databases import FILES, unpacked, upgraded

    setting = upgraded(unpacked(next(file for file in FILES if file.name.startswith("0036")), tmp_path))
    assert {row.act for row in Billing(setting).ask(AskChanges()).rows} == {"taken-over"}
    setting.engine.dispose()


def test_each_kind_and_each_column_that_can_become_another_has_a_word() -> None:
    assert set(WATCHED) == {one.kind for one in ALL}
    assert set(ACTS) == {"taken-over", "new", "changed", "removed"}
    parties = {name for one in ALL if one.kind in ("issuer", "customer", "agent") for name in (*one.plain, *one.salted)}
    assert parties - {"code"} <= set(WATCHED_COLUMNS)
