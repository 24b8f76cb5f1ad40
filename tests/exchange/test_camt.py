"""Bank files: camt.053 and camt.054 in three versions, each movement booked once (M10, L5)."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from billing.errors import Already, BadInput
from billing.exchange import camt
from billing.office.transaction import Setting
from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
from tests import support
from tests.invoicing import documents
from tests.support import ask, do, init, load, made

IBAN = "CH9300762011623852957"
SHAPES = [(kind, version) for kind in ("053", "054") for version in ("02", "04", "08")]


def entry(kind: str, version: str, amount: str, text: str, own: str = "T1", **how: str) -> str:
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version == "08" else "<Sts>BOOK</Sts>"
    name = how.get("name", "Alpina SA")
    debtor = f"<Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr>" if version == "08" else f"<Dbtr><Nm>{name}</Nm></Dbtr>"
    remittance = f"<Strd><CdtrRefInf><Ref>{how['ref']}</Ref></CdtrRefInf></Strd>" if "ref" in how else ""
    whole = how.get("whole", amount)
    direction = how.get("direction", "CRDT")
    details = (
        f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>{own}</AcctSvcrRef><EndToEndId>{how.get('e2e', 'E' + own)}</EndToEndId>"
        f'</Refs><Amt Ccy="{how.get("currency", "CHF")}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'
        f"<RltdPties>{debtor}</RltdPties><RmtInf><Ustrd>{text}</Ustrd>{remittance}</RmtInf></TxDtls></NtryDtls>"
    )
    return (
        f'<Ntry><Amt Ccy="{how.get("currency", "CHF")}">{whole}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'
        f"<RvslInd>{how.get('reversal', 'false')}</RvslInd>{status}<ValDt><Dt>2025-03-01</Dt></ValDt>"
        f"<AcctSvcrRef>N{own}</AcctSvcrRef>{'' if how.get('batch') else details}</Ntry>"
    )


def file(kind: str, version: str, *entries: str, account: str = IBAN) -> bytes:
    outer, inner = ("BkToCstmrStmt", "Stmt") if kind == "053" else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    return (
        f'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}"><{outer}>'
        f"<{inner}><Acct><Id><IBAN>{account}</IBAN></Id></Acct>{''.join(entries)}</{inner}></{outer}></Document>"
    ).encode()


@pytest.fixture
def setting(database_url: str) -> Setting:
    """A Swiss issuer with two open invoices: INV-2025-00001 over 283.76 and INV-2025-00002 over 94.59."""
    made_ = made(database_url, iban=IBAN)
    load(
        made_,
        {"type": "customer", "code": "ALPINA", "name": "Alpina SA", "country": "CH"},
        {"type": "contract", "customer": "ALPINA", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        {"type": "entry", "customer": "ALPINA", "case": "A", "date": "2025-01-10", "minutes": 90},
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"},
        {"type": "entry", "customer": "ALPINA", "case": "B", "date": "2025-02-10", "minutes": 30},
        {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
    )
    return made_


def import_file(setting: Setting, name: str, data: bytes, dry_run: bool = False) -> dict[str, Any]:
    return do(setting, ImportBankFile(file=name, data=data), dry_run=dry_run)


def open_items(setting: Setting) -> dict[str, Any]:
    return ask(setting, AskOpenItems())


def settle(setting: Setting, item: str, on: str, key: str | None = None) -> dict[str, Any]:
    return do(setting, SettleItem(item=item, on=on), key)


def status(setting: Setting, number: str) -> tuple[str, str]:
    shown = documents.show(setting, number)
    return shown["status"], shown["paid"]


@pytest.mark.parametrize(("kind", "version"), SHAPES)
def test_each_version_books_once_however_often(setting: Setting, kind: str, version: str) -> None:
    """M14: a credit that names an open invoice is booked on it, by whatever file it comes."""
    data = file(kind, version, entry(kind, version, "283.76", "INV-2025-00001"))
    first = import_file(setting, "a", data)
    assert [(b["invoice"], b["amount"]) for b in first["booked"]] == [("INV-2025-00001", "283.76")]
    again = import_file(setting, "a", data)
    assert (again["booked"], again["known"]) == ([], 1)
    for other, other_version in SHAPES:
        same = import_file(setting, "b", file(other, other_version, entry(other, other_version, "283.76", "x")))
        assert (same["booked"], same["known"]) == ([], 1)
    assert status(setting, "INV-2025-00001") == ("paid", "283.76")


def test_a_preview_books_nothing(setting: Setting) -> None:
    data = file("053", "08", entry("053", "08", "283.76", "INV-2025-00001"))
    assert len(import_file(setting, "a", data, dry_run=True)["booked"]) == 1
    assert status(setting, "INV-2025-00001") == ("open", "0.00")
    assert len(import_file(setting, "a", data)["booked"]) == 1


def test_part_over_several_and_unmatched(setting: Setting) -> None:
    """A part payment leaves the invoice open; one credit pays several; what is over is the customer's money (M10)."""
    part = import_file(setting, "a", file("053", "04", entry("053", "04", "100.00", "inv 2025 00001", "T1")))
    assert part["booked"][0]["status"] == "open"
    both = file("053", "04", entry("053", "04", "300.00", "INV-2025-00001 INV-2025-00002", "T2"))
    booked = import_file(setting, "b", both)["booked"]
    assert [(b["invoice"], b["amount"]) for b in booked] == [("INV-2025-00001", "183.76"), ("INV-2025-00002", "116.24")]
    assert status(setting, "INV-2025-00002") == ("paid", "94.59")
    lost = import_file(setting, "c", file("053", "04", entry("053", "04", "5.00", "?", "T3", name="Nobody")))
    assert lost["open"][0]["reason"] == "no reference, and no open invoice of this amount"
    again = import_file(setting, "d", file("053", "04", entry("053", "04", "9.00", "INV-2025-00001", "T4")))
    assert again["open"][0]["reason"] == "INV-2025-00001 is paid already"
    assert len(open_items(setting)["open"]) == 2


def test_an_open_item_is_settled_once(setting: Setting) -> None:
    found = import_file(setting, "a", file("053", "08", entry("053", "08", "94.59", "thanks", name="X")))
    item = found["open"][0]["id"]
    assert settle(setting, item, "INV-2025-00002")["status"] == "paid"
    assert open_items(setting)["open"] == []
    with pytest.raises(BadInput, match="no open item"):
        settle(setting, item, "INV-2025-00001")


def test_the_payers_name_and_the_amount_are_enough(setting: Setting) -> None:
    found = import_file(setting, "a", file("053", "08", entry("053", "08", "94.59", "thanks")))
    assert found["booked"][0]["invoice"] == "INV-2025-00002"


def test_a_sum_first_and_its_parts_later(setting: Setting) -> None:
    """A statement with the sum alone, then the notification with the parts: the parts take the sum's place."""
    whole = file("053", "08", entry("053", "08", "283.76", "", "T9", batch="1"))
    assert len(import_file(setting, "a", whole)["open"]) == 1
    parts = file("054", "08", entry("054", "08", "283.76", "INV-2025-00001", "T9"))
    assert len(import_file(setting, "b", parts)["booked"]) == 1
    assert open_items(setting)["open"] == []
    assert import_file(setting, "c", whole)["known"] == 1


def test_a_return_bounces_the_payment(setting: Setting) -> None:
    """M10: the invoice is open again."""
    import_file(setting, "a", file("053", "08", entry("053", "08", "283.76", "INV-2025-00001", "T1", e2e="X1")))
    back = entry("053", "08", "283.76", "return", "T2", e2e="X1", reversal="true", direction="DBIT")
    returned = import_file(setting, "b", file("053", "08", back))
    assert returned["returned"][0]["invoice"] == "INV-2025-00001"
    assert status(setting, "INV-2025-00001")[0] == "open"
    assert import_file(setting, "b", file("053", "08", back))["known"] == 1


DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "boom">]><Document>&e;</Document>'
GOOD = file("053", "08", entry("053", "08", "283.76", "INV-2025-00001"))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (DTD, "declares a document type"),
        (GOOD[:-40], "no whole XML document"),
        (GOOD.replace(b"camt.053.001.08", b"camt.053.001.99"), "versions 02, 04, 08"),
        (GOOD.replace(b"camt.053.001.08", b"pain.001.001.03"), "versions 02, 04, 08"),
        (GOOD.replace(IBAN.encode(), b"CH5604835012345678009"), "is of account CH5604835012345678009"),
        (b"", "no whole XML document"),
    ],
)
def test_what_is_no_such_file_is_refused_whole(setting: Setting, data: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says.replace("(", r"\(")):
        import_file(setting, "bad", data)
    assert status(setting, "INV-2025-00001") == ("open", "0.00")


def test_read_gives_amounts_exactly() -> None:
    ((movement,),) = camt.read(GOOD).entries
    assert (movement.amount, movement.incoming, movement.name) == (Decimal("283.76"), True, "Alpina SA")


def test_a_preview_uses_up_no_number(setting: Setting) -> None:
    """On PostgreSQL each preview moved a sequence on, and the next item was B4."""
    data = file("053", "08", entry("053", "08", "12.00", "who", "X1"), entry("053", "08", "13.00", "who", "X2"))
    for _ in range(3):
        assert [item["id"] for item in import_file(setting, "a", data, dry_run=True)["open"]] == ["B1", "B2"]
    assert [item["id"] for item in import_file(setting, "a", data)["open"]] == ["B1", "B2"]
    more = file("053", "08", entry("053", "08", "14.00", "who", "X3"))
    assert [item["id"] for item in import_file(setting, "b", more)["open"]] == ["B3"]


# What a review of the bank's files found


def test_a_return_of_what_paid_several_invoices_takes_all_of_it_back(setting: Setting) -> None:
    """M10: it took back the first invoice's part only, and the rest of the money was nowhere."""
    both = entry("053", "08", "378.35", "INV-2025-00001 INV-2025-00002", "T1", e2e="X1")
    assert len(import_file(setting, "a", file("053", "08", both))["booked"]) == 2
    back = entry("053", "08", "378.35", "return", "T2", e2e="X1", reversal="true", direction="DBIT")
    returned = import_file(setting, "b", file("053", "08", back))["returned"]
    assert [(row["invoice"], row["amount"]) for row in returned] == [
        ("INV-2025-00001", "283.76"),
        ("INV-2025-00002", "94.59"),
    ]
    assert [status(setting, f"INV-2025-0000{n}")[0] for n in (1, 2)] == ["open", "open"]
    assert import_file(setting, "b", file("053", "08", back))["known"] == 1


def test_one_credit_under_the_qr_iban_and_the_iban_is_one(setting: Setting) -> None:
    """The notification names the QR-IBAN, the statement the account."""
    init(setting, qr_iban="CH4431999123000889012")
    paid = entry("054", "04", "283.76", "INV-2025-00001", "T1")
    assert import_file(setting, "a", file("054", "04", paid, account="CH4431999123000889012"))["booked"]
    assert import_file(setting, "b", file("053", "08", entry("053", "08", "283.76", "INV-2025-00001", "T1")))[
        "known"
    ] == 1  # fmt: skip


def test_a_return_with_the_bank_reference_of_its_credit(setting: Setting) -> None:
    import_file(setting, "a", file("053", "08", entry("053", "08", "283.76", "INV-2025-00001", "T1", e2e="X1")))
    back = entry("053", "08", "283.76", "return", "T1", e2e="X1", reversal="true", direction="DBIT")
    assert len(import_file(setting, "b", file("053", "08", back))["returned"]) == 1
    assert status(setting, "INV-2025-00001")[0] == "open"


def test_a_debit_that_was_reversed_is_nobodys_payment(setting: Setting) -> None:
    """ISO 20022: CRDT with RvslInd is money of the issuer's that came back; it takes no payment back and makes none."""
    import_file(setting, "a", file("053", "08", entry("053", "08", "283.76", "INV-2025-00001", "T1", e2e="X1")))
    came_back = entry("053", "08", "283.76", "INV-2025-00001", "T2", e2e="X1", reversal="true")
    found = import_file(setting, "b", file("053", "08", came_back))
    assert (found["booked"], found["returned"], len(found["open"])) == ([], [], 1)
    assert status(setting, "INV-2025-00001")[0] == "paid"


def test_a_return_that_nothing_matches_is_open_and_settled_by_its_payment(setting: Setting) -> None:
    paid = entry("053", "08", "283.76", "INV-2025-00001", "T1", e2e="X1")
    payment = import_file(setting, "a", file("053", "08", paid))["booked"][0]["payment"]
    back = entry("053", "08", "283.76", "back", "T2", e2e="OTHER", reversal="true", direction="DBIT")
    (item,) = import_file(setting, "b", file("053", "08", back))["open"]
    assert item["command"].endswith(" CUSTOMER|PAYMENT")
    assert [row["id"] for row in open_items(setting)["open"]] == [item["id"]]
    assert settle(setting, item["id"], payment)["status"] == "open"
    assert open_items(setting)["open"] == []


def test_money_in_another_currency_settles_nothing(setting: Setting) -> None:
    dollars = entry("053", "08", "283.76", "INV-2025-00001", "T1", currency="USD")
    (item,) = import_file(setting, "a", file("053", "08", dollars))["open"]
    with pytest.raises(BadInput, match="is in CHF, the money is USD"):
        settle(setting, item["id"], "INV-2025-00001")
    assert status(setting, "INV-2025-00001") == ("open", "0.00")


SECOND = entry("053", "08", "94.59", "INV-2025-00002", "T7")


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (("283.76", "-283.76"), "its amount '-283.76' is none of 0 or more with two decimals"),
        (("283.76", "1e3"), "its amount '1e3' is none of 0 or more with two decimals"),
        (("CRDT", "BOTH"), "it is neither credit nor debit: 'BOTH'"),
        (("2025-03-01", "2025-02-30"), "it has no day, and its statement has none"),
        (("2025-03-01", "0001-01-01"), "it has no day, and its statement has none"),
        (("2025-03-01", "2100-01-01"), "its value date 2100-01-01 is in the future: import it then"),
    ],
)
def test_one_odd_entry_is_left_out_by_name(setting: Setting, odd: tuple[str, str], reason: str) -> None:
    """M14: it never stops the file; put right, it is booked with the next one."""
    first = entry("053", "08", "283.76", "INV-2025-00001", "T1")
    found = import_file(setting, "a", file("053", "08", first.replace(*odd), SECOND))
    assert [row["invoice"] for row in found["booked"]] == ["INV-2025-00002"]
    assert [row["reason"] for row in found["left_out"]] == [reason]
    found = import_file(setting, "b", file("053", "08", first, SECOND))
    assert ([row["invoice"] for row in found["booked"]], found["known"]) == (["INV-2025-00001"], 1)
    assert "left_out" not in found


def test_parts_that_are_not_the_whole_leave_it_open(setting: Setting) -> None:
    """M14: the entry's amount counts; nobody knows whose it is until somebody says so, part by part."""
    one = entry("053", "08", "283.76", "INV-2025-00001", "T1", whole="400.00")
    two = entry("053", "08", "94.59", "INV-2025-00002", "T2", whole="400.00")
    details = two[two.index("<NtryDtls>") : two.index("</Ntry>")]
    data = file("053", "08", one.replace("</Ntry>", f"{details}</Ntry>"))
    (item,) = import_file(setting, "a", data)["open"]
    assert (item["amount"], item["reason"]) == ("400.00", "it is 400.00, its parts are 378.35 in all")
    assert import_file(setting, "a", data)["known"] == 1


def test_an_item_is_settled_in_parts(setting: Setting) -> None:
    """M14: one payment on two invoices; what is left of it stays open, and never more than there is is booked."""
    data = file("053", "08", entry("053", "08", "380.00", "both of them", "T1", name="X"))
    item = import_file(setting, "a", data)["open"][0]["id"]
    part = do(setting, SettleItem(item=item, on="INV-2025-00001", amount=Decimal("283.76")))
    assert (part["status"], part["amount"]) == ("paid", "283.76")
    assert [row["amount"] for row in open_items(setting)["open"]] == ["96.24"]
    with pytest.raises(BadInput, match=r"96\.24 is left of B1"):
        do(setting, SettleItem(item=item, on="INV-2025-00002", amount=Decimal("96.25")))
    do(setting, SettleItem(item=item, on="INV-2025-00002", amount=Decimal("90.00")))
    assert [row["amount"] for row in open_items(setting)["open"]] == ["6.24"]
    assert settle(setting, item, "INV-2025-00002")["status"] == "paid"
    assert open_items(setting)["open"] == []
    assert import_file(setting, "a", data)["known"] == 1
    assert status(setting, "INV-2025-00002") == ("paid", "94.59")
    assert support.audit(setting)["ok"]


def test_one_reference_for_an_entry_and_its_part(setting: Setting) -> None:
    """Banks give both the same; the part is kept all the same, and known the next time."""
    data = file("053", "08", entry("053", "08", "12.00", "who", "T1")).replace(b">NT1<", b">T1<")
    assert len(import_file(setting, "a", data)["open"]) == 1
    assert import_file(setting, "a", data)["known"] == 1


# What it costs


def test_the_open_invoices_are_read_once_a_file(database_url: str) -> None:
    """50 credits that nothing names, beside the invoices of 100 customers: they cost 10,251 statements."""
    setting = made(database_url, iban=IBAN)
    codes = [f"C{place:03}" for place in range(100)]
    contract = {"type": "contract", "tariff": "q3", "tier": "standard", "start": "2025-01-01"}
    load(
        setting,
        *({"type": "customer", "code": code, "name": f"Customer {code}", "country": "CH"} for code in codes),
        *(contract | {"customer": code} for code in codes),
        *({"type": "entry", "customer": code, "date": "2025-01-10", "minutes": 30} for code in codes),
    )
    load(setting, {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"})
    seen: list[str] = []
    event.listen(setting.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    data = file("053", "08", *(entry("053", "08", "94.59", "thanks", f"T{n}", name="Who") for n in range(50)))
    found = import_file(setting, "a", data)
    assert (len(found["open"]), found["booked"]) == (50, [])
    assert len(seen) <= 18, seen


# Ids (L5)


def test_a_file_under_an_id_is_that_file(setting: Setting) -> None:
    first = ImportBankFile(file="a", data=GOOD)
    assert len(do(setting, first, "feb")["booked"]) == 1
    again = do(setting, ImportBankFile(file="other name", data=GOOD), "feb")
    assert (again["known"], again["booked"], again["unchanged"]) == (1, [], True)
    with pytest.raises(Already):
        do(setting, ImportBankFile(file="a", data=GOOD.replace(b"283.76", b"283.77")), "feb")
    assert support.audit(setting)["ok"]


def test_settled_under_an_id_is_settled_once(setting: Setting) -> None:
    found = import_file(setting, "a", file("053", "08", entry("053", "08", "94.59", "thanks", name="X")))
    item = found["open"][0]["id"]
    assert settle(setting, item, "INV-2025-00002", "s")["status"] == "paid"
    again = settle(setting, item, "INV-2025-00002", "s")
    assert (again["status"], again["unchanged"]) == ("paid", True)
    assert support.audit(setting)["ok"]
