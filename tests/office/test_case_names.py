"""T3: a case is the same case however its reference is written, by every road, on both databases."""

import contextlib
import json
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.store import schema
from tests import cases, support
from tests.support import load, made, run

TODAY = date(2025, 3, 14)


@pytest.fixture
def desk(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Two customers of q3, whose increment is per case, and the command line beside them."""
    setting = made(database_url, "CH", today=TODAY)
    for code in ("A", "B"):
        load(
            setting,
            {"type": "customer", "code": code, "name": code, "country": "CH"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        )
    monkeypatch.setenv("BILLING_DB", database_url)
    monkeypatch.setenv("BILLING_TODAY", str(TODAY))

    def told(*args: str) -> dict[str, Any]:
        status, out, err = run(*args, "--json")
        return {**json.loads(out or err), "status": status}

    told.setting = setting  # type: ignore[attr-defined]
    return told


def of(desk: Any) -> Setting:
    return desk.setting  # type: ignore[no-any-return]


def test_T3_a_case_is_named_in_any_letters_by_every_command(desk: Callable[..., dict[str, Any]]) -> None:
    """T3: it is shown as it was first written, and each command finds it."""
    assert desk("case", "open", "A", "Tür-1")["case"] == "Tür-1"
    for command in (["take", "tür-1"], ["ask", " TÜR-1 "], ["answer", "tÜR-1"], ["show", "TÜR-1"]):
        assert desk("case", *command)["case"] == "Tür-1", command
    assert desk("log", "A", "3", "--case", "TÜR-1")["case"] == "Tür-1"
    assert [entry["case"] for entry in desk("why", "tür-1")["entries"]] == ["Tür-1"]
    assert desk("quote", "add", "A", "--title", "x", "--amount", "9", "--case", "TÜR-1")["case"] == "Tür-1"
    assert desk("verify", "TÜR-1", "--kind", "misuse")["case"] == "Tür-1"
    assert desk("case", "show", "tür-1")["verdict"] == "misuse"
    assert support.audit(of(desk))["faults"] == []


def test_T3_one_rounding_pool_however_the_case_is_written(desk: Callable[..., dict[str, Any]]) -> None:
    """T3: 3 minutes and 4 on one case are 5 and 5, and the second is not a case of its own."""
    charged = [desk("log", "A", minutes, "--case", case)["charged"] for minutes, case in (("3", "T-1"), ("4", " t-1"))]
    assert charged == [5, 5]
    lines = [{"type": "entry", "customer": "A", "case": case, "minutes": 1} for case in ("N-1", "n-1", "N-1 ")]
    load(of(desk), *lines)
    assert desk("case", "show", "n-1")["minutes"] == {"raw": 3, "charged": 5}


def test_T3_another_customer_cannot_have_the_same_case_in_other_letters(desk: Callable[..., dict[str, Any]]) -> None:
    desk("log", "A", "3", "--case", "T-1")
    refused = desk("log", "B", "3", "--case", "t-1")
    assert (refused["status"], refused["error"]["code"]) == (1, "conflict")
    assert "'T-1' is a case of A" in refused["error"]["message"]
    with pytest.raises(Refusal, match="line 2: case 'K-1' is a case of A"):
        load(of(desk), *({"type": "entry", "customer": who, "case": case, "minutes": 1}
                         for who, case in (("A", "K-1"), ("B", "k-1"))))  # fmt: skip


def test_T3_asked_again_in_other_letters_it_is_the_same_request(desk: Callable[..., dict[str, Any]]) -> None:
    """L5: the content that an id stands for names the case, not its letters."""
    desk("case", "open", "A", "T-1", "--note", "x")
    assert desk("case", "open", "A", "t-1", "--note", "x")["unchanged"]
    assert desk("case", "open", "A", "t-1", "--note", "y")["error"]["code"] == "conflict"
    for case in ("T-1", "t-1"):
        again = desk("log", "A", "3", "--case", case, "--id", "e")
    assert again["unchanged"]
    lines = [{"type": "case", "id": case, "customer": "A", "at": "2025-03-04T09:00"} for case in ("L-1", "l-1 ")]
    lines += [{"type": "case-event", "id": "v", "case": case, "kind": "take"} for case in ("L-1", "l-1")]
    assert load(of(desk), *lines) == {"lines": 4, "applied": 2, "unchanged": 2}
    assert [row["case"] for row in cases.listed(of(desk))["cases"]] == ["L-1", "T-1"]


def test_T3_where_an_older_database_holds_both_the_exact_one_counts(desk: Callable[..., dict[str, Any]]) -> None:
    """T3: the one that was written first is found by every other spelling."""
    setting = of(desk)
    desk("case", "open", "A", "T-1", "--note", "first")
    desk("case", "open", "A", "x", "--note", "second")
    with setting.engine.begin() as connection:  # as versions left it that took `t-1` for another case
        connection.execute(insert(schema.case_reference).values(reference="t-1", customer_id=1, seq=2))
    assert desk("case", "show", "T-1")["events"][0]["note"] == "first"
    assert desk("case", "show", " T-1 ")["case"] == "T-1"
    assert desk("case", "show", "t-1")["case"] == "t-1"
    load(setting, {"type": "entry", "customer": "A", "case": "t-1", "minutes": 3})
    assert cases.show(setting, "t-1")["minutes"]["raw"] == 3
    assert cases.show(setting, "T-1")["minutes"]["raw"] == 0


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "UPDATE case_name SET reference = 'other' WHERE folded = 't-1'",
            "'other': it is found as 't-1', which is not",
        ),
        ("DELETE FROM case_name", "case 'T-1': it is found only as it is written"),
        ("INSERT INTO case_name VALUES ('t-2', 'T-2')", "'T-2': it is found as 't-2', which is not its name"),
    ],
)
def test_T3_audit_names_what_a_case_is_not_found_by(tmp_path: Path, statement: str, fault: str) -> None:
    """L7: the names of cases are recomputed too."""
    setting = made(f"sqlite:///{tmp_path}/a.db", "CH", today=TODAY)
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "country": "CH"},
        {"type": "contract", "customer": "A", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        {"type": "case", "id": "T-1", "customer": "A"},
    )
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER case_name_no_{verb}")
        connection.execute(statement)
        connection.commit()
    assert any(fault in found for found in support.audit(setting)["faults"])
