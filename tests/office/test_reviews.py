"""Reports for the head of support, recomputed from the raw rows of the database by another road."""

import json
import random
from collections import defaultdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.reviews import AskTime
from billing.service import Billing
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
            status, out, _ = run("report", *words, "--json", BILLING_DB=url, BILLING_TODAY="2026-01-01")
        finally:
            event.remove(Engine, "before_cursor_execute", listen)
        assert status == 0
        asked.append(len(statements))
        rows.append(out.count('"C1"') + out.count('"K1"'))
    assert rows[0] and asked[0] == asked[1] > 3


def _written(statements: list[str], _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
    statements.append(statement)
