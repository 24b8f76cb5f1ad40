"""Makes a database and the issuer's data, and keeps customers' ordinary data."""

import re
from decimal import Decimal
from typing import Any

from billing.core.book import Book
from billing.core.facts import Payment
from billing.core.units import ZERO, from_cents, in_cents
from billing.errors import Already, BadInput
from billing.law import countries, issuers
from billing.office.balances import answers, balances
from billing.office.balances.answers import Answer
from billing.office.invoicing import einvoices
from billing.office.parties import identifiers
from billing.office.payments import sales
from billing.office.transaction import Setting, Transaction, done, look
from billing.requests import inputs
from billing.store import documents, migrate, parties, payments
from billing.store.ledger import Head
from billing.tariffs import calendars
from billing.views.codec import to_json

LANGUAGES = ("fr", "de", "it", "en")
_ADDRESS = ("street", "house_number", "postcode", "city")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def init(setting: Setting, **given: Any) -> Answer:
    """Makes or upgrades the database and sets the issuer; what is not given stays as it is."""
    with_name = {name: value for name, value in given.items() if value is not None}
    _check_issuer(with_name)
    _check_new(with_name, is_new=not migrate.has_issuer(setting.engine))
    migrate.upgrade(setting.engine)

    def answer(tx: Transaction) -> Answer:
        documents.make_series(tx.connection)
        set_issuer(tx, **with_name)
        return identifiers.with_doubts(issuer_answer(tx), identifiers.doubts(identifiers.ISSUER, tx.issuer))

    return done(setting, answer)


def set_issuer(tx: Transaction, **given: Any) -> bool:
    """Sets the issuer's data; whether anything changed."""
    _check_issuer(given)
    values = _columns(given)
    is_new = not parties.has_issuer(tx.connection)
    if "region" in values or "country" in values:
        held = {} if is_new else tx.issuer
        values["region"] = _region(
            values.get("country", held.get("country", "")), values.get("region", held.get("region"))
        )
    if is_new:
        _check_new(values, is_new=True)
        country = countries.of(values["country"])
        usual = {"currency": country.currency, "timezone": country.timezone, "language": country.language}
        values = {"terms": 30, **usual, **values}
    elif all(tx.issuer[name] == value for name, value in values.items()):
        return False
    parties.save_issuer(tx.connection, values)
    tx.forget_issuer()
    return True


def issuer_answer(tx: Transaction) -> Answer:
    row = tx.issuer
    names = ("name", "country", "region", "currency", "timezone", "language", "iban", "qr_iban", "vat_id", "siren",
             "electronic_address", "vat_basis", "terms", "bic", "einvoice")  # fmt: skip
    return {name: row[name] for name in names} | {
        "round_total": str(from_cents(row["round_total"])) if row["round_total"] else None,
        "address": {name: row[name] for name in _ADDRESS},
    }


# Customers


def add_customer(tx: Transaction, code: str, id: str | None = None, **given: Any) -> tuple[bool, Answer]:
    """Makes a customer. The code is its name in every command: letters, digits, dot, hyphen, underscore."""
    if not _CODE.fullmatch(code):
        raise BadInput("bad-input", f"customer code {code!r}: use up to 40 letters, digits, '.', '-' and '_'")
    for name in ("name", "country"):
        if not given.get(name):
            raise BadInput("bad-input", f"customer {code} needs a {name}")
    values = _columns(given)
    _check_party(values)
    request = {"code": code, **values}
    if tx.done_before("customer", id, request):
        return False, {"customer": code}
    if code in parties.codes(tx.connection) or code in tx.heads:
        raise Already("conflict", f"customer {code} exists; `billing customer show {code}` shows it")
    parties.add_customer(tx.connection, {"code": code, **values})
    if id is not None:
        head = tx.customer(code)
        tx.record(head, tx.book(head), "customer", tx.today, external_id=id, request=request)
    answer = {"customer": code, "name": values["name"], "country": values["country"]}
    return True, identifiers.with_doubts(answer, identifiers.doubts(code, values))


def hold(setting: Setting, code: str, reason: str | None) -> Answer:
    """Holds a customer's documents back for a reason, or with None releases them (M7)."""

    def answer(tx: Transaction) -> Answer:
        tx.customer(code)
        if reason is not None and not reason.strip():
            raise BadInput("bad-input", "a hold needs a reason")
        parties.change_customer(tx.connection, code, {"held_reason": reason})
        return {"customer": code, "held": reason}

    return done(setting, answer)


def change_customer(setting: Setting, code: str, **given: Any) -> Answer:
    """Changes a customer's ordinary data; what is not given stays."""

    def answer(tx: Transaction) -> Answer:
        tx.customer(code)
        values = _columns({name: value for name, value in given.items() if value is not None})
        _check_party(values)
        if values:
            parties.change_customer(tx.connection, code, values)
        row = parties.customer(tx.connection, code)
        return identifiers.with_doubts(
            {"customer": code, "changed": sorted(values)}, identifiers.doubts(code, row) if values else []
        )

    return done(setting, answer)


def customers(setting: Setting) -> list[Answer]:
    """All customers with their contract on today."""
    with look(setting) as tx:
        found = []
        for row in parties.customers(tx.connection):
            head = tx.customer(row["code"], lock=False)
            book = tx.agreed(head, with_tiers=True)
            term = book.term_on(setting.today)
            found.append(
                {
                    "customer": row["code"],
                    "name": row["name"],
                    "country": row["country"],
                    "language": row["language"],
                    "tariff": term.tariff.name if term else None,
                    "tier": book.tier_on(term.contract, setting.today) if term else None,
                    "until": _until(term),
                    "held": row["held_reason"],
                }
            )
        return found


def customer(setting: Setting, code: str) -> Answer:
    """A customer: data, contracts, what runs, documents' sums, its own money, the balance."""
    with look(setting) as tx:
        head = tx.customer(code, lock=False)
        row = parties.customer(tx.connection, head.id)
        book = tx.book(head)
        names = (
            "code",
            "name",
            "country",
            "language",
            "email",
            "vat_id",
            "siren",
            "electronic_address",
            "terms",
            "consumer",
        )
        paid = payments.paid_by_invoice(tx.connection, [head.id])
        return {name: row[name] for name in names} | {
            "address": {name: row[name] for name in _ADDRESS},
            "held": row["held_reason"],
            "consumer": bool(row["consumer"]),
            "contracts": [
                {
                    "contract": f"{code}-{contract.seq}",
                    "tariff": contract.tariff,
                    "tier": book.tier_on(contract.seq, setting.today),
                    "modules": list(contract.modules),
                    "fee": None if contract.fee is None else str(contract.fee),
                    "start": contract.starts_on.isoformat(),
                    "until": _until([term for term in book.terms if term.contract == contract.seq][-1]),
                    "cancelled": book.cancellations[contract.seq].on.isoformat()
                    if contract.seq in book.cancellations
                    else None,
                }
                for contract in book.contracts.values()
            ],
            "contacts": list(tx.contacts_of(head).values()),
            "payments": [_payment(code, book, payment) for payment in book.payments.values()],
            "documents": [
                {"number": k.content["number"], "date": k.content["date"], "total": k.content["total"],
                 "status": answers.document_answer(k, paid.get(k.content["number"], ZERO))["status"]}
                for k in documents.listed(tx.connection, customer_id=head.id)
            ],
            **_money(tx, head),
            "balance": to_json(balances.balance_of(tx, head, setting.today)),
        }  # fmt: skip


def _money(tx: Transaction, head: Head) -> Answer:
    """A customer's own money: `money` in its one currency, or the issuer's where it has several."""
    left = {currency: amount for currency, amount in sorted(sales.money_of(tx, head).items()) if amount}
    currency = next(iter(left)) if len(left) == 1 else tx.issuer["currency"]
    return {
        "money": str(left.get(currency, ZERO)),
        "own_money": [{"amount": str(amount), "currency": currency} for currency, amount in left.items()],
    }


def _payment(code: str, book: Book, payment: Payment) -> Answer:
    back = next((bounce.on.isoformat() for bounce in book.bounces if bounce.payment == payment.seq), None)
    return {
        "payment": f"{code}-{payment.seq}",
        "invoice": payment.invoice,
        "amount": str(payment.amount),
        "date": payment.paid_on.isoformat(),
        "bounced": back,
    }


def _until(term: Any) -> str | None:
    return None if term is None or term.window.last.year == 9999 else term.window.last.isoformat()


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    """The columns of what is given: the address spread out, money in cents."""
    values = {name: value for name, value in given.items() if name != "address" and value is not None}
    values |= {name: value for name, value in (given.get("address") or {}).items() if value is not None}
    if values.get("round_total") is not None:
        values["round_total"] = in_cents(Decimal(values["round_total"]))
    if values.get("consumer") is not None:
        values["consumer"] = int(values["consumer"])
    for name in ("country", "currency"):
        if name in values:
            values[name] = str(values[name]).upper()
    return values


def _check_new(given: dict[str, Any], is_new: bool) -> None:
    """A new issuer needs a name and a country; asked before a database is made."""
    missing = [name for name in ("name", "country") if not given.get(name)]
    if is_new and missing:
        raise BadInput("bad-input", f"a new issuer needs {' and '.join(missing)}: --name NAME --country CH")


def _check_issuer(given: dict[str, Any]) -> None:
    values = _columns(given)
    if "country" in values:
        known = issuers.possible()
        if values["country"] not in known:
            raise BadInput(
                "bad-input", f"issuers in {values['country']} are not supported; supported: {', '.join(known)}"
            )
        _region(values["country"], values.get("region"))
    if "timezone" in values:
        near = countries.of(values.get("country")).timezone
        identifiers.check_timezone(values["timezone"], near)
    identifiers.check_accounts(values)
    _check_party(values)


def _region(country: str, region: str | None) -> str | None:
    """The region whose holidays count, as the calendars call it; none for none."""
    if not region:
        return None
    name = calendars.named(country, region)
    if name is None:
        known = calendars.regions(country)
        hint = f"known: {', '.join(known)}" if known else "leave it out, the whole country has the same holidays"
        raise BadInput("bad-input", f"{country} has no region {region!r}; {hint}; --region '' is none")
    return name.partition("-")[2]


def _check_party(values: dict[str, Any]) -> None:
    if "country" in values and not re.fullmatch(r"[A-Z]{2}", values["country"]):
        raise BadInput("bad-input", f"country {values['country']!r}: give two letters, as CH or FR")
    if "currency" in values and not re.fullmatch(r"[A-Z]{3}", values["currency"]):
        raise BadInput("bad-input", f"currency {values['currency']!r}: give three letters, as CHF or EUR")
    if values.get("language") not in (None, *LANGUAGES):
        raise BadInput("bad-input", f"language {values['language']!r}: known are {', '.join(LANGUAGES)}")
    if values.get("vat_basis") not in (None, "invoice", "payment"):
        raise BadInput("bad-input", f"vat basis {values['vat_basis']!r}: invoice or payment")
    if values.get("einvoice") not in (None, *einvoices.SETTINGS):
        known = ", ".join(einvoices.SETTINGS)
        raise BadInput("bad-input", f"e-invoice format {values['einvoice']!r}: known are {known}")
    if not 0 <= values.get("terms", 0) <= 365:
        raise BadInput("bad-input", f"terms {values['terms']}: give 0 to 365 days")
    for name, value in values.items():
        if isinstance(value, str):
            inputs.fit(value, name)
    long = next((name for name, value in values.items() if isinstance(value, str) and len(value) > 200), None)
    if long:
        raise BadInput("bad-input", f"{long} is longer than 200 characters")
