"""Reports for the head of support, recomputed from the raw rows of the database by another road."""

import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial, partialmethod
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, event

from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.reviews import AskCallBacks, AskCredit, AskTime
from billing.service import Billing
from billing.store.query import Query
from tests import support
from tests.history import Random, rich
from tests.support import load, made, run

FAR = date(2030, 1, 1)
Sums = dict[tuple[str, ...], list[int]]


def random_history(setting: Setting, seed: int) -> None:
    """What of a random history the rules take."""
    for line in Random(random.Random(seed), ["q3", "qualiodoo"][seed % 2], 60).lines():
        line = {"agent": ["ana", "ben"][seed * 7 % 2], **line} if line["type"] == "entry" else line
        try:
            load(setting, line)
        except Refusal:
            continue


def recomputed(setting: Setting, first: date, last: date) -> Sums:
    """By customer, agent and category: entries, seconds, charged, drawn, billed, owed, free. What a void names is left
    out; what was drawn is the sum of all of an entry's draws, with what corrections gave back."""
    rows = support.contents(setting)
    codes = {row["id"]: row["code"] for row in rows["customer"]}
    voided = {(row["customer_id"], row["entry"]) for row in rows["correction"] if row["kind"] == "void"}
    last_charge: dict[tuple[int, int], dict[str, Any]] = {}
    for row in sorted(rows["charge"], key=lambda row: (row["seq"], row["n"])):
        last_charge[row["customer_id"], row["entry"]] = row
    drawn: dict[tuple[int, int], int] = defaultdict(int)
    for row in rows["draw"]:
        drawn[row["customer_id"], row["entry"]] += row["minutes"]
    sums: Sums = defaultdict(lambda: [0] * 7)
    for row in rows["entry"]:
        key = (row["customer_id"], row["seq"])
        if key in voided or not str(first) <= row["worked_on"] <= str(last):
            continue
        charge = last_charge[key]
        figures = [
            1, row["logged_seconds"], charge["minutes"], drawn[key], charge["overage"],
            charge["minutes"] - drawn[key] - charge["overage"],
            row["logged_seconds"] if charge["free"] else 0,
        ]  # fmt: skip
        group = (codes[row["customer_id"]], row["agent"] or "", row["category"])
        sums[group] = [a + b for a, b in zip(sums[group], figures, strict=True)]
    return sums


def reported(setting: Setting, first: date, last: date) -> Sums:
    found = Billing(setting).ask(AskTime(first=first, last=last, by=("customer", "agent", "category")))
    figures: Sums = {
        (r.customer or "", r.agent or "", r.category or ""): [
            r.entries, r.raw_seconds, r.charged, r.drawn, r.billed, r.owed, r.free_seconds + r.quoted_seconds,
        ]
        for r in found.rows
    }  # fmt: skip
    total = found.total
    assert [total.entries, total.raw_seconds, total.charged, total.drawn, total.billed, total.owed] == [
        sum(each[n] for each in figures.values()) for n in range(6)
    ]
    return figures


@pytest.mark.parametrize("seed", range(12))
def test_time_is_what_the_rows_add_up_to(database_url: str, seed: int) -> None:
    """Random histories with voids, verifications, owed and settled minutes, bounced packs; whole and in part."""
    setting = made(database_url, "CH" if seed % 2 == 0 else "FR")
    random_history(setting, seed)
    whole = recomputed(setting, date.min, FAR)
    assert whole == reported(setting, date.min, FAR)
    assert sum(figures[0] for figures in whole.values()) > 2
    part = date(2024, 9, 1), date(2025, 3, 31)
    assert recomputed(setting, *part) == reported(setting, *part)


def test_time_of_a_rich_history_by_channel_and_week(database_url: str) -> None:
    """Work on a case counts with the way the case came; work on none, or on one never opened, with no way."""
    setting = made(database_url)
    load(setting, *rich())
    load(
        setting,
        {"type": "case", "id": "A9", "customer": "ANNA", "channel": "phone", "at": "2025-03-05T09:00"},
        {"type": "entry", "customer": "ANNA", "case": "a9", "date": "2025-03-05", "minutes": 20, "agent": "ben"},
    )
    assert recomputed(setting, date.min, FAR) == reported(setting, date.min, FAR)
    env = {"BILLING_DB": database_url, "BILLING_TODAY": "2030-01-01"}

    def rows(*words: str) -> list[dict[str, Any]]:
        status, out, err = run("report", "time", "--from", "2025-03-01", *words, "--json", **env)
        assert (status, err) == (0, "")
        found: list[dict[str, Any]] = json.loads(out)["rows"]
        return found

    assert [(r["channel"], r["entries"], r["raw_seconds"]) for r in rows("--by", "channel")] == [
        ("", 2, 7 * 60 + 12 * 60), ("phone", 1, 1200),
    ]  # fmt: skip
    assert [(r["week"], r["entries"]) for r in rows("--by", "week")] == [("2025-W09", 1), ("2025-W10", 2)]
    assert [(r["case"], r["customer"]) for r in rows("--by", "case", "--by", "customer")] == [
        ("", "BEAT"), ("A6", "ANNA"), ("A9", "ANNA"),
    ]  # fmt: skip


def test_a_report_of_nothing_has_zeros(database_url: str) -> None:
    made(database_url)
    env = {"BILLING_DB": database_url, "BILLING_TODAY": "2030-01-01"}
    status, out, _ = run("report", "time", "--by", "week", "--json", **env)
    assert (status, json.loads(out)["rows"], json.loads(out)["total"]["entries"]) == (0, [], 0)
    assert run("report", "time", "--by", "week", **env)[0] == 0
    for words, code in ((("--by", "moon"), "bad-input"), (("--by", "case", "--by", "case"), "bad-input"),
                        (("--from", "2025-02-01", "--to", "2025-01-01"), "bad-date")):  # fmt: skip
        status, _, err = run("report", "time", *words, "--json", **env)
        assert (status, json.loads(err)["error"]["code"]) == (1, code)


def test_errors_say_what_they_were_and_the_other_verdicts_when_asked_S7(database_url: str) -> None:
    """Only verified program errors go to quality control; of two verdicts the last one stands."""
    setting = made(database_url, "FR")
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A SA", "country": "FR"},
        {"type": "contract", "customer": "A", "tariff": "systell", "start": "2025-01-01"},
        {"type": "case", "id": "S1", "customer": "A", "at": "2025-02-03T09:00", "note": "Freezes\nwhen saving"},
        {"type": "case", "id": "S2", "customer": "A", "at": "2025-02-03T10:00", "subject": "Slow"},
        {"type": "case", "id": "S3", "customer": "A", "at": "2025-02-03T11:00", "category": "program-error"},
        {"type": "entry", "customer": "A", "case": "S1", "date": "2025-02-03", "minutes": 10},
        {"type": "entry", "customer": "A", "case": "S1", "date": "2025-02-04", "minutes": 7, "id": "e"},
        {"type": "void", "entry": "e", "date": "2025-02-04", "reason": "x"},
        {"type": "entry", "customer": "A", "case": "S4", "date": "2025-02-05", "minutes": 9},
        {"type": "verify", "case": "S1", "kind": "misuse", "date": "2025-02-05", "agent": "ben"},
        {"type": "verify", "case": "S1", "date": "2025-02-06", "agent": "ana", "note": "lock not freed"},
        {"type": "verify", "case": "S2", "kind": "bad-data", "date": "2025-02-06", "note": "a file of 2 GB"},
        {"type": "verify", "case": "S4", "date": "2025-02-07"},
    )
    env = {"BILLING_DB": database_url, "BILLING_TODAY": "2030-01-01"}
    span = ("--from", "2025-02-01", "--to", "2025-02-28")

    def rows(*words: str) -> list[dict[str, Any]]:
        status, out, err = run("report", "errors", *words, "--json", **env)
        assert (status, err) == (0, "")
        found: list[dict[str, Any]] = json.loads(out)["errors"]
        return found

    first, logged = rows(*span)
    assert first | {"position": 0} == {
        "case": "S1", "customer": "A", "customer_name": "A SA", "category": "support", "kind": "program-error",
        "date": "2025-02-06", "agent": "ana", "position": 0, "subject": "Freezes", "note": "Freezes\nwhen saving",
        "found": "lock not freed", "raw": 10,
    }  # fmt: skip
    assert (logged["case"], logged["category"], logged["raw"], logged["subject"]) == ("S4", "support", 9, None)
    assert [(r["case"], r["kind"], r["found"]) for r in rows(*span, "--others")] == [
        ("S1", "program-error", "lock not freed"), ("S2", "bad-data", "a file of 2 GB"), ("S4", "program-error", None),
    ]  # fmt: skip
    assert [r["case"] for r in rows("--from", "2025-02-05", "--to", "2025-02-05", "--others")] == []
    shown = run("report", "errors", *span, "--others", BILLING_LANGUAGE="de", **env)[1]
    assert "lock not freed" in shown and "falsche Daten" in shown and "Freezes" in shown


LATER = date(2025, 9, 15)


def _credited(setting: Setting, code: str, at: date) -> list[tuple[str, int, str | None]]:
    """What a customer's own balance says: bought time below 2 h, what waits, what is owed, goodwill."""
    found = support.balance(setting, code, at)
    rows = [(one["kind"], one["minutes"], one["until"]) for one in found["waiting"]]
    bought = [grant for grant in found["grants"] if grant["kind"] in ("pack", "add-on")]
    kinds = {(row["kind"], row["starts"] <= str(at)) for row in support.contents(setting)["time_grant"]
             if row["minutes"] and _code(setting, row["customer_id"]) == code}  # fmt: skip
    left = sum(grant["remaining"] for grant in bought)
    if found["contract"] and found["contract"]["active"] and left < 120 and {("pack", True), ("add-on", True)} & kinds:
        rows.append(("low", left, max((g["expires"] for g in bought if g["remaining"]), default=None)))
    until = str(at + timedelta(days=40))
    for grant in found["grants"]:
        if grant["kind"] == "goodwill" and grant["remaining"] and grant["expires"] <= until:
            rows.append(("goodwill", grant["remaining"], grant["expires"]))
    return rows + ([("owed", found["owed"], None)] if found["owed"] else [])


def _code(setting: Setting, key: int) -> str:
    return next(str(row["code"]) for row in support.contents(setting)["customer"] if row["id"] == key)


@pytest.mark.parametrize("seed", range(10))
def test_credit_says_what_each_balance_says(database_url: str, seed: int) -> None:
    """B1, G5, G9: read for all at once, it is what each customer's balance says, on several days; and owed at the end
    is what the rows have as charged and neither drawn nor billed."""
    setting = made(database_url, "CH" if seed % 2 == 0 else "FR")
    random_history(setting, seed)
    codes = [row["code"] for row in support.contents(setting)["customer"]]
    some = 0
    for at in (date(2024, 7, 1), date(2025, 1, 15), LATER, FAR):
        found = Billing(setting).ask(AskCredit(at=at, below=120, within=40))
        rows = sorted(
            (row.customer, row.kind, row.minutes, None if row.last is None else str(row.last))
            for row in found.rows
            if row.kind not in ("contract", "pack", "add-on")
        )
        assert rows == sorted((code, *row) for code in codes for row in _credited(setting, code, at)), at
        some += len(found.rows)
        for row in found.rows:
            if row.kind == "pack":
                [grant] = [g for g in support.balance(setting, row.customer, at)["grants"] if g["id"] == row.grant]
                assert (grant["remaining"], grant["expires"]) == (row.minutes, str(row.last))
                assert at <= (row.last or at) <= found.until
    assert some or seed % 2 == 0  # of q3 an allowance is not bought, and most years do not end on those days
    owed = sum(row.minutes or 0 for row in found.rows if row.kind == "owed")
    assert owed == sum(figures[5] for figures in recomputed(setting, date.min, FAR).values())


def grown(setting: Setting, count: int) -> None:
    """So many customers, each with a pack that ends, late cases, a verdict, work of several days."""
    for n in range(count):
        code, case = f"C{n}", f"K{n}"
        load(
            setting,
            {"type": "customer", "code": code, "name": code, "country": "FR"},
            {"type": "contract", "customer": code, "tariff": "qualiodoo", "start": "2025-01-01"},
            {"type": "purchase", "id": f"p{n}", "customer": code, "product": "pack-12h", "price": "900",
             "date": "2025-01-02"},
            {"type": "payment", "purchase": f"p{n}", "date": "2025-01-10"},
            {"type": "case", "id": case, "customer": code, "at": "2025-03-03T09:00", "channel": "phone"},
            {"type": "case-event", "case": case, "kind": "take", "at": "2025-03-05T09:30", "agent": "ana"},
            {"type": "entry", "customer": code, "case": case, "date": "2025-03-05", "minutes": 710, "agent": "ana"},
            {"type": "entry", "customer": code, "case": case, "date": "2025-03-06", "minutes": 12, "agent": "ben"},
            {"type": "verify", "case": case, "kind": "misuse", "date": "2025-03-07"},
        )  # fmt: skip


ASKED = [
    ("time", "--from", "2025-01-01", "--to", "2025-12-31", "--by", "case"),
    ("sla", "2025-03"),
    ("errors", "--from", "2025-01-01", "--to", "2025-12-31", "--others"),
    ("credit", "--at", "2025-12-20"),
]


@pytest.mark.parametrize("words", ASKED, ids=lambda words: words[0])
def test_no_report_asks_the_database_for_each_case_or_customer(tmp_path: Path, words: tuple[str, ...]) -> None:
    asked, rows = [], []
    for count in (2, 12):
        url = f"sqlite:///{tmp_path}/{count}.db"
        grown(made(url, "FR", today=date(2026, 1, 1)), count)
        statements: list[str] = []
        listen = partial(_written, statements)
        event.listen(Engine, "before_cursor_execute", listen)
        try:
            with patch.object(Query, "written", partialmethod(_noted, statements, Query.written)):
                status, out, _ = run("report", *words, "--json", BILLING_DB=url, BILLING_TODAY="2026-01-01")
        finally:
            event.remove(Engine, "before_cursor_execute", listen)
        assert status == 0
        asked.append(len(statements))
        rows.append(out.count('"C1"') + out.count('"K1"'))
    assert rows[0] and asked[0] == asked[1] > 3


def _written(statements: list[str], _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
    statements.append(statement)


def _noted(
    query: Query, statements: list[str], writing: Callable[..., tuple[str, Any]], *given: Any
) -> tuple[str, Any]:
    """Notes what is asked past SQLAlchemy."""
    statement, parameters = writing(query, *given)
    statements.append(statement)
    return statement, parameters


def test_call_backs_are_counted_as_they_stand_s10(database_url: str) -> None:
    """One kept, one missed, one to come, one outside the period; each with whose case it is and who called."""
    setting = made(database_url, today=date(2025, 3, 6))
    load(setting, *(
        {"type": "customer", "code": code, "name": f"{code} SA", "country": "CH"} for code in ("ANNA", "BEAT")
    ), *(
        {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "start": "2025-01-01"}
        for code in ("ANNA", "BEAT")
    ))  # fmt: skip
    agreed = {  # case: customer, its agent, window
        "K-1": ("ANNA", "ana", "2025-03-04"), "K-2": ("ANNA", "ben", "2025-03-05"),
        "K-3": ("BEAT", "ana", "2025-03-10"), "K-4": ("BEAT", "ana", "2025-06-10"),
    }  # fmt: skip
    for case, (code, agent, day) in agreed.items():
        load(setting,
            {"type": "case", "id": case, "customer": code, "at": "2025-03-03T10:00", "note": f"About {case}"},
            {"type": "case-event", "case": case, "kind": "take", "at": "2025-03-03T10:05", "agent": agent},
            {"type": "case-event", "case": case, "kind": "callback", "at": "2025-03-03T10:10", "agent": agent,
             "window": [f"{day}T14:00", f"{day}T15:00"]},
        )  # fmt: skip
    load(setting, {"type": "case-event", "case": "K-1", "kind": "attempt", "channel": "phone", "at": "2025-03-04T14:20",
                   "agent": "eva"})  # fmt: skip
    told = support.ask(setting, AskCallBacks())
    assert (told["from"], told["to"]) == ("2025-01-01", "2025-04-05")
    assert [(row["agent"], row["due"], row["done"], row["missed"], row["withdrawn"]) for row in told["rows"]] == [
        ("ana", 1, 1, 0, 0), ("ben", 0, 0, 1, 0),
    ]  # fmt: skip
    assert [(call["case"], call["state"], call["done_by"], call["subject"]) for call in told["calls"]] == [
        ("K-1", "done", "eva", "About K-1"), ("K-2", "missed", None, "About K-2"), ("K-3", "due", None, "About K-3"),
    ]  # fmt: skip
    by_customer = support.ask(setting, AskCallBacks(by="customer", last=date(2025, 12, 31)))
    assert [(row["customer"], row["due"], row["done"], row["missed"]) for row in by_customer["rows"]] == [
        ("ANNA", 0, 1, 1), ("BEAT", 2, 0, 0),
    ]  # fmt: skip
    with pytest.raises(Refusal, match="week"):
        AskCallBacks(by="week")  # type: ignore[arg-type]
