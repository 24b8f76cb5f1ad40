"""Made-up documents for the tests: an invoice, a credit note, a statement, a balance."""

from typing import Any

from billing.views.balances import Balance
from billing.views.codec import from_json
from billing.views.statements import Statement

ADDRESS = {"street": "Rue du Port", "house_number": "7", "postcode": "1003", "city": "Lausanne"}


def issuer(country: str) -> dict[str, Any]:
    swiss = country == "CH"
    return {
        "name": "Logiciels du Léman SA" if swiss else "Éditions du Rhône SARL",
        "country": country,
        "vat_id": "CHE-123.456.788" if swiss else "FR40303265045",
        "iban": "CH9300762011623852957" if swiss else "FR7630006000011234567890189",
        "siren": None if swiss else "303265045",
        "address": ADDRESS,
    }


def recipient(country: str = "CH") -> dict[str, Any]:
    address = {"street": "Bundesgasse", "house_number": "12a", "postcode": "3011", "city": "Bern"}
    return {"code": "BERNA", "name": "Berna Treuhand AG", "country": country, "vat_id": None, "address": address}


def entry(number: int, **other: Any) -> dict[str, Any]:
    return {
        "entry": f"BERNA-{number}",
        "date": f"2025-02-{number % 28 + 1:02}",
        "case": f"T-{1000 + number}",
        "category": "support",
        "label": "Assistance",
        "agent": "mia",
        "raw_seconds": 187,
        "charged": 10,
        "drawn": [{"grant": 3, "label": "Forfait 12 h", "minutes": 5}],
        "owed": 0,
        "billed": 5,
        "rate": "175.00",
        "free": None,
    } | other


def line(**other: Any) -> dict[str, Any]:
    return {
        "kind": "overage",
        "category": "support",
        "label": "Assistance",
        "minutes": 425,
        "quantity": None,
        "rate": "175.00",
        "unit_price": None,
        "amount": "1239.58",
        "vat_rate": "8.1",
        "vat_category": "S",
        "from": "2025-02-03",
        "to": "2025-02-28",
    } | other


def invoice(language: str = "fr", country: str = "CH", **other: Any) -> dict[str, Any]:
    return {
        "number": "INV-2025-00001",
        "kind": "invoice",
        "customer": "BERNA",
        "date": "2025-03-31",
        "due": "2025-04-30",
        "terms_days": 30,
        "currency": "CHF" if country == "CH" else "EUR",
        "language": language,
        "period": "2025-02",
        "corrects": None,
        "corrects_date": None,
        "issuer": issuer(country),
        "recipient": recipient(),
        "lines": [
            line(),
            line(category="data-check", label="Contrôle", minutes=10, rate="119.00", amount="19.83", vat_rate="7.7"),
            line(kind="product", product="support-plus", label="Support+", minutes=120, quantity=2, rate=None,
                 unit_price="565.00", amount="1130.00"),
        ],
        "net": "2389.41",
        "vat": [
            {"category": "S", "rate": "7.7", "base": "19.83", "amount": "1.53"},
            {"category": "S", "rate": "8.1", "base": "2369.58", "amount": "191.94"},
        ],
        "rounding": "0.02",
        "total": "2582.90",
        "mentions": ["Mention de test."],
        "annex": [entry(n) for n in range(1, 13)],
    } | other  # fmt: skip


QR_IBAN = "CH4431999123000889012"


def payment(kind: str | None, reference_type: str = "NON") -> dict[str, Any]:
    """How a document is paid by scanning, as it is kept with it."""
    iban = {"qr-bill": issuer("CH")["iban"], "epc": issuer("FR")["iban"]}.get(kind or "")
    reference = {"QRR": "000000001220250000000000010", "SCOR": "RF81INV202500001"}.get(reference_type)
    return {
        "kind": kind,
        "iban": QR_IBAN if reference_type == "QRR" else iban,
        "reference_type": reference_type,
        "reference": reference,
    }


def credit_note(language: str = "fr", country: str = "CH") -> dict[str, Any]:
    return invoice(
        language,
        country,
        number="CN-2025-00001",
        kind="credit-note",
        due=None,
        corrects="INV-2025-00001",
        corrects_date="2025-03-31",
        lines=[line(kind="credit", minutes=-10, amount="-29.17")],
        net="-29.17",
        vat=[{"category": "S", "rate": "8.1", "base": "-29.17", "amount": "-2.36"}],
        rounding="0.00",
        total="-31.53",
        annex=[entry(1, free="void", charged=0, drawn=[], billed=-10)],
    )


def movement(on: str, kind: str, minutes: int, **other: Any) -> dict[str, Any]:
    keys = ("entry", "case", "category", "agent")
    texts = dict.fromkeys(("label", "text", "grant", "grant_label"), "")
    return {"date": on, "kind": kind, "minutes": minutes} | dict.fromkeys(keys) | texts | other


def statement(language: str = "fr", country: str = "CH", **other: Any) -> Statement:
    content = {
        "customer": "BERNA",
        "customer_name": "Berna Treuhand AG",
        "issuer": issuer(country),
        "recipient": recipient(),
        "language": language,
        "from": "2025-01-01",
        "to": "2025-03-31",
        "opening": 95,
        "closing": 700,
        "movements": [
            movement("2025-01-15", "draw", -35, entry="B-4", case="T-1", category="support", label="Assistance",
                     grant="B-G1", agent="mia"),
            movement("2025-01-31", "expiry", -60, grant="B-G1"),
            movement("2025-02-01", "grant", 720, grant="B-G2", text="Forfait 12 h"),
            movement("2025-02-10", "settle", -20, entry="B-3", case="T-0", grant="B-G2"),
            movement("2025-03-01", "correction", 10, entry="B-4", grant="B-G2"),
            movement("2025-03-02", "carry-over", -10, grant="B-G2"),
        ],
        "free": [
            {"entry": "B-7", "date": "2025-03-04", "case": "T-9", "category": "bug", "label": "Erreur", "agent": "mia",
             "raw_seconds": 1234, "charged": 0, "free": "verified"},
        ],
        "overage": [
            {"entry": "B-8", "date": "2025-03-05", "case": "T-10", "category": "support", "label": "Assistance",
             "agent": None, "raw_seconds": 2100, "charged": 35, "minutes": 35, "rate": "175.00", "amount": "102.08",
             "currency": "CHF"},
        ],
        "grants": [{"id": "B-G2", "label": "Forfait 12 h", "remaining": 700, "expires": "2026-01-31"}],
        "position": "117-9f3ac2",
        "owed": [
            {"entry": "B-9", "date": "2025-03-06", "case": "T-11", "category": "support", "label": "Assistance",
             "agent": "mia", "raw_seconds": 2400, "charged": 45, "owed": 45, "still_owed": 25},
        ],
    } | other  # fmt: skip
    return from_json(Statement, content)


def grant(remaining: int, expires: str | None, label: str = "Forfait") -> dict[str, Any]:
    return {
        "id": "B-G1", "kind": "pack", "product": "pack-12h", "granted": 720, "used": 720 - remaining,
        "remaining": remaining, "starts": "2025-01-01", "expires": expires or "9999-12-31", "carried": False,
        "covers": ["support"], "label": label,
    }  # fmt: skip


def balance(*grants: dict[str, Any], **other: Any) -> Balance:
    content = {
        "customer": "BERNA",
        "customer_name": "",
        "at": "2025-03-10",
        "minutes": sum(g["remaining"] for g in grants),
        "owed": 0,
        "unbilled": {"minutes": 0, "amount": "0.00", "currency": "CHF"},
        "grants": list(grants),
        "position": "",
        "reduced_rate_until": None,
    } | other
    return from_json(Balance, content)
