"""The letterhead through the door: set, taken away, kept with what was issued (M8), in e-invoices (BG-6, BG-9)."""

from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from billing.errors import BadInput
from billing.exchange.einvoice import mapping
from billing.office.transaction import Setting
from billing.requests.bank import ImportBankFile
from billing.requests.parties import AskHead, AskLogo
from billing.service import Billing
from billing.store import migrate, schema
from tests import support
from tests.documents.samples import credit_note, line
from tests.documents.test_letterhead import SVG, png
from tests.exchange.einvoice import peppol, validators
from tests.invoicing import documents, einvoices, files
from tests.support import init, load, made

THERE = {"street": "Hauptstr.", "house_number": "1", "postcode": "10115", "city": "Berlin"}
GERMAN: dict[str, Any] = {
    "vat_id": "DE136695976", "iban": "DE89370400440532013000", "electronic_address": "9930:DE136695976",
    "address": THERE,
}  # fmt: skip


def sold(setting: Setting, key: str, on: str = "2025-03-01", **more: Any) -> None:
    load(setting, {"type": "purchase", "id": key, "customer": "KUNDE", "product": "pack-12h", "price": "900",
                   "date": on} | more)  # fmt: skip


@pytest.fixture
def german(database_url: str) -> Setting:
    setting = made(database_url, "DE", **GERMAN)
    load(
        setting,
        {"type": "customer", "code": "KUNDE", "name": "Kunde GmbH", "country": "DE", "vat_id": "DE136695976",
         "electronic_address": "9930:DE136695976", "attention": "Frau Meier",
         "address": THERE | {"second_line": "Hinterhaus"}},
        {"type": "contract", "customer": "KUNDE", "tariff": "qualiodoo", "start": "2025-01-01"},
    )  # fmt: skip
    return setting


def test_M8_a_later_logo_changes_no_earlier_document(german: Setting) -> None:
    init(german, logo=SVG, accent="#1F4E79", legal=("de:HRB 1", "Registered in Berlin"))
    sold(german, "a")
    first = documents.document(german, "INV-2025-00001").issuer.head
    init(german, logo=png(), accent="", legal=("",))
    sold(german, "b")
    init(german, logo=b"")
    sold(german, "c")
    heads = [documents.document(german, f"INV-2025-0000{n}").issuer.head for n in (1, 2, 3)]
    assert heads[0] == first and first.legal == ("HRB 1",) and first.accent == "#1F4E79"
    assert [bool(head.logo) for head in heads] == [True, True, False]
    assert heads[1].logo != first.logo and (heads[1].accent, heads[1].legal) == (None, ())
    ours = Billing(german)
    assert [ours.ask(AskLogo(digest=str(head.logo))).data for head in heads[:2]] == [SVG, png()]
    drawn = [files.pdf(german, f"INV-2025-0000{n}") for n in (1, 2, 3)]  # made now, each with its own
    assert [b"/Subtype /Image" in pdf for pdf in drawn] == [False, True, False]
    assert support.audit(german)["ok"]


def test_lines_of_law_take_the_place_of_their_language(german: Setting) -> None:
    init(german, legal=("fr:RCS", "de:HRB 1", "de:Geschäftsführer: Max"))
    asked = [Billing(german).ask(AskHead(language=language)).head for language in ("de", "fr", "it")]
    assert [head and head.legal for head in asked] == [("HRB 1", "Geschäftsführer: Max"), ("RCS",), ()]
    assert init(german, legal=("de:HRB 2",))["legal"] == ["de:HRB 2", "fr:RCS"]
    assert init(german, legal=("de:",))["legal"] == ["fr:RCS"]
    assert "legal" not in init(german, unset=("legal",))
    for wrong in (("es:Registro",), tuple(f"fr:{n}" for n in range(5))):
        with pytest.raises(BadInput):
            init(german, legal=wrong)


@pytest.mark.parametrize("accent", ["red", "#12345", "#ffff00"])
def test_a_colour_that_nobody_could_read_is_refused(german: Setting, accent: str) -> None:
    with pytest.raises(BadInput):
        init(german, accent=accent)


def test_a_logo_of_too_many_bytes_is_refused(german: Setting) -> None:
    with pytest.raises(BadInput, match="500001 bytes") as refused:
        init(german, logo=SVG + b" " * (500_001 - len(SVG)))
    assert refused.value.code == "bad-image"


def test_peppol_between_Germans_wants_a_contact_and_gets_it(german: Setting) -> None:
    """DE-R-001 to DE-R-009: `check` said that the UBL can be issued, and the access point refused it."""
    sold(german, "a")
    found = einvoices.check(german, "INV-2025-00001", "ubl")
    missing = "\n".join(row for format in found["formats"] for row in format["missing"])
    assert not found["ok"] and "--phone PHONE" in missing and "--email EMAIL" in missing
    init(german, phone="+49 30 1234", email="rechnung@demo.example", contact="Buchhaltung")
    sold(german, "b")
    load(german, {"type": "invoice-credit", "invoice": "INV-2025-00002", "reason": "mistake", "date": "2025-03-02"})
    for number in ("INV-2025-00002", "CN-2025-00001"):
        assert einvoices.check(german, number, "ubl")["ok"]
        xml = files.xml(german, number, "ubl")
        assert validators.schema_faults(xml) == [] and validators.rule_faults(xml, validators.EN_UBL) == []
        assert peppol.faults(xml) == []
        root = etree.fromstring(xml)
        assert root.xpath("//*[local-name()='Contact']/*[local-name()='Name']/text()") == ["Buchhaltung", "Frau Meier"]
        assert root.findtext(".//{*}AdditionalStreetName") == "Hinterhaus"
        cii = files.xml(german, number, "cii")
        assert validators.schema_faults(cii) == [] and validators.rule_faults(cii, validators.EN_CII) == []
        assert b"+49 30 1234" in cii and b"Frau Meier" in cii


def test_a_pack_says_until_when_it_is_valid(german: Setting) -> None:
    sold(german, "a")
    (row,) = documents.document(german, "INV-2025-00001").lines
    assert row.validity == "gültig 1 Jahr ab vollständiger Bezahlung"


def test_check_says_for_whom_a_format_is_fit(german: Setting) -> None:
    init(german, phone="+49 30 1234", email="rechnung@demo.example")
    sold(german, "a")
    fit = {row["format"]: row.get("fit") for row in einvoices.check(german, "INV-2025-00001")["formats"]}
    assert fit["ubl"] == "for receivers in Peppol" and fit["cii"] == "not for Peppol, which takes UBL"


def test_a_belgian_invoice_is_found_by_its_structured_communication(database_url: str) -> None:
    """As the bank has it in a field of its own, and as somebody typed it (M14)."""
    setting = made(database_url, "BE", iban="BE68539007547034", vat_id="BE0123456749", address=THERE)
    load(
        setting,
        {"type": "customer", "code": "KUNDE", "name": "Klant NV", "country": "BE", "language": "fr"},
        {"type": "contract", "customer": "KUNDE", "tariff": "qualiodoo", "start": "2025-01-01"},
    )
    sold(setting, "a")
    sold(setting, "b")
    paid = [documents.document(setting, f"INV-2025-0000{n}").payment for n in (1, 2)]
    assert [one and one.reference for one in paid] == ["250000000186", "250000000287"]
    entry = (
        '<Ntry><Amt Ccy="EUR">1089.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt>'
        "<Dt>2025-03-0{day}</Dt></BookgDt><NtryDtls><TxDtls><RmtInf>{said}</RmtInf></TxDtls></NtryDtls></Ntry>"
    )
    own = "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>BBA</Issr></Tp><Ref>250000000186</Ref>"
    said = [f"{own}</CdtrRefInf></Strd>", "<Ustrd>+++250/0000/00287+++</Ustrd>"]
    entries = "".join(entry.format(day=day, said=text) for day, text in enumerate(said, 3))
    file = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>'
        f"BE68539007547034</IBAN></Id></Acct>{entries}</Stmt></BkToCstmrStmt></Document>"
    )
    found = support.do(setting, ImportBankFile(file="bank.xml", data=file.encode()))
    assert [(row["invoice"], row["amount"]) for row in found["booked"]] == [
        ("INV-2025-00001", "1089.00"),
        ("INV-2025-00002", "1089.00"),
    ]


def test_L7_a_logo_that_somebody_changed_is_found(german: Setting) -> None:
    init(german, logo=SVG)
    with german.engine.begin() as connection:
        migrate.unguard(connection, ["picture"])
        connection.execute(schema.picture.update().values(data=SVG + b" "))
        migrate.guard(connection, ["picture"])
    faults = support.audit(german)["faults"]
    assert len(faults) == 1 and "it is not the file that was given" in faults[0]


def test_a_credit_of_minutes_whose_price_was_reduced_is_one_piece(german: Setting) -> None:
    """PEPPOL-EN16931-R120: minutes and rate came to more than the line."""
    lines = documents.paper(credit_note("de", "FR") | {"lines": [line(kind="credit", minutes=-10, amount="-27.00")]})
    (row,) = mapping.invoice(lines).lines
    assert (row.quantity, row.unit, row.price, row.net) == (Decimal(1), "C62", Decimal("27.00"), Decimal("27.00"))
