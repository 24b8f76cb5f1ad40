"""What was told at a position is reproduced word for word, and a chain that does not lead there says so (L9)."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from billing.errors import Already, Refusal, Unknown
from billing.office.transaction import Setting
from billing.requests.balances import AskBalance
from billing.requests.proofs import AskProof
from billing.service import Billing
from billing.store import chain, migrate, schema
from billing.views.proofs import Proof
from tests.support import load, made, on, run, statement

MARCH = date(2025, 3, 31)
HISTORY: list[dict[str, Any]] = [
    {"type": "customer", "code": "ANNA", "name": "Anna & Cie", "country": "FR", "language": "fr"},
    {"type": "customer", "code": "BEAT", "name": "Beat AG", "country": "CH", "language": "de"},
    {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "premium", "modules": ["COFI"], "fee": "480",
     "start": "2025-01-01"},
    {"type": "contract", "customer": "BEAT", "tariff": "qualiodoo", "start": "2025-01-01"},
    {"type": "entry", "id": "a1", "customer": "ANNA", "case": "T-1", "date": "2025-02-03", "minutes": 12},
    {"type": "entry", "id": "b1", "customer": "BEAT", "date": "2025-02-03", "minutes": 40},
    {"type": "entry", "id": "a2", "customer": "ANNA", "case": "T-2", "date": "2025-02-10", "minutes": 50},
    {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
    {"type": "void", "entry": "a2", "date": "2025-03-03", "reason": "not his"},
    {"type": "entry", "id": "a3", "customer": "ANNA", "case": "T-1", "date": "2025-03-04", "minutes": 5},
    {"type": "invoice-run", "month": "2025-03", "date": "2025-03-31"},
    {"type": "goodwill", "customer": "ANNA", "minutes": 10, "date": "2025-03-31", "expires": "2025-12-31",
     "reason": "sorry"},
]  # fmt: skip


def told(setting: Setting, code: str, at: date) -> tuple[str, str]:
    """The position and the sentences of a reply, as they are told now."""
    balance = Billing(setting).ask(AskBalance(customer=code, at=at, reply=True))
    return balance.position, balance.text


def prove(setting: Setting, position: str, **how: Any) -> Proof:
    return Billing(setting).ask(AskProof(position=position, **how))


@pytest.fixture
def setting(url: str) -> Setting:
    return made(url, "CH", today=MARCH)


def test_a_reply_is_proved_word_for_word_at_every_position_l9(setting: Setting) -> None:
    """L9: whatever came later, the sentence of each position and day comes out as it was told."""
    replies: dict[tuple[str, str, date], str] = {}
    statements: dict[tuple[str, str], Any] = {}
    for line in HISTORY:
        load(setting, line)
        for code in ("ANNA", "BEAT"):
            try:
                for at in (date(2025, 2, 9), date(2025, 2, 28), date(2025, 3, 3), MARCH):
                    position, text = told(setting, code, at)
                    replies[code, position, at] = text
                statements[code, position] = statement(setting, code, date(2025, 1, 1), MARCH)
            except Unknown:  # not added yet
                pass
    assert len(replies) > 40
    for (code, position, at), text in replies.items():
        found = prove(setting, position, customer=code, at=at)
        assert (found.holds, found.faults, found.customer, found.text) == (True, (), code, text)
        if not position.startswith("0-"):
            assert prove(setting, position, at=at).text == text
    for (code, position), shown in statements.items():
        found = prove(setting, position, customer=code, first=date(2025, 1, 1), last=MARCH)
        assert (found.holds, found.statement) == (True, shown)
    setting.engine.dispose()


def test_a_reply_in_earlier_words_is_proved_too_l9(setting: Setting) -> None:
    """L9: what was printed before the sentence knew of what waits or for what minutes are is there word for word."""
    load(setting, *HISTORY[:5])
    position = told(setting, "ANNA", MARCH)[0]
    found = prove(setting, position, language="en")
    assert found.text is not None and "It can be used for support only." in found.text
    was = "you have 10 min of prepaid support left, to be used by 31 December 2025 at the latest"
    assert found.earlier == f"Anna & Cie: as of 31 March 2025, {was}. (ref. {position})"
    shown = prove(setting, position, language="en", first=date(2025, 1, 1), last=MARCH).statement
    assert shown is not None and shown.language == "en"
    assert found.balance is not None and found.statement is None
    same = prove(setting, told(setting, "BEAT", MARCH)[0], language="en")
    assert (same.text is not None, same.earlier) == (True, None)
    setting.engine.dispose()


def test_the_day_of_a_proof_is_that_of_the_position_l9(setting: Setting) -> None:
    """L9: without a day it is the reply of the day on which the position was recorded."""
    load(setting, *HISTORY[:5])
    position, text = told(setting, "ANNA", MARCH)
    load(on(setting, MARCH + timedelta(days=30)), *HISTORY[6:])
    found = prove(on(setting, MARCH + timedelta(days=60)), position)
    assert (found.at, found.text, found.position) == (MARCH, text, position)
    assert found.recorded_at is not None and found.recorded_at.date() == MARCH
    setting.engine.dispose()


def unguarded(setting: Setting, change: Callable[[Any], None]) -> None:
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        change(connection)
        migrate.guard(connection)


def test_a_tampered_chain_does_not_hold_l9(setting: Setting) -> None:
    """L6, L9: a row changed before the position breaks it, and is named; one changed after it does not."""
    load(setting, *HISTORY[:5])
    early = told(setting, "ANNA", MARCH)[0]
    load(setting, *HISTORY[5:])
    late = told(setting, "ANNA", MARCH)[0]
    entry = schema.entry
    last = update(entry).where(entry.c.id == "a3").values(logged_seconds=1)
    unguarded(setting, lambda connection: connection.execute(last))
    assert prove(setting, early).holds
    found = prove(setting, late)
    assert not found.holds
    assert found.faults[0].startswith("ANNA position ")
    assert found.text  # what the rows say today, and that it does not hold
    setting.engine.dispose()


def test_a_tail_that_is_cut_off_shows_l9(setting: Setting) -> None:
    """L6, L9: the position is found no more; of a customer that is named it says where the chain ends."""
    load(setting, *HISTORY[:6])
    before = told(setting, "BEAT", MARCH)[0]
    load(setting, {"type": "goodwill", "customer": "BEAT", "minutes": 9, "date": "2025-03-31", "expires": "2025-12-31",
                   "reason": "sorry"})  # fmt: skip
    cut = told(setting, "BEAT", MARCH)[0]
    seq = int(cut.partition("-")[0])

    def cut_off(connection: Any) -> None:
        beat = schema.customer.c.code == "BEAT"
        key = connection.execute(schema.customer.select().where(beat)).mappings().one()["id"]
        kept = connection.execute(schema.link.select().where(schema.link.c.customer_id == key)).mappings().all()
        hashes = {row["seq"]: row["hash"] for row in kept}
        for table in (*schema.LEDGER, schema.link):
            connection.execute(table.delete().where(table.c.customer_id == key, table.c.seq == seq))
        values = {"seq": seq - 1, "hash": hashes[seq - 1]}
        connection.execute(update(schema.head).where(schema.head.c.customer_id == key).values(**values))

    unguarded(setting, cut_off)
    assert prove(setting, before).holds
    with pytest.raises(Unknown, match="no chain leads to position") as refused:
        prove(setting, cut)
    assert refused.value.code == "not-found"
    assert f"billing prove {cut} --customer CODE" in refused.value.message
    found = prove(setting, cut, customer="BEAT")
    assert (found.holds, found.text, found.position) == (False, None, cut)
    assert "the chain ends at position" in found.faults[0]
    wrong = chain.position(seq - 1, chain.GENESIS)
    assert "today, not" in prove(setting, wrong, customer="BEAT").faults[0]
    setting.engine.dispose()


def test_a_position_in_several_chains_asks_for_the_customer_l9(setting: Setting) -> None:
    """L9: before anything was recorded all chains are alike."""
    load(setting, *HISTORY[:2])
    with pytest.raises(Already, match="is in the chains of ANNA, BEAT; name one: `billing prove"):
        prove(setting, chain.position(0, chain.GENESIS))
    found = prove(setting, chain.position(0, chain.GENESIS), customer="BEAT", at=MARCH)
    assert (found.holds, found.recorded_at, found.text) == (True, None, told(setting, "BEAT", MARCH)[1])
    setting.engine.dispose()


def test_a_position_of_older_papers_is_proved_word_for_word_and_told_to_be_weak_l9(
    setting: Setting, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L6, L9: 32 bits were printed until November 2026: it comes out as it is, with how little it proves."""
    load(setting, *HISTORY[:6])
    now, text = told(setting, "ANNA", MARCH)
    with setting.engine.connect() as connection:
        row = connection.execute(schema.head.select().where(schema.head.c.customer_id == 1)).mappings().one()
    old = f"{row['seq']}-{row['hash'][:8]}"
    found = prove(setting, old, at=MARCH)
    assert (found.holds, found.weak, found.bits, found.position) == (True, True, 32, old)
    assert found.text == text.replace(now, old) and found.balance is not None and found.balance.position == old
    paper = prove(setting, old, first=date(2025, 1, 1), last=MARCH)
    assert paper.statement is not None and paper.statement.position == old and old in (paper.text or "")
    assert (prove(setting, now).weak, prove(setting, now).bits) == (False, 135)
    monkeypatch.setenv("BILLING_DB", url)
    monkeypatch.setenv("BILLING_TODAY", "2025-04-02")
    assert "It names 32 bits of the hash" in run("prove", old)[1]
    assert "bits of the hash" not in run("prove", now)[1]
    assert json.loads(run("prove", old, "--json")[1])["weak"] is True
    setting.engine.dispose()


@pytest.mark.parametrize("written", ["", "x", "12", "12-xyz", "-1-00000000", "12-0123", "9" * 12 + "-01234567"])
def test_what_is_no_position_is_refused_l9(setting: Setting, written: str) -> None:
    with pytest.raises(Refusal) as refused:
        prove(setting, written)
    assert refused.value.code == "bad-input"
    setting.engine.dispose()


def test_the_command_l9(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """L9: the JSON of cli.md, the sentence for people, exit 1 where it does not hold."""
    setting = made(url, "CH", today=MARCH)
    load(setting, *HISTORY[:5])
    position, text = told(setting, "ANNA", MARCH)
    monkeypatch.setenv("BILLING_DB", url)
    monkeypatch.setenv("BILLING_TODAY", "2025-04-02")
    shown = json.loads(run("prove", position.upper(), "--json")[1])
    assert list(shown)[:5] == ["position", "customer", "recorded_at", "holds", "text"]
    assert (shown["position"], shown["customer"], shown["holds"], shown["text"]) == (position, "ANNA", True, text)
    _, out, _ = run("prove", f" {position} ")
    assert out.startswith(text)
    assert "the chain leads to it" in out
    entry = schema.entry
    unguarded(setting, lambda c: c.execute(update(entry).where(entry.c.id == "a1").values(logged_seconds=1)))
    status, out, _ = run("prove", position)
    assert status == 1
    assert "the chain does not lead to it" in out
    setting.engine.dispose()
