"""What was made again or cut off after an anchor shows against it, where the chains themselves hold (L6, L7)."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, update

from billing.errors import BadInput
from billing.office.transaction import Setting
from billing.requests.anchors import AskAnchored, MakeAnchor
from billing.service import Billing
from billing.store import chain, migrate, schema
from billing.views.anchors import Anchored
from billing.views.audit import AnchorSeen, Audited
from tests import support
from tests.store import forging
from tests.support import load, run


@pytest.fixture
def file(setting: Setting, tmp_path: Path) -> Path:
    """An anchor of the history."""
    anchored(setting, tmp_path / "first.anchor")
    return tmp_path / "first.anchor"


def anchored(setting: Setting, file: Path, **how: Any) -> Anchored:
    key = str(file.parent / "kept" / "key")
    (file.parent / "kept").mkdir(exist_ok=True)
    return Billing(setting).do(MakeAnchor(file=str(file), key_file=key, **how)).view


def audited(setting: Setting, file: Path, **how: Any) -> Audited:
    how = how or {"key_file": str(file.parent / "kept" / "key")}
    return Billing(setting).ask(AskAnchored(anchor=str(file), **how))


def seen(found: Audited) -> AnchorSeen:
    assert found.anchor is not None
    return found.anchor


def test_an_anchor_holds_while_more_is_recorded_l7(setting: Setting, file: Path) -> None:
    """L6, L7: what comes after an anchor is no fault of it; how many have more is said."""
    first = audited(setting, file)
    assert (first.ok, first.faults, seen(first).longer, seen(first).changed) == (True, (), 0, ())
    assert (seen(first).customers, seen(first).expected, seen(first).issuer) == (2, True, "Demo SA")
    more = {"type": "goodwill", "customer": "BEAT", "minutes": 5, "date": "2025-03-31", "expires": "2025-12-31"}
    load(setting, more | {"reason": "sorry"}, {"type": "customer", "code": "CARL", "name": "Carl", "country": "CH"})
    support.change_customer(setting, "ANNA", city="Lyon")
    later = audited(setting, file)
    assert (later.ok, seen(later).longer) == (True, 1)
    assert "customer" in seen(later).changed


def agent_changed(connection: Connection, key: int) -> None:
    entry = schema.entry
    connection.execute(update(entry).where(entry.c.customer_id == key).values(agent="eve"))


def tail_cut(connection: Connection, key: int) -> None:
    forging.cut(connection, key, 2)


@pytest.mark.parametrize(("change", "says"), [
    (agent_changed, ["BEAT position ", ": the chain was made again; the anchor of 2025-03-31T12:00:00Z has it at "]),
    (tail_cut, ["BEAT: the chain ends at position 2: what came after is cut off; the anchor of "]),
])  # fmt: skip
def test_a_chain_that_was_made_again_shows_l7(
    setting: Setting, file: Path, change: Callable[[Connection, int], None], says: list[str]
) -> None:
    """L6, L7: with its hashes made again it holds in itself, and an audit without an anchor finds nothing."""
    load(setting, {"type": "goodwill", "customer": "BEAT", "minutes": 7, "date": "2025-03-31",
                   "expires": "2025-12-31", "reason": "sorry"})  # fmt: skip
    late = file.with_name("second.anchor")
    anchored(setting, late)
    forging.forge(setting, "BEAT", change)
    assert support.audit(setting)["faults"] == []
    found = audited(setting, late)
    assert not found.ok and len(found.faults) == 1
    assert all(part in found.faults[0] for part in says)


def test_invoices_that_were_cut_off_show_l7(setting: Setting, tmp_path: Path) -> None:
    """L6, L7, M6: a series that ends before the anchor is named with its last number then."""
    product = {"type": "purchase", "customer": "BEAT", "product": "pack-12h", "price": "1000", "date": "2025-03-31"}
    before = support.contents(setting)["document"]
    load(setting, product)
    (paper,) = [row for row in support.contents(setting)["document"] if row not in before]
    anchored(setting, tmp_path / "anchor")
    forging.forge(setting, "BEAT", lambda connection, key: forging.cut(connection, key, paper["seq"] - 1))
    assert support.audit(setting)["faults"] == []
    faults = audited(setting, tmp_path / "anchor").faults
    assert [fault.partition(":")[0] for fault in faults if "table" not in fault] == ["BEAT", "series INV"]
    assert f"has {paper['code']}" in faults[1]


def test_a_customer_who_vanished_shows_l7(setting: Setting, file: Path) -> None:
    """L6, L7: with all his rows he is missed by nothing but the anchor."""

    def gone(connection: Connection, key: int) -> None:
        forging.cut(connection, key, 0)

    forging.forge(setting, "BEAT", gone)
    with setting.engine.begin() as connection:
        connection.execute(delete(schema.head).where(schema.head.c.customer_id == 2))
        connection.execute(delete(schema.customer).where(schema.customer.c.code == "BEAT"))
        forging.journal_again(connection)
    assert support.audit(setting)["faults"] == []
    assert audited(setting, file).faults[0].startswith("BEAT: the customer is gone; the anchor of 2025-03-31")


def test_a_tariff_that_was_rewritten_shows_l7(setting: Setting, file: Path) -> None:
    """L6, L7: what terms cite is in no chain, and its own digest can be made again."""
    v = schema.tariff_version
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        row = connection.execute(v.select().where(v.c.name == "qualiodoo")).mappings().one()
        text = row["text"] + "\n# nothing\n"
        digest = chain.version_digest(row["name"], row["valid_from"], text)
        connection.execute(update(v).where(v.c.id == row["id"]).values(text=text, digest=digest))
        forging.journal_again(connection)
        migrate.guard(connection)
    assert support.audit(setting)["faults"] == []
    faults = audited(setting, file).faults
    assert any(f"tariff_version {row['id']}: it is another; the anchor" in fault for fault in faults)
    assert any("table tariff_version: its " in fault for fault in faults)
    assert any("the issuer's chain journal " in fault for fault in faults)


def test_months_opened_and_closed_show_l7(setting: Setting, tmp_path: Path) -> None:
    """L6, M16: the issuer's own chain is anchored too."""
    from datetime import date

    from billing.requests.periods import CloseMonth

    support.do(setting, CloseMonth(month=date(2025, 1, 1)), "c1")
    anchored(setting, tmp_path / "anchor")
    assert audited(setting, tmp_path / "anchor").ok
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        connection.execute(delete(schema.period))
        connection.execute(update(schema.issuer).values(period_n=None, period_hash=None))
        migrate.guard(connection)
    assert support.audit(setting)["faults"] == []
    assert audited(setting, tmp_path / "anchor").faults[0].startswith("the issuer's chain period: it ends before; ")


def test_an_anchor_that_was_changed_is_refused_l7(setting: Setting, file: Path) -> None:
    """L6: each line is signed, and that there are no more of them."""
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    changed = [
        whole.replace(b'"seq":', b'"seq": ', 1), b"".join(lines[:1] + lines[2:]), b"".join(lines[:-1]), b"",
        b"".join([*lines[:-1], lines[-1].replace(b'"signature":"', b'"signature":"00')]), whole + b"\n{}\n",
        b"x" * 200_000, b"[]\n[]\n",
    ]  # fmt: skip
    for wrong in changed:
        file.write_bytes(wrong)
        with pytest.raises(BadInput, match=r"is not what was signed|is no anchor") as refused:
            audited(setting, file)
        assert refused.value.code == "bad-input"
    file.write_bytes(whole)
    assert audited(setting, file).ok


def test_an_anchor_by_another_key_is_told_l7(setting: Setting, file: Path, tmp_path: Path) -> None:
    """L6: who can change the database can sign an anchor of his own; the key tells."""
    (tmp_path / "other").mkdir()
    forged = Billing(setting).do(MakeAnchor(file=str(tmp_path / "f"), key_file=str(tmp_path / "other" / "key"))).view
    found = audited(setting, tmp_path / "f", key_file=str(tmp_path / "kept" / "key"))
    right = seen(audited(setting, file)).key
    assert (found.ok, seen(found).expected, seen(found).key) == (False, False, forged.key)
    assert found.faults == (f"the anchor is signed by the key {forged.key}, not by {right}",)
    assert seen(audited(setting, file, expected=right.upper())).expected is True
    assert not audited(setting, file, expected="00" * 32).ok


def test_the_key_is_made_once_for_its_owner_alone(setting: Setting, file: Path, tmp_path: Path) -> None:
    """L6: the key is in a file of its own, never in the database, and an anchor that is there is not replaced."""
    key = tmp_path / "kept" / "key"
    secret = key.read_text()
    assert key.stat().st_mode & 0o777 == 0o600 and file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadInput, match="is there already; name another, or replace it with --force"):
        anchored(setting, file)
    anchored(setting, file, force=True)
    assert key.read_text() == secret and sorted(path.name for path in tmp_path.glob(".*")) == []
    key.chmod(0o644)
    if os.geteuid() is not None:
        with pytest.raises(BadInput, match="others may read the key"):
            anchored(setting, file, force=True)


def test_the_commands_l7(url: str, setting: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """L7: exit 1 where an anchor does not hold; without one the audit says what it cannot know; its JSON stays."""
    monkeypatch.setenv("BILLING_DB", url)
    monkeypatch.setenv("BILLING_TODAY", "2025-03-31")
    file = str(tmp_path / "a.anchor")
    if url.startswith("postgresql"):
        status, _, err = run("anchor", "-o", file)
        assert status != 0 and "BILLING_ANCHOR_KEY" in err
        monkeypatch.setenv("BILLING_ANCHOR_KEY", str(tmp_path / "secret"))
    status, out, err = run("anchor", "-o", file)
    assert (status, "signed by the key" in out) == (0, True), err
    assert json.loads(run("anchor")[1].splitlines()[0])["anchor"] == 1
    status, out, _ = run("audit", "--anchor", file)
    assert status == 0 and "which is the one expected." in out
    status, out, _ = run("audit")
    assert status == 0 and out.count("What was cut off at an end does not show without an anchor") == 1
    assert list(json.loads(run("audit", "--json")[1])) == ["ok", "checked", "faults"]
    forging.forge(setting, "BEAT", agent_changed)
    status, out, _ = run("audit", "--anchor", file)
    assert status == 1 and "the chain was made again" in out
    shown = json.loads(run("audit", "--anchor", file, "--json")[1])
    assert (shown["ok"], len(shown["faults"]), shown["anchor"]["expected"]) == (False, 1, True)
