"""`billing demo`: a made-up year of a Swiss and of a French software company, through the functions that commands call.

All names are made up and the days are fixed, so that two demos make the same documents. Only the reference of a ledger
with personal data, such as the name of a contact, differs: its digest is salted at random (L6).
"""

import calendar
import json
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from billing import tariffs
from billing.commands import demonstration_desk, speech
from billing.commands.context import Answer, show, table, write_file
from billing.commands.logged import charges
from billing.documents import reply, statement_pdf
from billing.errors import BadInput
from billing.exchange import beancount
from billing.lines import bulk
from billing.office import legacy
from billing.office.transaction import Setting
from billing.requests.audit import AskAudit
from billing.requests.balances import AskBalance
from billing.requests.base import Request
from billing.requests.books import AskBooks
from billing.requests.cases import AskQueue, SweepCases
from billing.requests.contracts import ChangeTier, Goodwill, Renew, Sign
from billing.requests.entries import Log, Verify, Void
from billing.requests.invoicing import AskDocuments, AskFiles, RunMonth
from billing.requests.parties import AddCustomer, AskCustomers, Hold, SetIssuer
from billing.requests.payments import Pay, Sell
from billing.requests.statements import AskStatement
from billing.service import Billing
from billing.store.engine import kept_open, open_engine
from billing.texts import say
from billing.views.codec import to_json
from billing.views.parties import CustomerRow

MARK = "billing-demo.txt"  # a folder that has it is a demo's, and what the demo made in it is made anew
V = TypeVar("V")
YEAR = 2025
SHOWN_ON = date(YEAR, 12, 15)  # the day of the balances and replies: before the q3 licences end

SWISS: Answer = {
    "name": "Logiciels du Léman SA", "country": "CH", "language": "fr", "iban": "CH9300762011623852957",
    "vat_id": "CHE-116.281.710 TVA",
    "street": "Rue du Lac", "house_number": "12", "postcode": "1003", "city": "Lausanne",
}  # fmt: skip
FRENCH: Answer = {
    "name": "Conseil des Tilleuls SARL", "country": "FR", "iban": "FR7630006000011234567890189",
    "vat_id": "FR83404833048", "siren": "404833048", "electronic_address": "0225:404833048",
    "street": "Rue des Tilleuls", "house_number": "4", "postcode": "38000", "city": "Grenoble",
}  # fmt: skip


def run(folder: Path, as_json: bool) -> None:
    """Makes both demos in a folder and prints what happened, what customers read, and where it lies."""
    _prepare(folder)
    issuers = [
        _made(folder / "swiss", SWISS, "q3", _swiss_year),
        _made(folder / "french", FRENCH, "qualiodoo", _french_year),
    ]
    show({"folder": str(folder), "issuers": issuers}, as_json, _told)


class Play:
    """One issuer's books, a day at a time; what is worth telling is kept, in the words that the commands use."""

    def __init__(self, setting: Setting, tariff: str) -> None:
        self.setting = setting
        self.tariff = tariff
        self.story: list[Answer] = []

    def on(self, day: str) -> None:
        """Makes it that day: `03-15` is in the demo's year."""
        self.setting = replace(self.setting, today=date.fromisoformat(day if len(day) == 10 else f"{YEAR}-{day}"))

    def tell(self, customer: str, text: str) -> None:
        self.story.append({"date": self.setting.today.isoformat(), "customer": customer, "text": text})

    def customer(self, code: str, name: str, country: str, language: str, place: str, **more: Any) -> None:
        """Adds a customer and signs its contract; `place` is street, number, postcode and city."""
        street, house_number, postcode, city = place.split(", ")
        address: Answer = {"street": street, "house_number": house_number, "postcode": postcode, "city": city}
        agreed = {name: more.pop(name) for name in ("tier", "modules", "fee") if name in more}
        self.ask_for(AddCustomer(code=code, name=name, country=country, language=language, **address, **more))
        self.ask_for(Sign(customer=code, tariff=self.tariff, **agreed))

    def ask_for(self, request: Request[V]) -> V:
        """A request at the door, as the commands make it; answers its view."""
        return Billing(self.setting).do(request).view

    def do(self, request: Callable[..., tuple[bool, Answer]], **arguments: Any) -> Answer:
        """A request of the office in a transaction of its own, as the commands make it."""
        return legacy.record(self.setting, request, **arguments)

    def log(
        self, customer: str, minutes: int, case: str, category: str = "support", tell: bool = True, **more: Any
    ) -> str:
        """Logs time worked today; answers the entry's id."""
        request = {"category": category, "agent": "ana", "case": case, **more}
        view = self.ask_for(Log(customer=customer, seconds=minutes * 60, **request))
        if tell:
            self.tell(customer, f"{category}, {case}: {', '.join(map(str, charges(view)))}")
        return view.entry

    def buy(self, customer: str, product: str, price: str | None = None, **more: Any) -> str:
        """Sells a product; answers its invoice's number."""
        net = None if price is None else Decimal(price)
        sold = self.ask_for(Sell(customer=customer, product=product, price=net, **more))
        self.tell(customer, f"bought {product}: {sold.invoice}, {sold.currency} {sold.total}")
        return sold.invoice

    def pay(self, invoice: str, amount: str | None = None, tell: bool = True) -> None:
        paid = self.ask_for(Pay(invoice=invoice, amount=None if amount is None else Decimal(amount)))
        if tell:
            then = f"; {', '.join(paid.credited)} credited" if paid.credited else ""
            self.tell(paid.customer, f"paid {paid.amount} on {invoice}, open {paid.open}{then}")

    def week(self, lines: Iterator[Answer], until: str) -> None:
        """A week at the desk: cases and their events; told is what is left of it on a day, and what the rules close."""
        self.on(until)
        bulk.load(Billing(self.setting), [json.dumps(line) for line in lines])
        waiting = [row.case for row in Billing(self.setting).ask(AskQueue()).cases]
        self.tell("", f"a week at the desk is over; in the queue: {', '.join(waiting) or 'nothing'}")
        for row in self.ask_for(SweepCases()).closed:
            self.tell("", f"{row.case} was closed: {row.reason}")

    def bill(self, month: int, tell: bool = False) -> list[str]:
        """The monthly run on the month's last day; answers the numbers of the invoices."""
        self.on(_last_day(month))
        view = Billing(self.setting).do(RunMonth(month=date(YEAR, month, 1))).view
        for row in view.invoices:
            if tell or row.corrects:
                corrects = f", corrects {row.corrects}" if row.corrects else ""
                self.tell(row.customer, f"{row.number}{corrects}: {row.currency} {row.total}")
        for held in view.held:
            self.tell(held.customer, f"not invoiced, held: {held.reason}")
        return [row.number for row in view.invoices if row.kind == "invoice"]


def _last_day(month: int) -> str:
    return f"{month:02}-{calendar.monthrange(YEAR, month)[1]}"


def _swiss_year(play: Play) -> None:
    """Tariff q3: an allowance used up, half-fare, Support+, a free first installation, a bug verified after it was
    invoiced, goodwill, a tier change, a held customer."""
    play.on("01-01")
    play.customer("ALPINA", "Alpina Treuhand AG", "CH", "de", "Hauptstrasse, 7, 3011, Bern",
                  tier="profi", modules=("COFI", "Salaires"), fee=Decimal(480))  # fmt: skip
    play.customer("BERNINA", "Bernina Sagl", "CH", "it", "Via Nuova, 7, 6900, Lugano",
                  tier="standard", modules=("Factures",), fee=Decimal(120))  # fmt: skip
    play.customer("CERVIN", "Cervin SA", "CH", "fr", "Rue Neuve, 7, 1950, Sion",
                  tier="premium", modules=("COFI",), fee=Decimal(900))  # fmt: skip
    play.customer("DOVER", "Dover Accounting Ltd", "GB", "en", "High Street, 7, CT16 1PH, Dover",
                  tier="advanced", modules=("COFI",), fee=Decimal(300))  # fmt: skip
    play.on("01-14")
    play.log("ALPINA", 3, "A-1")
    play.log("ALPINA", 4, "A-1", agent="ben")
    play.on("01-15")
    play.log("CERVIN", 47, "C-1", "first-install")
    play.on("01-20")
    play.log("DOVER", 70, "D-1", "training", agent="ben")
    paid = play.bill(1, tell=True)
    play.on("02-03")
    half_fare = play.buy("BERNINA", "half-fare", "90.00")
    play.on("02-10")
    play.buy("CERVIN", "support-plus", contacts=("Mme Rey",))
    play.on("02-12")
    play.log("BERNINA", 35, "B-1")
    play.on("02-17")
    play.log("ALPINA", 40, "A-2", agent="ben")
    play.on("02-18")
    play.log("CERVIN", 75, "C-2", "data-check", contact="Mme Rey")
    play.on("02-20")
    play.pay(half_fare)
    slip = play.log("CERVIN", 25, "C-3", "support", agent="ben")
    play.ask_for(Void(entry=slip, reason="logged for the wrong customer"))
    play.tell("CERVIN", f"{slip} voided, what it drew is back: logged for the wrong customer")
    play.on("02-24")
    play.log("ALPINA", 33, "A-3", "bug")
    paid += play.bill(2, tell=True)
    play.on("03-06")
    changed = play.ask_for(Verify(case="A-3")).changed[0]
    play.tell("ALPINA", f"A-3 is verified: free, {speech.minutes(-changed.overage)} less to invoice")
    play.on("03-07")
    play.ask_for(Goodwill(customer="ALPINA", minutes=30, expires=date(YEAR, 6, 30), reason="for the program error"))
    play.tell("ALPINA", f"{speech.minutes(30)} of goodwill until {speech.day(f'{YEAR}-06-30')}: for the program error")
    play.week(demonstration_desk.swiss_week(), "03-12")
    play.log("CERVIN", 55, "C-4", "training", contact="Mme Rey", agent="ben")
    play.on("03-15")
    granted = play.ask_for(ChangeTier(customer="BERNINA", tier="advanced")).granted[0]
    play.tell(
        "BERNINA",
        f"tier advanced: {speech.minutes(granted.minutes)} more until {speech.day(granted.expires.isoformat())}",
    )
    play.on("03-18")
    play.log("BERNINA", 12, "B-2")
    paid += play.bill(3)
    for month in range(4, 12):
        _swiss_month(play, month)
        paid += play.bill(month)
    play.on("12-01")
    for number in paid[:-2]:
        play.pay(number, tell=False)
    play.tell("", f"paid: all invoices but {' and '.join(paid[-2:])}")
    _swiss_month(play, 12)
    play.on("12-18")
    play.ask_for(Hold(customer="DOVER", reason="asks for an order number on its invoices"))
    play.ask_for(Renew(customer="CERVIN"))
    play.tell("CERVIN", f"contract renewed for {YEAR + 1}; what is left of this year's allowance is not taken along")
    play.bill(12, tell=True)


def _swiss_month(play: Play, month: int) -> None:
    """What happens every month; nothing of it is told."""
    play.on(f"{month:02}-09")
    play.log("ALPINA", 7 + 3 * month, f"A-{month}", tell=False)
    if month % 3 == 0:
        play.on(f"{month:02}-16")
        play.log("DOVER", 25, f"D-{month}", "forms", tell=False, agent="ben")


def _french_year(play: Play) -> None:
    """Tariff qualiodoo: a pack renewed late and carried over, minutes owed and settled, a part payment, a pack that is
    not renewed and lost, a customer abroad."""
    play.on(f"{YEAR - 1}-02-01")
    play.customer("DUPONT", "Dupont & Filles SAS", "FR", "fr", "Rue Neuve, 7, 69003, Lyon", siren="552100554",
                  electronic_address="0225:552100554")  # fmt: skip
    play.customer("EIFFEL", "Ateliers Eiffel SARL", "FR", "fr", "Rue de la Tour, 7, 75015, Paris", siren="732829320",
                  electronic_address="0225:732829320")  # fmt: skip
    play.customer("KOELN", "Kölner Werkzeug GmbH", "DE", "de", "Hauptstraße, 7, 50667, Köln", vat_id="DE136695976")
    for customer in ("DUPONT", "EIFFEL"):
        play.pay(play.buy(customer, "pack-12h", "900.00"))
    play.on("01-14")
    play.log("DUPONT", 200, "F-1", "incident")
    play.on("01-20")
    play.log("EIFFEL", 45, "E-1")
    play.bill(1)
    play.on("02-01")
    for customer in ("DUPONT", "EIFFEL"):
        play.tell(customer, f"the pack has ended with {_ended(play, customer)}; a next one paid by 2 March keeps them")
    play.on("02-05")
    play.log("DUPONT", 12, "F-2")
    play.on("02-06")
    renewal = play.buy("DUPONT", "pack-24h", "1700.00")
    play.on("02-10")
    play.pay(renewal, "1000.00")
    play.on("02-17")
    play.pay(renewal)
    left = to_json(Billing(play.setting).ask(AskBalance(customer="DUPONT", language="en")))
    carried = next(grant for grant in left["grants"] if grant["carried"])
    play.tell("DUPONT", f"{speech.minutes(carried['remaining'])} of the {carried['label']} carried over to "
                        f"{speech.day(carried['expires'])}, after what was owed")  # fmt: skip
    play.bill(2)
    play.on("03-03")
    pack = play.buy("KOELN", "pack-36h", "2400.00")
    play.on("03-04")
    play.tell("EIFFEL", f"no next pack within 30 days: {_ended(play, 'EIFFEL')} are lost")
    play.on("03-20")
    play.pay(pack)
    for month in range(3, 13):
        play.on(f"{month:02}-11")
        play.log("DUPONT", 17 * month, f"F-{month}", "support" if month % 2 else "bug", tell=False)
        play.on(f"{month:02}-25")
        play.log("KOELN", 70 + month, f"K-{month}", "upgrade-test", tell=False, agent="ben")
        if month == 3:
            play.week(demonstration_desk.french_week(), "03-31")
        play.bill(month)
    play.tell("", "twelve monthly runs: no invoice, for all time was prepaid or is owed")


def _ended(play: Play, customer: str) -> str:
    """What is left of the customer's pack that has ended, as its statement says."""
    asked = AskStatement(customer=customer, first=date(YEAR, 1, 1), last=play.setting.today)
    movements = Billing(play.setting).ask(asked).movements
    return speech.minutes(sum(-moved.minutes for moved in movements if moved.kind == "expiry"))


# Folder and documents


def _prepare(folder: Path) -> None:
    """Makes the folder; what an earlier demo made in it goes, anything else is left alone."""
    try:
        if folder.exists() and not folder.is_dir():
            raise BadInput(
                "bad-input", say("{folder} is a file", folder=folder), say("name a folder that a demo can make")
            )
        if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
            raise BadInput(
                "bad-input", say("{folder} is not empty and no earlier demo", folder=folder), say("name another folder")
            )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text("Made by `billing demo`, which deletes swiss/ and french/ when it is run again.\n")
        for part in ("swiss", "french"):
            if (folder / part).exists():
                shutil.rmtree(folder / part)
            for name in ("documents", "statements"):
                (folder / part / name).mkdir(parents=True)
    except OSError as failed:
        raise BadInput(
            "bad-input", say("cannot make {folder}: {strerror}", folder=folder, strerror=failed.strerror)
        ) from None


def _made(folder: Path, issuer: Answer, tariff: str, year: Callable[[Play], None]) -> Answer:
    """One issuer's database, documents and statements."""
    database = f"sqlite:///{folder / 'billing.db'}"
    with kept_open(open_engine(database)) as engine:
        play = Play(Setting(engine, date(YEAR - 1, 1, 1), tuple(tariffs.folders({})), fixed_clock=True), tariff)
        play.ask_for(SetIssuer(**issuer))
        year(play)
        play.on("12-31")
        issued = Billing(play.setting).ask(AskDocuments()).invoices
        for made in Billing(play.setting).ask(AskFiles(numbers=tuple(row.number for row in issued))):
            write_file(str(folder / "documents" / f"{made.number}.pdf"), made.data)
        write_file(str(folder / "books.beancount"), beancount.ledger(Billing(play.setting).ask(AskBooks())))
        return {
            "issuer": issuer["name"],
            "tariff": tariff,
            "database": database,
            "folder": str(folder),
            "story": play.story,
            "invoices": [row.number for row in issued if row.kind == "invoice"],
            "credit_notes": [row.number for row in issued if row.is_note],
            "customers": [
                _customer(play.setting, folder, row) for row in Billing(play.setting).ask(AskCustomers()).customers
            ],
            "audit": to_json(Billing(play.setting).ask(AskAudit())),
        }


def _customer(setting: Setting, folder: Path, row: CustomerRow) -> Answer:
    """A customer's statement as a file, its balance, and the sentence for a reply."""
    code = row.customer
    statement = Billing(setting).ask(AskStatement(customer=code, first=date(YEAR, 1, 1), last=setting.today))
    write_file(str(folder / "statements" / f"{code}.pdf"), statement_pdf.render(statement))
    balance = Billing(setting).ask(AskBalance(customer=code, at=SHOWN_ON))
    return {"name": row.name, "balance": to_json(balance), "reply": reply.text(balance, balance.language).strip()}


# In words


def _told(answer: Answer) -> str:
    parts = [_issuer_told(demo) for demo in answer["issuers"]]
    swiss, french = (f"{_program()} --db {shlex.quote(demo['database'])}" for demo in answer["issuers"])
    return "\n\n".join(
        [
            *parts,
            "Look around, for example:\n"
            f"  {swiss} why A-3\n"
            f"  {swiss} invoice show INV-{YEAR}-00004\n"
            f"  {french} statement DUPONT --from {YEAR}-01-01 --to {YEAR}-12-31 --language en",
        ]
    )


def _program() -> str:
    """How this program was called, so that a shell here finds it again."""
    called = Path(sys.argv[0])
    if called.suffix == ".py":  # `python -m billing`, `python cli.py`
        program = "-m billing" if called.name == "__main__.py" else shlex.quote(str(called))
        return f"{shlex.quote(sys.executable)} {program}"
    found = shutil.which(called.name)
    return called.name if found and Path(found).resolve() == called.resolve() else shlex.quote(str(called))


def _issuer_told(demo: Answer) -> str:
    story = [(speech.day(step["date"]), step["customer"], step["text"]) for step in demo["story"]]
    wide = max(len(when) for when, _, _ in story), max(len(customer) for _, customer, _ in story)
    rows = [
        (c["balance"]["customer"], c["name"], speech.minutes(c["balance"]["minutes"]),
         speech.minutes(c["balance"]["owed"]),
         f"{c['balance']['unbilled']['currency']} {c['balance']['unbilled']['amount']}")
        for c in demo["customers"]
    ]  # fmt: skip
    checked = ", ".join(f"{count} {what}" for what, count in demo["audit"]["checked"].items())
    held = "all holds" if demo["audit"]["ok"] else f"faults: {'; '.join(demo['audit']['faults'])}"
    return "\n".join(
        [
            f"=== {demo['issuer']}: tariff {demo['tariff']} ===",
            "",
            *(f"{when:>{wide[0]}}  {customer:<{wide[1]}}  {text}" for when, customer, text in story),
            "",
            table(("code", f"on {speech.day(SHOWN_ON.isoformat())}", "left", "owed", "not invoiced"), rows, (2, 3, 4)),
            "",
            "What the customers read:",
            *("  " + c["reply"].replace("\n", "\n    ") for c in demo["customers"]),
            "",
            f"Audit       {held} ({checked})",
            f"Documents   {demo['folder']}/documents/ (invoices: {len(demo['invoices'])}, "
            f"credit notes: {len(demo['credit_notes'])})",
            f"Statements  {demo['folder']}/statements/",
            f"Books       {demo['folder']}/books.beancount",
            f"Database    {demo['database']}",
        ]
    )
