"""Maintenance: notice, times, whom it concerns, replies, acknowledgements (S9)."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from billing.errors import Refusal
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.balances import AskBalance
from billing.requests.maintenance import ListMaintenance
from billing.requests.moments import moment_or_day
from billing.service import Billing
from billing.store import maintenance as store
from tests import quoted, support
from tests.support import load, made, on, run

TODAY = date(2025, 3, 3)  # on a test clock it is noon in UTC: 13:00 in Paris and Zurich


@pytest.fixture
def setting(database_url: str) -> Setting:
    found = made(database_url, "FR", today=TODAY)
    for code, tariff in (("SEINE", "moveon"), ("VALOIS", "visualqie")):
        load(
            found,
            {"type": "customer", "code": code, "name": code, "country": "FR"},
            {"type": "contract", "customer": code, "tariff": tariff, "start": "2025-01-01"},
        )
    return found


def code(do: Callable[..., object], *args: object, **request: object) -> str:
    with pytest.raises(Refusal) as refused:
        do(*args, **request)
    return refused.value.code


def reply(setting: Setting, customer: str, at: date | None = None, language: str = "en") -> str:
    from billing.documents import reply as sentences

    balance = Billing(setting).ask(AskBalance(customer=customer, at=at, language=language))
    return sentences.text(balance, language)


@pytest.mark.parametrize(
    ("starts", "allowed"),
    [
        ("2025-03-05T13:00", True),  # 48 hours to the minute, in the issuer's zone
        ("2025-03-05T12:59", False),
        ("2025-03-05T12:00+00:00", True),
        ("2025-03-05T12:00Z", True),
        ("2025-03-05T11:59:59Z", False),
        ("2025-03-05T04:00-08:00", True),
        ("2025-03-06", True),
        ("2025-03-01T10:00", False),
    ],
)
def test_notice_is_counted_in_elapsed_hours(setting: Setting, starts: str, allowed: bool) -> None:
    """S9: at least 48 hours ahead; less is refused and nothing is kept; an emergency needs no notice."""
    if allowed:
        assert quoted.announce(setting, starts, "2025-03-09")["maintenance"] == "M-2025-00001"
        return
    with pytest.raises(Refusal, match="48 h of notice; begin at 2025-03-05T13:00:00") as refused:
        quoted.announce(setting, starts, "2025-03-09")
    assert refused.value.code == "too-short-notice"
    assert support.ask(setting, ListMaintenance())["maintenance"] == []
    assert quoted.announce(setting, starts, "2025-03-09", emergency=True)["emergency"] is True


def test_notice_over_the_change_of_clocks(setting: Setting) -> None:
    """S9: from Friday noon to Sunday noon local time, over the night when clocks go forward, are 47 hours."""
    friday = on(setting, date(2025, 3, 28))
    assert code(quoted.announce, friday, "2025-03-30T13:00", "2025-03-30T20:00") == "too-short-notice"
    assert quoted.announce(friday, "2025-03-30T14:00", "2025-03-30T20:00")["from"] == "2025-03-30T14:00:00+02:00"


def test_whose_notice_counts(tmp_path: Path) -> None:
    """S9: the tariff named, else the longest of the tariffs in use; one without a notice wants none."""
    setting = made(f"sqlite:///{tmp_path}/b.db", "FR", today=TODAY)
    soon = ("2025-03-03T20:00", "2025-03-03T21:00")
    assert code(quoted.announce, setting, *soon) == "too-short-notice"  # nobody's tariff is known yet: the longest
    load(
        setting,
        {"type": "customer", "code": "V", "name": "V", "country": "FR"},
        {"type": "contract", "customer": "V", "tariff": "visualqie", "start": "2025-01-01"},
    )
    assert quoted.announce(setting, *soon)["maintenance"] == "M-2025-00001"
    assert quoted.announce(setting, *soon, tariff="visualqie")["tariff"] == "visualqie"
    assert code(quoted.announce, setting, *soon, tariff="moveon") == "too-short-notice"
    assert code(quoted.announce, setting, *soon, tariff="moveonn") == "unknown-tariff"


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("2025-03-10T12:00", "2025-03-10T12:00"),
        ("2025-03-10T12:00", "2025-03-10T11:00"),
        ("2025-03-10T12:00+01:00", "2025-03-10T11:00Z"),
        ("2025-03-10T25:00", "2025-03-11"),
        ("2025-02-30", "2025-03-11"),
        ("10.03.2025", "2025-03-11"),
        ("12:00", "2025-03-11"),
        ("", "2025-03-11"),
        ("2025-03-30T02:30", "2025-03-31"),  # the clocks skip it
        ("99999-01-01", "2025-03-11"),
    ],
)
def test_times_that_are_none(setting: Setting, starts: str, ends: str) -> None:
    """S9: unreadable, reversed, and local times that the clocks skip, are refused with `bad-time`."""
    assert code(quoted.announce, setting, starts, ends) == "bad-time"


def test_an_hour_shown_twice_has_its_offset(setting: Setting) -> None:
    answer = quoted.announce(setting, "2025-10-26T02:30+02:00", "2025-10-26T02:30+01:00")
    assert (answer["from"], answer["to"]) == ("2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00+01:00")
    assert (
        quoted.announce(setting, "2025-10-26T02:30", "2025-10-27")["from"] == "2025-10-26T02:30:00+02:00"
    )  # the first


def test_announced_once(setting: Setting) -> None:
    """L5, M6: the same id with the same content is one announcement; numbers have no gap."""
    first = quoted.announce(setting, "2025-03-10T12:00", "2025-03-10T13:00", id="m")
    assert quoted.announce(setting, "2025-03-10T11:00Z", "2025-03-10T13:00", id="m")["unchanged"]
    assert code(quoted.announce, setting, "2025-03-10T12:00", "2025-03-10T14:00", id="m") == "conflict"
    assert code(quoted.announce, setting, "2025-03-10T12:00", "2025-03-10T13:00", text=" ") == "bad-input"
    assert (first["maintenance"], first["state"], first["acknowledged"]) == ("M-2025-00001", "ahead", [])
    assert quoted.announce(setting, "2025-03-09", "2025-03-10")["maintenance"] == "M-2025-00002"
    assert support.audit(setting)["faults"] == []


def test_what_is_announced_at_a_moment(setting: Setting) -> None:
    """S9: running or ahead, announced by then, for all or for that tariff; from its start to before its end."""
    quoted.announce(setting, "2025-03-10T12:00", "2025-03-10T13:00", tariff="moveon")
    quoted.announce(setting, "2025-03-09T12:00", "2025-03-09T13:00")

    def found(at: str, tariff: str | None = None) -> list[str]:
        with look(setting) as tx:
            moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
            return [m.number for m in store.announced(tx.connection, moment, tariff)]

    assert found("2025-03-03T11:59") == []  # not announced yet
    assert found("2025-03-03T12:00") == ["M-2025-00002", "M-2025-00001"]
    assert found("2025-03-03T12:00", "visualqie") == ["M-2025-00002"]
    assert found("2025-03-09T11:59:59", "moveon") == ["M-2025-00002", "M-2025-00001"]
    assert found("2025-03-09T12:00", "moveon") == ["M-2025-00001"]
    assert found("2025-03-10T12:00") == []
    at = support.ask(setting, ListMaintenance(at=moment_or_day("2025-03-10T12:30")))["maintenance"]
    assert [(m["maintenance"], m["state"]) for m in at] == [("M-2025-00001", "running")]
    assert [
        m["state"] for m in support.ask(setting, ListMaintenance(at=moment_or_day("2025-03-09")))["maintenance"]
    ] == ["ahead"] * 2
    later = on(setting, date(2025, 3, 20))
    assert [m["state"] for m in support.ask(later, ListMaintenance())["maintenance"]] == ["over"] * 2


def test_replies_say_so_in_four_languages_and_else_nothing_changes(setting: Setting) -> None:
    """S9, B1: one sentence more while maintenance is ahead or runs for the customer's tariff, none for others."""
    before = {
        (c, lang): reply(setting, c, language=lang) for c in ("SEINE", "VALOIS") for lang in ("fr", "de", "it", "en")
    }
    json_before = support.balance(setting, "VALOIS")
    quoted.announce(setting, "2025-03-08T22:00", "2025-03-09T02:00", tariff="moveon", text="Version  8.")
    said = {
        "fr": "Maintenance prévue du 8 mars 2025 à 22:00 au 9 mars 2025 à 02:00 : Version 8.",
        "de": "Wartung geplant vom 8. März 2025, 22:00 Uhr bis 9. März 2025, 02:00 Uhr: Version 8.",
        "it": "Manutenzione prevista dall’8 marzo 2025 alle 22:00 al 9 marzo 2025 alle 02:00: Version 8.",
        "en": "Maintenance is planned from 8 March 2025 at 22:00 to 9 March 2025 at 02:00: Version 8.",
    }
    for language, sentence in said.items():
        lines = before["SEINE", language].rpartition(" (")
        assert reply(setting, "SEINE", language=language) == f"{lines[0]}\n{sentence} ({lines[2]}"
        assert reply(setting, "VALOIS", language=language) == before["VALOIS", language]
    assert support.balance(setting, "VALOIS") == json_before
    assert support.balance(setting, "SEINE")["maintenance"]["maintenance"] == "M-2025-00001"


def test_a_reply_while_it_runs_and_after(setting: Setting) -> None:
    """S9: an emergency is called one; while it runs, its end is told; the next day nothing is."""
    quoted.announce(setting, "2025-03-03T18:00", "2025-03-03T18:30", emergency=True)
    assert "Emergency maintenance on 3 March 2025 from 18:00 to 18:30: Version 8" in reply(setting, "SEINE")
    quoted.announce(setting, "2025-03-03T12:30", "2025-03-03T14:00", emergency=True, text="Disk")
    assert "Maintenance is under way until 3 March 2025 at 14:00: Disk" in reply(setting, "SEINE")
    assert "aintenance" not in reply(setting, "SEINE", date(2025, 3, 4))


def test_acknowledgements_are_kept_in_the_customers_chain(setting: Setting) -> None:
    """S9, L6, P1: with the digest of the words announced; who gave it is outside the hash."""
    number = quoted.announce(setting, "2025-03-10T12:00", "2025-03-10T13:00", tariff="visualqie")["maintenance"]
    assert code(quoted.acknowledge, setting, "SEINE", number) == "not-eligible"
    assert code(quoted.acknowledge, setting, "VALOIS", "M-2025-00002") == "bad-input"
    assert code(quoted.acknowledge, setting, "VALOIS", number, by=" ") == "bad-input"
    assert code(quoted.acknowledge, setting, "VALOIS", number, on=date(2025, 3, 2)) == "bad-date"
    assert code(quoted.acknowledge, setting, "VALOIS", number, on=date(2025, 3, 4)) == "future-date"
    before = support.balance(setting, "VALOIS")["position"]
    quoted.acknowledge(setting, "VALOIS", number, id="a1")
    assert support.balance(setting, "VALOIS")["position"] != before
    assert quoted.acknowledge(setting, "VALOIS", number, id="a1")["unchanged"]
    assert code(quoted.acknowledge, setting, "VALOIS", number) == "conflict"
    shown = support.ask(setting, ListMaintenance())["maintenance"][0]["acknowledged"]
    assert shown == [{"customer": "VALOIS", "on": "2025-03-03", "by": "Marie"}]
    assert support.audit(setting)["faults"] == []


def test_the_audit_sees_other_words(setting: Setting) -> None:
    """L7: an announcement that was changed, and an acknowledgement that names other words."""
    from sqlalchemy import text

    from billing.store import migrate

    number = quoted.announce(setting, "2025-03-10T12:00", "2025-03-10T13:00")["maintenance"]
    quoted.acknowledge(setting, "VALOIS", number)
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        connection.execute(text("UPDATE maintenance SET content = replace(content, 'Version 8', 'Version 9')"))
        migrate.guard(connection)
    faults = "\n".join(support.audit(setting)["faults"])
    assert "VALOIS position 2: it acknowledges other words than those of M-2025-00001" in faults
    assert "M-2025-00001: the document is not the one that was issued" in faults


def test_the_commands_answer_json(setting: Setting) -> None:
    env = {"BILLING_DB": setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": "2025-03-03"}
    asked = [
        "maintenance",
        "announce",
        "--from",
        "2025-03-04T10:00",
        "--to",
        "2025-03-04T11:00",
        "--text",
        "x",
        "--json",
    ]
    status, out, err = run(*asked, **env)
    assert (status, out, json.loads(err)["error"]["code"]) == (1, "", "too-short-notice")
    status, out, err = run(*asked, "--emergency", **env)
    assert (status, err, json.loads(out)["from"]) == (0, "", "2025-03-04T10:00:00+01:00")
    assert json.loads(run("maintenance", "list", "--json", **env)[1])["maintenance"][0]["text"] == "x"
    status, out, _ = run("balance", "SEINE", "--reply", "--json", **env)
    assert json.loads(out)["maintenance"]["emergency"] is True
