"""After any sequence of imports, settlements, refunds, bounces and write-offs the books' bank is the bank's (M10, M13,
M14, M15): random files whose movements are known, whole and split, repeated, as statement and as notification."""

import contextlib
import random
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from billing import tariffs
from billing.core import journal
from billing.core.book import Book
from billing.core.units import ZERO
from billing.errors import Refusal
from billing.exchange import beancount, bookkeeping
from billing.law import accounts
from billing.office.payments import sales
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
from billing.requests.payments import Bounce, Pay, PayOnAccount, Refund, WriteOff
from billing.store.engine import open_engine
from tests import support
from tests.exchange.test_bank_kinds import document, entry, part, statement
from tests.exchange.test_books import _summed
from tests.support import ask, do, load, made, on

IBAN = "CH9300762011623852957"
FIRST = date(2025, 3, 1)
HISTORIES, STEPS = 8 if support.WHOLE else 4, 40
CUSTOMERS = {"ALPINA": "Alpina SA", "BAHN": "Bergbahn AG", "CIMA": "Cima Sagl"}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three customers with two open invoices each."""
    file = tmp_path_factory.mktemp("bank") / "ready.db"
    setting = made(f"sqlite:///{file}", today=date(2025, 3, 1), iban=IBAN, street="Rue", house_number="1",
                   postcode="1000", city="Lausanne")  # fmt: skip
    for month in ("01", "02"):
        for number, (code, name) in enumerate(CUSTOMERS.items(), 1):
            if month == "01":
                load(setting, {"type": "customer", "code": code, "name": name, "country": "CH"},
                     {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi",
                      "start": "2025-01-01"})  # fmt: skip
            load(setting, {"type": "entry", "customer": code, "date": f"2025-{month}-05", "minutes": 60 + 30 * number})
        load(setting, {"type": "invoice-run", "month": f"2025-{month}", "date": f"2025-{month}-28"})
    setting.engine.dispose()
    return file


@dataclass
class Known:
    """A movement as the generator made it: signed as the account saw it, in each shape in which files bring it."""

    amount: Decimal
    shapes: tuple[str, ...]


class World:
    """A database, the movements that the bank has, and what happens."""

    def __init__(self, pick: random.Random, setting: Setting) -> None:
        self.pick, self.setting, self.today = pick, setting, FIRST
        self.movements: list[Known] = []
        self.imported: set[int] = set()
        self.amounts: set[Decimal] = set()
        self.done: Counter[str] = Counter()

    def amount(self, most: int = 40000) -> Decimal:
        """One that no other movement has: what has no name is known by what it says."""
        while True:
            found = Decimal(self.pick.randint(101, most)) / 100
            if found not in self.amounts:
                self.amounts.add(found)
                return found

    def invoice(self) -> str:
        return f"INV-2025-{self.pick.randint(1, 6):05}"

    def new_movement(self) -> Known:
        pick, day = self.pick, f"{self.today - timedelta(days=self.pick.randint(0, 20))}"
        own, name = f"REF{len(self.movements):05}X", pick.choice([*CUSTOMERS.values(), "Nobody"])
        match pick.choice(["named", "open", "charges", "sum", "out", "price", "odd", "plain"]):
            case "named":
                amount = self.amount()
                words = part(f"{amount}", text=[self.invoice()], name=name, own=own)
                return Known(amount, (entry(f"{amount}", words, own=own, on=day),))
            case "plain":
                amount = self.amount()
                return Known(amount, (entry(f"{amount}", part(f"{amount}", text=[own], name=name), on=day),))
            case "charges":
                amount = self.amount()
                inside = '<Chrgs><TtlChrgsAndTaxAmt Ccy="CHF">1.00</TtlChrgsAndTaxAmt></Chrgs>'
                words = part(f"{amount + 1}", text=[self.invoice()], name=name, own=own, inside=inside)
                return Known(amount, (entry(f"{amount}", words, own=own, on=day),))
            case "sum":
                amounts = [self.amount(9000) for _ in range(pick.randint(2, 3))]
                parts = [part(f"{a}", text=[self.invoice()], name=name, own=f"{own}{n}") for n, a in enumerate(amounts)]
                whole = f"{sum(amounts)}"
                return Known(sum(amounts, ZERO), (entry(whole, own=own, on=day), entry(whole, *parts, own=own, on=day)))
            case "out" | "price" as kind:
                amount = self.amount(9000)
                shape = entry(f"{amount}", own=own, on=day, way="DBIT", text="paid")
                if kind == "price":
                    code = "<BkTxCd><Domn><Fmly><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn></BkTxCd>"
                    shape = shape.replace("</Ntry>", f"{code}</Ntry>")
                return Known(-amount, (shape,))
            case "odd":
                amount = self.amount()
                parts = [part("1.00"), part("2.00")]
                return Known(amount, (entry(f"{amount}", *parts, own=own, on=day),))
        amount = self.amount()
        return Known(amount, (entry(f"{amount}", own=own, on=day),))

    def back(self) -> Known:
        """A credit that the bank takes back under its own reference."""
        amount, own = self.amount(), f"END{len(self.movements):05}X"
        words = part(f"{amount}", text=[self.invoice()], name="Alpina SA", own=own)
        words = words.replace("</Refs>", f"<EndToEndId>{own}</EndToEndId></Refs>")
        come, went = f"{self.today - timedelta(days=9)}", f"{self.today - timedelta(days=3)}"
        self.movements.append(Known(amount, (entry(f"{amount}", words, own=own, on=come),)))
        gone = words.replace("</TxDtls>", "<RtrInf/></TxDtls>").replace(f"<AcctSvcrRef>{own}", f"<AcctSvcrRef>{own}R")
        return Known(-amount, (entry(f"{amount}", gone, own=f"{own}R", on=went, way="DBIT"),))

    def take(self) -> None:
        """A file with some of the bank's movements: new ones, known ones, whole or in parts."""
        for _ in range(self.pick.randint(0, 3)):
            self.movements.append(self.new_movement() if self.pick.random() < 0.85 else self.back())
        if self.movements:
            some = self.pick.sample(range(len(self.movements)), self.pick.randint(1, min(6, len(self.movements))))
            shapes = [self.pick.choice(self.movements[n].shapes) for n in some]
            kind = self.pick.choice(["053", "054"])
            do(self.setting, ImportBankFile(file="f", data=document(statement(*shapes), kind=kind).encode()))
            self.imported |= set(some)

    def settle(self) -> None:
        items = ask(self.setting, AskOpenItems(everything=True))["open"]
        if items:
            item = self.pick.choice(items)
            targets = [self.invoice(), *CUSTOMERS, *self.named()]
            whole = self.pick.random() < 0.6
            part_ = None if whole else (Decimal(item["amount"]) / 3).quantize(Decimal("0.01"))
            do(self.setting, SettleItem(item=item["id"], on=self.pick.choice(targets), amount=part_))

    def named(self) -> list[str]:
        """Payments and refunds by name."""
        return [f"{code}-{seq}" for code, book in books(self.setting) for seq in
                [*book.payments, *book.deposits, *book.refunds]]  # fmt: skip

    def by_hand(self) -> None:
        code, amount = self.pick.choice([*CUSTOMERS]), Decimal(self.pick.choice(["5.00", "50.00", "0.01"]))
        do(self.setting, self.pick.choice([
            Pay(invoice=self.invoice(), amount=amount), Pay(invoice=self.invoice(), own_money=True),
            PayOnAccount(customer=code, amount=amount), Refund(customer=code), Refund(customer=code, amount=amount),
            WriteOff(invoice=self.invoice(), reason="x", amount=amount, yes=True),
            Bounce(payment=self.pick.choice(self.named() or ["x"])),
        ]))  # fmt: skip

    def step(self) -> None:
        self.today += timedelta(days=self.pick.choice([0, 0, 1, 5]))
        self.setting = on(self.setting, self.today)
        act = self.pick.choice(["take", "take", "settle", "settle", "settle", "by_hand"])
        with contextlib.suppress(Refusal):
            getattr(self, act)()
            self.done[act] += 1


def books(setting: Setting) -> list[tuple[str, Book]]:
    with look(setting) as tx:
        return [(code, tx.book(tx.customer(code, lock=False))) for code in CUSTOMERS]


def by_hand(book: Book) -> Decimal:
    """Money that no movement of the bank is known for."""
    came = [*((p.seq, p.amount) for p in book.payments.values() if not p.own_money),
            *((d.seq, d.amount) for d in book.deposits.values()),
            *((r.seq, -r.amount) for r in book.refunds.values()),
            *((b.seq, -(book.money_at(b.seq) or ZERO)) for b in book.bounces)]  # fmt: skip
    return sum((amount for seq, amount in came if seq not in book.bank_parts), ZERO)


def check(world: World) -> None:
    setting = world.setting
    whole = support.books(setting)
    bank = sum((leg.amount for e in whole.entries for leg in e.legs if leg.role == "bank"), ZERO)
    statements = sum((world.movements[n].amount for n in world.imported), ZERO)
    assert bank == statements + sum((by_hand(book) for _, book in books(setting)), ZERO)
    ours = [b for b in journal.carried_over(whole.entries, whole.minutes) if b.role != "bank"]
    assert _summed(ours) == _summed(whole.closing)
    for each in whole.entries:
        assert sum(leg.amount for leg in each.legs) == 0 and each.legs
    with look(setting) as tx:
        for code in CUSTOMERS:
            money = sales.money_of(tx, tx.customer(code, lock=False)).get("CHF", ZERO)
            assert money == -sum(
                (b.amount for b in whole.closing if (b.customer, b.role) == (code, "customer-money")), ZERO
            )


def test_the_books_bank_is_the_banks_m14(ready: Path) -> None:
    """Nothing of own money is lost or made, and settling changes no entry of an earlier day."""
    seen: Counter[str] = Counter()
    for seed in range(HISTORIES):
        pick = random.Random(seed)
        file = ready.parent / f"{seed}.db"
        shutil.copy(ready, file)
        setting = Setting(open_engine(f"sqlite:///{file}"), FIRST, tuple(tariffs.folders({})), True)
        world = World(pick, setting)
        for _ in range(STEPS):
            yesterday = world.today - timedelta(days=1)
            before, done = support.books(world.setting, yesterday).entries, world.done["settle"]
            world.step()
            if world.done["settle"] > done:
                after = support.books(world.setting, yesterday).entries
                assert [e for e in after if e.customer == ""] == [e for e in before if e.customer == ""]
                mine = [e for e in after if e.customer != "" and e.journal == "bank"]
                assert mine == [e for e in before if e.customer != "" and e.journal == "bank"]
            check(world)
        assert support.audit(world.setting)["faults"] == []
        whole, chart = support.books(world.setting), accounts.chart("CH")
        for text in (support.fec(whole, chart), bookkeeping.hledger(whole, chart), bookkeeping.csv(whole, chart),
                     beancount.ledger(whole)):  # fmt: skip
            assert "uspense" in text or "1099" in text
        seen += world.done
        seen["movements"] += len(world.imported)
        setting.engine.dispose()
    assert seen["settle"] > 3 * HISTORIES and seen["by_hand"] > HISTORIES and seen["movements"] > 8 * HISTORIES, seen
