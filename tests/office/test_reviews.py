"""Reports for the head of support, recomputed from the raw rows of the database by another road."""

import json
import random
from collections import defaultdict
from datetime import date
from typing import Any

import pytest

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
