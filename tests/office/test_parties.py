"""The issuer and the customers at the door: what is refused, kept, known again, shown (M7, L5)."""

from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Already, BadInput, Unknown
from billing.office.transaction import Setting
from billing.requests.audit import AskAudit
from billing.requests.parties import (
    UNSET_OF_CUSTOMER,
    UNSET_OF_ISSUER,
    AddCustomer,
    AskCustomer,
    AskCustomers,
    ChangeCustomer,
    Hold,
    Release,
    SetIssuer,
)
from billing.service import Billing
from tests.support import ask, contents, do, load, made, opened, run

ANNA: dict[str, Any] = {"code": "ANNA", "name": "Anna SA", "country": "ch"}


@pytest.fixture
def setting(database_url: str) -> Setting:
    return made(database_url)


def test_l5_ids_of_customers_stand_for_what_they_stood_for_before() -> None:
    """Ids recorded by earlier versions stay valid: the content is the same dictionary, key for key."""
    assert AddCustomer(**ANNA).content() == {"code": "ANNA", "name": "Anna SA", "country": "CH"}
    full = AddCustomer(
        **ANNA, language="fr", email="a@example.org", vat_id="CHE-116.281.710", siren="404833048", street="Rue",
        electronic_address="0183:CHE116281710", house_number="4", postcode="1003", city="Lausanne", terms=10,
        round_total=Decimal("0.05"), vat_basis="payment", consumer=False,
    )  # fmt: skip
    assert full.content() == {
        "code": "ANNA", "name": "Anna SA", "country": "CH", "language": "fr", "email": "a@example.org", "street": "Rue",
        "vat_id": "CHE-116.281.710", "siren": "404833048", "electronic_address": "0183:CHE116281710", "terms": 10,
        "house_number": "4", "postcode": "1003", "city": "Lausanne", "round_total": 5, "vat_basis": "payment",
        "consumer": 0,
    }  # fmt: skip


def test_l5_a_customer_is_made_once_for_an_id(setting: Setting) -> None:
    assert do(setting, AddCustomer(**ANNA), "a-1") == {"customer": "ANNA", "name": "Anna SA", "country": "CH"}
    assert do(setting, AddCustomer(**ANNA), "a-1") == {"customer": "ANNA", "unchanged": True}
    with pytest.raises(Already, match="other content"):
        do(setting, AddCustomer(**ANNA | {"name": "Other"}), "a-1")
    with pytest.raises(Already, match="customer ANNA exists; `billing customer show ANNA` shows it"):
        do(setting, AddCustomer(**ANNA))


def test_l5_a_change_a_hold_and_a_release_are_done_once_for_an_id(setting: Setting) -> None:
    do(setting, AddCustomer(**ANNA))
    change = ChangeCustomer(customer="ANNA", city="Bern")
    assert do(setting, change, "c-1") == {"customer": "ANNA", "changed": ["city"]}
    do(setting, ChangeCustomer(customer="ANNA", city="Basel"))
    assert do(setting, change, "c-1") == {"customer": "ANNA", "changed": [], "unchanged": True}
    assert Billing(setting).ask(AskCustomer(customer="ANNA")).address.city == "Basel"
    assert do(setting, Hold(customer="ANNA", reason="no order number"), "h-1")["held"] == "no order number"
    assert do(setting, Release(customer="ANNA"), "r-1") == {"customer": "ANNA", "held": None}
    assert do(setting, Hold(customer="ANNA", reason="no order number"), "h-1") == {
        "customer": "ANNA", "held": None, "unchanged": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "request_",
    [
        AddCustomer(**ANNA | {"code": "BERT"}),
        ChangeCustomer(customer="ANNA", name="Other"),
        Hold(customer="ANNA", reason="no order number"),
        Release(customer="ANNA"),
        SetIssuer(name="Other", terms=10),
    ],
    ids=lambda request: type(request).__name__,
)
@pytest.mark.parametrize("key", [None, "k-1"])
def test_a_dry_run_keeps_nothing(setting: Setting, request_: Any, key: str | None) -> None:
    do(setting, AddCustomer(**ANNA))
    before = contents(setting)
    do(setting, request_, key, dry_run=True)
    assert contents(setting) == before


def test_a_dry_run_makes_no_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/b.db"
    shown = do(opened(url), SetIssuer(name="Demo SA", country="CH"), dry_run=True)
    assert (shown["currency"], shown["timezone"], shown["terms"]) == ("CHF", "Europe/Zurich", 30)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": " "}, "name ' ': give text of 1 to 200 characters"),
        ({"name": "A\0B"}, "control character"),
        ({"name": "A\nB"}, "control character"),
        ({"name": "A" * 201}, "of 201: give text"),
        ({"country": "Switzerland"}, "give two letters, as CH or FR"),
        ({"code": "a b"}, "customer code 'a b': use up to 40 letters from A to Z, digits"),
        ({"language": "rm"}, "language 'rm': known are"),
        ({"terms": 400}, "terms 400: give 0 to 365 days"),
        ({"terms": "10"}, "give a whole number"),
        ({"vat_basis": "cash"}, "vat basis 'cash': invoice or payment"),
        ({"round_total": Decimal("0.005")}, "parts of a cent"),
    ],
)
def test_what_no_surface_lets_through_is_refused_by_the_request(given: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        AddCustomer(**ANNA | given)


def test_what_is_empty_is_taken_away(setting: Setting) -> None:
    do(setting, AddCustomer(**ANNA, vat_id="CHE-116.281.710", email="a@example.org"))
    assert do(setting, ChangeCustomer(customer="ANNA", vat_id=""))["changed"] == ["vat_id"]
    shown = Billing(setting).ask(AskCustomer(customer="ANNA"))
    assert (shown.vat_id, shown.email) == ("", "a@example.org")


def test_a_line_takes_an_address_and_refuses_what_is_none(setting: Setting) -> None:
    line = {"type": "customer", "code": "A", "name": "A", "country": "CH", "address": {"street": "Rue", "city": "Bex"}}
    load(setting, line)
    address = Billing(setting).ask(AskCustomer(customer="A")).address
    assert (address.street, address.house_number, address.city) == ("Rue", None, "Bex")
    unfit: list[Any] = [{"town": "Bex"}, "Bex", []]
    for wrong in unfit:
        with pytest.raises(
            BadInput, match="line 1: address has the keys city, house_number, postcode, second_line, street"
        ):
            load(setting, line | {"code": "B", "address": wrong})
    with pytest.raises(BadInput, match="customer has no key 'city'"):
        load(setting, line | {"code": "B", "city": "Bex"})


def test_an_issuer_that_says_nothing_new_changes_nothing(setting: Setting) -> None:
    before = contents(setting)
    do(setting, SetIssuer(name="Demo SA"))
    assert contents(setting) == before
    assert load(setting, {"type": "issuer", "name": "Demo SA"})["unchanged"] == 1
    assert load(setting, {"type": "issuer", "name": "Demo AG"})["applied"] == 1


def test_customers_are_listed_with_what_they_have_today(setting: Setting) -> None:
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "A", "country": "CH"},
        {"type": "customer", "code": "BERT", "name": "B", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "premium", "start": "2029-06-01"},
    )
    first, second = Billing(setting).ask(AskCustomers()).customers
    assert (first.customer, first.tariff, first.tier, str(first.until)) == ("ANNA", "q3", "premium", "2030-05-31")
    assert (second.customer, second.tariff, second.until) == ("BERT", None, None)


def test_the_commands_take_an_id_and_a_dry_run(tmp_path: Path) -> None:
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db", "BILLING_TODAY": "2025-03-31"}
    assert run("init", "--name", "Demo SA", "--country", "CH", **env)[0] == 0
    add = ("customer", "add", "A", "--name", "A", "--country", "CH", "--id", "a-1")
    assert run(*add, "--dry-run", **env)[1] == "Customer A added.\nDry run: nothing was kept.\n"
    assert run("customer", "show", "A", **env)[0] == 1
    assert run(*add, **env)[1] == "Customer A added.\n"
    assert run(*add, **env)[1] == "A: done before; nothing changed.\n"


def test_m10_a_customers_settings_go_back_to_the_issuers_and_both_are_shown(setting: Setting) -> None:
    own: dict[str, Any] = {"terms": 10, "round_total": Decimal("0.05"), "vat_id": "CHE-116.281.710", "consumer": True}
    do(setting, AddCustomer(**ANNA, **own, einvoice="none", language="it"))
    books = Billing(setting)
    before = books.ask(AskCustomer(customer="ANNA"))
    assert (before.invoicing.terms, before.invoicing.round_total, before.invoicing.language) == (
        10,
        Decimal("0.05"),
        "it",
    )
    assert (before.vat_id, before.consumer, before.einvoice, before.round_total) == (
        "CHE-116.281.710", True, "none", Decimal("0.05"),
    )  # fmt: skip
    gone = ("terms", "round_total", "vat_id", "einvoice", "language")
    answer = do(setting, ChangeCustomer(customer="ANNA", consumer=False, unset=gone))
    assert answer["changed"] == sorted([*gone, "consumer"])
    after = books.ask(AskCustomer(customer="ANNA"))
    assert (after.terms, after.round_total, after.vat_id, after.einvoice, after.language, after.consumer) == (
        None, None, None, None, None, False,
    )  # fmt: skip
    issuer = do(setting, SetIssuer())
    assert (after.invoicing.terms, after.invoicing.language) == (issuer["terms"], issuer["language"])


def test_every_setting_of_a_customer_can_be_taken_away_or_turned() -> None:
    """What has neither an empty value, nor a way back to the issuer's, nor a no, is what every customer needs."""
    for of, needed in ((ChangeCustomer, {"name", "country"}), (SetIssuer, NEEDED_OF_ISSUER)):
        known = {f.name: str(f.type) for f in fields(of)}
        unset = set(UNSET_OF_CUSTOMER if of is ChangeCustomer else UNSET_OF_ISSUER)
        turned = {name for name, hint in known.items() if hint.startswith("bool")}
        assert set(known) - unset - turned - {"customer", "unset", "vat_basis_from"} == needed


NEEDED_OF_ISSUER = {"name", "country", "currency", "timezone", "language", "terms"}


@pytest.mark.parametrize(
    ("given", "code"), [({"unset": ("name",)}, "known are"), ({"unset": ("terms",), "terms": 3}, "one of both")]
)
def test_what_cannot_be_taken_away_is_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput, match=code):
        ChangeCustomer(customer="ANNA", **given)


def test_an_issuers_numbers_can_be_taken_away(setting: Setting) -> None:
    do(setting, SetIssuer(iban="CH9300762011623852957", einvoice="ubl", round_total=Decimal("0.05")))
    gone = do(setting, SetIssuer(unset=("iban", "einvoice", "round_total")))
    assert (gone["iban"], gone["einvoice"], gone["round_total"]) == (None, None, None)


def test_a_code_is_known_in_any_letter_case_and_a_name_is_only_proposed(setting: Setting) -> None:
    for code, name in (("ANNA", "Anna SA"), ("Bo", "Café Bö"), ("bO", "Other")):
        do(setting, AddCustomer(code=code, name=name, country="CH"))
    books = Billing(setting)
    assert books.ask(AskCustomer(customer="anna")).code == "ANNA"
    assert do(setting, ChangeCustomer(customer="aNNa", city="Bern"))["customer"] == "ANNA"
    assert books.ask(AskCustomer(customer="Bo")).code == "Bo"
    for written, said in (("bo", r"did you mean Bo \(Café Bö\) or bO \(Other\)"), ("cafe", r"Bo \(Café Bö\)\?")):
        with pytest.raises(Unknown, match=said):
            books.ask(AskCustomer(customer=written))
    assert [row.customer for row in books.ask(AskCustomers(part="café")).customers] == ["Bo"]


def test_l4_lines_that_write_a_code_in_another_letter_case_are_of_one_chain(setting: Setting) -> None:
    """The second was read at the place that the first had not written yet, and refused by the database."""
    work = [{"type": "entry", "customer": code, "minutes": 5, "date": "2029-02-01"}
            for code in ("anna", "Anna", "anna", "ANNA", "aNNA")]  # fmt: skip
    load(setting, {"type": "customer", **ANNA}, {"type": "contract", "customer": "anna", "tariff": "q3",
         "tier": "standard", "start": "2029-01-01"}, *work)  # fmt: skip
    assert ask(setting, AskAudit())["ok"]
    assert [entry["seq"] for entry in contents(setting)["entry"]] == [2, 3, 4, 5, 6]
    load(setting, work[0], {"type": "customer", **ANNA, "code": "anna"}, {"type": "contract", "customer": "anna",
         "tariff": "q3", "tier": "standard", "start": "2029-01-01"}, work[0], work[3])  # fmt: skip
    first, second = (customer["id"] for customer in contents(setting)["customer"])
    kept = [(entry["customer_id"], entry["seq"]) for entry in contents(setting)["entry"]]
    assert kept[5:] == [(first, 7), (first, 8), (second, 2)], (
        "and whoever has that very code is meant, once he is there"
    )


def test_a_customer_is_shown_as_it_was_entered_m8(tmp_path: Path) -> None:
    """Its own data beside what counts for it where it says nothing."""
    setting = made(f"sqlite:///{tmp_path}/b.db")
    own: dict[str, Any] = {
        "language": "it", "email": "a@anna.example", "terms": 20, "order": "4500", "buyer_reference": "B-1",
        "attention": "Bianchi", "hours": "Mon-Fri 08:00-12:00", "consumer": True, "einvoice": "ubl",
    }  # fmt: skip
    do(setting, AddCustomer(**ANNA, **own, city="Chiasso", second_line="c/o X", round_total=Decimal("0.05")))
    do(setting, AddCustomer(code="B", name="Beat", country="CH"))
    anna, beat = (ask(setting, AskCustomer(customer=code)) for code in ("ANNA", "B"))
    assert {name: anna[name] for name in own} == own
    assert (anna["name"], anna["address"]["city"], anna["address"]["second_line"]) == ("Anna SA", "Chiasso", "c/o X")
    assert (anna["round_total"], anna["invoicing"]["language"], anna["invoicing"]["terms"]) == ("0.05", "it", 20)
    assert (beat["invoicing"]["terms"], beat["consumer"], beat["invoicing"]["einvoice"]) == (30, False, None)
    assert [beat.get(name) for name in ("language", "terms", "order", "attention", "hours", "email")] == [None] * 6
