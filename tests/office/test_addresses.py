"""Whose mail is whose: addresses, domains, help desks' names, and what customers' own data say (A4)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from billing import Billing, requests
from billing.core.access import Principal
from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.addresses import PROVIDERS, is_free, read
from tests.support import ask, contents, do, load, made, run

TODAY = date(2025, 3, 5)


@pytest.fixture
def kept(database_url: str) -> Setting:
    setting = made(database_url, today=TODAY, email="support@desk.example")
    for code, email in (("ANNA", "Office@Anna.example"), ("BEAT", "office@fidu.example"), ("CARA", None)):
        load(setting, {"type": "customer", "code": code, "name": code, "country": "CH", "email": email})
    give(setting, "ANNA", "@anna.example", "@société.example", "zammad:17")
    give(setting, "BEAT", "Ext@ANNA.example")
    return setting


def give(setting: Setting, customer: str, *addresses: str) -> None:
    for address in addresses:
        do(setting, requests.AddAddress(customer=customer, address=address))


def whose(setting: Setting, *addresses: str) -> Any:
    return ask(setting, requests.AskWhose(addresses=addresses))


def refused(setting: Setting, asked: Any) -> str:
    with pytest.raises(Refusal) as caught:
        (do if isinstance(asked, requests.AddAddress | requests.RemoveAddress) else ask)(setting, asked)
    return caught.value.code


def test_A4_an_exact_address_comes_before_its_domain(kept: Setting) -> None:
    found = whose(kept, "x@anna.example", "EXT@anna.example", "office@ANNA.example", "x@sub.anna.example")
    assert [(each["customer"], each["by"]) for each in found["addresses"]] == [
        ("ANNA", "domain"), ("BEAT", "address"), ("ANNA", "email"), (None, None),
    ]  # fmt: skip
    assert found["customer"] is None
    assert whose(kept, "x@anna.example", "office@anna.example")["customer"] == "ANNA"
    assert (
        whose(kept, "a@société.example", "a@xn--socit-esab.example", "Zammad:17", "@anna.example")["customer"] == "ANNA"
    )
    assert whose(kept, "zammad:18")["customer"] is None


def test_A4_an_address_belongs_to_at_most_one_customer(kept: Setting) -> None:
    assert refused(kept, requests.AddAddress(customer="CARA", address="ext@anna.example")) == "conflict"
    assert refused(kept, requests.AddAddress(customer="CARA", address="office@fidu.example")) == "conflict"
    assert refused(kept, requests.AddAddress(customer="CARA", address="@desk.example")) == "conflict"
    give(kept, "CARA", "someone@desk.example")
    assert do(kept, requests.AddAddress(customer="ANNA", address="@Anna.example"))["unchanged"]
    do(kept, requests.ChangeCustomer(customer="CARA", email="office@fidu.example"))  # one fiduciary for two
    give(kept, "BEAT", "@fidu.example")
    assert whose(kept, "office@fidu.example")["customer"] is None
    assert whose(kept, "other@fidu.example")["customer"] == "BEAT"


@pytest.mark.parametrize("domain", ["gmail.com", "GMX.ch", "bluewin.ch", "orange.fr", "hispeed.ch", "web.de"])
def test_A4_free_mail_domains_are_refused_and_their_addresses_taken(kept: Setting, domain: str) -> None:
    with pytest.raises(Refusal, match="anybody can have an address") as caught:
        requests.AddAddress(customer="ANNA", address=f"@{domain}")
    assert caught.value.code == "bad-input"
    give(kept, "ANNA", f"anna.ast@{domain}")
    assert not is_free("anna.example") and all(map(is_free, PROVIDERS))


@pytest.mark.parametrize(
    "text", ["", "anna", "@ch", "@", "a@b@", "a b@c.example", "@a_b.example", ":1", "zammad:", " "]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert read(text) is None
    with pytest.raises(Refusal):
        requests.AddAddress(customer="ANNA", address=text)


def test_A4_a_reply_is_of_the_one_customer_whose_all_recipients_are(kept: Setting) -> None:
    mine = ask(kept, requests.AskReply(email=("x@anna.example", "office@anna.example")))
    assert mine == ask(kept, requests.AskReply(customer="ANNA"))
    assert mine["position"] and mine["text"]
    for emails in (("x@anna.example", "ext@anna.example"), ("nobody@else.example",)):
        assert refused(kept, requests.AskReply(email=emails)) == "unknown-customer"
    assert ask(kept, requests.AskReply(customer="anna", email=("x@anna.example",))) == mine
    assert refused(kept, requests.AskReply(customer="BEAT", email=("x@anna.example",))) == "unknown-customer"
    with pytest.raises(Refusal):
        requests.AskReply(email=("anna",))


def test_A3_who_is_bounded_to_a_customer_reads_of_anothers_address_what_he_reads_of_nobodys(kept: Setting) -> None:
    desk = Billing(kept, Principal("desk", "reply", "ANNA"))
    assert desk.ask(requests.AskReply(email=("x@anna.example",))).customer == "ANNA"
    said = set()
    for emails in (("ext@anna.example",), ("nobody@else.example",), ("x@anna.example", "ext@anna.example")):
        with pytest.raises(Refusal) as caught:
            desk.ask(requests.AskReply(email=emails))
        said.add((caught.value.code, caught.value.message))
    assert said == {("not-found", "that is not there, or not yours to see")}
    tool = Billing(kept, Principal("tool", "admin", "ANNA"))
    assert {row.customer for row in tool.ask(requests.AskAddresses()).rows} == {"ANNA"}


def test_an_address_goes_and_its_id_stands(kept: Setting) -> None:
    """L5: an id takes a place in the chain; what is kept is an ordinary row, with who gave it."""
    by = replace(kept, by="zoe")
    asked = requests.AddAddress(customer="CARA", address="c@cara.example")
    assert do(by, asked, "a1") == {"customer": "CARA", "address": "c@cara.example", "kind": "address"}
    assert do(by, asked, "a1")["unchanged"]
    assert [row["by"] for row in ask(kept, requests.AskAddresses(customer="CARA"))["addresses"]] == ["zoe"]
    assert refused(kept, requests.RemoveAddress(customer="ANNA", address="c@cara.example")) == "not-found"
    do(kept, requests.RemoveAddress(customer="cara", address="C@cara.example"))
    assert whose(kept, "c@cara.example")["customer"] is None
    assert refused(kept, requests.RemoveAddress(customer="CARA", address="c@cara.example")) == "not-found"
    assert ask(kept, requests.AskAudit())["ok"]
    assert not any("cara.example" in str(row) for name, rows in contents(kept).items() for row in rows
                   if name not in ("customer_address", "request"))  # fmt: skip


def test_the_commands(kept: Setting) -> None:
    env = {"BILLING_DB": kept.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": f"{TODAY}"}
    assert run("customer", "address", "add", "CARA", "@cara.example", **env)[:2] == (0, "@cara.example is CARA's.\n")
    status, out, _ = run("customer", "address", "list", **env)
    assert status == 0 and "@cara.example" in out and "office@fidu.example" in out
    assert run("customer", "address", "remove", "CARA", "@cara.example", **env)[:2] == (
        0, "@cara.example is nobody's now.\n")  # fmt: skip
    status, _, err = run("customer", "address", "add", "CARA", "@gmail.com", **env)
    assert status == 1 and "anybody can have an address at gmail.com; give the customer's addresses" in err
