"""Reminders through the office, on both databases: who is reminded of what, when, and of what never (M10, L5)."""

import io
import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest
from sqlalchemy import text

from billing.documents import reminder_pdf
from billing.errors import Already, Refusal
from billing.office.payments import reminders
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.parties import SetIssuer
from billing.requests.payments import Pay
from billing.requests.reminders import AskLetters, Remind
from billing.service import Billing
from billing.store import appending
from billing.views.reminders import Letter
from tests import support
from tests.support import change_customer, do, hold, init, load, made, run

DUE = "2025-02-09"  # of what is sold on 10 January
FIRST, SECOND, THIRD = date(2025, 2, 16), date(2025, 3, 2), date(2025, 3, 16)
ADDRESS = {"street": "Rue du Port", "house_number": "7", "postcode": "1003", "city": "Lausanne"}
Made = Callable[..., Setting]


@pytest.fixture
def books(database_url: str) -> Made:
    """An issuer in a country with customers A and B, who each bought a pack of 900.00 net on 10 January."""

    def make(country: str = "FR", language: str = "fr") -> Setting:
        iban = "FR7630006000011234567890189" if country == "FR" else "CH9300762011623852957"
        setting = made(database_url, country, iban=iban, address=ADDRESS)
        for code in "AB":
            load(setting, customer(code, country, language), *contract(code, country), sold(code, f"p{code}", country))
        return setting

    return make


def customer(code: str, country: str, language: str) -> dict[str, Any]:
    return {"type": "customer", "code": code, "name": f"Client {code} SA", "country": country, "language": language,
            "address": ADDRESS}  # fmt: skip


def contract(code: str, country: str) -> list[dict[str, Any]]:
    terms = {"tariff": "qualiodoo"} if country == "FR" else {"tariff": "q3", "tier": "premium"}
    return [{"type": "contract", "customer": code, "start": "2025-01-01", **terms}]


def sold(code: str, id: str, country: str = "FR", on: str = "2025-01-10", price: str = "900.00") -> dict[str, Any]:
    product = "pack-12h" if country == "FR" else "half-fare"
    return {"type": "purchase", "id": id, "customer": code, "product": product, "price": price, "date": on}


def paid(id: str, on: str, amount: str | None = None) -> dict[str, Any]:
    line = {"type": "payment", "id": f"y-{id}-{on}", "purchase": id, "date": on}
    return line | ({"amount": amount} if amount else {})


def remind(setting: Setting, on: date, dry_run: bool = False) -> dict[str, Any]:
    return do(setting, Remind(on=on), dry_run=dry_run)


def letters(setting: Setting, on: date) -> tuple[Letter, ...]:
    return Billing(setting).ask(AskLetters(on=on)).letters


def said(setting: Setting, on: date, dry_run: bool = False) -> list[tuple[str, int, str, str, str]]:
    """What `remind` sends: customer, step, total, interest, indemnity."""
    found = remind(setting, on, dry_run)["reminders"]
    return [(r["customer"], r["step"], r["total"], r["interest"], r["indemnity"]) for r in found]


def rows(setting: Setting) -> int:
    with setting.engine.begin() as connection:
        return int(connection.execute(text("SELECT count(*) FROM reminder")).scalar() or 0)


def test_three_steps_by_the_calendar(books: Made) -> None:
    """M10: day by day from the due date, each step once, on its day; 1080.00 at 13.15 % for 7, 21 and 35 days."""
    setting = books()
    seen = {}
    for ordinal in range(date(2025, 2, 9).toordinal(), date(2025, 5, 1).toordinal()):
        if found := said(setting, date.fromordinal(ordinal)):
            seen[date.fromordinal(ordinal)] = found[0]
    assert seen == {
        FIRST: ("A", 1, "1080.00", "2.72", "40.00"),
        SECOND: ("A", 2, "1080.00", "8.17", "40.00"),
        THIRD: ("A", 3, "1080.00", "13.62", "40.00"),
    }
    assert rows(setting) == 6
    assert support.audit(setting)["faults"] == []


def test_a_late_start_leaves_no_step_out(books: Made) -> None:
    """M10: however late, the first reminder is the first step; the rate changes with the half-year."""
    setting = books()
    # 1080.00 for 141 days at 13.15 % up to 30 June and 32 at 12.15 %
    assert said(setting, date(2025, 8, 1))[0] == ("A", 1, "1080.00", "66.37", "40.00")
    assert said(setting, date(2025, 8, 14)) == []
    assert said(setting, date(2025, 8, 15))[0][1] == 2


def test_consumers_and_swiss_issuers(books: Made) -> None:
    """M11: a consumer owes no indemnity."""
    setting = books()
    change_customer(setting, "A", consumer=True)
    assert said(setting, FIRST) == [("A", 1, "1080.00", "0.00", "0.00"), ("B", 1, "1080.00", "2.72", "40.00")]


def test_a_swiss_issuer_has_five_percent_from_the_first_reminder(books: Made) -> None:
    """M11: 972.90 at 5 % for the 14 and 28 days since the first reminder; no indemnity."""
    setting = books("CH")
    assert said(setting, FIRST)[0] == ("A", 1, "972.90", "0.00", "0.00")
    assert said(setting, SECOND)[0] == ("A", 2, "972.90", "1.87", "0.00")
    assert said(setting, THIRD)[0] == ("A", 3, "972.90", "3.73", "0.00")


def test_payments_and_their_return(books: Made) -> None:
    """M10: part payments lower what is asked for, payment ends it, a bounce counts from its own day."""
    setting = books()
    load(setting, paid("pB", "2025-02-16"))
    assert said(setting, FIRST) == [("A", 1, "1080.00", "2.72", "40.00")]
    load(setting, paid("pA", "2025-02-20", "400.00"))
    assert said(setting, SECOND) == [("A", 2, "680.00", "6.73", "40.00")]
    load(setting, paid("pA", "2025-03-10"))
    assert said(setting, THIRD) == []
    load(setting, {"type": "bounce", "payment": "y-pA-2025-03-10", "date": "2025-03-20"})
    load(setting, {"type": "bounce", "payment": "y-pB-2025-02-16", "date": "2025-03-20"})
    assert said(setting, date(2025, 3, 26)) == []
    assert [s[:3] for s in said(setting, date(2025, 3, 27))] == [("B", 1, "1080.00")]
    assert [s[:3] for s in said(setting, date(2025, 4, 3))] == [("A", 3, "680.00")]
    assert support.audit(setting)["faults"] == []


def test_money_of_the_customer_is_named(books: Made) -> None:
    """M10: who paid too much elsewhere is seen before a letter goes out; 19.40 of 1099.40 are left over."""
    setting = books()
    load(setting, sold("A", "p2"), paid("p2", "2025-01-20", "1099.40"))
    found = remind(setting, FIRST)["reminders"]
    assert [(r["customer"], r["own_money"]) for r in found] == [("A", "19.40"), ("B", "0.00")]


def test_who_owes_less_than_the_minimum_is_not_reminded(books: Made) -> None:
    """1080.00 less 1075.00 are due of A, 1080.00 of B; a letter would cost more than 5.00."""
    setting = books()
    load(setting, paid("pA", "2025-01-20", "1075.00"))
    support.do(setting, SetIssuer(reminder_minimum=Decimal("5.01")))
    found = remind(setting, FIRST)
    assert [(r["customer"]) for r in found["reminders"]] == ["B"]
    (held,) = found["held"]
    assert (held["customer"], held["reason"]) == ("A", "EUR 5.00 due is less than the minimum of 5.01")
    assert held["command"] == "billing write-off INV-2025-00001 --reason REASON"
    support.do(setting, SetIssuer(reminder_minimum=Decimal("5.00")))
    assert [r["customer"] for r in remind(setting, FIRST, dry_run=True)["reminders"]] == ["A"]


def test_who_has_paid_as_much_as_is_due_is_not_reminded(books: Made) -> None:
    """M10: 1080.00 of 2160.00 are left over: the letter would ask for money that is there; the money is used first."""
    setting = books()
    load(setting, sold("A", "p2"), paid("p2", "2025-01-20", "2160.00"))
    found = remind(setting, FIRST)
    assert [r["customer"] for r in found["reminders"]] == ["B"]
    (held,) = found["held"]
    assert held["reason"] == "EUR 1080.00 of its own money covers what is due"
    command = held["command"].split()
    assert (held["customer"], command[:2], command[3:]) == ("A", ["billing", "pay"], ["--own-money"])
    support.do(setting, Pay(invoice=command[2], on=FIRST, own_money=True))
    assert remind(setting, SECOND)["held"] == []
    assert support.audit(setting)["faults"] == []


def test_two_at_once_send_each_letter_once(books: Made) -> None:
    """L4, L5: of runs at the same moment one sends a letter, the others see that it was sent."""
    setting = books()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: remind(setting, FIRST)["reminders"], range(4)))
    assert sorted(r["customer"] for answer in found for r in answer) == ["A", "B"]
    assert rows(setting) == 2 and support.audit(setting)["ok"]


def test_a_credit_note_takes_an_invoice_out(database_url: str) -> None:
    """C4, M10: what a credit note takes is not asked for; of an invoice that it takes whole, nothing is."""
    setting = made(database_url)
    load(
        setting,
        customer("A", "CH", "de"),
        *contract("A", "CH"),
        *({"type": "entry", "id": f"e{n}", "customer": "A", "case": f"c{n}", "date": "2025-01-05", "minutes": 60}
          for n in (1, 2)),
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"},
    )  # fmt: skip
    assert said(setting, date(2025, 3, 9), dry_run=True)[0][2] == "378.35"  # 2 h at 175.00 and 8.1 %
    for n, left in ((1, [("A", 1, "189.17", "0.00", "0.00")]), (2, [])):
        load(
            setting,
            {"type": "void", "entry": f"e{n}", "date": f"2025-02-0{n}", "reason": "twice"},
            {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
        )
        assert said(setting, date(2025, 3, 9), dry_run=True) == left


def test_twice_is_once_and_a_dry_run_is_nothing(books: Made) -> None:
    """L5: the same day again sends nothing and says so; a dry run leaves no trace, and shows the same."""
    setting = books()
    shown = remind(setting, FIRST, dry_run=True)
    assert rows(setting) == 0 and {r["reminder"] for r in shown["reminders"]} == {None}
    first = remind(setting, FIRST)
    assert [r | {"reminder": None} for r in first["reminders"]] == shown["reminders"] and first["sent"] == []
    again = remind(setting, FIRST)
    assert again["reminders"] == [] and again["sent"] == first["reminders"]
    assert rows(setting) == 2


def test_a_run_that_is_killed_goes_on(books: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """L5: killed between two customers, the next run sends what is missing and nothing twice."""
    setting = books()
    monkeypatch.setattr(reminders, "AT_ONCE", 1)
    append, calls = appending.Appender.append, []

    def dies(self: Any, head: Any, *args: Any, **more: Any) -> None:
        calls.append(head.code)
        if head.code == "B" and len(calls) == 2:
            raise RuntimeError("the machine stops")
        append(self, head, *args, **more)

    monkeypatch.setattr(appending.Appender, "append", dies)
    with pytest.raises(RuntimeError):
        remind(setting, FIRST)
    assert rows(setting) == 1
    after = remind(setting, FIRST)
    assert [r["customer"] for r in after["reminders"]] == ["B"] and [r["customer"] for r in after["sent"]] == ["A"]
    assert rows(setting) == 2 and support.audit(setting)["ok"]


def test_who_is_held_and_what_is_out_of_order(books: Made) -> None:
    """M7: a held customer is named with the reason and the command; M10: no day before the last reminder."""
    setting = books()
    hold(setting, "B", "disputes it")
    found = remind(setting, FIRST)
    assert found["held"] == [{"customer": "B", "reason": "disputes it", "command": "billing customer release B"}]
    with pytest.raises(Refusal) as refused:
        remind(setting, date(2025, 2, 15))
    assert refused.value.code == "out-of-order" and "--on 2025-02-16" in refused.value.message
    with look(setting) as tx:
        assert reminders.preview(tx, date(2025, 2, 15)) == ()
        assert [r.step for r in reminders.preview(tx, SECOND)] == [2]
    assert rows(setting) == 1


def test_one_letter_names_all_invoices_at_the_highest_step(books: Made) -> None:
    """M10: each invoice goes through its own steps; the letter is of the highest among those that are due."""
    setting = books()
    said(setting, FIRST)
    load(setting, sold("A", "p2", on="2025-01-20", price="100.00"), sold("A", "p3", on="2025-01-28"))
    (first, _) = remind(setting, SECOND)["reminders"]
    assert (first["customer"], first["step"], first["total"], first["indemnity"]) == ("A", 2, "1200.00", "80.00")
    assert [(row["number"], row["step"], row["open"]) for row in first["invoices"]] == [
        ("INV-2025-00001", 2, "1080.00"),
        ("INV-2025-00003", 1, "120.00"),
    ]  # the third is due on 27 February: three days late
    assert support.receivables(setting, SECOND)["rows"][0]["reminder"] == {"step": 2, "on": "2025-03-02"}
    assert support.receivables(setting, date(2025, 3, 1))["rows"][0]["reminder"] == {"step": 1, "on": "2025-02-16"}
    assert {row["invoice"]: row["reminder"] for row in support.receivables(setting, SECOND)["rows"]}[
        "INV-2025-00004"
    ] is None


def test_reminders_book_nothing(books: Made) -> None:
    """M10: interest and indemnity are told; what is open stays what it was."""
    setting = books()
    before = support.receivables(setting, date(2025, 4, 1))
    for on in (FIRST, SECOND, THIRD):
        said(setting, on)
    after = support.receivables(setting, date(2025, 4, 1))
    assert after["totals"] == before["totals"]
    assert [row | {"reminder": None} for row in after["rows"]] == before["rows"]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE reminder SET open = open + 1 WHERE step = 2", "was open, it was 1080.00"),
        ("UPDATE reminder SET step = 3 WHERE step = 2", "is step 3 after 1"),
        ("UPDATE reminder SET \"on\" = '2025-02-09' WHERE step = 1", "when it was not late"),
        ("UPDATE reminder SET \"on\" = '2025-02-16' WHERE step = 2", "the one before it of 2025-02-16"),
        ("UPDATE reminder SET interest = 0 WHERE step = 2", "the rows are not those that were recorded"),
        ("UPDATE personal SET value = '{}' WHERE field = 'letter'", "the letter is not what was recorded"),
        ("UPDATE reminder SET invoice = 'INV-1999-00001' WHERE step = 1", "INV-1999-00001"),
    ],
)
def test_the_audit_sees_what_was_changed(tmp_path: Path, statement: str, fault: str) -> None:
    """L7: amounts, steps and days of reminders are decided again, letters have their digests."""
    setting = made(f"sqlite:///{tmp_path}/b.db", "FR")
    load(setting, customer("A", "FR", "fr"), *contract("A", "FR"), sold("A", "p"))
    for on in (FIRST, SECOND):
        said(setting, on)
    assert support.audit(setting)["ok"]
    with sqlite3.connect(tmp_path / "b.db") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute(statement)
    assert any(fault in found for found in support.audit(setting)["faults"])


# What customers get

TITLES = {
    "fr": ("Rappel de paiement", "Deuxième rappel", "Dernier rappel et mise en demeure"),
    "de": ("Zahlungserinnerung", "Zweite Mahnung", "Letzte Mahnung"),
    "it": ("Promemoria di pagamento", "Secondo sollecito", "Ultimo sollecito e messa in mora"),
    "en": ("Payment reminder", "Second reminder", "Final reminder and formal notice"),
}
IN_LAW = {
    "FR": {
        "fr": "du code de commerce",
        "de": "Handelsgesetzbuchs",
        "it": "codice di commercio",
        "en": "Commercial Code",
    },
    "CH": {"fr": "art. 104 CO", "de": "Art. 104 OR", "it": "art. 104 CO", "en": "art. 104 of the Swiss Code"},
}
SHOWN = {  # the third step's interest: total, interest
    ("FR", "fr"): ("1 080,00 €", "13,62 €"), ("FR", "de"): ("1.080,00 €", "13,62 €"),
    ("FR", "it"): ("1.080,00 €", "13,62 €"), ("FR", "en"): ("€1,080.00", "€13.62"),
    ("CH", "fr"): ("CHF 972.90", "CHF 3.73"), ("CH", "de"): ("CHF 972.90", "CHF 3.73"),
    ("CH", "it"): ("CHF 972.90", "CHF 3.73"), ("CH", "en"): ("CHF 972.90", "CHF 3.73"),
}  # fmt: skip


def page_text(pdf: bytes) -> str:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).replace("\u202f", " ").replace("\u00a0", " ").split())


@pytest.mark.parametrize("country", ["FR", "CH"])
@pytest.mark.parametrize("language", list(TITLES))
def test_letters_in_four_languages(tmp_path: Path, country: str, language: str) -> None:
    """M10, B3: title, amounts and law of each step on paper, by the invoice's own payment reference."""
    iban = "FR7630006000011234567890189" if country == "FR" else "CH9300762011623852957"
    setting = made(f"sqlite:///{tmp_path}/b.db", country, iban=iban, address=ADDRESS)
    load(setting, customer("A", country, language), *contract("A", country), sold("A", "p", country))
    total, interest = SHOWN[country, language]
    for on, title in zip((FIRST, SECOND, THIRD), TITLES[language], strict=True):
        said(setting, on)
        (letter,) = letters(setting, on)
        written = page_text(reminder_pdf.render(letter))
        assert title in written and total in written and "INV-2025-00001" in written
        assert "Client A SA" in written and f"A-{letter.position}" in written
        assert (IN_LAW[country][language] in written) == (country == "FR" or on != FIRST)
        assert ("40,00 €" in written or "€40.00" in written) == (country == "FR")
        assert ("D441-5" in written) == (country == "FR")
        assert letter.payment is not None and letter.payment.kind == ("epc" if country == "FR" else "qr-bill")
        if country == "CH":
            assert "RF81 INV2 0250 0001" in written
    assert interest in written


def test_a_letter_is_made_again_byte_for_byte(books: Made) -> None:
    """M8: from what was kept, whatever changed since: name, address, language, payments."""
    setting = books()
    said(setting, FIRST)
    before = [reminder_pdf.render(letter) for letter in letters(setting, FIRST)]
    change_customer(setting, "A", name="Other SA", language="de", address={"city": "Genève"})
    init(setting, name="Renamed SARL", iban="CH9300762011623852957")
    load(setting, paid("pA", "2025-02-17"))
    assert [reminder_pdf.render(letter) for letter in letters(setting, FIRST)] == before
    assert len(before) == 2 and before[0] != before[1]


def test_several_invoices_are_paid_to_the_account_in_words(books: Made) -> None:
    """M10: one code pays one invoice; a letter about two gives the IBAN, and asks for what is open on both."""
    setting = books()
    load(setting, sold("A", "p2", on="2025-01-10", price="100.00"))
    said(setting, FIRST)
    letter = letters(setting, FIRST)[0]
    written = page_text(reminder_pdf.render(letter))
    assert letter.payment is None and "IBAN FR76 3000 6000 0112 3456 7890 189" in written
    assert "1 200,00 €" in written and "80,00 €" in written


def test_a_long_letter_goes_on_over_pages(books: Made) -> None:
    setting = books()
    load(setting, *(sold("A", f"q{n}") for n in range(60)))
    said(setting, FIRST)
    pages = pypdf.PdfReader(io.BytesIO(reminder_pdf.render(letters(setting, FIRST)[0]))).pages
    assert len(pages) >= 3 and "61" in str(len(letters(setting, FIRST)[0].invoices))


# The command


def test_the_command_writes_each_letter_once(books: Made, tmp_path: Path) -> None:
    """L5: PDFs are written again byte for byte; JSON says where; a dry run writes none."""
    setting = books()
    db = {"BILLING_DB": setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": "2025-06-01"}
    args = ("remind", "--on", "2025-02-16", "--yes", "--out", str(tmp_path / "out"), "--json")
    dry = json.loads(run(*args, "--dry-run", **db)[1])
    assert [r["pdf"] for r in dry["reminders"]] == [None, None] and not (tmp_path / "out").exists()
    first = json.loads(run(*args, **db)[1])
    files = {name: Path(name).read_bytes() for name in (r["pdf"] for r in first["reminders"])}
    assert {Path(name).name for name in files} == {f"reminder-{r['reminder']}.pdf" for r in first["reminders"]}
    Path(next(iter(files))).unlink()
    again = json.loads(run(*args, **db)[1])
    assert [r["pdf"] for r in again["sent"]] == list(files) and again["reminders"] == []
    assert {name: Path(name).read_bytes() for name in files} == files


def test_the_command_refuses_politely(books: Made, tmp_path: Path) -> None:
    setting = books()
    db = {"BILLING_DB": setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": "2025-06-01"}
    status, out, err = run("remind", "--on", "soon", "--json", **db)
    assert (status, out) == (1, "") and json.loads(err)["error"]["code"] == "bad-date"
    (tmp_path / "file").write_text("x")
    status, out, err = run("remind", "--out", str(tmp_path / "file"), "--json", **db)
    assert (status, out) == (1, "") and json.loads(err)["error"]["code"] == "bad-input" and rows(setting) == 0
    run("remind", "--on", "2025-02-16", "--yes", **db)
    status, out, err = run("remind", "--on", "2025-02-15", "--json", **db)
    assert (status, out) == (1, "") and json.loads(err)["error"]["code"] == "out-of-order"


def test_an_id_stands_for_the_day_that_was_reminded(books: Made) -> None:
    """L5: the same id with the same day sends nothing more; with another it is refused."""
    setting = books()
    first = do(setting, Remind(on=FIRST), "feb")
    assert len(first["reminders"]) == 2
    again = do(setting, Remind(on=FIRST), "feb")
    assert (again["reminders"], len(again["sent"]), again["unchanged"]) == ([], 2, True)
    with pytest.raises(Already):
        do(setting, Remind(on=SECOND), "feb")
    assert support.audit(setting)["ok"]


def test_an_id_without_a_day_is_that_run_on_any_day(books: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """L5: delivered again a month later it sends nothing more; what a kill left out is of the day of the first letter.

    It sent the second reminders, under an id that stood for the first.
    """
    setting = books()
    monkeypatch.setattr(reminders, "AT_ONCE", 1)
    hold(setting, "B", "asks for a copy")
    assert len(do(support.on(setting, FIRST), Remind(), "feb")["reminders"]) == 1
    hold(setting, "B", None)
    again = do(support.on(setting, FIRST.replace(day=27)), Remind(), "feb")
    assert (again["on"], [r["customer"] for r in again["reminders"]]) == ("2025-02-16", ["B"])
    do(support.on(setting, SECOND), Remind(), "march")
    before = support.contents(setting)
    late = do(support.on(setting, THIRD), Remind(), "feb")
    assert (late["reminders"], len(late["sent"]), late["unchanged"]) == ([], 2, True)
    assert support.contents(setting) == before


def test_an_id_whose_letter_names_several_invoices_is_known_again(books: Made) -> None:
    """L5: the day of the letter was looked for in one row of it, and found in several: a fault of the program."""
    setting = books()
    load(setting, sold("A", "second"))
    first = do(support.on(setting, FIRST), Remind(), "feb")
    again = do(support.on(setting, SECOND), Remind(), "feb")
    assert (again["on"], again["reminders"], again["unchanged"]) == (first["on"], [], True)
