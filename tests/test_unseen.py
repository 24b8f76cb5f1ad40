"""Signs that nobody sees: refused in names and references by the requests, never sent raw to who reads.

A note with an escape sequence cleared the reader's terminal; a name with U+202E was read backwards on an invoice.
"""

import json
from collections.abc import Callable
from datetime import date
from email.header import Header
from pathlib import Path
from typing import Any

import pytest

from billing import requests
from billing.core import signs
from billing.errors import BadInput
from billing.mail import reading
from tests.core.test_signs import UNSEEN
from tests.http.visiting import Visitor, client_of
from tests.mail import letters
from tests.neighbours import neighbours
from tests.support import load, run

WRITTEN = [sign for sign in UNSEEN if not "\ud800" <= sign <= "\udfff"]
NOTE = "".join(f"{n}{sign}" for n, sign in enumerate(WRITTEN)) + "\tso\nend"
NAMED: dict[str, Callable[[str], Any]] = {
    "a customer": lambda text: requests.AddCustomer(code="A", name=text, country="FR"),
    "a street": lambda text: requests.AddCustomer(code="A", name="A", country="FR", street=text),
    "what a customer becomes": lambda text: requests.ChangeCustomer(customer="A", city=text),
    "an issuer": lambda text: requests.SetIssuer(name=text, country="FR"),
    "a case": lambda text: requests.Log(customer="A", seconds=60, case=text),
    "a contact": lambda text: requests.Log(customer="A", seconds=60, contact=text),
    "an agent": lambda text: requests.AddAgent(code="ana", name=text),
    "a title": lambda text: requests.AddQuote(customer="A", title=text),
    "a reason": lambda text: requests.Void(entry="1", reason=text),
    "an order": lambda text: requests.Sell(customer="A", product="pack", order=text),
    "a bank's file": lambda text: requests.ImportBankFile(file=text, data=b""),
}


DRAWN = {"a customer", "a street", "what a customer becomes", "an issuer", "a title", "an order"}
PAIRS = [(what, sign) for what in NAMED for sign in UNSEEN if what not in DRAWN or sign not in signs.PARTING]


@pytest.mark.parametrize(("what", "sign"), PAIRS, ids=lambda value: value if len(value) > 1 else signs.named(value))
def test_a_name_or_a_reference_with_a_hidden_sign_is_refused(what: str, sign: str) -> None:
    """But for what only parts a word, in what paper draws: it is left out there."""
    with pytest.raises(BadInput) as refused:
        NAMED[what](f"Alp{sign}ina")
    assert refused.value.code == "bad-input"


def test_a_refusal_names_the_sign() -> None:
    with pytest.raises(BadInput, match=r"name 'A\\u202e' holds what nobody sees: U\+202E; type it rather than"):
        requests.AddCustomer(code="A", name="A\u202e", country="FR")


@pytest.fixture
def env(database_url: str) -> dict[str, str]:
    env = {"BILLING_DB": database_url, "BILLING_TODAY": "2025-03-31", "BILLING_AGENT": "ana"}
    assert run("init", "--name", "Demo SA", "--country", "CH", **env)[0] == 0
    assert run("customer", "add", "A", "--name", "A", "--country", "CH", **env)[0] == 0
    assert run("contract", "sign", "A", "--tariff", "q3", "--tier", "standard", **env)[0] == 0
    assert run("case", "open", "A", "T-1", "--note", NOTE, **env)[0] == 0
    assert run("log", "A", "5", "--case", "T-1", "--note", NOTE, **env)[0] == 0
    assert run("quote", "add", "A", "--title", "Work", "--amount", "100", **env)[0] == 0
    assert run("quote", "send", "Q-2025-00001", **env)[0] == 0
    assert run("quote", "refuse", "Q-2025-00001", "--reason", NOTE, **env)[0] == 0
    return env


def test_what_was_pasted_reaches_no_terminal_raw(env: dict[str, str]) -> None:
    """Notes keep what was pasted; whatever prints one writes out what nobody sees, in JSON as an escape."""
    asked = [
        ("case", "show", "T-1"), ("case", "list"), ("queue",), ("day",), ("why", "T-1"), ("balance", "A"),
        ("quote", "show", "Q-2025-00001"), ("quote", "list"), ("report", "open"), ("customer", "show", "A"),
        ("statement", "A", "--from", "2025-03-01", "--to", "2025-03-31"), ("audit",), ("case", "show", "T-1", "--page"),
    ]  # fmt: skip
    seen = 0
    for command in asked:
        for form in ((), ("--json",)):
            _, out, err = run(*command, *form, **env)
            assert [signs.named(sign) for sign in signs.hidden(out + err) if sign not in "\n\t"] == [], command
            seen += "<U+202E>" in out or "\\u202e" in out
    assert seen >= 4
    found = json.loads(run("case", "show", "T-1", "--json", **env)[1])
    assert found["events"][0]["note"] == NOTE


def test_an_error_quotes_what_it_was_given_in_signs_that_are_seen(env: dict[str, str], tmp_path: Path) -> None:
    odd = tmp_path / "a\x1b[2J\u202e.jsonl"
    odd.write_text('{"type": "entry", "customer": "\\u001b[31m", "minutes": 5}\n{')
    for command in (
        ("balance", "\x1b[31mA"), ("balance", "A\u202e"), ("--\x1b[2J", "A"), ("--\x1b[2J=A", "A"), ("\x1b[2J",),
        ("load", str(odd)), ("log", "A", "\x1b[2J"), ("pay", "I\u2028NV"), ("case", "show", "T\u200b-1"),
        ("log", "A", "5", "--on", "\x9b2J"), ("payments", "import", str(odd)),
    ):  # fmt: skip
        status, out, err = run(*command, **env)
        assert status and err, command
        assert [signs.named(sign) for sign in signs.hidden(out + err) if sign not in "\n\t"] == [], command


def test_a_page_writes_out_what_nobody_sees(tmp_path: Path) -> None:
    setting = neighbours(f"sqlite:///{tmp_path}/b.db")
    load(setting, {"type": "agent", "code": "ana"})
    assert run("case", "note", "T-A", "--note", f"<b>{NOTE}", "--agent", "ana",
               BILLING_DB=f"sqlite:///{tmp_path}/b.db", BILLING_TODAY=date.today().isoformat())[0] == 0  # fmt: skip
    with client_of(setting) as client:
        visitor = Visitor(setting, client)
        page = visitor.comes(agent="ana", role="agent").get("/desk/case/T-A")
        assert "&lt;b&gt;" in page and "&lt;U+202E&gt;" in page
        assert [sign for sign in signs.hidden(page) if sign not in "\n\t\r"] == []


def test_names_in_a_mail_are_read_without_what_nobody_sees() -> None:
    """What a mail says of its sender and its files cannot be refused: it is on one line, blanks for what is hidden."""
    subject, name = (
        Header(text, "utf-8").encode() for text in ("Re: T-1\u202e gpj\u034f", "An\u202ena\u3164 \u034fAst")
    )
    found = reading.read(letters.plain("Bonjour", Subject=subject, From=f"{name} <anna@alpina.example>"))
    assert (found.subject, found.name, found.sender) == ("Re: T-1 gpj", "An na Ast", "anna@alpina.example")
