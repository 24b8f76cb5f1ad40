"""Sending over a real mail server on this machine: once, recorded, whole, whatever breaks in the middle (M20)."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing.requests.invoicing import AskFiles
from billing.requests.sending import AskSendings, AskUnsent
from billing.service import Billing
from tests.mail.server import CERTIFICATE, Server, serving
from tests.support import audit, change_customer, hold, load, made, opened, run
from tests.test_completion import completed

TODAY = date(2025, 4, 2)
MONTH = date(2025, 3, 1)
ADDRESS = {"street": "Rue du Port", "house_number": "7", "postcode": "1003", "city": "Lausanne"}
SPOKEN = {"ALPINA": "fr", "BERG": "de", "CIMA": "it", "DELTA": "en"}


@pytest.fixture
def url(database_url: str) -> str:
    """Four customers, each of a language, who bought something in March: documents 1 to 4."""
    return filled(database_url)


def filled(url: str) -> str:
    setting = made(url, today=TODAY, name="Démo & Fils SA", iban="CH9300762011623852957", vat_id="CHE-116.281.710",
                   address=ADDRESS)  # fmt: skip
    for code, language in SPOKEN.items():
        load(
            setting,
            {"type": "customer", "code": code, "name": f"{code} Zürich SA", "country": "CH", "language": language,
             "email": f"{code.lower()}@kunde.example", "address": ADDRESS},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "modules": ["COFI"],
             "fee": "480", "start": "2025-01-01"},
            {"type": "purchase", "customer": code, "product": "half-fare", "price": "90", "date": "2025-03-10"},
        )  # fmt: skip
    setting.engine.dispose()
    return url


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


def send(url: str, server: Server | None, *words: str, status: int = 0, **env: Any) -> dict[str, Any]:
    """What `billing send … --json` answers."""
    where: dict[str, str] = server.settings(**env) if server is not None else env
    found, out, err = run("send", *words, "--json", BILLING_DB=url, BILLING_TODAY=f"{TODAY}", **where)
    assert found == status, (found, out, err)
    answer: dict[str, Any] = json.loads(out or err)
    return answer


def states(url: str) -> dict[str, str]:
    with Billing.open(url, today=TODAY) as books:
        return {one.code: one.state for one in books.ask(AskSendings(months=(MONTH,))).papers}


def numbers(*which: int) -> list[str]:
    return [f"INV-2025-{number:05d}" for number in which]


def test_a_month_is_sent_once_m20(url: str, server: Server) -> None:
    """Each document to its customer, in its language, with its PDF and XML; run again, nothing goes out."""
    answer = send(url, server, "2025-03")
    assert [mail["state"] for mail in answer["mails"]] == ["sent"] * 4
    assert [taken.recipients for taken in server.taken] == [[f"{code.lower()}@kunde.example"] for code in SPOKEN]
    assert states(url) == dict.fromkeys(numbers(1, 2, 3, 4), "sent")
    first = server.taken[0]
    assert first.message["Subject"] == "Facture INV-2025-00001 – Démo & Fils SA"
    assert first.message["To"].addresses[0].display_name == "ALPINA Zürich SA"
    assert first.message["From"].addresses[0].addr_spec == "billing@acme.example"
    assert set(first.attached()) == {"INV-2025-00001.pdf", "INV-2025-00001.cii.xml"}
    assert first.attached()["INV-2025-00001.pdf"] == file(url, "pdf", "INV-2025-00001")
    again = send(url, server, "2025-03")
    assert (again["mails"], again["known"], len(server.taken)) == ([], 4, 4)
    assert audit(opened(url, TODAY))["ok"]


def file(url: str, format: Any, number: str) -> bytes:
    """A document's file as it was first made."""
    with Billing.open(url, today=TODAY) as books:
        (made_file,) = books.ask(AskFiles(numbers=(number,), format=format))
    return made_file.data


def test_a_mail_speaks_the_language_of_its_customer(url: str, server: Server) -> None:
    """Text and HTML say the same, in fr, de, it and en; HTML is marked with its language."""
    send(url, server, "2025-03")
    first = {"fr": "Veuillez trouver ci-joint", "de": "Anbei erhalten Sie", "it": "In allegato", "en": "Please find"}
    for taken, language in zip(server.taken, SPOKEN.values(), strict=True):
        text, html = taken.body("plain"), taken.body("html")
        assert first[language] in text and first[language] in html
        assert f'<html lang="{language}">' in html
        assert "Démo & Fils SA" in text and "Démo &amp; Fils SA" in html
        assert "CH93 0076 2011 6238 5295 7" in text
        assert "97.29" in text and "97.29" in html


def test_it_is_sent_again_only_when_asked_m20(url: str, server: Server) -> None:
    send(url, server, "INV-2025-00001")
    assert send(url, server, "INV-2025-00001")["known"] == 1
    send(url, server, "INV-2025-00001", "--again", "--id", "letter-lost")
    assert len(server.taken) == 2
    assert server.taken[0].message["Message-ID"] != server.taken[1].message["Message-ID"]
    send(url, server, "INV-2025-00001", "--again", "--id", "letter-lost")
    assert len(server.taken) == 2, "the same id twice sends nothing twice"


def test_the_return_path_and_the_message_id_name_the_mail(url: str, server: Server) -> None:
    """VERP: what cannot be delivered comes back to an address that names its document."""
    answer = send(url, server, "INV-2025-00002")
    name = answer["mails"][0]["mail"]
    assert name.startswith("inv-2025-00002.")
    assert server.taken[0].sender == f"billing+{name}@acme.example"
    assert server.taken[0].message["Message-ID"] == f"<{name}@acme.example>"
    send(url, server, "INV-2025-00001", BILLING_MAIL_RETURN="back+{mail}@bounces.example")
    assert server.taken[1].sender.startswith("back+inv-2025-00001.")
    assert server.taken[1].sender.endswith("@bounces.example")


def test_a_statement_goes_with_the_first_document_of_each_customer(url: str, server: Server) -> None:
    setting = opened(url, TODAY)
    load(setting, {"type": "purchase", "customer": "ALPINA", "product": "half-fare", "price": "50",
                   "date": "2025-03-12"})  # fmt: skip
    setting.engine.dispose()
    send(url, server, "2025-03", "--statement")
    assert [sorted(taken.attached())[-1] for taken in server.taken if "alpina" in taken.recipients[0]] == [
        "statement-ALPINA-2025-03.pdf",
        "INV-2025-00005.pdf",
    ]


def test_who_has_no_address_is_held_with_what_mends_it(url: str, server: Server) -> None:
    setting = opened(url, TODAY)
    change_customer(setting, "ALPINA", email="")
    change_customer(setting, "BERG", email="a@kunde.example, b@kunde.example")
    hold(setting, "CIMA", "disputed")
    setting.engine.dispose()
    held = {row["customer"]: (row["reason"], row["command"]) for row in send(url, server, "2025-03")["held"]}
    assert held["ALPINA"] == (
        "customer ALPINA has no e-mail address", "billing customer change ALPINA --email ADDRESS",
    )  # fmt: skip
    assert held["BERG"][0] == "'a@kunde.example, b@kunde.example' is no e-mail address, or more than one"
    assert held["CIMA"] == ("disputed", "billing customer release CIMA")
    assert [taken.recipients for taken in server.taken] == [["delta@kunde.example"]]
    with Billing.open(url, today=TODAY) as books:
        unsent = books.ask(AskUnsent(month=MONTH))
    assert [(one.code, one.command) for one in unsent.papers] == [
        (number, held[code][1]) for number, code in zip(numbers(1, 2, 3), SPOKEN, strict=False)
    ]
    setting = opened(url, TODAY)
    change_customer(setting, "ALPINA", email="alpina@kunde.example")
    setting.engine.dispose()
    assert len(send(url, server, "2025-03")["mails"]) == 1


# What goes wrong


def test_a_refused_recipient_is_told_and_tried_again_by_the_next_run(url: str, server: Server) -> None:
    server.refuses["berg@kunde.example"] = "550 5.1.1 no such user"
    answer = send(url, server, "2025-03", status=1)
    (refused,) = [mail for mail in answer["mails"] if mail["state"] == "refused"]
    assert (refused["customer"], refused["said"]) == ("BERG", "5.1.1 no such user")
    assert len(server.taken) == 3
    assert states(url)["INV-2025-00002"] == "refused"
    server.refuses.clear()
    answer = send(url, server, "2025-03")
    assert [mail["code"] for mail in answer["mails"]] == ["INV-2025-00002"]
    assert len(server.taken) == 4


def test_a_line_that_breaks_before_a_mail_is_opened_again(url: str, server: Server) -> None:
    server.break_before = 2
    assert [mail["state"] for mail in send(url, server, "2025-03")["mails"]] == ["sent"] * 4
    assert len(server.taken) == 4


def test_a_server_that_goes_away_leaves_the_rest_for_the_next_run_m20(url: str, server: Server) -> None:
    """What was sent stays recorded and is not sent again; what was not, goes with the next run."""
    server.break_before = 2
    server.before_data = lambda: setattr(server, "down", len(server.taken) >= 1)
    answer = send(url, server, "2025-03", status=1)
    assert ([mail["state"] for mail in answer["mails"]], answer["left"]) == (["sent", "sent"], 2)
    assert answer["stopped"]
    server.down, server.before_data = False, None
    answer = send(url, server, "2025-03")
    assert (len(answer["mails"]), answer["known"]) == (2, 2)
    assert [taken.recipients[0] for taken in server.taken] == [f"{code.lower()}@kunde.example" for code in SPOKEN]


def test_a_mail_of_which_nobody_knows_is_unsure_and_never_doubled_m20(url: str, server: Server) -> None:
    """The line broke after the server had the whole message, before it said so."""
    server.break_after = 0
    answer = send(url, server, "2025-03", status=1)
    assert [mail["state"] for mail in answer["mails"]] == ["unsure", "sent", "sent", "sent"]
    again = send(url, server, "2025-03")
    assert len(server.taken) == 4
    assert [(one["code"], one["state"], one["command"]) for one in again["unsure"]] == [
        ("INV-2025-00001", "unsure", "billing send INV-2025-00001 --again")
    ]
    send(url, server, "INV-2025-00001", "--again")
    assert states(url)["INV-2025-00001"] == "sent"


def test_a_run_that_is_killed_sends_nothing_twice_m20(tmp_path: Path, server: Server) -> None:
    """SIGKILL while the server holds the second mail: it is unsure; what comes after is sent by the next run."""
    url = filled(f"sqlite:///{tmp_path}/killed.db")
    words = [sys.executable, "-m", "billing", "send", "2025-03"]
    env = {**os.environ, **server.settings(), "BILLING_DB": url, "BILLING_TODAY": f"{TODAY}"}
    reached, killed = threading.Event(), threading.Event()

    def wait() -> None:
        if len(server.taken) == 1:
            reached.set()
            killed.wait(60)

    server.before_data = wait
    running = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert reached.wait(60)
    running.kill()
    running.wait(60)
    server.before_data = None
    killed.set()
    assert list(states(url).values()) == ["sent", "unsure", "unsent", "unsent"]
    assert len(send(url, server, "2025-03")["mails"]) == 2
    assert list(states(url).values()) == ["sent", "unsure", "sent", "sent"]
    gone_out = [taken.recipients[0] for taken in server.taken]
    assert len(gone_out) == len(set(gone_out))
    assert audit(opened(url, TODAY))["ok"]


def test_two_runs_at_once_send_each_document_once_m20(url: str, server: Server) -> None:
    env = {**os.environ, **server.settings(), "BILLING_DB": url, "BILLING_TODAY": f"{TODAY}"}
    words = [sys.executable, "-m", "billing", "send", "2025-03"]
    running = [subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for one in running:
        one.communicate(timeout=120)
    gone_out = sorted(taken.recipients[0] for taken in server.taken)
    assert gone_out == [f"{code.lower()}@kunde.example" for code in SPOKEN]
    assert set(states(url).values()) == {"sent"}


def test_without_a_server_nothing_is_begun(url: str) -> None:
    where: Any = Server(port=1).settings()
    answer = send(url, None, "2025-03", status=1, **where)
    assert answer["error"]["code"] == "no-mail-server"
    assert "127.0.0.1:1 cannot be reached" in answer["error"]["message"]
    assert set(states(url).values()) == {"unsent"}
    assert send(url, None, "2025-03", status=1, BILLING_SMTP_HOST="")["error"]["code"] == "no-mail-server"


def test_no_book_is_locked_while_the_server_is_spoken_to(url: str, server: Server) -> None:
    """Somebody else writes to the same customer while the server takes its time."""
    written: list[int] = []

    def write() -> None:
        setting = opened(url, TODAY)
        load(setting, {"type": "entry", "customer": "ALPINA", "minutes": 5, "date": "2025-03-11"})
        setting.engine.dispose()
        written.append(1)

    server.before_data = write
    send(url, server, "INV-2025-00001")
    assert written == [1]
    assert states(url)["INV-2025-00001"] == "sent"


# How the line is encrypted


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_line_is_encrypted_and_the_user_logs_in(tmp_path: Path, security: str) -> None:
    url = filled(f"sqlite:///{tmp_path}/b.db")
    with serving(security) as server:
        how: Any = {"BILLING_SMTP_SECURITY": security, "BILLING_SMTP_USER": "acme", "BILLING_SMTP_PASSWORD": "secret",
               "BILLING_SMTP_CA_FILE": str(CERTIFICATE)}  # fmt: skip
        send(url, server, "INV-2025-00001", **how)
        assert (server.logins, len(server.taken)) == ([("acme", "secret")], 1)
        send(url, server, "INV-2025-00003", **how | {"BILLING_SMTP_PASSWORD": "geheimnis-é"})
        assert len(server.taken) == 2, "PLAIN is of UTF-8"
        wrong = send(url, server, "INV-2025-00002", status=1, **how | {"BILLING_SMTP_PASSWORD": "guess"})
        assert "does not let acme in" in wrong["error"]["message"] and "guess" not in json.dumps(wrong)
        strange = send(url, server, "INV-2025-00002", status=1, **how | {"BILLING_SMTP_CA_FILE": ""})
        assert "certificate" in strange["error"]["message"].lower()
    assert states(url)["INV-2025-00002"] == "unsent"


def test_a_server_that_does_not_encrypt_gets_nothing_that_should_be(tmp_path: Path) -> None:
    """Never a fall back to an open line."""
    url = filled(f"sqlite:///{tmp_path}/b.db")
    with serving() as server:
        answer = send(url, server, "INV-2025-00001", status=1, BILLING_SMTP_SECURITY="starttls")
        assert "it does not encrypt (STARTTLS)" in answer["error"]["message"]
        assert server.taken == []


# In other ways


def test_a_month_that_went_by_post_is_marked_m20(url: str, server: Server) -> None:
    send(url, server, "INV-2025-00001")
    answer = send(url, None, "mark", "2025-03", "--how", "portal", "--id", "old")
    assert [(one["state"], one["status"]) for one in answer["papers"]] == [("sent", "2.0.0"), *[("sent", "portal")] * 3]
    assert send(url, None, "mark", "2025-03", "--how", "portal", "--id", "old")["papers"] == answer["papers"]
    assert send(url, server, "2025-03")["known"] == 4
    assert len(server.taken) == 1
    assert send(url, None, "mark", "INV-2025-00099", status=1)["error"]["code"] == "unknown-invoice"


def test_the_program_of_the_page_sends(url: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/sending.md: other programs send as the command line does."""
    page = (Path(__file__).parents[2] / "docs" / "sending.md").read_text()
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    for name, value in server.settings().items():
        monkeypatch.setenv(name, value)
    found: dict[str, Any] = {}
    exec(program.replace("sqlite:///billing.db", url), found)
    assert ([mail.state for mail in found["done"].mails], len(server.taken)) == (["sent"] * 4, 4)


# Names and addresses


def test_addresses_beyond_ascii(tmp_path: Path) -> None:
    """The domain as DNS has it (ß stays ß: IDNA 2008), letters before the @ by SMTPUTF8, else refused."""
    url = filled(f"sqlite:///{tmp_path}/b.db")
    setting = opened(url, TODAY)
    change_customer(setting, "ALPINA", email="rené@société.example")
    change_customer(setting, "BERG", email="post@straße.example", name='Straße "der" Nr, 1; <GmbH> & Söhne')
    setting.engine.dispose()
    with serving() as server:
        send(url, server, "INV-2025-00001", "INV-2025-00002")
        assert [taken.recipients for taken in server.taken] == [
            ["rené@xn--socit-esab.example"], ["post@xn--strae-oqa.example"],
        ]  # fmt: skip
        assert "SMTPUTF8" in server.taken[0].options and "SMTPUTF8" not in server.taken[1].options
        assert b"To: ALPINA =?utf-8?" not in server.taken[0].data
        assert "<rené@xn--socit-esab.example>".encode() in server.taken[0].data
        assert server.taken[1].message["To"].addresses[0].display_name == 'Straße "der" Nr, 1; <GmbH> & Söhne'
        assert server.taken[1].data.isascii()
    with serving(enable_SMTPUTF8=False) as server:
        answer = send(url, server, "INV-2025-00001", "--again", status=1)
        assert (answer["mails"][0]["state"], server.taken) == ("refused", [])
        assert "SMTPUTF8" in answer["mails"][0]["said"]


# Reminders and statements


def test_reminders_and_statements_are_sent_likewise_m20(url: str, server: Server) -> None:
    today = date(2025, 5, 20)
    where = {"BILLING_DB": url, "BILLING_TODAY": f"{today}", **server.settings()}
    assert run("remind", "--on", "2025-05-20", **where)[0] == 0
    for _ in range(2):
        assert run("send", "reminders", "--on", "2025-05-20", **where)[0] == 0
    assert len(server.taken) == 4
    assert list(server.taken[0].attached()) == ["reminder-ALPINA-3.pdf"]
    assert "INV-2025-00001" in server.taken[0].body("plain")
    for _ in range(2):
        assert run("send", "statements", "2025-03", "ALPINA", **where)[0] == 0
    assert len(server.taken) == 5
    assert list(server.taken[4].attached()) == ["statement-ALPINA-2025-03.pdf"]
    assert run("send", "statements", "2025-01", **where)[0] == 0
    assert len(server.taken) == 9, "all whose time moved: what the contract grants in January"


def test_the_shell_completes_commands_and_numbers(url: str, tmp_path: Path) -> None:
    """`billing send` takes a document's number where others have a command."""
    assert completed("send", "INV-2025-0000", folder=tmp_path, BILLING_DB=url) == numbers(1, 2, 3, 4)
    assert completed("send", "bou", folder=tmp_path, BILLING_DB=url) == ["bounces"]
    assert completed("send", "list", "INV-2025-00003", folder=tmp_path, BILLING_DB=url) == numbers(3)
