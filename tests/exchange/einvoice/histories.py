"""Random documents in six situations, issued by the engine itself: always the same, 34 of each and more."""

import random
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from billing.core import invoicing
from billing.core.drafts import Draft
from billing.errors import Refusal
from billing.office.balances import pending
from billing.office.invoicing import issuing
from billing.office.transacting import look, work
from billing.office.transaction import Setting
from billing.store import documents, numbering, parties
from billing.views.codec import to_json
from tests import support
from tests.documents.test_letterhead import png

Content = dict[str, Any]
EACH = 34
PNG = png()
SITUATIONS = ("fr-unpaid", "fr-paid-before", "fr-credit-note", "ch", "be", "reverse-charge")
FRENCH = {
    "name": "Conseil des Tilleuls SARL", "vat_id": "FR83404833048", "siren": "404833048", "bic": "BNPAFRPP",
    "electronic_address": "404833048", "iban": "FR76 3000 6000 0112 3456 7890 189", "vat_basis": "payment",
    "address": {"street": "Rue des Tilleuls", "house_number": "4", "second_line": "Bât. B", "postcode": "38000",
                "city": "Grenoble"},
    "phone": "+33 4 76 00 00 00", "email": "compta@tilleuls.example", "web": "tilleuls.example", "logo": PNG,
    "accent": "#7A1F2B", "legal": ("fr:SARL au capital de 10 000 €", "RCS Grenoble 404 833 048"),
}  # fmt: skip
SWISS = {
    "name": "Logiciels du Léman SA", "vat_id": "CHE-116.281.710", "iban": "CH93 0076 2011 6238 5295 7",
    "electronic_address": "0183:CHE116281710",
    "address": {"street": "Rue du Lac", "house_number": "12", "postcode": "1003", "city": "Lausanne"},
}  # fmt: skip
NAMES = (
    "Dupont & Filles SAS", "Ateliers <Eiffel>", "Müller “Söhne” GmbH", "L’Œuvre d'Été", "Ștefan Ñandú S.L.",
    "A" * 120, "Ça & Là ; SARL", "Bœuf Ωμέγα שלום ™ SA",
)  # fmt: skip
_ABROAD = {"DE": "DE136695976", "LU": "LU26375245", "IT": "IT00743110157", "ES": "ESB58378431", "AT": "ATU13585627"}


@cache
def contents(situation: str) -> list[Content]:
    """The documents of a situation."""
    if situation == "ch":
        return _issued(_swiss())
    setting = _french()
    if situation == "fr-paid-before":
        return _paid_before(setting)
    kind = "credit-note" if situation == "fr-credit-note" else "invoice"
    start = {"be": "BE", "reverse-charge": "RC"}.get(situation, "FR")
    return [c for c in _issued(setting) if c["kind"] == kind and c["customer"].startswith(start)]


def corrected(situation: str, content: Content) -> list[Content]:
    """The invoice that a note corrects and the notes before it."""
    setting = _swiss() if situation == "ch" else _french()
    return [
        other
        for other in _issued(setting)
        if content["corrects"] in (other["number"], other["corrects"])
        and (other["kind"] == "invoice" or other["number"] < content["number"])
    ]


@cache
def _issued_in(setting_id: int) -> list[Content]:
    with look(_SETTINGS[setting_id]) as tx:
        return [to_json(kept.document()) for kept in documents.listed(tx.connection)]


def _issued(setting: Setting) -> list[Content]:
    _SETTINGS[id(setting)] = setting
    return _issued_in(id(setting))


_SETTINGS: dict[int, Setting] = {}
_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


@cache
def _french() -> Setting:
    chance = random.Random("french")
    setting = _made("FR", "EUR", **FRENCH)
    lines: list[Content] = []
    for n in range(EACH + 8):
        siren = _siren(chance)
        lines += _customer(f"FR{n:02}", "FR", chance, siren=siren, electronic_address=chance.choice(
            (siren, f"0225:{siren}_{siren}{n:05}", f"{siren}_COMPTA")))  # fmt: skip
    for n in range(EACH):
        number = _belgian(chance)
        lines += _customer(f"BE{n:02}", "BE", chance, vat_id=f"BE {number}", electronic_address=f"0208:{number}")
    for n in range(EACH):
        country, vat_id = chance.choice(list(_ABROAD.items()))
        address = {"DE": f"9930:{vat_id}", "LU": f"9938:{vat_id}"}.get(country, f"0088:{_gln(chance)}")
        lines += _customer(f"RC{n:02}", country, chance, vat_id=vat_id, electronic_address=address)
    lines += _year(lines, chance, [f"2014-01-{day:02}" for day in range(1, 32)] + ["2013-12-30"], "2014-01", 0.2)
    lines += _year(lines, chance, [f"2025-03-{day:02}" for day in range(1, 32)], "2025-03", 1)
    support.load(setting, *lines)
    _take_back(setting, chance, "2025-04")
    return setting


@cache
def _swiss() -> Setting:
    chance = random.Random("swiss")
    setting = _made("CH", "CHF", **SWISS, round_total=Decimal("0.05"))
    lines: list[Content] = []
    for n in range(EACH):
        country = "CH" if n % 4 else chance.choice(("FR", "DE", "GB", "US"))
        vat_id = "CHE-105.815.381 MWST" if country == "CH" and n % 3 else None
        lines += _customer(f"CH{n:02}", country, chance, vat_id=vat_id, electronic_address=f"0088:{_gln(chance)}")
    days = [f"2023-12-{day:02}" for day in range(20, 32)] + [f"2024-01-{day:02}" for day in range(1, 32)]
    lines += _year(lines, chance, days, "2024-01", 1)
    support.load(setting, *lines)
    _take_back(setting, chance, "2024-02")
    return setting


def _made(country: str, currency: str, **issuer: Any) -> Setting:
    _FOLDERS.append(tempfile.TemporaryDirectory(prefix="billing-einvoice-"))  # until the process ends
    folder = Path(_FOLDERS[-1].name)
    (folder / "tariffs" / "hourly").mkdir(parents=True)
    (folder / "tariffs" / "hourly" / "2010-01-01.toml").write_text(_TARIFF.format(currency=currency))
    with support.environment(BILLING_TARIFFS=str(folder / "tariffs")):
        return support.made(f"sqlite:///{folder / 'b.db'}", country, **issuer)


_TARIFF = """
name = "hourly"
currency = "{currency}"
increment = 1
rounding = "entry"
term = "open"
overage = "bill"
source.increment = "made up"

[categories.support]
rate = 93.70
source = "made up"
title = {{ fr = "Assistance", de = "Unterstützung & Hilfe", it = "Assistenza", en = "Support" }}
[categories.training]
rate = 175.00
source = "made up"
title = {{ fr = "Formation à l’écran", de = "Schulung", it = "Formazione", en = "Training" }}
[categories.forms]
rate = 118.99
source = "made up"
[products.pack]
kind = "pack"
minutes = 720
covers = ["forms"]
credited_on = "payment"
validity = "1 year"
source = "made up"
title = {{ fr = "Forfait 12 h", de = "Paket 12 Std.", it = "Pacchetto 12 ore", en = "12-hour pack" }}
"""


def _customer(code: str, country: str, chance: random.Random, **more: Any) -> list[Content]:
    address = {
        "street": chance.choice(("Rue Neuve", "Hauptstraße", "Via d’Oro")),
        "house_number": str(chance.randint(1, 199)),
        "postcode": str(chance.randint(1000, 99999)),
        "city": chance.choice(("Lyon", "Köln", "Liège", "Écully")),
    }
    customer = {"type": "customer", "code": code, "country": country, "name": chance.choice(NAMES),
                "language": chance.choice(("fr", "de", "it", "nl", "en")), "address": address,
                "attention": "Mme Rey & Cie"}  # fmt: skip
    more = {key: value for key, value in more.items() if value is not None}
    return [
        customer | more,
        {"type": "contract", "customer": code, "tariff": "hourly", "start": "2013-01-01"},
    ]


def _year(lines: list[Content], chance: random.Random, days: list[str], month: str, share: float) -> list[Content]:
    """Entries and sales of a month for a share of the customers, then its run."""
    made: list[Content] = []
    for customer in [line["code"] for line in lines if line["type"] == "customer"]:
        if chance.random() > share:
            continue
        for n in range(chance.randint(1, 6)):
            made.append({"type": "entry", "id": f"{customer}-{month}-{n}", "customer": customer,
                         "date": chance.choice(days), "minutes": chance.randint(1, 400), "case": f"{customer}-{n}",
                         "category": chance.choice(("support", "training", "forms"))})  # fmt: skip
    for customer in [line["code"] for line in lines if line["type"] == "customer" and chance.random() < 0.15 * share]:
        made.append({"type": "purchase", "customer": customer, "product": "pack", "date": max(days),
                     "price": f"{chance.randint(100, 99999)}.{chance.randint(0, 99):02}",
                     "quantity": chance.randint(1, 3)})  # fmt: skip
    return [*made, {"type": "invoice-run", "month": month, "date": max(days)}]


def _take_back(setting: Setting, chance: random.Random, month: str) -> None:
    """Voids some entries that were invoiced, and runs the next month twice: credit notes, some after others."""
    for attempt in range(2):
        with look(setting) as tx:
            rows = [
                row["entry"]
                for kept in documents.listed(tx.connection)
                if to_json(kept.document())["kind"] == "invoice" and to_json(kept.document())["date"] > "2020"
                for row in to_json(kept.document())["annex"]
                if row["billed"] and row["free"] is None
            ]
        gone = _gone.setdefault(id(setting), set())
        chosen = [entry for entry in rows if entry not in gone and chance.random() < (0.3, 0.25)[attempt]]
        gone.update(chosen)
        voids = [{"type": "void", "entry": entry, "reason": "mistake", "date": f"{month}-05"} for entry in chosen]
        on = f"{month}-{28 + attempt}"
        support.load(setting, *voids, {"type": "invoice-run", "month": month, "date": on})
        _credit(setting, chance, on)


def _credit(setting: Setting, chance: random.Random, on: str) -> None:
    """Credits a part of some invoices because somebody asks for it, where as much is left of them (M12)."""
    with look(setting) as tx:
        numbers = [k.number for k in documents.listed(tx.connection) if k.kind == "invoice" and not k.credited]
    for number in numbers:
        if chance.random() < 0.1:
            amount = f"{chance.randint(1, 900) / 100:.2f}"
            line = {"type": "invoice-credit", "invoice": number, "amount": amount, "reason": "as agreed", "date": on}
            with suppress(Refusal):
                support.load(setting, line)


_gone: dict[int, set[str]] = {}


def _paid_before(setting: Setting) -> list[Content]:
    """Packs that were paid before they are invoiced: the frame S2."""
    chance = random.Random("paid")
    issued = []
    on = date(2025, 5, 2)
    with work(setting) as tx:
        series = numbering.lock_series(tx.connection, "INV", on)
        for n in range(EACH):
            head = tx.customer(f"FR{n:02}")
            price = Decimal(chance.randint(1, 999999)) / 100
            quantity = chance.randint(1, 4)
            line = invoicing.product_line("pack", quantity, price * quantity, 720, on, pending.vat_on(tx, head))
            totals = invoicing.totals([line])
            paid_on = on - timedelta(days=chance.randint(0, 20))
            draft = Draft("invoice", (line,), totals, "EUR", paid=totals.total, paid_on=paid_on)
            ready = issuing.prepared(tx, head, parties.customer(tx.connection, head.id), tx.book(head), draft, on)
            issued.append(to_json(ready.numbered(replace(series))[0]))
    return issued


def _siren(chance: random.Random) -> str:
    """A number with the right Luhn digit."""
    digits = [chance.randint(0, 9) for _ in range(8)]
    digits[0] = max(1, digits[0])
    doubled = [d if n % 2 == 0 else sum(divmod(d * 2, 10)) for n, d in enumerate(digits)]
    return "".join(map(str, digits)) + str(-sum(doubled) % 10)


def _belgian(chance: random.Random) -> str:
    base = chance.randint(2_000_000, 9_999_999)
    return f"{base:08}{97 - base % 97:02}"


def _gln(chance: random.Random) -> str:
    digits = [chance.randint(0, 9) for _ in range(12)]
    return "".join(map(str, digits)) + str(-sum(d * (1 if n % 2 == 0 else 3) for n, d in enumerate(digits)) % 10)
