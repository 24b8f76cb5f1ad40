"""Hooks: what they are told of, in which order, how often; and that nothing is written where nobody listens."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from billing import requests
from billing.core import outbox
from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.outgoing import courier, signing
from billing.requests.hooks import AddHook, AskHooks, AskTrial, ClaimMessages, EndMessage, RemoveHook, ReplayMessages
from billing.service import Billing
from billing.store import schema
from billing.store.engine import writing
from tests.outgoing.listener import INSIDE, Heard, Listener, listening
from tests.support import ask, audit, contents, do, load, log, made, on, run

TODAY = date(2025, 3, 5)
LINES: list[dict[str, Any]] = [
    {"type": "customer", "code": "ANNA", "name": "Anna", "country": "CH"},
    {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
    {"type": "customer", "code": "BEAT", "name": "Beat", "country": "FR"},
    {"type": "contract", "customer": "BEAT", "tariff": "qualiodoo", "start": "2025-01-01"},
]


@pytest.fixture
def setting(database_url: str) -> Setting:
    found = made(database_url, today=TODAY)
    load(found, *LINES)
    return found


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setenv(*next(iter(INSIDE.items())))
    with listening() as found:
        yield found


def hook(setting: Setting, url: str = "https://desk.example/hooks", *events: str) -> dict[str, Any]:
    return do(setting, AddHook(url=url, events=events or ("*",)))


def told(setting: Setting) -> list[tuple[str, dict[str, str]]]:
    """What waits in the outbox, in order."""
    rows = contents(setting)["outbox"]
    return [(row["event"], json.loads(row["body"])["data"]) for row in rows]


def due(setting: Setting) -> None:
    """The time of all that waits has come."""
    with writing(setting.engine) as connection:
        connection.execute(update(schema.outbox).values(next_at="2025-01-01T00:00:00.000000Z"))


def refused(setting: Setting, asked: Any) -> str:
    with pytest.raises(Refusal) as caught:
        do(setting, asked)
    return caught.value.code


def test_where_nobody_listens_nothing_is_written(setting: Setting) -> None:
    log(setting, customer="ANNA", seconds=600)
    gone = hook(setting)
    do(setting, RemoveHook(hook=gone["hook"]))
    log(setting, customer="ANNA", seconds=600)
    assert contents(setting)["outbox"] == []


def test_each_event_says_whose_where_and_no_more(setting: Setting) -> None:
    hook(setting)
    entry = log(setting, customer="ANNA", seconds=600, case="T-1")
    do(setting, requests.OpenCase(customer="ANNA", case="T-2", subject="secret words"))
    do(setting, requests.AskForFiles(case="T-2", note="secret words"))
    do(setting, requests.Void(entry=entry["entry"], reason="secret words"))
    do(setting, requests.Sell(customer="BEAT", product="pack-12h", price=Decimal(900)))
    found = told(setting)
    assert [event for event, _ in found] == [
        "balance.changed", "case.open", "case.ask_files", "balance.changed", "balance.changed", "invoice.issued",
    ]  # fmt: skip
    assert found[0][1] == {"customer": "ANNA", "position": entry["balance"]["position"]}
    assert found[1][1].keys() == {"customer", "case", "position"} and found[1][1]["case"] == "T-2"
    assert found[5][1]["invoice"] == "INV-2025-00001"
    assert "secret" not in json.dumps(contents(setting)["outbox"]) and audit(setting)["ok"]
    body = json.loads(contents(setting)["outbox"][0]["body"])
    assert body["type"] == "balance.changed" and body["timestamp"].startswith("2025-03-05T12:00:00")


def test_free_work_and_a_dry_run_change_no_balance(setting: Setting) -> None:
    hook(setting)
    log(setting, customer="ANNA", seconds=600, category="first-install")
    do(setting, requests.Log(customer="ANNA", seconds=600), dry_run=True)
    assert told(setting) == []


def test_an_invoice_is_paid_once_however_it_is(setting: Setting) -> None:
    """M10, M15: in parts, by a write-off, again after a bounce; what comes over is no second time."""
    hook(setting, "https://desk.example/hooks", "invoice.paid")
    sold = do(setting, requests.Sell(customer="BEAT", product="pack-12h", price=Decimal(900)))
    number, total = sold["invoice"], Decimal(sold.get("total", "0")) or Decimal(900)

    def pay(amount: Decimal, key: str) -> None:
        do(setting, requests.Pay(invoice=number, amount=amount), key)

    pay(Decimal(100), "p1")
    assert told(setting) == []
    rest = Decimal(ask(setting, requests.AskDocument(number=number))["total"]) - 100
    pay(rest - 1, "p2")
    assert told(setting) == [] and total
    do(setting, requests.WriteOff(invoice=number, amount=Decimal(1), reason="a cent of theirs", yes=True))
    assert [data["invoice"] for _, data in told(setting)] == [number]
    do(setting, requests.Bounce(payment="p2"))
    pay(rest - 1, "p3")
    assert len(told(setting)) == 2


def test_what_runs_out_is_told_once_an_episode(setting: Setting) -> None:
    """By the calendar, with `tick`: low once, and again after it was not; a pack that ends."""
    hook(setting, "https://desk.example/hooks", "balance.low", "grant.*")
    sold = do(setting, requests.Sell(customer="BEAT", product="pack-12h", price=Decimal(900)))
    do(setting, requests.Pay(invoice=sold["invoice"]))
    used = log(setting, customer="BEAT", seconds=10 * 3600)
    for _ in range(2):
        do(setting, requests.Tick())
    assert told(setting) == []
    last = log(setting, customer="BEAT", seconds=5400)
    for _ in range(2):
        do(setting, requests.Tick())
    assert [(event, data["grant"]) for event, data in told(setting)] == [("balance.low", "BEAT-G1")]
    assert told(setting)[0][1]["position"] == last["balance"]["position"]
    do(setting, requests.Void(entry=used["entry"], reason="slip"))
    do(setting, requests.Tick())
    log(setting, customer="BEAT", seconds=10 * 3600)
    do(setting, requests.Tick())
    assert [event for event, _ in told(setting)] == ["balance.low", "balance.low"]
    later = on(setting, date(2026, 2, 20))
    do(later, requests.Tick())
    assert told(setting)[-1] == ("grant.expiring", told(setting)[-1][1])
    assert told(setting)[-1][1]["expires"] == "2026-03-04"


def test_hooks_hear_what_they_asked_for(setting: Setting) -> None:
    numbers = {
        events: hook(setting, "https://a.example/", *events)["hook"] for events in (("case.*",), ("balance.changed",))
    }
    log(setting, customer="ANNA", seconds=600)
    do(setting, requests.OpenCase(customer="ANNA", case="T-2"))
    rows = contents(setting)["outbox"]
    assert [(row["hook"], row["event"]) for row in rows] == [
        (numbers["balance.changed",], "balance.changed"), (numbers["case.*",], "case.open"),
    ]  # fmt: skip
    for wrong in ({"events": ("nonsense",)}, {"url": "desk.example"}, {"url": "https://a:b@desk.example/"},
                  {"url": "https://desk.example/#a"}, {"url": "ftp://desk.example"}):  # fmt: skip
        with pytest.raises(Refusal):
            AddHook(**{"url": "https://desk.example/", **wrong})  # type: ignore[arg-type]


def test_a_secret_is_shown_once(setting: Setting) -> None:
    added = do(setting, AddHook(url="https://a.example/"), "h1")
    again = do(setting, AddHook(url="https://a.example/"), "h1")
    assert added["secret"].startswith("whsec_") and "secret" not in again and again["unchanged"]
    assert refused(setting, RemoveHook(hook=99)) == "not-found"
    with pytest.raises(Refusal, match="other content"):
        do(setting, AddHook(url="https://b.example/"), "h1")
    assert added["secret"] not in json.dumps(ask(setting, AskHooks()))
    do(setting, RemoveHook(hook=added["hook"]))
    assert added["secret"] not in json.dumps(contents(setting))


def test_a_removal_whose_answer_was_lost_is_known_when_it_is_asked_again_l5(setting: Setting) -> None:
    """It was `not-found`, which says that it was never done."""
    number = do(setting, AddHook(url="https://a.example/"))["hook"]
    assert refused(setting, RemoveHook(hook=number + 1)) == "not-found"
    assert do(setting, RemoveHook(hook=number), "r1") == {"hook": number, "waited": 0}
    whole = contents(setting)
    assert do(setting, RemoveHook(hook=number), "r1") == {"hook": number, "waited": 0, "unchanged": True}
    assert contents(setting) == whole
    assert do(setting, AddHook(url="https://a.example/"))["hook"] > number


def test_a_message_is_signed_and_delivered_once(setting: Setting, listener: Listener) -> None:
    added = hook(setting, f"{listener.url}/hooks")
    log(setting, customer="ANNA", seconds=600)
    assert courier.run(Billing(setting)) == courier.Round(delivered=1)
    assert courier.run(Billing(setting)) == courier.Round()
    (heard,) = listener.heard
    at = int(heard.headers["webhook-timestamp"])
    assert heard.headers["webhook-signature"] == signing.signature(
        added["secret"], heard.headers["webhook-id"], at, heard.body
    )
    assert abs(at - datetime.now(UTC).timestamp()) < 60 and heard.json["type"] == "balance.changed"
    trial = courier.send(Billing(setting).ask(AskTrial(hook=added["hook"])))
    assert trial.taken and listener.heard[-1].json["type"] == "hook.test"


def test_what_fails_is_tried_again_then_given_up_then_replayed(setting: Setting, listener: Listener) -> None:
    hook(setting, listener.url)
    listener.answers = lambda _: 500
    for seconds in (600, 900):
        log(setting, customer="ANNA", seconds=seconds)
    books = Billing(setting)
    assert courier.run(books) == courier.Round(waiting=1)  # the second waits behind the first
    assert courier.run(books) == courier.Round()
    for _ in outbox.WAITS:
        due(setting)
        courier.run(books)
    assert len(listener.heard) == 11  # ten tries of the first; then the second had its first
    letters = ask(setting, AskHooks())
    assert [(one["customer"], one["tries"], one["said"]) for one in letters["dead"]] == [("ANNA", 10, "500")]
    assert (letters["hooks"][0]["waiting"], letters["hooks"][0]["dead"]) == (1, 1)
    listener.answers = lambda _: 200
    assert do(setting, ReplayMessages(message=letters["dead"][0]["message"])) == {"messages": 1}
    assert do(setting, ReplayMessages())["unchanged"]
    assert refused(setting, ReplayMessages(message="msg_x")) == "not-found"
    due(setting)
    assert courier.run(books) == courier.Round(delivered=2)
    seqs = [int(one.data["position"].partition("-")[0]) for one in listener.heard[-2:]]
    assert seqs == sorted(seqs) and listener.heard[-2].headers["webhook-id"] == letters["dead"][0]["message"]
    assert do(setting, ReplayMessages(since=TODAY)) == {"messages": 2}


def test_who_is_gone_is_not_asked_again_and_a_redirect_is_no_answer(setting: Setting, listener: Listener) -> None:
    hook(setting, listener.url)
    log(setting, customer="ANNA", seconds=600)
    listener.answers = lambda _: (307, {"location": "http://127.0.0.1:1/"})
    assert courier.run(Billing(setting)) == courier.Round(waiting=1)
    due(setting)
    listener.answers = lambda _: 410
    assert courier.run(Billing(setting)) == courier.Round(dead=1)


def test_a_listener_who_is_away_is_left_alone_and_others_are_told(setting: Setting, listener: Listener) -> None:
    hook(setting, "http://127.0.0.1:1/")
    hook(setting, listener.url)
    for customer in ("ANNA", "BEAT"):
        do(setting, requests.OpenCase(customer=customer, case=f"T-{customer}"))
    assert courier.run(Billing(setting)).delivered == 2
    ends = {row["customer_id"]: row["next_at"] for row in contents(setting)["outbox"] if row["state"] == "waiting"}
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    assert len(ends) == 2 and min(ends.values()) > soon[:19]


def test_two_couriers_never_have_one_message_and_a_claim_ends(setting: Setting) -> None:
    hook(setting)
    for customer in ("ANNA", "BEAT"):
        do(setting, requests.OpenCase(customer=customer, case=f"T-{customer}"))
        do(setting, requests.Take(case=f"T-{customer}", agent="ana"))
    first = Billing(setting).do(ClaimMessages(most=1)).view.messages
    second = Billing(setting).do(ClaimMessages()).view.messages
    assert len(first) == len(second) == 1 and first[0].message != second[0].message
    assert do(setting, ClaimMessages()) == {"messages": [], "unchanged": True}
    do(setting, EndMessage(message=first[0].message, taken=True, status=200))
    (third,) = Billing(setting).do(ClaimMessages(seconds=1)).view.messages
    assert json.loads(third.body)["type"] == "case.take"
    due(setting)  # whoever had it is gone
    again = Billing(setting).do(ClaimMessages()).view.messages
    assert third.message in [one.message for one in again]
    assert do(setting, EndMessage(message=first[0].message, taken=False))["state"] == "delivered"


def test_old_messages_are_forgotten(setting: Setting, listener: Listener) -> None:
    """P5: 30 days for what was delivered, 90 for what was given up; what waits, waits."""
    hook(setting, listener.url)
    log(setting, customer="ANNA", seconds=600)
    courier.run(Billing(setting))
    do(setting, requests.Tick())
    assert len(contents(setting)["outbox"]) == 1
    with writing(setting.engine) as connection:
        old = (datetime.now(UTC) - timedelta(days=31)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        connection.execute(update(schema.outbox).values(ended_at=old))
    do(setting, requests.Tick())
    assert contents(setting)["outbox"] == []


def test_the_commands(setting: Setting, listener: Listener) -> None:
    env = {"BILLING_DB": setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": f"{TODAY}"}
    status, out, _ = run("hook", "add", listener.url, "--events", "balance.*, case.*", **env)
    assert status == 0 and out.splitlines()[1].startswith("whsec_")
    assert run("hook", "test", "1", **env)[:2] == (0, "Hook 1 took the message (204).\n")
    log(setting, customer="ANNA", seconds=600)
    assert "Messages delivered to hooks: 1." in run("tick", **env)[1]
    assert run("tick", "--quiet", **env)[1] == ""
    listener.answers = lambda _: 410
    log(setting, customer="ANNA", seconds=600)
    assert run("hook", "test", "1", **env)[0] == 1
    _, _, err = run("tick", "--quiet", **env)
    assert "1 message to hooks was given up" in err
    assert "ANNA" in run("hook", "list", **env)[1]
    assert run("hook", "replay", **env)[1] == "Messages that are delivered again: 1.\n"
    assert run("hook", "remove", "1", **env)[1] == "Hook 1 is removed; 1 message waited for it.\n"
    status, _, err = run("hook", "add", "https://192.168.0.1/", **env)
    assert status == 1 and "inside the network" in err
    assert run("hook", "add", "https://no-such-host.invalid/", "--dry-run", **env)[0] == 0


def test_who_heard_is_listed_in_order() -> None:
    assert outbox.wanted(("case.*",), "case.open") and not outbox.wanted(("case.*",), "invoice.paid")
    assert Heard("POST", "/", {}, "{}").json == {}
