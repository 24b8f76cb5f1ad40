"""`billing demo`: a made-up year of a Swiss and a French software company, through what the commands use.

All names are made up. The dates are fixed, so that two demos make the same documents.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from billing.commands import demonstration_desk as desk
from billing.commands.context import Answer, show, table, write_file
from billing.errors import BadInput

MARK = "billing-demo.txt"  # a folder that has it is a demo's, and is made anew
YEAR = 2025

ADDRESS = {"street": "Rue du Lac", "house_number": "12", "postcode": "1003", "city": "Lausanne"}
SWISS: dict[str, Any] = {
    "name": "Logiciels du Léman SA",
    "country": "CH",
    "language": "fr",
    "iban": "CH9300762011623852957",
    "vat_id": "CHE-116.281.710 TVA",
    "address": ADDRESS,
}
FRENCH: dict[str, Any] = {
    "name": "Conseil des Tilleuls SARL",
    "country": "FR",
    "iban": "FR7630006000011234567890189",
    "vat_id": "FR83404833048",
    "siren": "404833048",
    "address": {"street": "Rue des Tilleuls", "house_number": "4", "postcode": "38000", "city": "Grenoble"},
}


def _customer(code: str, name: str, country: str, language: str, postcode: str, city: str) -> Answer:
    address = {"street": "Hauptstrasse" if language == "de" else "Rue Neuve", "house_number": "7",
               "postcode": postcode, "city": city}  # fmt: skip
    return {
        "type": "customer",
        "code": code,
        "name": name,
        "country": country,
        "language": language,
        "address": address,
    }


def _entry(customer: str, day: str, duration: str, case: str, category: str = "support", **more: Any) -> Answer:
    return {"type": "entry", "customer": customer, "date": f"{YEAR}-{day}", "duration": duration, "case": case,
            "category": category, "agent": more.pop("agent", "ana"), **more}  # fmt: skip


def _swiss_year() -> Iterator[Answer]:
    """Tariff q3: an allowance used up, half-fare, Support+, a free first installation, a bug verified too late."""
    yield _customer("ALPINA", "Alpina Treuhand AG", "CH", "de", "3011", "Bern")
    yield _customer("BERNINA", "Bernina Sagl", "CH", "it", "6900", "Lugano")
    yield _customer("CERVIN", "Cervin SA", "CH", "fr", "1950", "Sion")
    yield _customer("DOVER", "Dover Accounting Ltd", "GB", "en", "CT16 1PH", "Dover")
    contract = {"type": "contract", "tariff": "q3", "start": f"{YEAR}-01-01"}
    yield contract | {"customer": "ALPINA", "tier": "profi", "modules": ["COFI", "Salaires"], "fee": "480.00"}
    yield contract | {"customer": "BERNINA", "tier": "standard", "modules": ["Factures"], "fee": "120.00"}
    yield contract | {"customer": "CERVIN", "tier": "premium", "modules": ["COFI"], "fee": "900.00"}
    yield contract | {"customer": "DOVER", "tier": "advanced", "modules": ["COFI"], "fee": "300.00"}
    yield _entry("ALPINA", "01-14", "3m", "A-1")
    yield _entry("ALPINA", "01-14", "4m", "A-1", agent="ben")
    yield _entry("CERVIN", "01-15", "47m", "C-1", "first-install")
    yield _entry("DOVER", "01-20", "1h10", "D-1", "training", agent="ben")
    yield {"type": "invoice-run", "month": f"{YEAR}-01", "date": f"{YEAR}-01-31"}
    yield {"type": "purchase", "id": "half-fare", "customer": "BERNINA", "product": "half-fare", "price": "90.00",
           "date": f"{YEAR}-02-03"}  # fmt: skip
    yield {"type": "purchase", "id": "plus", "customer": "CERVIN", "product": "support-plus", "contacts": ["Mme Rey"],
           "date": f"{YEAR}-02-10"}  # fmt: skip
    yield {"type": "payment", "purchase": "half-fare", "date": f"{YEAR}-02-20"}
    yield _entry("BERNINA", "02-12", "35m", "B-1")
    yield _entry("ALPINA", "02-17", "40m", "A-2", agent="ben")
    yield _entry("CERVIN", "02-18", "1h15", "C-2", "data-check", contact="Mme Rey")
    yield _entry("ALPINA", "02-24", "33m", "A-3", "bug")
    yield {"type": "invoice-run", "month": f"{YEAR}-02", "date": f"{YEAR}-02-28"}
    yield {"type": "verify", "case": "A-3", "date": f"{YEAR}-03-06"}
    yield {"type": "goodwill", "customer": "ALPINA", "minutes": 30, "date": f"{YEAR}-03-07", "expires": f"{YEAR}-06-30",
           "reason": "for the program error"}  # fmt: skip
    yield from desk.swiss_week()
    yield _entry("CERVIN", "03-11", "55m", "C-3", "training", contact="Mme Rey", agent="ben")
    yield {"type": "tier", "customer": "BERNINA", "tier": "advanced", "date": f"{YEAR}-03-15"}
    yield _entry("BERNINA", "03-18", "12m", "B-2")
    yield {"type": "invoice-run", "month": f"{YEAR}-03", "date": f"{YEAR}-03-31"}
    for month in range(4, 13):
        yield _entry("ALPINA", f"{month:02}-09", f"{7 + 3 * month}m", f"A-{month}")
        if month % 3 == 0:
            yield _entry("DOVER", f"{month:02}-16", "25m", f"D-{month}", "forms", agent="ben")
        last = (date(YEAR, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        yield {"type": "invoice-run", "month": f"{YEAR}-{month:02}", "date": last.isoformat()}


def _french_year() -> Iterator[Answer]:
    """Tariff qualiodoo: minutes owed and settled, a pack renewed late and carried over, one not renewed and lost."""
    yield _customer("DUPONT", "Dupont & Filles SAS", "FR", "fr", "69003", "Lyon")
    yield _customer("EIFFEL", "Ateliers Eiffel", "FR", "fr", "75015", "Paris")
    yield _customer("KOELN", "Kölner Werkzeug GmbH", "DE", "de", "50667", "Köln") | {"vat_id": "DE136695976"}
    before = YEAR - 1
    for code in ("DUPONT", "EIFFEL", "KOELN"):
        yield {"type": "contract", "customer": code, "tariff": "qualiodoo", "start": f"{before}-01-01"}
    for code, day, price in (("DUPONT", "02-01", "900.00"), ("EIFFEL", "03-01", "900.00")):
        yield {"type": "purchase", "id": f"{code}-1", "customer": code, "product": "pack-12h", "price": price,
               "date": f"{before}-{day}"}  # fmt: skip
        yield {"type": "payment", "purchase": f"{code}-1", "date": f"{before}-{day}"}
    yield _entry("DUPONT", "01-14", "3h20", "F-1", "incident")
    yield _entry("EIFFEL", "01-20", "45m", "E-1")
    yield _entry("DUPONT", "02-05", "12m", "F-2")
    yield {"type": "purchase", "id": "DUPONT-2", "customer": "DUPONT", "product": "pack-24h", "price": "1700.00",
           "date": f"{YEAR}-02-06"}  # fmt: skip
    yield {"type": "payment", "id": "dupont-half", "purchase": "DUPONT-2", "date": f"{YEAR}-02-10", "amount": "1000.00"}
    yield {"type": "payment", "id": "dupont-rest", "purchase": "DUPONT-2", "date": f"{YEAR}-02-17"}
    yield {"type": "purchase", "id": "KOELN-1", "customer": "KOELN", "product": "pack-36h", "price": "2400.00",
           "date": f"{YEAR}-03-03"}  # fmt: skip
    yield {"type": "payment", "purchase": "KOELN-1", "date": f"{YEAR}-03-20"}
    for month in range(3, 13):
        yield _entry("DUPONT", f"{month:02}-11", f"{month * 17}m", f"F-{month}", "support" if month % 2 else "bug")
        yield _entry("KOELN", f"{month:02}-25", f"1h{month + 10}", f"K-{month}", "upgrade-test", agent="ben")


def run(folder: Path, as_json: bool) -> None:
    """Makes both demos in a folder and prints what they show and where it lies."""
    _prepare(folder)
    answer = {
        "folder": str(folder),
        "issuers": [
            _demo(folder / "swiss", SWISS, _swiss_year()),
            _demo(folder / "french", FRENCH, chain(_french_year(), desk.french_week())),
        ],
    }
    show(answer, as_json, _told)


def _prepare(folder: Path) -> None:
    import shutil

    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise BadInput("bad-input", f"{folder} is not empty and no earlier demo; name another folder")
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        (folder / MARK).write_text("Made by `billing demo`, which may delete this folder.\n")
    except OSError as failed:
        raise BadInput("bad-input", f"cannot make {folder}: {failed.strerror}") from None


def _demo(folder: Path, issuer: dict[str, Any], lines: Iterator[Answer]) -> Answer:
    """One issuer's database, documents and statements."""
    from billing import tariffs
    from billing.documents import invoice_pdf, reply, statement_pdf
    from billing.exchange import beancount
    from billing.office import answers, auditing, books, bulk, caseload, documents, setup, statements
    from billing.office.transaction import Setting
    from billing.store.engine import open_engine

    for name in ("documents", "statements"):
        (folder / name).mkdir(parents=True)
    database = f"sqlite:///{folder / 'billing.db'}"
    today = date(YEAR, 12, 31)
    setting = Setting(open_engine(database), today, tuple(tariffs.folders({})), fixed_clock=True)
    setup.init(setting, **issuer)
    loaded = bulk.load(setting, [json.dumps(line) for line in lines])
    queue = caseload.queue(setting, f"{YEAR}-03-31T09:00")
    swept = caseload.sweep(setting, f"{YEAR}-04-01T09:00")
    if issuer["country"] == "CH":
        setup.hold(setting, "DOVER", "asks for a purchase order number")
    issued = documents.list_documents(setting)["invoices"]
    for row in issued:
        content = documents.content(setting, row["number"])
        write_file(str(folder / "documents" / f"{row['number']}.pdf"), invoice_pdf.render(content))
    customers = []
    for row in setup.customers(setting):
        code = row["customer"]
        statement = statements.statement_of(setting, code, date(YEAR, 1, 1), today)
        write_file(str(folder / "statements" / f"{code}.pdf"), statement_pdf.render(statement))
        balance = answers.balance(setting, code, date(YEAR, 12, 15))
        customers.append({"balance": balance, "reply": reply.text(balance, balance["language"]), "name": row["name"]})
    write_file(str(folder / "books.beancount"), beancount.ledger(books.journal_of(setting)))
    return {
        "issuer": issuer["name"],
        "database": database,
        "lines": loaded["lines"],
        "invoices": [row["number"] for row in issued if row["kind"] == "invoice"],
        "credit_notes": [(row["number"], row["corrects"]) for row in issued if row["kind"] == "credit-note"],
        "queue": [row["case"] for row in queue["cases"]],
        "swept": swept["closed"],
        "customers": customers,
        "audit": auditing.audit(setting),
        "folder": str(folder),
    }


def _told(answer: Answer) -> str:
    from billing.commands.speech import minutes

    lines: list[str] = []
    for demo in answer["issuers"]:
        rows = [(c["balance"]["customer"], c["name"], minutes(c["balance"]["minutes"]), minutes(c["balance"]["owed"]),
                 f"{c['balance']['unbilled']['currency']} {c['balance']['unbilled']['amount']}")
                for c in demo["customers"]]  # fmt: skip
        notes = ", ".join(f"{number} for {corrects}" for number, corrects in demo["credit_notes"]) or "none"
        lines += [
            f"== {demo['issuer']} ==",
            f"{demo['lines']} lines loaded; {len(demo['invoices'])} invoices; credit notes: {notes}; "
            f"audit: {'all holds' if demo['audit']['ok'] else demo['audit']['faults']}.",
            "",
            table(("code", "customer on 15 December", "left", "owed", "not invoiced"), rows, right=(2, 3, 4)),
            "",
            "What customers read in a reply:",
            *(f"  {c['reply'].strip()}" for c in demo["customers"]),
            "",
            f"At the desk on 31 March: {', '.join(demo['queue'])} in the queue.",
            *(f"  {row['case']} was closed: {row['reason']}." for row in demo["swept"]),
            "",
            f"Database    {demo['database']}",
            f"Invoices    {demo['folder']}/documents/",
            f"Statements  {demo['folder']}/statements/",
            f"Books       {demo['folder']}/books.beancount",
            "",
        ]
    first = answer["issuers"][0]["database"]
    lines.append(f"Try: billing --db {first} why A-3, or billing --db {first} case show W-3")
    return "\n".join(lines)
