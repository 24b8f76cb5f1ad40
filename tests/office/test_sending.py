"""The steps of a mail at the door: begun once, ended once, whatever is asked twice; and what does not hold (M20)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from billing.errors import Already, BadInput, Refusal, Unknown
from billing.office.transaction import Setting
from billing.requests.sending import (
    AskOutbox,
    AskSendings,
    AskUnsent,
    BeginMail,
    EndMail,
    HandOverPaper,
    KeepDraft,
    RecordReturn,
)
from billing.store import migrate
from tests.support import ask, audit, contents, do, load, made, run

TODAY = date(2025, 4, 2)
INVOICE = "INV-2025-00001"


@pytest.fixture
def setting(database_url: str) -> Setting:
    """ALPINA and BERG, each with a document of March; ALPINA has an address."""
    found = made(database_url, today=TODAY)
    for code, more in (("ALPINA", {"email": "alpina@kunde.example"}), ("BERG", {})):
        load(
            found,
            {"type": "customer", "code": code, "name": code, "country": "CH", **more},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
            {"type": "purchase", "customer": code, "product": "half-fare", "price": "90", "date": "2025-03-10"},
        )
    return found


def begin(setting: Setting, key: str | None = None, **other: Any) -> dict[str, Any]:
    request = {"code": INVOICE, "customer": "ALPINA", "to": "alpina@kunde.example", **other}
    return do(setting, BeginMail(**request), key)


def state(setting: Setting, number: str = INVOICE) -> str:
    found: str = ask(setting, AskSendings(numbers=(number,)))["papers"][0]["state"]
    return found


def test_a_mail_is_begun_once_and_ended_once_m20(setting: Setting) -> None:
    begun = begin(setting)
    assert (begun["state"], state(setting)) == ("unsure", "unsure")
    assert begin(setting) == {"mail": None, "code": INVOICE, "state": "unsure", "unchanged": True}
    ended = EndMail(mail=begun["mail"], taken=True, status="2.0.0", said="queued")
    assert do(setting, ended)["state"] == "sent"
    rows = contents(setting)
    assert do(setting, ended) | {"unchanged": True} == do(setting, EndMail(mail=begun["mail"], taken=False))
    assert contents(setting) == rows, "what a server said first is what it said"
    (one,) = ask(setting, AskSendings(numbers=(INVOICE,)))["papers"]
    assert (one["to"], one["date"], one["at"], one["status"], one["said"]) == (
        "alpina@kunde.example", "2025-04-02", "2025-04-02T12:00:00+00:00", "2.0.0", "queued",
    )  # fmt: skip
    assert audit(setting)["ok"]


def test_an_id_sends_again_once_l5(setting: Setting) -> None:
    do(setting, KeepDraft(code=INVOICE, customer="ALPINA", to="alpina@kunde.example"))
    first = begin(setting, "again-1", again=True)
    assert first["mail"]
    assert begin(setting, "again-1", again=True)["mail"] is None
    assert begin(setting, "again-1", again=True, to="other@kunde.example")["mail"] is None, "an address is no content"
    assert begin(setting, "again-2", again=True)["mail"] not in (None, first["mail"])
    with pytest.raises(Already):
        begin(setting, "again-1", again=True, customer="BERG", code="INV-2025-00002")


def test_a_paper_of_somebody_else_is_refused(setting: Setting) -> None:
    for paper, code in (("document", "INV-2025-00002"), ("reminder", "ALPINA-2"), ("reminder", "BERG-3"),
                        ("statement", "BERG/2025-03")):  # fmt: skip
        with pytest.raises(BadInput, match="no paper of ALPINA"):
            begin(setting, paper=paper, code=code)
    with pytest.raises(BadInput, match="is no statement"):
        begin(setting, paper="statement", code="ALPINA/2025-13")
    with pytest.raises(Unknown):
        begin(setting, code="INV-2025-00099")
    for refused in (lambda: EndMail(mail="nobody.00000000", taken=True), lambda: RecordReturn(document=INVOICE),
                    lambda: RecordReturn(), lambda: RecordReturn(mail="a.00000000", document=INVOICE)):  # fmt: skip
        with pytest.raises(Refusal):
            do(setting, refused())
    assert state(setting) == "unsent"


def test_what_of_a_month_is_not_sent_and_what_sees_to_it_m20(setting: Setting) -> None:
    def unsent() -> list[tuple[str, str, str]]:
        found = ask(setting, AskUnsent(month=date(2025, 3, 1)))["papers"]
        return [(one["code"], one["state"], one["command"]) for one in found]

    berg = ("INV-2025-00002", "unsent", "billing customer change BERG --email ADDRESS")
    assert unsent() == [(INVOICE, "unsent", f"billing send {INVOICE}"), berg]
    mail = begin(setting)["mail"]
    assert unsent() == [(INVOICE, "unsure", f"billing send {INVOICE} --again"), berg]
    do(setting, EndMail(mail=mail, taken=False, status="4.2.0", said="try later"))
    assert unsent() == [(INVOICE, "refused", f"billing send {INVOICE}"), berg]
    mail = begin(setting)["mail"]
    do(setting, EndMail(mail=mail, taken=True))
    assert unsent() == [berg]
    do(setting, RecordReturn(mail=mail, status="5.1.1", said="no such user"))
    assert unsent() == [(INVOICE, "bounced", "billing customer change ALPINA --email ADDRESS"), berg]
    do(setting, HandOverPaper(number=INVOICE))
    do(setting, HandOverPaper(number="INV-2025-00002", how="portal"))
    assert unsent() == []
    assert ask(setting, AskUnsent(month=date(2025, 4, 1)))["papers"] == []


def test_a_month_is_what_its_runs_issued_and_what_was_sold_in_it(setting: Setting) -> None:
    """The run of March is issued in April; what was sold in April is of April."""
    load(
        setting,
        {"type": "entry", "customer": "ALPINA", "minutes": 30, "date": "2025-03-12"},
        {"type": "invoice-run", "month": "2025-03", "date": "2025-04-01"},
        {"type": "purchase", "customer": "ALPINA", "product": "half-fare", "price": "90", "date": "2025-04-02"},
    )

    def of(*months: int) -> list[str]:
        found = ask(setting, AskSendings(months=tuple(date(2025, month, 1) for month in months)))["papers"]
        return [one["code"].removeprefix("INV-2025-0000") for one in found]

    assert (of(3), of(4), of(3, 4), of(2)) == (["1", "2", "3"], ["4"], ["1", "2", "3", "4"], [])
    ready = ask(setting, AskOutbox(months=(date(2025, 3, 1),), numbers=(INVOICE,)))["ready"]
    assert [one["code"] for one in ready] == [INVOICE, "INV-2025-00003"], "each once"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE mail SET event = 'sent' WHERE event = 'begun'", "before it began"),
        ("UPDATE mail SET code = 'INV-2025-00002'", "which there was not"),
        ("UPDATE personal SET value = '{}' WHERE field = 'mail'", "the mail is not what was recorded"),
        ("DELETE FROM personal WHERE field = 'mail'", "the mail is missing"),
    ],
)
def test_l7_what_does_not_hold_in_a_mail_is_found(setting: Setting, change: str, says: str) -> None:
    mail = begin(setting)["mail"]
    do(setting, EndMail(mail=mail, taken=False))
    with setting.engine.begin() as connection:
        migrate.unguard(connection, ["mail"])
        connection.execute(text(change))
        migrate.guard(connection, ["mail"])
    found = audit(setting)
    assert not found["ok"] and any(says in fault for fault in found["faults"]), found["faults"]


def test_what_was_erased_is_told_without_it_p1(setting: Setting) -> None:
    """To whom and what was said is personal data beside the chain; that it was sent stays."""
    begin(setting)
    with setting.engine.begin() as connection:
        connection.execute(text("DELETE FROM personal WHERE field = 'mail'"))
    (one,) = ask(setting, AskSendings(numbers=(INVOICE,)))["papers"]
    assert (one["state"], one["to"]) == ("unsure", None)


def test_the_words_of_a_terminal(setting: Setting, database_url: str) -> None:
    env = {"BILLING_DB": database_url, "BILLING_TODAY": f"{TODAY}"}
    for language, said in (("fr", "message serait envoyé"), ("de", "würde versandt"), ("it", "verrebbe")):
        status, out, err = run("send", "2025-03", "--dry-run", BILLING_LANGUAGE=language, **env)
        assert status == 0, err
        assert said in out and "BERG" in out
