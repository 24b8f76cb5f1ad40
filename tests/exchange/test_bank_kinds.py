"""Kinds of bank files that were met in the field, each with what must become of its movements (M14)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import BadInput
from billing.exchange import camt
from billing.office.transaction import Setting
from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
from billing.requests.invoicing import CreditInvoice
from billing.requests.payments import Pay, WriteOff
from billing.store import bank, journal
from tests.invoicing import documents
from tests.support import ask, do, load, made

IBAN, QR_IBAN, OTHER = "CH9300762011623852957", "CH4431999123000889012", "CH5604835012345678009"
FIRST, SECOND, FOURTH = ("INV-2025-00001", "INV-2025-00002", "INV-2025-00004")
REFERENCE = "000000000120250000000000010"  # of the first
REFERENCE_2, REFERENCE_4 = "000000000220250000000000022", "000000000120250000000000044"
Booked = list[tuple[str, str, str]]


def part(
    amount: str | None = "94.59",
    *,
    ref: Iterable[str] = (),
    text: Iterable[str] = (),
    name: str | None = "Alpina SA",
    own: str = "",
    inside: str = "",
    remittance: str = "",
    parties: str | None = None,
    currency: str = "CHF",
) -> str:
    said = "".join(f"<Ustrd>{line}</Ustrd>" for line in text)
    said += "".join(f"<Strd><CdtrRefInf><Ref>{each}</Ref></CdtrRefInf></Strd>" for each in ref)
    payer = f"<Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr>" if name and parties is None else parties or ""
    refs = f"<Refs><AcctSvcrRef>{own}</AcctSvcrRef></Refs>" if own else ""
    paid = f'<Amt Ccy="{currency}">{amount}</Amt>' if amount else ""
    return f"<TxDtls>{refs}{paid}<RltdPties>{payer}</RltdPties><RmtInf>{said}{remittance}</RmtInf>{inside}</TxDtls>"


def entry(
    amount: str = "94.59",
    *parts: str,
    own: str = "",
    on: str | None = "2025-02-10",
    booked: str | None = None,
    way: str = "CRDT",
    text: str = "",
    counter: str = "",
) -> str:
    days = f"<BookgDt><Dt>{booked or on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt>" if on else ""
    number = f"<NtryRef>{counter}</NtryRef>" if counter else ""
    refs = f"<AcctSvcrRef>{own}</AcctSvcrRef>" if own else ""
    details = f"<NtryDtls>{''.join(parts)}</NtryDtls>" if parts else ""
    said = f"<AddtlNtryInf>{text}</AddtlNtryInf>" if text else ""
    return (
        f'<Ntry>{number}<Amt Ccy="CHF">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"{days}{refs}{details}{said}</Ntry>"
    )


def statement(*entries: str, account: str = IBAN, head: str = "") -> str:
    return f"<Stmt><Acct><Id><IBAN>{account}</IBAN></Id></Acct>{head}{''.join(entries)}</Stmt>"


def document(*statements: str, kind: str = "053") -> str:
    inside = "".join(statements)
    outer = "BkToCstmrStmt"
    if kind == "054":
        outer, inside = "BkToCstmrDbtCdtNtfctn", inside.replace("Stmt>", "Ntfctn>")
    return f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08"><{outer}>{inside}</{outer}></Document>'


@pytest.fixture
def setting(database_url: str) -> Setting:
    return billed(database_url)


def billed(url: str) -> Setting:
    """Open: 94.59 and 189.18 of Alpina SA (the first and the fourth), 141.88 of Bergbahn AG, 189.18 of Cima Sagl."""
    address = {"street": "Rue du Lac", "house_number": "3", "postcode": "1003", "city": "Lausanne"}
    made_ = made(url, today=date(2025, 3, 31), iban=IBAN, qr_iban=QR_IBAN, address=address)
    people = {"ALPINA": "Alpina SA", "BAHN": "Bergbahn AG", "CIMA": "Cima Sagl"}
    customer = {"type": "customer", "country": "CH", "address": address}
    contract = {"type": "contract", "tariff": "q3", "tier": "standard", "start": "2025-01-01"}
    worked = {"type": "entry", "date": "2025-01-14"}
    load(
        made_,
        *(customer | {"code": code, "name": name} for code, name in people.items()),
        *(contract | {"customer": code} for code in people),
        *(worked | {"customer": c, "case": c, "minutes": m} for c, m in zip(people, (30, 45, 60), strict=True)),
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"},
        worked | {"customer": "ALPINA", "case": "A2", "date": "2025-02-10", "minutes": 60},
        {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
    )
    return made_


def take(setting: Setting, *statements: str, kind: str = "053") -> dict[str, Any]:
    return do(setting, ImportBankFile(file="in.xml", data=document(*statements, kind=kind).encode()))


def booked(answer: dict[str, Any]) -> Booked:
    return [(row["invoice"], row["amount"], row["date"]) for row in answer["booked"]]


def paid(setting: Setting, number: str) -> str:
    return str(documents.show(setting, number)["paid"])


ON = "2025-02-10"
CLOSING = (
    "<CreDtTm>2025-02-12T06:00:00</CreDtTm><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>"
    "<Dt><Dt>2025-02-10</Dt></Dt></Bal>"
)
TWO_AMOUNTS = '<AmtDtls><TxAmt><Amt Ccy="CHF">0.04</Amt></TxAmt></AmtDtls>'
NUMBER = "<Strd><RfrdDocInf><Nb>INV-2025-00001</Nb></RfrdDocInf></Strd>"
ULTIMATE = "<UltmtDbtr><Pty><Nm>Alpina SA</Nm></Pty></UltmtDbtr>"
SALARIES = [part(None, name=None), part(None, name=None)]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        # the day of a statement is that of its entries without one; a fee is none of a customer's
        ([statement(entry("94.59", part(ref=[REFERENCE]), on=None), entry("0.20", on=None, way="DBIT"), head=CLOSING)],
         [(FIRST, "94.59", ON)]),
        # money out is no matter of this program's, and so are its parts
        ([statement(entry("94.59", part(ref=[REFERENCE])), entry("12000.00", *SALARIES, way="DBIT"))],
         [(FIRST, "94.59", ON)]),
        # one transfer with two references
        ([statement(entry("283.77", part("283.77", ref=[REFERENCE, REFERENCE_4])))],
         [(FIRST, "94.59", ON), (FOURTH, "189.18", ON)]),
        # the number stands in the element that was made for it, or in what the bank adds
        ([statement(entry("50.00", part("50.00", remittance=NUMBER)))], [(FIRST, "50.00", ON)]),
        ([statement(entry("50.00", part("50.00", inside="<AddtlTxInf>INV-2025-00001 Alpina</AddtlTxInf>")))],
         [(FIRST, "50.00", ON)]),
        ([statement(entry("50.00", part("50.00", name=None), text="INV-2025-00001"))], [(FIRST, "50.00", ON)]),
        # a reference without the zeros that it begins with
        ([statement(entry("50.00", part("50.00", ref=[REFERENCE.lstrip("0")])))], [(FIRST, "50.00", ON)]),
        # who owes is named, and not who pays for him
        ([statement(entry("94.59", part(text=["Support"], parties=ULTIMATE)))], [(FIRST, "94.59", ON)]),
        # the account was credited less, or in another currency, or the part says something else: the entry counts
        ([statement(entry("89.59", part("94.59", ref=[REFERENCE])))], [(FIRST, "89.59", ON)]),
        ([statement(entry("94.59", part("100.00", currency="EUR", ref=[REFERENCE])))], [(FIRST, "94.59", ON)]),
        ([statement(entry("94.59", part(None, ref=[REFERENCE], inside=TWO_AMOUNTS)))], [(FIRST, "94.59", ON)]),
        # a value date that is ahead, booked already
        ([statement(entry("94.59", part(ref=[REFERENCE]), on="2025-04-02", booked="2025-03-31"))],
         [(FIRST, "94.59", "2025-03-31")]),
        # paid before the day of the invoice
        ([statement(entry("94.59", part(ref=[REFERENCE]), on="2025-01-30"))], [(FIRST, "94.59", "2025-01-30")]),
        # a number split over two lines
        ([statement(entry("50.00", part("50.00", text=["INV-2025-", "00001"])))], [(FIRST, "50.00", ON)]),
    ],
)  # fmt: skip
def test_what_is_booked(setting: Setting, statements: list[str], expected: Booked) -> None:
    answer = take(setting, *statements)
    assert (booked(answer), answer["open"]) == (expected, [])
    again = take(setting, *statements)
    assert (again["booked"], again["open"]) == ([], [])


def test_a_file_of_several_accounts(setting: Setting) -> None:
    answer = take(setting, statement(entry("94.59", part(ref=[REFERENCE]))), statement(entry("7.00"), account=OTHER))
    assert booked(answer) == [(FIRST, "94.59", ON)]
    assert answer["left_out"] == [{"account": OTHER, "amount": "", "reason": "a statement of another account"}]


@pytest.mark.parametrize("own", ["NONREF", "NOTPROVIDED", "0000000000", "000017", QR_IBAN, ""])
@pytest.mark.parametrize("counter", ["1", QR_IBAN, ""])
def test_what_names_nothing_makes_no_two_payments_one(setting: Setting, own: str, counter: str) -> None:
    """An instalment a month later, or of somebody else, is another payment, whatever the bank's field holds."""
    same = {"own": own, "counter": counter}
    for on, amount, ref in ((ON, "50.00", REFERENCE), ("2025-03-10", "50.00", REFERENCE), (ON, "141.88", REFERENCE_2)):
        one = entry(amount, part(amount, ref=[ref], name=None, own=own), on=on, **same)
        assert len(booked(take(setting, statement(one)))) == 1
        assert take(setting, statement(one))["known"] == 1
    assert (paid(setting, FIRST), paid(setting, SECOND)) == ("94.59", "141.88")


def test_a_notification_that_names_more_than_the_statement(setting: Setting) -> None:
    first = entry("50.00", part("50.00", ref=[REFERENCE]), own="E1")
    more = entry("50.00", part("50.00", ref=[REFERENCE], own="T1"), own="E1")
    assert len(booked(take(setting, statement(first)))) == 1
    assert take(setting, statement(more), kind="054")["known"] == 1
    assert paid(setting, FIRST) == "50.00"


def test_a_sum_that_was_settled_and_its_parts(setting: Setting) -> None:
    """What the bank credited once is booked once."""
    (item,) = take(setting, statement(entry("236.47", own="E9")))["open"]
    do(setting, SettleItem(item=item["id"], on=FIRST))
    parts = [part("94.59", ref=[REFERENCE], own="T1"), part("141.88", ref=[REFERENCE_2], own="T2", name="Bergbahn AG")]
    answer = take(setting, statement(entry("236.47", *parts, own="E9")), kind="054")
    assert (answer["booked"], answer["known"]) == ([], 2)
    assert documents.show(setting, SECOND)["status"] == "open"


SUMMED = entry("236.47", part("94.59", ref=[REFERENCE]), part("141.88", text=[SECOND], name="Bergbahn AG"))


@pytest.mark.parametrize("own", ["", "ZV2025/123456"])
@pytest.mark.parametrize("text", ["", "Sammelgutschrift", "Zahlungseingang 10.02.2025"])
@pytest.mark.parametrize("details", [SUMMED, entry("94.59", part("94.59", ref=[REFERENCE], name=None))])
@pytest.mark.parametrize("first", ["statement", "notification"])
def test_m14_what_the_bank_credited_once_is_booked_once(
    setting: Setting, own: str, text: str, details: str, first: str
) -> None:
    """The statement's general words were taken for those of another payment: the sum stayed on suspense beside its
    parts."""
    amount = "236.47" if details is SUMMED else "94.59"
    files = [("053", entry(amount, own=own, text=text)), ("054", details)]
    for kind, each in files if first == "statement" else reversed(files):
        take(setting, statement(each), kind=kind)
    assert ask(setting, AskOpenItems(everything=True))["open"] == []
    assert (paid(setting, FIRST), paid(setting, SECOND)) == ("94.59", "141.88" if details is SUMMED else "0.00")


@pytest.mark.parametrize("first", ["statement", "notification"])
@pytest.mark.parametrize("notified", ["<ValDt><Dt>2025-02-10</Dt></ValDt>", ""])
def test_m14_a_payment_whose_value_date_differs_by_file_is_one(setting: Setting, first: str, notified: str) -> None:
    """A notification without a value date, or with that of booking, was another payment than the statement's."""
    paid_ = part("50.00", text=[FOURTH]).replace("<Amt", "<Refs><EndToEndId>ABC-778</EndToEndId></Refs><Amt", 1)
    said = entry("50.00", paid_, on="2025-02-11", booked="2025-02-10")
    files = [("053", said), ("054", said.replace("<ValDt><Dt>2025-02-11</Dt></ValDt>", notified))]
    known = [
        take(setting, statement(each), kind=kind)["known"]
        for kind, each in (files if first == "statement" else reversed(files))
    ]
    assert (known, paid(setting, FOURTH)) == ([0, 1], "50.00")


def test_m14_the_parts_of_a_sum_that_is_settled_in_part_are_known(setting: Setting) -> None:
    """One of them was booked, one opened an item, and the rest of the sum waited as well."""
    (item,) = take(setting, statement(entry("236.47", text="Sammelgutschrift")))["open"]
    do(setting, SettleItem(item=item["id"], on=FIRST, amount=Decimal("94.59")))
    answer = take(setting, statement(SUMMED), kind="054")
    assert (answer["booked"], answer["open"], answer["known"]) == ([], [], 2)
    assert [row["amount"] for row in ask(setting, AskOpenItems())["open"]] == ["141.88"]


@pytest.mark.parametrize("amount", [None, "40.00"])
def test_m10_a_collection_that_came_back_without_amounts_of_its_parts_is_open(
    setting: Setting, amount: str | None
) -> None:
    """It was on suspense as any money out, and `payments open` said that nothing was."""
    (came,) = take(setting, statement(entry("94.59", part("94.59", ref=[REFERENCE]))))["booked"]
    parts = [part(amount, ref=[each], inside="<RtrInf/>") for each in (REFERENCE, REFERENCE_2)]
    (item,) = take(setting, statement(entry("94.59", *parts, way="DBIT", on="2025-02-15")))["open"]
    why = "it is 94.59, its parts are 80.00 in all" if amount else "its parts have no amounts"
    assert (item["reason"], item["out"]) == (why, True)
    assert ask(setting, AskOpenItems())["open"] == [item]
    do(setting, SettleItem(item=item["id"], on=came["payment"]))
    assert (paid(setting, FIRST), ask(setting, AskOpenItems())["open"]) == ("0.00", [])


@pytest.mark.parametrize("newest_first", [True, False])
def test_m10_paid_returned_and_paid_again_in_one_file(setting: Setting, newest_first: bool) -> None:
    """Decided by day: a file with the newest entry first had the return open, and the second payment as the first."""
    paid_ = part("94.59", ref=[REFERENCE])
    file = [
        entry("94.59", paid_, on="2025-02-10"),
        entry("94.59", part("94.59", ref=[REFERENCE], inside="<RtrInf/>"), way="DBIT", on="2025-02-15"),
        entry("94.59", paid_, on="2025-02-20"),
    ]
    answer = take(setting, statement(*(file[::-1] if newest_first else file)))
    assert sorted(booked(answer)) == [(FIRST, "94.59", "2025-02-10"), (FIRST, "94.59", "2025-02-20")]
    assert ([row["date"] for row in answer["returned"]], answer["open"]) == (["2025-02-15"], [])
    assert paid(setting, FIRST) == "94.59"


def test_m10_money_out_that_a_later_file_calls_a_return(setting: Setting) -> None:
    """A statement without details had it on suspense, and the notification's return was known by that."""
    take(setting, statement(entry("94.59", part("94.59", ref=[REFERENCE]))))
    take(setting, statement(entry("94.59", way="DBIT", on="2025-02-15", text="Belastung")))
    back = entry("94.59", part("94.59", ref=[REFERENCE], inside="<RtrInf/>"), way="DBIT", on="2025-02-15")
    assert len(take(setting, statement(back), kind="054")["returned"]) == 1
    assert (paid(setting, FIRST), ask(setting, AskOpenItems(everything=True))["open"]) == ("0.00", [])


def test_two_equal_payments_in_two_notifications_and_the_statement(setting: Setting) -> None:
    one = entry("50.00", part("50.00", text=[FOURTH]))
    for _ in range(2):
        take(setting, statement(one), kind="054")
    take(setting, statement(one, one))
    assert paid(setting, FOURTH) == "100.00"


def test_a_number_that_is_somebody_elses_stays_open(setting: Setting) -> None:
    """Payer, amount and number do not say the same."""
    (item,) = take(setting, statement(entry("141.88", part("141.88", text=[FIRST], name="Bergbahn AG"))))["open"]
    assert FIRST in item["reason"] and SECOND in item["reason"]


def test_one_transfer_for_all_that_is_open(setting: Setting) -> None:
    """It is proposed, and booked by hand part by part."""
    (item,) = take(setting, statement(entry("283.77", part("283.77", text=["Januar und Februar"]))))["open"]
    assert FIRST in item["reason"] and FOURTH in item["reason"]
    with pytest.raises(BadInput, match="is left of"):
        do(setting, SettleItem(item=item["id"], on=FIRST, amount=Decimal("300")))
    for number, amount in ((FIRST, "94.59"), (FOURTH, "189.18")):
        do(setting, SettleItem(item=item["id"], on=number, amount=Decimal(amount)))
        assert documents.show(setting, number)["status"] == "paid"


@pytest.mark.parametrize(
    ("before", "encoding"),
    [("\ufeff", "utf-8"), ("", "iso-8859-1"), ("", "windows-1252"), ("\ufeff", "utf-16-le"), ("\n  ", "utf-8")],
)
def test_encodings(setting: Setting, before: str, encoding: str) -> None:
    said = document(statement(entry("94.59", part(ref=[REFERENCE], name="Zürcher"))))
    written = "utf-16" if encoding.startswith("utf-16") else encoding
    data = f'{before}<?xml version="1.0" encoding="{written}"?>{said}'.encode(encoding)
    assert booked(do(setting, ImportBankFile(file="in.xml", data=data))) == [(FIRST, "94.59", ON)]


def test_what_was_paid_by_hand_stops_no_file(setting: Setting) -> None:
    do(setting, Pay(invoice=FIRST))
    answer = take(
        setting, statement(entry("94.59", part(ref=[REFERENCE])), entry("141.88", part("141.88", ref=[REFERENCE_2])))
    )
    assert booked(answer) == [(SECOND, "141.88", ON)]
    assert answer["open"][0]["reason"] == "INV-2025-00001 is paid already"


def test_m14_what_is_credited_or_written_off_is_not_called_paid(setting: Setting) -> None:
    """Each with what would fit, where something does."""
    do(setting, Pay(invoice=FIRST))
    do(setting, CreditInvoice(invoice=SECOND, reason="wrong"))
    do(setting, WriteOff(invoice="INV-2025-00003", reason="lost", yes=True))
    amounts = {FIRST: "189.18", SECOND: "141.88", "INV-2025-00003": "7.00"}
    answer = take(setting, statement(*(entry(a, part(a, text=[n], name=None)) for n, a in amounts.items())))
    assert [row["reason"] for row in answer["open"]] == [
        "INV-2025-00001 is paid already; INV-2025-00004 would fit by the amount",
        "INV-2025-00002 is credited, and nothing is open on it",
        "INV-2025-00003 is written off",
    ]


def test_m14_an_entry_of_nothing_is_told_and_opens_no_item(setting: Setting) -> None:
    """There is nothing to book, and `settle` refused it for ever; one that an earlier version kept is not open."""
    answer = take(setting, statement(entry("0.00", text="Kontoabschluss"), entry("94.59", part(ref=[REFERENCE]))))
    assert answer["left_out"] == [{"account": IBAN, "amount": "0.00", "reason": "its amount is nothing"}]
    assert (booked(answer), answer["open"]) == ([(FIRST, "94.59", ON)], [])
    ((movement,),) = camt.read(document(statement(entry("0.00", text="Kontoabschluss"))).encode()).entries
    with setting.engine.begin() as connection:
        journal.begin(connection, "2025-01-01T12:00:00.000000Z", None)
        bank.keep(connection, [(movement, "its amount is nothing", movement.value_on)])
        journal.flush(connection)
    assert ask(setting, AskOpenItems(everything=True))["open"] == []


# The parts of an entry, without a database


def transacted(amount: str, currency: str = "CHF") -> str:
    return f'<AmtDtls><TxAmt><Amt Ccy="{currency}">{amount}</Amt></TxAmt></AmtDtls>'


def charged(amount: str) -> str:
    return f'<Chrgs><Rcrd><Amt Ccy="CHF">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>'


DEBIT = "<CdtDbtInd>DBIT</CdtDbtInd>"


@pytest.mark.parametrize(
    ("whole", "parts", "expected"),
    [
        # the amount of a part stands where the transaction's does, in most files of version 08
        ("140.00", [part(None, inside=transacted("50.00")), part(None, inside=transacted("90.00"))],
         [("50.00", True, "0.00"), ("90.00", True, "0.00")]),
        # its own comes before the transaction's, which may be in what was paid
        ("140.00", [part("50.00", inside=transacted("7.00")), part("90.00")],
         [("50.00", True, "0.00"), ("90.00", True, "0.00")]),
        # a part may go the other way than the entry
        ("60.00", [part("90.00"), part("30.00", inside=DEBIT)], [("90.00", True, "0.00"), ("30.00", False, "0.00")]),
        # what the bank kept back of a part, or of the entry: then it is of the largest
        ("135.00", [part("50.00", inside=charged("2.00")), part("90.00", inside=charged("3.00"))],
         [("48.00", True, "2.00"), ("87.00", True, "3.00")]),
        ("135.00", [part("50.00"), part("90.00"), charged("5.00")], [("50.00", True, "0.00"), ("85.00", True, "5.00")]),
        ("135.00", [part("90.00"), part("50.00"), charged("5.00")],
         [("85.00", True, "5.00"), ("50.00", True, "0.00")]),
    ],
)  # fmt: skip
def test_m14_each_part_has_its_amount_its_way_and_its_charges(
    whole: str, parts: list[str], expected: list[tuple[str, bool, str]]
) -> None:
    of_entry = "".join(each for each in parts if each.startswith("<Chrgs>"))
    there = entry(whole, *(each for each in parts if each.startswith("<Tx")))
    data = document(statement(there.replace("<NtryDtls>", f"{of_entry}<NtryDtls>")))
    (found,) = camt.read(data.encode()).entries
    assert [(str(m.amount), m.incoming, str(m.charges)) for m in found] == expected


@pytest.mark.parametrize(
    ("whole", "parts", "says"),
    [
        ("140.00", [part("50.00"), part(None)], "its parts have no amounts"),
        ("140.00", [part("50.00"), part("90.00", currency="EUR")], "its parts are in EUR"),
        ("140.01", [part("50.00"), part("90.00")], "it is 140.01, its parts are 140.00 in all"),
        ("60.01", [part("90.00"), part("30.00", inside=DEBIT)], "it is 60.01, its parts are 60.00 in all"),
        ("50.00", [part("50.00"), part("5.00", inside=charged("5.00"))], "it is 50.00, its parts are 55.00 in all"),
        ("48.00", [part("50.00"), part("3.00", inside=charged("5.00"))], "it is 48.00, its parts are 53.00 in all"),
    ],
)
def test_m14_parts_that_do_not_come_to_the_entry_leave_it_open_as_a_whole(
    whole: str, parts: list[str], says: str
) -> None:
    (found,) = camt.read(document(statement(entry(whole, *parts))).encode()).entries
    assert [(str(m.amount), m.incoming, str(m.odd)) for m in found] == [(whole, True, says)]


def test_what_cannot_be_read_is_left_out_with_its_amount_as_it_stands_m14() -> None:
    """An amount that is none, one of three decimals, an entry without one, one without direction, without a day."""
    odd = [
        entry("1,50"), entry("12.345"), entry(" 7.5 ").replace("CRDT", "DEBIT"), entry("8.00", on=None),
        entry().replace('<Amt Ccy="CHF">94.59</Amt>', ""), entry("10000000000.00"), entry("-1.00"), entry("1e3"),
    ]  # fmt: skip
    file = camt.read(document(statement(*odd, entry("0.00"), entry("9999999999.99"), entry("3", own="R1"))).encode())
    assert [(out.account, out.amount) for out in file.left_out] == [
        (IBAN, amount) for amount in ("1,50", "12.345", "7.5", "8.00", "", "10000000000.00", "-1.00", "1e3")
    ]
    assert [str(out.reason) for out in file.left_out][2:5] == [
        "it is neither credit nor debit: 'DEBIT'", "it has no day, and its statement has none",
        "its amount '' is none of 0 or more with two decimals",
    ]  # fmt: skip
    assert [str(one.amount) for (one,) in file.entries] == ["0.00", "9999999999.99", "3.00"]
    assert {one.currency for (one,) in file.entries} == {"CHF"}


def test_what_money_out_says_of_itself_m13_m14() -> None:
    """Whom it went to, for whom in the first place, the words, the id; a word for none is no id."""
    parties = "<Cdtr><Pty><Nm>Agent</Nm></Pty></Cdtr><UltmtCdtr><Pty><Nm>Alpina SA</Nm></Pty></UltmtCdtr>"
    for given, kept in (("E2E-17", "E2E-17"), ("NOTPROVIDED", None)):
        words = part("20.00", text=["back"], parties=parties, own="R2")
        words = words.replace("</Refs>", f"<EndToEndId>{given}</EndToEndId></Refs>")
        ((out,),) = camt.read(
            document(statement(entry("20.00", words, own="R2", way="DBIT", text="to you"))).encode()
        ).entries
        assert (out.name, out.text, out.end_to_end, out.is_batch) == ("Alpina SA", "back to you", kept, True)
