"""What an echo says is left is what is left today, for whom and for what the entry was (B1, C1, L5)."""

import base64
import json
import os
import pty
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from billing.office.transaction import Setting
from billing.requests.edits import Edit
from billing.requests.entries import Log
from tests.support import balance, do, load, log, made, on, run, undo, void

TODAY = date(2026, 3, 10)
LINES: list[dict[str, Any]] = [
    {"type": "customer", "code": "ANNA", "name": "Anna & Cie", "country": "CH", "language": "fr"},
    {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "premium", "modules": ["COFI"], "fee": "480",
     "start": "2025-01-01"},
    {"type": "renewal", "customer": "ANNA", "date": "2026-01-01"},
    {"type": "purchase", "customer": "ANNA", "product": "support-plus", "contacts": ["Marie Duc"],
     "date": "2026-02-01"},
    {"type": "customer", "code": "BEAT", "name": "Beat AG", "country": "CH", "language": "de"},
    {"type": "contract", "customer": "BEAT", "tariff": "moveon", "start": "2026-01-01"},
]  # fmt: skip


@pytest.fixture
def setting(database_url: str) -> Setting:
    found = made(database_url, "CH", today=TODAY)
    load(found, *LINES)
    return found


def test_a_late_entry_says_what_is_left_today_b1(setting: Setting) -> None:
    """B1: `--on` a day of the last year printed the remainder of that year's allowance as if it could be used."""
    found = log(setting, "e1", customer="ANNA", seconds=600, on=date(2025, 12, 30))
    assert found["drawn"] == [
        {"grant": "ANNA-G1", "minutes": 10, "kind": "allowance", "label": "Allowance", "until": "2025-12-31"}
    ]
    assert found["balance"]["usable"] == {"minutes": 25, "category": "support", "contact": None}
    assert (found["balance"]["at"], found["balance"]["minutes"]) == ("2026-03-10", 145)
    later = on(setting, TODAY + timedelta(days=300))
    again = log(later, "e1", customer="ANNA", seconds=600, on=date(2025, 12, 30))
    assert again["unchanged"] and again["drawn"] == found["drawn"]
    assert (again["balance"]["at"], again["balance"]["usable"]["minutes"]) == ("2027-01-04", 0)
    assert again["balance"]["contract"] == {"until": "2026-12-31", "active": False}
    setting.engine.dispose()


def test_what_is_left_is_for_the_contact_and_the_category_b1(setting: Setting) -> None:
    """B1, G3, R2: Support+ is its contact's; a category that is charged as another is left of that one."""
    marie = log(setting, customer="ANNA", seconds=300, contact="Marie Duc", category="training")
    assert marie["balance"]["usable"] == {"minutes": 115, "category": "training", "contact": "Marie Duc"}
    luc = log(setting, customer="ANNA", seconds=300, contact="Luc Rey", category="training")
    assert luc["balance"]["usable"] == {"minutes": 0, "category": "training", "contact": "Luc Rey"}
    first = log(setting, customer="ANNA", seconds=300, category="first-install")
    assert first["free"] == "first" and first["balance"]["usable"]["category"] == "support"
    free = log(setting, customer="BEAT", seconds=300)
    assert "usable" not in free["balance"] and free["balance"]["included"]
    assert balance(setting, "ANNA", language="en")["minutes"] == luc["balance"]["minutes"] == 140
    setting.engine.dispose()


def test_corrections_say_what_is_left_today_too_c1(setting: Setting) -> None:
    """B1, C1: a void dated back, an undo and an edit answer today's balance."""
    log(setting, "e1", customer="ANNA", seconds=600, on=date(2026, 2, 10), agent="ana")
    edited = do(setting, Edit(entry="e1", seconds=900))
    assert (edited["balance"]["at"], edited["balance"]["usable"]["minutes"]) == ("2026-03-10", 10)
    voided = void(setting, "e1#2", "slip", date(2026, 2, 12))
    assert (voided["balance"]["at"], voided["balance"]["usable"]["minutes"]) == ("2026-03-10", 25)
    log(setting, customer="ANNA", seconds=600, on=date(2026, 2, 10), agent="ana")
    assert undo(setting, "ana")["balance"]["usable"]["minutes"] == 25
    setting.engine.dispose()


def test_a_reply_is_of_the_moment_after_the_entry_b1(setting: Setting) -> None:
    """B1: `reply` is no part of what the id stands for; a dry run tells what would be left."""
    asked = Log(customer="ANNA", seconds=600, reply=True)
    would = do(setting, asked, "e1", dry_run=True)
    assert "2 h 15" in would["balance"]["text"].replace("\u00a0", " ")
    found = do(setting, asked, "e1")
    assert "2 h 15" in found["balance"]["text"].replace("\u00a0", " ")
    assert found["balance"]["html"].startswith('<p lang="fr">') and found["balance"]["markdown"]
    assert do(setting, Log(customer="ANNA", seconds=600), "e1")["unchanged"]
    setting.engine.dispose()


def cli(setting: Setting, *words: str, **env: str) -> tuple[int, str, str]:
    url = setting.engine.url.render_as_string(hide_password=False)
    return run(*words, BILLING_DB=url, BILLING_TODAY=TODAY.isoformat(), BILLING_AGENT="", **env)


def test_echo_and_sentence_on_the_terminal_b1(setting: Setting) -> None:
    """B1: one line says what was charged and what is left; the customer's sentence below, in his language."""
    status, out, _ = cli(setting, "log", "ANNA", "30", "--on", "2026-02-10", "--reply")
    first, charged, blank, sentence = out.rstrip("\n").split("\n")[:4]
    assert status == 0 and first.startswith("ANNA-") and blank == ""
    assert charged.replace("\u00a0", " ") == (
        "30 min → 30 min, 25 min from Allowance until 31 Dec 2026, 5 min to invoice at CHF 175.00/h: CHF 14.58,"
        " today: 0 min left for support"
    )
    assert sentence.replace("\u00a0", " ").startswith(
        "Anna & Cie : au 10 mars 2026, il vous reste 2 h d’assistance prépayée"
    )
    dry = cli(setting, "log", "ANNA", "5", "--reply", "--dry-run")[1]
    assert "Anna & Cie" in dry and "réf." not in dry
    assert cli(setting, "case", "open", "BEAT", "K-1")[0] == 0
    out = cli(setting, "case", "resolve", "K-1", "--reply")[1]
    assert "\n\nBeat AG: Der Support ist bis zum 31. Dezember 2026 in Ihrem Vertrag inbegriffen." in out
    found = json.loads(cli(setting, "case", "reply", "K-1", "--reply", "--json")[1])
    assert found["case"] == "K-1" and found["balance"]["text"].startswith("Beat AG: Der Support ist")
    setting.engine.dispose()


def test_the_sentence_is_put_on_the_terminals_clipboard(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--copy` writes OSC 52 to the terminal; without one it says so, and the answer stands."""
    master, slave = pty.openpty()
    monkeypatch.setattr(os, "ctermid", lambda: os.ttyname(slave))
    status, out, err = cli(setting, "balance", "BEAT", "--copy")
    signs = os.read(master, 4096).decode()
    assert (status, err) == (0, "") and signs.startswith("\x1b]52;c;") and signs.endswith("\x07")
    assert base64.b64decode(signs[7:-1]).decode() == out.rstrip("\n")
    monkeypatch.setattr(os, "ctermid", lambda: str(Path("/") / "nowhere" / "tty"))
    status, out, err = cli(setting, "log", "ANNA", "5", "--copy")
    assert status == 0 and "Anna & Cie" in out and "was not copied" in err
    for end in (master, slave):
        os.close(end)
    setting.engine.dispose()
