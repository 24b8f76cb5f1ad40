"""Papers past their ten years are number, dates, amounts and digest alone; the books stay to the cent (P2)."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from billing.errors import BadInput, Unknown
from billing.office.transaction import Setting
from billing.requests.bank import ImportBankFile
from billing.requests.invoicing import AskDocument, AskFiles
from billing.requests.privacy import AskDue, KeepErasures, PrunePapers, ReplayErasures
from billing.service import Billing
from billing.store.engine import writing
from billing.store.refusing import sqlite_file
from tests import banked
from tests.privacy import played
from tests.privacy.test_erasing import on_disk, spellings
from tests.store import histories
from tests.support import ask, audit, books, contents, do, on, opened

OVER = date(2031, 1, 1)
ON_PAPER = ("Quellwasser & Cie", "Rue Quai", "Bach AG")


@pytest.fixture
def setting(database_url: str) -> Setting:
    setting = on(played.customer(database_url), OVER)
    list(Billing(setting).ask(AskFiles(numbers=("INV-2020-00001", "INV-2020-00002"))))
    return setting


def told(setting: Setting) -> Any:
    held = books(setting)
    return [(entry.on, entry.document, [(leg.role, leg.amount) for leg in entry.legs]) for entry in held.entries]


def test_P2_recipients_go_and_amounts_stay(setting: Setting) -> None:
    before, was = told(setting), ask(setting, AskDocument(number="INV-2020-00001"))
    early = on(setting, date(2030, 12, 31))
    assert do(early, PrunePapers())["papers"] == [] and do(early, PrunePapers())["unchanged"]
    done = do(setting, PrunePapers())
    assert done["papers"] == ["INV-2020-00001", "INV-2020-00002"] and done["scrubbed"]
    for row in contents(setting)["document"]:
        kept = json.loads(row["content"])
        assert kept["recipient"]["name"] == "" and not any(one in row["content"] for one in ON_PAPER)
    assert all(row["data"] == b"" for row in contents(setting)["issued_file"])
    assert audit(setting)["faults"] == [] and told(setting) == before
    now = ask(setting, AskDocument(number="INV-2020-00001"))
    for key in ("number", "date", "due", "net", "vat", "total", "paid", "status"):
        assert now[key] == was[key], key
    assert ask(setting, AskDue())["papers"] == [] and do(setting, PrunePapers())["unchanged"]
    with pytest.raises(Unknown, match="past its ten years"):
        list(Billing(setting).ask(AskFiles(numbers=("INV-2020-00001",))))


def test_P2_a_pruned_paper_is_nowhere(setting: Setting) -> None:
    """The customers' own rows apart, which are erased by themselves."""
    do(setting, PrunePapers())
    held = [row for table, rows in contents(setting).items() if table != "customer" for row in rows]
    assert not [one for one in ON_PAPER if one in repr(held)]
    assert b"%PDF" not in on_disk(setting)


@pytest.mark.parametrize("change", ["UPDATE document SET content = replace(content, '1080.00', '1080.01')",
                                    "UPDATE issued_file SET data = 'x' WHERE customer_id = 1"])  # fmt: skip
def test_L7_what_is_left_of_a_paper_is_watched(setting: Setting, change: str) -> None:
    do(setting, PrunePapers())
    with writing(setting.engine) as connection:
        connection.execute(text(change))
    assert not audit(setting)["ok"]


def test_P2_the_day_is_not_to_come(setting: Setting) -> None:
    with pytest.raises(BadInput, match="in the future"):
        do(setting, PrunePapers(at=date(2031, 1, 2)))


def test_P2_papers_of_every_kind(database_url: str) -> None:
    """Invoices, notes that somebody asked for, quotes, reverse charge, movements of the bank: the audit holds after."""
    setting = histories.rich(database_url)
    paid = banked.FILE.replace("BANK17X", "BANK18X").replace(
        "</Ntry>", "<NtryDtls><TxDtls><RmtInf><Ustrd>from aunt Xanthippe</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
    do(setting, ImportBankFile(file="more.xml", data=paid.encode()))
    late = on(setting, date(2060, 1, 1))
    before = told(late)
    done = do(late, PrunePapers())
    assert len(done["papers"]) > 10 and done["movements"] == 1
    assert not [one for one in spellings("from aunt Xanthippe") if one in on_disk(late)]
    assert audit(late)["faults"] == [] and told(late) == before
    assert not [row for row in contents(late)["bank_movement"] if row["text"] or row["name"]]


def test_P4_pruned_papers_are_pruned_again_after_a_restore(setting: Setting, tmp_path: Path) -> None:
    file = sqlite_file(setting.engine)
    if file is None:
        pytest.skip("a copy of the file stands for the backup")
    setting.engine.dispose()
    shutil.copy(file, tmp_path / "copy.db")
    do(setting, PrunePapers())
    assert do(setting, KeepErasures(file=f"{tmp_path / 'log'}"))["added"] == 2
    before = on(opened(f"sqlite:///{tmp_path / 'copy.db'}"), date(2032, 1, 1))
    assert do(before, ReplayErasures(file=f"{tmp_path / 'log'}"))["done"] == 2
    assert audit(before)["faults"] == [] and b"%PDF" not in on_disk(before)
    assert ask(on(before, OVER), AskDue())["papers"] == []
    assert do(before, ReplayErasures(file=f"{tmp_path / 'log'}"))["known"] == 2
