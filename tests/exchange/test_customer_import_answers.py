"""What `billing customer import` answers and records, to the byte: as the commands for one customer would have it."""

import json
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing import performing
from billing.errors import Already, BadInput, DatabaseRefusal
from billing.exchange import sheets
from billing.lines import customers
from billing.office.transacting import work
from billing.office.transaction import Setting, Transaction
from billing.requests.base import Request
from billing.requests.contracts import ChangeTier, Sign
from billing.requests.importing import GivenCustomer, ImportCustomers
from billing.requests.invoicing import AskDocuments
from billing.requests.parties import AddCustomer, ChangeCustomer
from billing.service import Asked, Billing
from billing.store import parties
from tests.store.test_concurrency import led, until_waiting
from tests.support import contents, environment, made, opened, run

TODAY = date(2025, 6, 1)
FIRST = """\
Code;Name;Country;Language;City;VAT-ID;Consumer;Tariff;Tier;Modules;Fee;Start;Terms
ALPINA;Alpina Müller SA;CH;fr;Genève;;no;q3;profi;COFI; ;01/01/2025;30
EIGER;Eiger AG;ch;;Bern;;;;;;;;
KLEE;"Klee; & Co";DE;de;Bonn;DE136695976;;qualiodoo;;;;13/01/2025;
"""
SECOND = """\
code;name;country;city;vat_id;terms;round_total;consumer;tariff;tier;fee
ALPINA;Alpina SA;ch;Sion;;10;0.05;yes;q3;standard;
EIGER;;CH;Bern;CHE-123.456.789 MWST;;;;moveon;;
KLEE;;DE;Bonn;DE136695976;;;no;;;
MOHN;Mohn AG;fr;Lyon;FR00000;14;;;q3;profi;1'480,50
"""
WRONG = """\
code;name;country;terms;consumer;tariff;tier;start
ALPINA;Alpina;;x;maybe;moveon;;
eiger;;;y;;;;
TWO;Two;;z;;;profi;31.31.2025
NEW;New;;;;;profi;
KLEE;;;400;;qualiodoo;;
KLEE 2;Klee;CH;;;;;
OTHER;Other;Schweiz;;;q3;;
MOHN;Mohn AG;CH;;;nope;;
"""
TABLE = """\
         customer  field            from              to
───────  ────────  ───────────────  ────────────────  ────────────────────
new      MOHN      name                               Mohn AG
new      MOHN      country                            fr
new      MOHN      vat-id                             FR00000
new      MOHN      city                               Lyon
new      MOHN      terms                              14
new      MOHN      contract.tariff                    q3
new      MOHN      contract.tier                      profi
new      MOHN      contract.fee                       1480.50
changed  ALPINA    name             Alpina Müller SA  Alpina SA
changed  ALPINA    city             Genève            Sion
changed  ALPINA    terms            30                10
changed  ALPINA    round-total                        0.05
changed  ALPINA    consumer         False             True
changed  ALPINA    contract.tier    profi             standard
changed  EIGER     vat-id                             CHE-123.456.789 MWST
changed  EIGER     contract.tariff                    moveon

"""
DOUBTS = (
    "line 3: EIGER: VAT id 'CHE-123.456.789 MWST' looks wrong: its check digits do not fit",
    "line 5: MOHN: VAT id 'FR00000' looks wrong: it is too long or too short",
)


def _change(field: str, before: object, after: object) -> dict[str, Any]:
    return {"field": field, "from": before, "to": after}


ANSWER = {
    "new": [
        {"customer": "MOHN", "changes": [
            _change("name", None, "Mohn AG"), _change("country", None, "fr"), _change("vat_id", None, "FR00000"),
            _change("city", None, "Lyon"), _change("terms", None, 14), _change("contract.tariff", None, "q3"),
            _change("contract.tier", None, "profi"), _change("contract.fee", None, "1480.50"),
        ]},
    ],
    "changed": [
        {"customer": "ALPINA", "changes": [
            _change("name", "Alpina Müller SA", "Alpina SA"), _change("city", "Genève", "Sion"),
            _change("terms", 30, 10), _change("round_total", None, "0.05"), _change("consumer", False, True),
            _change("contract.tier", "profi", "standard"),
        ]},
        {"customer": "EIGER", "changes": [
            _change("vat_id", None, "CHE-123.456.789 MWST"), _change("contract.tariff", None, "moveon"),
        ]},
    ],
    "unchanged": ["KLEE"],
    "warnings": list(DOUBTS),
}  # fmt: skip
FAULTS = [
    "2, column terms: 'x': give a whole number",
    "2, column consumer: 'maybe': give yes or no",
    "2: the contract of ALPINA has the tariff q3; leave it as it is, or end it first: "
    "`billing contract cancel ALPINA --on DAY`",
    "3, column terms: 'y': give a whole number",
    "3: eiger differs from EIGER by capital letters alone; write EIGER",
    "4, column terms: 'z': give a whole number",
    "4, column start: '31.31.2025' is no date; write one as 2025-03-31 or 31.3.2025",
    "5: NEW is new and needs country",
    "5: NEW has no contract; to sign one needs a tariff",
    "6: terms 400: give 0 to 365 days",
    "7: customer code 'KLEE 2': use up to 40 letters from A to Z, digits, '.', '-' and '_'",
    "8: country 'SCHWEIZ': give two letters, as CH or FR",
    "9: unknown tariff 'nope'; known: moveon, q3, qualiodoo, systell, visualqie",
]
BY_HAND: tuple[Request[Any], ...] = (
    AddCustomer(code="ALPINA", name="Alpina Müller SA", country="CH", language="fr", city="Genève", consumer=False,
                terms=30),
    Sign(customer="ALPINA", tariff="q3", tier="profi", modules=("COFI",), start=date(2025, 1, 1)),
    AddCustomer(code="EIGER", name="Eiger AG", country="ch", city="Bern"),
    AddCustomer(code="KLEE", name="Klee; & Co", country="DE", language="de", city="Bonn", vat_id="DE136695976"),
    Sign(customer="KLEE", tariff="qualiodoo", start=date(2025, 1, 13)),
    ChangeCustomer(customer="ALPINA", name="Alpina SA", city="Sion", terms=10, round_total=Decimal("0.05"),
                   consumer=True),
    ChangeTier(customer="ALPINA", tier="standard"),
    ChangeCustomer(customer="EIGER", vat_id="CHE-123.456.789 MWST"),
    Sign(customer="EIGER", tariff="moveon"),
    AddCustomer(code="MOHN", name="Mohn AG", country="fr", city="Lyon", vat_id="FR00000", terms=14),
    Sign(customer="MOHN", tariff="q3", tier="profi", fee=Decimal("1480.50")),
)  # fmt: skip


@pytest.fixture
def env(database_url: str) -> dict[str, str]:
    made(database_url, today=TODAY)
    return {"BILLING_DB": database_url, "BILLING_TODAY": str(TODAY)}


def imported(env: dict[str, str], text: str, *more: str) -> tuple[int, str, str]:
    return run("customer", "import", "-", *more, stdin=text, **env)


def kept(setting: Setting) -> dict[str, Any]:
    """All that is recorded of customers; of the journal not, whose digests are salted anew by every writer."""
    return {name: rows for name, rows in contents(setting).items() if not name.startswith(("journal", "issuer"))}


def test_what_is_new_changed_and_unchanged_is_told(env: dict[str, str]) -> None:
    assert imported(env, FIRST)[0] == 0
    assert imported(env, SECOND, "--dry-run", "--json") == (0, json.dumps(ANSWER, ensure_ascii=False) + "\n", "")
    dry = "1 new, 2 changed, 1 unchanged. Dry run: nothing was kept.\n"
    warned = "".join(f"warning: {doubt}\n" for doubt in DOUBTS)
    assert imported(env, SECOND, "--dry-run") == (0, TABLE + dry, warned)
    assert imported(env, SECOND) == (0, TABLE + "1 new, 2 changed, 1 unchanged.\n", warned)
    assert imported(env, SECOND) == (0, "0 new, 0 changed, 4 unchanged.\n", "")


def test_what_is_recorded_is_what_the_commands_record(env: dict[str, str], tmp_path: Path) -> None:
    """The same rows of every table, chains too: whoever wrote them."""
    assert imported(env, FIRST)[0] == imported(env, SECOND)[0] == 0
    by_hand = Billing(made(f"sqlite:///{tmp_path / 'by-hand.db'}", today=TODAY))
    for request in BY_HAND:
        by_hand.do(request)
    assert kept(opened(env["BILLING_DB"], TODAY)) == kept(by_hand.setting)


def test_what_is_wrong_is_told_at_once_and_nothing_is_in(env: dict[str, str]) -> None:
    assert imported(env, FIRST)[0] == 0
    before = contents(opened(env["BILLING_DB"], TODAY))
    status, out, err = imported(env, WRONG)
    assert (status, out) == (1, "")
    assert err.removeprefix("error: line ").rstrip("\n").split("; line ") == FAULTS
    assert contents(opened(env["BILLING_DB"], TODAY)) == before


def request(text: str) -> ImportCustomers:
    return customers.request_of(sheets.read("c.csv", text.encode()), None)


def test_what_was_changed_since_the_file_was_read_is_seen(env: dict[str, str]) -> None:
    """Rows were compared with what an earlier look had found, and written after others had written."""
    setting = opened(env["BILLING_DB"], TODAY)
    books, both = Billing(setting), request("code,city,tariff\nALPINA,Sion,\nEIGER,,moveon\n")
    books.do(request(FIRST))
    books.do(ChangeCustomer(customer="ALPINA", city="Sion"))
    view = books.do(both, dry_run=True).view
    assert [one.customer for one in view.changed] == ["EIGER"] and view.unchanged == ("ALPINA",)
    books.do(Sign(customer="EIGER", tariff="q3", tier="profi"))
    with pytest.raises(Already, match="line 3: the contract of EIGER has the tariff q3"):
        books.do(both)


def test_nobody_writes_between_what_is_read_and_what_is_written(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """L4: while a row is compared the customer is locked already, on SQLite the file."""
    setting, read, refused = opened(env["BILLING_DB"], TODAY), parties.customer_data, list[str]()
    Billing(setting).do(request(FIRST))

    def reading(connection: Any, key: int) -> parties.Customer:
        with environment(BILLING_WAIT="1"), pytest.raises(DatabaseRefusal) as locked:
            Billing(opened(env["BILLING_DB"], TODAY)).do(ChangeCustomer(customer="EIGER", city="Thun"))
        refused.append(locked.value.message)
        return read(connection, key)

    monkeypatch.setattr(parties, "customer_data", reading)
    view = Billing(setting).do(request("code,city\nEIGER,Biel\n")).view
    assert len(refused) == 1 and "nothing was changed" in refused[0]
    assert [(change.before, change.after) for change in view.changed[0].changes] == [("Bern", "Biel")]


def test_who_is_made_meanwhile_is_waited_for_and_seen(env: dict[str, str]) -> None:
    """L4: the same new customer by two writers is one customer, and the second finds him as he is."""
    setting = opened(env["BILLING_DB"], TODAY)
    with ExitStack() as holding:
        performing.perform(holding.enter_context(work(setting)), AddCustomer(code="MOHN", name="Mohn AG", country="FR"))
        with led(lambda: Billing(setting).do(request("code,name,country\nMOHN,Mohn SA,FR\n"))) as found:
            if setting.engine.dialect.name == "postgresql":
                assert until_waiting(setting.engine, 1)
            holding.close()
    (change,) = found[0].view.changed[0].changes
    assert (change.name, change.before, change.after) == ("name", "Mohn AG", "Mohn SA")


def test_customers_are_locked_in_the_order_of_their_codes(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """L4: two files with the same customers in another order never wait for each other crosswise."""
    locked, lock = list[str](), Transaction.try_customer

    def noted(tx: Transaction, code: str) -> None:
        locked.append(code)
        lock(tx, code)

    monkeypatch.setattr(Transaction, "try_customer", noted)
    Billing(opened(env["BILLING_DB"], TODAY)).do(request("code,name,country\nKLEE,K,CH\nALPINA,A,CH\nEIGER,E,CH\n"))
    assert locked[:3] == ["ALPINA", "EIGER", "KLEE"]  # who is new is looked for again at his row


def test_who_is_there_twice_but_for_capitals_is_told(env: dict[str, str]) -> None:
    """Both were made, and could not be told apart by who writes small letters."""
    status, _, err = imported(env, "code,name,country\nNEW,New,CH\nnew,New,CH\n")
    assert (status, err) == (1, "error: line 3: new differs from NEW by capital letters alone; write NEW\n")


def test_of_nobody_nothing_is_taken_in() -> None:
    """He was told as new, and was not there."""
    with pytest.raises(BadInput, match="nothing is said of NOPE; leave the row out"):
        GivenCustomer(code="NOPE", place="row 1")


def test_the_tier_that_changes_is_that_of_today_g8(env: dict[str, str]) -> None:
    """A contract that is signed for later was compared, and today's was changed: never the same again."""
    books = Billing(opened(env["BILLING_DB"], TODAY))
    books.do(request("code,name,country,tariff,tier,start\nALPINA,Alpina,CH,q3,profi,2025-01-01\n"))
    books.do(Sign(customer="ALPINA", tariff="q3", tier="standard", start=date(2026, 1, 1)))
    given = request("code,tier\nALPINA,premium\n")
    (changed,) = books.do(given).view.changed
    assert [(change.before, change.after) for change in changed.changes] == [("profi", "premium")]
    assert books.do(given).view.unchanged == ("ALPINA",)


def test_what_is_not_agreed_is_said_so(env: dict[str, str]) -> None:
    assert imported(env, "code,name,country,tariff,tier\nALPINA,Alpina,CH,q3,profi\n")[0] == 0
    _, _, err = imported(env, "code,fee\nALPINA,10\n")
    assert err.startswith("error: line 2: the contract of ALPINA has nothing as fee; leave it as it is")


def test_what_is_signed_hangs_on_what_was_changed_just_before_m3(env: dict[str, str]) -> None:
    """VAT went by the country that the customer had when the transaction first looked at him."""
    books = Billing(opened(env["BILLING_DB"], TODAY))
    books.do(AddCustomer(code="A", name="A", country="CH"))
    moved = ChangeCustomer(customer="A", country="FR", vat_id="FR40303265045")
    signed = Sign(customer="A", tariff="q3", tier="profi", fee=Decimal(500), invoice=True)
    books.do_all([Asked("1", moved), Asked("2", signed)])
    (document,) = books.ask(AskDocuments()).invoices
    assert (document.net, document.total) == (Decimal("500.00"), Decimal("500.00"))
