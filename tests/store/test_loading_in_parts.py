"""A load in parts: each is whole, others are let in between, and what is done is not done again (L5)."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing import given
from billing.commands.load import Lines
from billing.errors import BadInput, Refusal
from billing.lines import bulk
from billing.office.transaction import Setting
from billing.service import Billing
from tests.store import histories
from tests.support import contents, load, made, run


def entries(*minutes: int) -> list[str]:
    return [
        json.dumps({"type": "entry", "customer": "C0", "date": f"2025-03-{n:02}", "minutes": at})
        for n, at in enumerate(minutes, 1)
    ]


@pytest.fixture
def ready(database_url: str) -> Setting:
    setting = made(database_url)
    load(setting, *histories.signed("C0"))
    return setting


def test_what_was_stopped_goes_on_where_it_was(ready: Setting) -> None:
    """Lines without an id, which a load of the whole file would do a second time."""
    lines = entries(1, 2, 3, 4, 5)
    wrong = [*lines[:4], json.dumps({"type": "void", "entry": "nope", "reason": "x"})]
    with pytest.raises(Refusal) as refused:
        bulk.load_in_parts(Billing(ready), wrong, 2)
    assert "line 5" in str(refused.value) and "2 parts of 3 are kept" in str(refused.value)
    assert [row["logged_seconds"] for row in contents(ready)["entry"]] == [60, 120, 180, 240]
    done = bulk.load_in_parts(Billing(ready), lines, 2)
    assert done == {"lines": 5, "applied": 1, "unchanged": 4, "parts": 3, "known": 2}
    assert [row["logged_seconds"] for row in contents(ready)["entry"]] == [60, 120, 180, 240, 300]


def test_a_fault_of_form_is_told_before_any_part_is_done(ready: Setting) -> None:
    before = contents(ready)
    with pytest.raises(Refusal, match="line 3: no JSON object"):
        bulk.load_in_parts(Billing(ready), [*entries(1, 2), "{"], 1)
    assert contents(ready) == before


def test_parts_come_to_what_the_whole_file_does(
    ready: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for salts and moments: the same rows, charged the same."""
    monkeypatch.setattr("secrets.token_hex", lambda size: "0" * 2 * size)
    whole = made(f"sqlite:///{tmp_path}/whole.db")
    load(whole, *histories.signed("C0"))
    lines = [json.dumps({**json.loads(line), "case": "K1", "note": "x"}) for line in entries(7, 8, 9, 100, 900)]
    bulk.load(Billing(whole), lines)
    bulk.load_in_parts(Billing(ready), lines, 2)
    for table in ("entry", "charge", "draw", "note", "personal", "case_name"):
        assert contents(ready)[table] == contents(whole)[table], table


def test_parts_are_of_lines_and_not_of_a_dry_run(
    ready: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLING_DB", ready.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("BILLING_TODAY", "2030-01-01")
    file = tmp_path / "many.jsonl"
    file.write_text("\n".join(entries(1, 2, 3)))
    status, out, _ = run("load", str(file), "--parts", "2")
    assert (status, out) == (0, "3 lines in 2 parts: 3 applied, 0 known already.\n")
    status, _, err = run("load", str(file), "--parts", "2", "--dry-run")
    assert status != 0 and "--parts is for JSON Lines" in err


def test_a_file_is_gone_through_twice_and_held_by_no_memory(ready: Setting, tmp_path: Path) -> None:
    """Two megabytes of lines, of which one part is in memory; the same through standard input's temporary file."""
    file = tmp_path / "many.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + "\n".join([*entries(1, 2), " " * 2_000_000, *entries(3)]).encode() + b"\r\n")
    with given.kept(file, given.LINES) as data:
        lines = Lines("many.jsonl", data)
        assert bulk.load_in_parts(Billing(ready), lines, 2)["parts"] == 2
        assert [len(line) for line in lines][2] == 2_000_000
    with pytest.raises(BadInput, match="longer than"):
        given.kept(file, 1000)
    file.write_bytes(b'{}\n{"a": "\xff"}\n')
    with given.kept(file, 1000) as data, pytest.raises(BadInput, match="line 2: no UTF-8 text"):
        Lines("many.jsonl", data)


def test_standard_input_is_read_twice_too(ready: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(entries(1, 2, 3)).encode())))
    with given.kept(given.STDIN, given.LINES) as data:
        assert bulk.load_in_parts(Billing(ready), Lines("-", data), 2)["applied"] == 3


class Changing:
    """Lines that are others when they are gone through again."""

    def __init__(self) -> None:
        self.times = 0

    def __iter__(self) -> Iterator[str]:
        self.times += 1
        return iter(entries(self.times))


def test_a_file_that_changes_meanwhile_is_refused(ready: Setting) -> None:
    with pytest.raises(BadInput, match="another one than when it was looked through"):
        bulk.load_in_parts(Billing(ready), Changing(), 2)
