"""What a document says about its payment: references, the choice of a code, and the codes' texts (B3)."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649
from stdnum.be import ogm_vcs
from stdnum.ch import esr

from billing.documents import epc, invoice_pdf, payment, qrbill, words
from billing.documents.words import LANGUAGES
from billing.law.identifiers import CreditorReference, Iban, QrReference, StructuredCommunication
from billing.store.documents import by_reference
from billing.views.codec import to_json
from tests.documents.samples import QR_IBAN, credit_note, invoice, issuer, recipient
from tests.documents.samples import payment as kept
from tests.invoicing import documents, einvoices
from tests.invoicing.documents import paper, party, payable
from tests.support import load, made

IBAN = "CH5800791123000889012"
FRENCH = "FR7630006000011234567890189"

# References and accounts


@given(st.integers(1, 10**10 - 1), st.integers(2000, 9999), st.integers(1, 10**12 - 1))
def test_qr_references_are_valid_and_say_whose_and_which(key: int, year: int, number: int) -> None:
    reference = QrReference.made(key, year, number).value
    assert len(reference) == 27
    assert esr.is_valid(reference)
    assert [int(reference[:10]), int(reference[10:14]), int(reference[14:26])] == [key, year, number]


@given(st.from_regex(r"[A-Z]{2,4}-20[0-9]{2}-[0-9]{5,9}", fullmatch=True))
def test_creditor_references_are_valid_and_hold_the_number(number: str) -> None:
    reference = CreditorReference.made(number).value
    assert iso11649.is_valid(reference)
    assert reference[4:] == number.replace("-", "")


def test_references_of_the_guidelines() -> None:
    assert QrReference.made(2100000000, 313, 947143000901).value == "210000000003139471430009017"
    assert CreditorReference.made("5390-0754-7034").value == "RF18539007547034"


@pytest.mark.parametrize("number", ["", "---", "é", "1" * 22])
def test_a_creditor_reference_needs_1_to_21_characters(number: str) -> None:
    with pytest.raises(AssertionError):
        CreditorReference.made(number)


@pytest.mark.parametrize(
    ("iban", "is_qr"),
    [
        (QR_IBAN, True),
        ("CH64 3196 1000 0044 2155 7", True),
        ("ch4430000123000889012", True),
        ("LI4430000123000889012", True),
        ("CH4429999123000889012", False),
        ("CH4432000123000889012", False),
        ("CH443199X123000889012", False),
        (IBAN, False),
        ("FR7630006000011234567890189", False),
        ("DE4431999123000889012", False),
        ("", False),
    ],
)
def test_qr_ibans(iban: str, is_qr: bool) -> None:
    assert Iban.read(iban).takes_qr_references is is_qr


@pytest.mark.parametrize(
    ("iban", "good"),
    [(IBAN, True), ("ch58 0079 1123 0008 8901 2", True), (FRENCH, True), ("CH5800791123000889013", False),
     ("CH580079112300088901", False), ("CH58007911230008890é2", False), ("", False), ("CH58", False)],
)  # fmt: skip
def test_ibans_have_their_check_digits(iban: str, good: bool) -> None:
    assert (Iban.read(iban).fault is None) is good


# Which code a document has


def chosen(content: dict[str, Any], **issuer_: Any) -> dict[str, Any]:
    return to_json(payment.chosen(paper(content | {"issuer": content["issuer"] | issuer_}), 12, 2025, 1))


NO_CODE = {"kind": None, "iban": None, "reference_type": "NON", "reference": None}


def test_a_qr_iban_takes_a_qr_reference() -> None:
    expected = {"kind": "qr-bill", "iban": QR_IBAN, "reference_type": "QRR", "reference": "000000001220250000000000010"}
    assert chosen(invoice(), qr_iban="CH44 3199 9123 0008 8901 2") == expected
    assert chosen(invoice(), qr_iban=None, iban=QR_IBAN) == expected


def test_an_iban_takes_a_creditor_reference() -> None:
    expected = {"kind": "qr-bill", "iban": IBAN, "reference_type": "SCOR", "reference": "RF81INV202500001"}
    assert chosen(invoice(), iban=IBAN) == expected
    assert chosen(invoice(), iban=IBAN, qr_iban=None) == expected
    assert chosen(invoice(), iban=IBAN, qr_iban=QR_IBAN[:-1] + "3") == expected  # a mistake in the QR-IBAN
    assert chosen(invoice(number="INV-2025-" + "1" * 15), iban=IBAN)["reference_type"] == "NON"


def test_an_invoice_in_euro_has_the_epc_code() -> None:
    expected = {"kind": "epc", "iban": FRENCH, "reference_type": "NON", "reference": None}
    assert chosen(invoice("fr", "FR"), iban="FR76 3000 6000 0112 3456 7890 189") == expected


@pytest.mark.parametrize(
    ("content", "issuer_"),
    [
        (credit_note(), {}),
        (credit_note("fr", "FR"), {}),
        (invoice(total="0.00"), {}),
        (invoice("fr", "FR", total="0.00"), {}),
        (invoice(total="1000000000.00"), {}),
        (invoice(), {"iban": None}),
        (invoice(), {"iban": "CH9300762011623852958"}),
        (invoice(), {"iban": FRENCH}),
        (invoice(), {"address": {"street": "Rue du Port"}}),
        (invoice(), {"address": None}),
        (invoice(), {"name": None}),
        (invoice("fr", "FR"), {"iban": None}),
        (invoice("fr", "FR"), {"iban": FRENCH[:-1]}),
        (invoice("fr", "FR"), {"iban": IBAN}),  # outside the EEA a transfer needs a BIC
        (invoice("fr", "FR"), {"name": "\u200b"}),
        (invoice("fr", "FR", currency="USD"), {}),
    ],
)
def test_without_what_it_needs_there_is_no_code(content: dict[str, Any], issuer_: dict[str, Any]) -> None:
    assert chosen(content, **issuer_) == NO_CODE


BELGIAN = {"country": "BE", "iban": "BE68539007547034", "siren": None, "vat_id": "BE0123456749"}


def test_a_belgian_invoice_has_a_structured_communication() -> None:
    """In print, in the code, in the e-invoice; its check digits are those of modulo 97, 97 for 0."""
    content = invoice("fr", "FR") | {"issuer": issuer("FR") | BELGIAN}
    found = payment.chosen(paper(content), 1, 2025, 12)
    assert (found.kind, found.reference_type, found.reference) == ("epc", "BBA", "250000001297")
    content |= {"payment": to_json(found)}
    assert epc.payload(payable(content)).splitlines()[-1] == "+++250/0000/01297+++"
    said = [text for page in invoice_pdf.drawn(paper(content)).pages for *_, text in page.texts]
    assert sum("+++250/0000/01297+++" in text for text in said) == 2
    assert b"+++250/0000/01297+++" in einvoices.xml(content, "cii")
    for iban in ("FR7630006000011234567890189", "DE89370400440532013000"):  # only banks in Belgium know it
        foreign = content | {"issuer": content["issuer"] | {"iban": iban}}
        assert payment.chosen(paper(foreign), 1, 2025, 12).reference_type == "NON"


@given(st.integers(2000, 2099), st.integers(1, 10**8 - 1))
def test_structured_communications_are_valid_and_each_its_own(year: int, number: int) -> None:
    made = StructuredCommunication.made(year, number)
    assert ogm_vcs.is_valid(made.shown()) and made.value[:10] == f"{year % 100:02}{number:08}"
    assert ogm_vcs.compact(made.shown()) == made.value


def test_outside_the_eea_a_bic_makes_it_possible() -> None:
    content = invoice("fr", "FR") | {"issuer": issuer("FR") | {"iban": IBAN, "bic": "BCVLCH2L"}}
    content["payment"] = to_json(payment.chosen(paper(content), 1, 2025, 1))
    assert content["payment"]["kind"] == "epc"
    assert epc.payload(payable(content)).splitlines()[4] == "BCVLCH2L"


# The Swiss code's text


def test_the_payload_of_a_qr_reference_by_hand() -> None:
    content = invoice("de", payment=kept("qr-bill", "QRR"), total="1949.75")
    content["issuer"] |= {
        "name": "Max Muster & Söhne",
        "address": {"street": "Musterstrasse", "house_number": "123", "postcode": "8000", "city": "Seldwyla"},
    }
    assert qrbill.payload(qrbill.bill_of(payable(content))) == (
        "SPC\n0200\n1\nCH4431999123000889012\n"
        "S\nMax Muster & Söhne\nMusterstrasse\n123\n8000\nSeldwyla\nCH\n"
        "\n\n\n\n\n\n\n"
        "1949.75\nCHF\n"
        "S\nBerna Treuhand AG\nBundesgasse\n12a\n3011\nBern\nCH\n"
        "QRR\n000000001220250000000000010\nRechnung INV-2025-00001\nEPD"
    )


def test_the_payload_without_debtor_and_reference_by_hand() -> None:
    content = invoice(
        "fr", payment=kept("qr-bill"), total="0.05", recipient=recipient() | {"address": {"city": "Bern"}}
    )
    assert qrbill.payload(qrbill.bill_of(payable(content))) == (
        "SPC\n0200\n1\nCH9300762011623852957\n"
        "S\nLogiciels du Léman SA\nRue du Port\n7\n1003\nLausanne\nCH\n"
        "\n\n\n\n\n\n\n"
        "0.05\nCHF\n"
        "\n\n\n\n\n\n\n"
        "NON\n\nFacture INV-2025-00001\nEPD"
    )


ALLOWED = re.compile(r"[\u0020-\u007e\u00a0-\u017f\u0218-\u021b\u20ac]*")
LENGTHS = (1, 70, 70, 16, 16, 35, 2)  # of the parts of an address


def check(payload: str) -> None:
    """The rules of the guidelines that a text can be held to (chapter 4 of version 2.3)."""
    lines = payload.split("\n")
    assert len(lines) == 31
    assert len(payload) <= 997
    assert all(ALLOWED.fullmatch(line) and line == line.strip() for line in lines)
    assert lines[:3] == ["SPC", "0200", "1"]
    assert not Iban.read(lines[3]).fault and len(lines[3]) == 21 and lines[3][:2] in ("CH", "LI")
    assert lines[11:18] == [""] * 7
    assert re.fullmatch(r"\d{1,9}\.\d\d", lines[18]) and Decimal(lines[18]) >= Decimal("0.01")
    assert lines[19] in ("CHF", "EUR")
    for one, may_lack in ((lines[4:11], False), (lines[20:27], True)):
        if may_lack and not any(one):
            continue
        kind, name, _, _, postcode, city, country = one
        assert kind == "S" and name and postcode and city and re.fullmatch("[A-Z]{2}", country)
        assert all(len(part) <= most for part, most in zip(one, LENGTHS, strict=True))
        assert not re.match(r"[A-Z]{1,2}-\w", postcode)
    kind, reference, message, trailer = lines[27:]
    is_qr = 30000 <= int(lines[3][4:9]) <= 31999
    assert kind == "QRR" if is_qr else kind in ("SCOR", "NON")
    good = {"QRR": esr.is_valid(reference), "SCOR": iso11649.is_valid(reference), "NON": not reference}
    assert good[kind]
    assert len(message) <= 140
    assert trailer == "EPD"


TEXT = st.text(max_size=120) | st.text(st.characters(max_codepoint=0x2FF), max_size=120) | st.none()
PARTY = st.fixed_dictionaries(
    {
        "name": TEXT,
        "country": st.sampled_from(["CH", "LI", "FR", "de", "", None, "XXX"]),
        "address": st.none() | st.dictionaries(st.sampled_from(["street", "house_number", "postcode", "city"]), TEXT),
    }
)


@given(PARTY, PARTY, st.sampled_from([QR_IBAN, IBAN]), st.integers(1, 10**11), st.sampled_from(LANGUAGES))
def test_whatever_the_names_the_rules_hold(
    payee: dict[str, Any], payer: dict[str, Any], iban: str, cents: int, language: str
) -> None:
    content = invoice(language, issuer=payee | {"iban": iban}, recipient=payer, total=str(Decimal(cents) / 100))
    content["payment"] = to_json(payment.chosen(paper(content), 7, 2025, 1))
    if content["payment"]["kind"] is not None:
        check(qrbill.payload(qrbill.bill_of(payable(content))))
    else:
        is_payable = qrbill.address(party(payee)) is not None and qrbill.is_spelled(party(payee))
        assert not is_payable or Decimal(content["total"]) > qrbill.HIGHEST


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Łódź & Œuvre’s „Ș“ – €", 'Łódź & Œuvre\'s "Ș" - €'),
        ("a\tb\u00a0 \nc", "a b c"),
        ("e\u0301te\u0301 \u00adsoft\u200b", "été soft"),
        ("Nguyễn ﬁn ① Ⅳ", "Nguyen fin 1 IV"),
        ("日本 Ж", ".. ."),
        ("Café ☕ 🎉 Sàrl™", "Café SàrlTM"),
        ("GROẞ", "GROSS"),
        (None, ""),
    ],
)
def test_other_characters_are_spelled(written: str | None, said: str) -> None:
    assert qrbill.plain(written, 70) == said


def test_what_is_too_long_is_cut_between_words() -> None:
    name = "Société fiduciaire et d'expertise comptable Müller, Meier & Schönenberger"
    assert qrbill.plain(name, 70) == "Société fiduciaire et d'expertise comptable Müller, Meier"
    assert qrbill.plain("x" * 80, 70) == "x" * 70
    assert qrbill.plain("abc " * 17 + "de more", 70) == "abc " * 17 + "de"


def test_addresses_are_structured_and_fit() -> None:
    given_ = {
        "street": "Bahnhofstrasse",
        "house_number": "12a, Gebäude B, 3. Stock",
        "postcode": "CH-3011",
        "city": "Bern",
    }
    found = qrbill.address(party({"name": "A", "country": "ch", "address": given_}))
    assert found == qrbill.Address("A", "Bahnhofstrasse 12a, Gebäude B, 3. Stock", "", "3011", "Bern", "CH")
    polish = qrbill.address(
        party({"name": "A", "country": "PL", "address": {"postcode": "00-950", "city": "Warszawa"}})
    )
    assert polish is not None
    assert (polish.street, polish.postcode) == ("", "00-950")
    assert qrbill.address(party({"name": "…", "country": "CH", "address": given_})) is None


# The EPC's text


def test_the_epc_payload_by_hand() -> None:
    content = invoice("fr", "FR", payment=kept("epc"), total="1234.50")
    assert epc.payload(payable(content)) == (
        "BCD\n002\n1\nSCT\n\nÉditions du Rhône SARL\nFR7630006000011234567890189\nEUR1234.50\n\n\nINV-2025-00001"
    )


@given(st.text(min_size=1, max_size=200), st.integers(1, 99_999_999_999))
def test_the_epc_payload_stays_in_its_bounds(name: str, cents: int) -> None:
    content = invoice("fr", "FR", issuer=issuer("FR") | {"name": name}, total=str(Decimal(cents) / 100))
    content["payment"] = to_json(payment.chosen(paper(content), 1, 2025, 1))
    if content["payment"]["kind"] is None:
        assert not (qrbill.plain(name, 70) and qrbill.is_spelled(paper(content).issuer))
        return
    lines = epc.payload(payable(content)).split("\n")
    assert len(lines) == 11
    assert 1 <= len(lines[5]) <= 70
    assert Decimal(lines[7].removeprefix("EUR")) == Decimal(content["total"])
    assert len(lines[7]) <= 15
    assert len(epc.payload(payable(content)).encode()) <= 331


# From the books


def test_it_is_kept_with_the_document_and_found_by_its_reference(database_url: str) -> None:
    address = {"street": "Rue du Port", "house_number": "7", "postcode": "1003", "city": "Lausanne"}
    setting = made(database_url, iban=IBAN, qr_iban=QR_IBAN, address=address)
    load(
        setting,
        {"type": "customer", "code": "ALPINA", "name": "Alpina SA", "country": "CH", "language": "it"},
        {"type": "contract", "customer": "ALPINA", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        {"type": "entry", "customer": "ALPINA", "case": "A", "date": "2025-01-10", "minutes": 90, "id": "E1"},
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"},
        {"type": "void", "entry": "E1", "reason": "a mistake", "date": "2025-02-01"},
        {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
    )
    content = documents.content(setting, "INV-2025-00001")
    paid = content["payment"]
    assert (paid["kind"], paid["iban"], paid["reference_type"]) == ("qr-bill", QR_IBAN, "QRR")
    assert esr.is_valid(paid["reference"])
    assert paid["reference"][10:26] == "2025000000000001"
    with setting.engine.connect() as connection:
        assert by_reference(connection, paid["reference"]) == "INV-2025-00001"
    bill = qrbill.bill_of(payable(content))
    check(qrbill.payload(bill))
    assert bill.message == f"{words.said('it')(words.INVOICE_INVOICE)} INV-2025-00001"
    assert bill.debtor is None  # the customer has no address yet
    assert documents.content(setting, "CN-2025-00001")["payment"] == NO_CODE
