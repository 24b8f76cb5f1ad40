"""The plain model of the whole: what each request does to the minutes and the money of the customers.

It is told what was accepted, works out what that must have come to, and says what every customer must have then. What
it knows nothing of changes nothing in it.
"""

import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from billing import requests
from tests.simulation import agreed
from tests.simulation.agreed import Tariff, until
from tests.simulation.minutes import NO_MONEY, Book, Contract, Entry, Grant, Refused, Sale
from tests.simulation.money import Document, Money, Paying, billed_by, credited_by, net_of, taxed


class Differs(Exception):
    """What was answered is not what the model says."""


@dataclass
class Customer:
    """One customer."""

    code: str
    country: str
    book: Book = field(default_factory=Book)
    held: bool = False
    contacts: dict[str, str] = field(default_factory=dict)


@dataclass
class Model:
    """All that the model knows."""

    tariffs: dict[str, Tariff] = field(default_factory=agreed.read)
    customers: dict[str, Customer] = field(default_factory=dict)
    entries: dict[str, tuple[str, Entry]] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)  # by folded reference: whose
    opened: dict[str, tuple[str, str | None, str | None]] = field(default_factory=dict)  # whose, category, contact
    sales: dict[str, Sale] = field(default_factory=dict)
    money: Money = field(default_factory=Money)
    quoted: set[str] = field(default_factory=set)  # cases of quotes, on which work is not charged

    def copied(self) -> "Model":
        """The same, apart."""
        return copy.deepcopy(self)

    def must_refuse(self, asked: Any, today: date) -> str | None:
        """The code with which the rules refuse a request for certain; None: they do not, or it is not known."""
        expects = getattr(self, f"_refuses_{type(asked).__name__.lower()}", None)
        try:
            if expects is not None:
                expects(asked, today)
        except Refused as refused:
            return str(refused)
        return None

    def must_accept(self, asked: Any, today: date) -> bool:
        """Whether the rules leave no way to refuse it, as far as the model knows."""
        if not isinstance(asked, requests.Log | requests.Void | requests.Goodwill):
            return False
        named = self.entries.get(asked.entry, ("",))[0] if isinstance(asked, requests.Void) else asked.customer
        if named not in self.customers or self.customers[named].book.unsure:
            return False
        return self._is_plain(asked, today) and self.must_refuse(asked, today) is None

    def apply(self, asked: Any, view: Any, key: str | None, today: date) -> None:
        """Does what was accepted. Raises Differs where the answer is not what the rules say."""
        does = getattr(self, f"_{type(asked).__name__.lower()}", None)
        if does is not None:
            does(asked, view, key, today)

    # Time

    def _entry_of(self, asked: requests.Log, key: str | None, view: Any, today: date) -> tuple[Customer, Entry]:
        case = None if asked.case is None else self.case_name(asked.case)
        named = asked.customer or (case and self.cases.get(case)) or ""
        customer = self.customers[named]
        _, category, contact = self.opened.get(case or "", (None, None, None))
        on = asked.on or today
        contract = customer.book.contract_on(on)
        category = asked.category or category or next(iter(contract.tariff.categories))
        contact = asked.contact or contact
        return customer, Entry(
            key or view.entry, contract, case, category, on, asked.seconds, contact, asked.agent
        )  # fmt: skip

    def case_name(self, written: str) -> str:
        """A reference without regard to letter case and outer blanks (T3)."""
        return written.strip().casefold()

    def _refuses_log(self, asked: requests.Log, today: date) -> None:
        on = asked.on or today
        if on > today:
            raise Refused("future-date")
        if asked.customer not in self.customers or self.customers[asked.customer].book.unsure:
            return
        self.customers[asked.customer].book.contract_on(on)

    def _is_plain(self, asked: Any, today: date) -> bool:
        """Whether nothing of cases, quotes and names is in the way."""
        if isinstance(asked, requests.Void):
            return asked.entry in self.entries
        if asked.customer not in self.customers:
            return False
        if isinstance(asked, requests.Goodwill):
            on = asked.on or today
            return asked.expires >= on and not asked.covers
        contract = next((c for c in self.customers[asked.customer].book.contracts if c.covers(asked.on or today)), None)
        if contract is None or (asked.category and asked.category not in contract.tariff.categories):
            return False
        owner = None if asked.case is None else self.cases.get(self.case_name(asked.case), asked.customer)
        return (
            (asked.case is None or (owner == asked.customer and self.case_name(asked.case) not in self.opened))
            and asked.yes and asked.new and asked.quote is None and not asked.changes_data and not asked.open_case
            and (asked.case is None or self.case_name(asked.case) not in self.quoted)
        )  # fmt: skip

    def _log(self, asked: requests.Log, view: Any, key: str | None, today: date) -> None:
        if self.customers[view.customer].book.unsure:
            return
        customer, entry = self._entry_of(asked, key, view, today)
        self.entries[entry.id] = (customer.code, entry)
        if entry.case is not None:
            self.cases.setdefault(entry.case, customer.code)
        if asked.open_case and entry.case is not None and entry.case not in self.opened:
            self.opened[entry.case] = (customer.code, asked.category, asked.contact)
        if asked.quote is not None or entry.case in self.quoted or view.free == "quote":
            customer.book.unsure = "work on a quote"
        if customer.book.unsure:
            return
        charge = customer.book.log(entry)
        told = (
            view.charged,
            view.free,
            view.overage.minutes if view.overage else 0,
            sorted(d.minutes for d in view.drawn),
        )
        late = sum(draw.minutes for draw in charge.draws if draw.settles)
        want = (charge.minutes, charge.free, charge.over, sorted(d.minutes for d in charge.draws if not d.settles))
        if told != want and not late:
            raise Differs(f"entry {entry.id}: charged, free, over, drawn are {told}, the rules say {want}")
        if charge.over and view.overage.rate != charge.rate:
            raise Differs(f"entry {entry.id} is at {view.overage.rate}, the rules say {charge.rate}")

    def _refuses_void(self, asked: requests.Void, today: date) -> None:
        on = asked.on or today
        if on > today:
            raise Refused("future-date")
        if asked.entry in self.entries:
            code, entry = self.entries[asked.entry]
            if self.customers[code].book.unsure:
                return
            if not entry.live:
                raise Refused("already-voided")
            if on < entry.worked:
                raise Refused("bad-date")

    def _void(self, asked: requests.Void, view: Any, key: str | None, today: date) -> None:
        code, entry = self.entries.get(asked.entry, (view.customer, None))
        if entry is not None and not self.customers[code].book.unsure:
            self.customers[code].book.void(entry, asked.on or today)

    def _undo(self, asked: requests.Undo, view: Any, key: str | None, today: date) -> None:
        code, entry = self.entries.get(view.entry, (view.customer, None))
        if entry is not None and not self.customers[code].book.unsure:
            self.customers[code].book.void(entry, max(today, entry.worked))

    def _verify(self, asked: requests.Verify, view: Any, key: str | None, today: date) -> None:
        book, case = self.customers[view.customer].book, self.case_name(asked.case)
        if asked.kind == "program-error" and not book.unsure:
            book.verify(case, asked.on or today, asked.also)
        elif asked.also:
            book.unsure = "another verdict with categories"

    def _edit(self, asked: requests.Edit, view: Any, key: str | None, today: date) -> None:
        if asked.entry in self.entries:
            self.customers[self.entries[asked.entry][0]].book.unsure = "edited"
        if asked.customer in self.customers:
            self.customers[asked.customer].book.unsure = "edited"
        self.customers[view.customer].book.unsure = "edited"

    def _opencase(self, asked: requests.OpenCase, view: Any, key: str | None, today: date) -> None:
        case = self.case_name(asked.case)
        self.cases.setdefault(case, asked.customer)
        self.opened[case] = (asked.customer, asked.category, asked.contact)

    def _changecase(self, asked: requests.ChangeCase, view: Any, key: str | None, today: date) -> None:
        case = self.case_name(asked.case)
        if case in self.opened:
            owner, category, contact = self.opened[case]
            self.opened[case] = (owner, asked.category or category, asked.contact or contact)

    def _voidevent(self, asked: requests.VoidEvent, view: Any, key: str | None, today: date) -> None:
        self.customers[view.customer].book.unsure = "an event of a case was voided"

    def _stop(self, asked: requests.Stop, view: Any, key: str | None, today: date) -> None:
        self._by_the_way(view)

    def _by_the_way(self, view: Any) -> None:
        self.customers[view.customer].book.unsure = "timed"

    # Customers and contracts

    def _addcustomer(self, asked: requests.AddCustomer, view: Any, key: str | None, today: date) -> None:
        self.customers.setdefault(asked.code, Customer(asked.code, asked.country.upper()))

    def _hold(self, asked: requests.Hold, view: Any, key: str | None, today: date) -> None:
        self.customers[asked.customer].held = True

    def _release(self, asked: requests.Release, view: Any, key: str | None, today: date) -> None:
        self.customers[asked.customer].held = False

    def _sign(self, asked: requests.Sign, view: Any, key: str | None, today: date) -> None:
        book = self.customers[asked.customer].book
        if asked.tariff not in self.tariffs:
            book.unsure = f"a contract on {asked.tariff}"
            return
        contract = Contract(
            self.tariffs[asked.tariff], asked.start or today, asked.tier, asked.modules, asked.fee, [0]
        )  # fmt: skip
        book.contracts.append(contract)
        self._allowance(book, contract, contract.start)
        self._fee(asked, view, asked.invoice_on or asked.start or today)

    def _allowance(self, book: Book, contract: Contract, first: date) -> None:
        minutes = contract.tariff.included(contract.tier_on(first), contract.modules, contract.fee)
        self._include(book, contract, minutes, first, contract.term_end(first))

    def _include(self, book: Book, contract: Contract, minutes: int, first: date, last: date) -> None:
        if minutes > 0 and contract.tariff.allowance:
            covers = frozenset(contract.tariff.allowance["covers"])
            book.grant(Grant(contract, "allowance", None, minutes, first, last, covers))

    def _fee(self, asked: Any, view: Any, on: date) -> None:
        if getattr(view, "invoice", None):
            self._learn(view.invoice, asked.customer, view.currency, on, None, view.total)

    def _renew(self, asked: requests.Renew, view: Any, key: str | None, today: date) -> None:
        book = self.customers[asked.customer].book
        running = [contract for contract in book.contracts if contract.ends == agreed.FAR]
        if book.unsure or not running:
            book.unsure = book.unsure or "renewed otherwise"
        else:
            contract = running[-1]
            on, number = asked.on or today, max(contract.years) + 1
            while agreed.years_later(contract.start, number + 1) <= on:
                number += 1
            contract.years.append(number)
            self._allowance(book, contract, agreed.years_later(contract.start, number))
        self._fee(asked, view, asked.invoice_on or today)

    def _changetier(self, asked: requests.ChangeTier, view: Any, key: str | None, today: date) -> None:
        book, on = self.customers[asked.customer].book, asked.on or today
        if book.unsure:
            return
        contract = book.contract_on(on)
        tiers, before = contract.tariff.tiers, contract.tier_on(on)
        upgrade = tiers.index(asked.tier) >= (tiers.index(before) if before in tiers else -1)
        since = on if upgrade else agreed.years_later(contract.start, max(contract.years) + 1)
        contract.tiers.append((since, asked.tier))
        if upgrade:
            included = contract.tariff.included
            new = included(asked.tier, contract.modules, contract.fee)
            old = included(before, contract.modules, contract.fee)
            here = contract.term_end(on)
            self._include(book, contract, new - old, on, here)
            for first, last in contract.spans():
                if first > here:
                    has = sum(g.minutes for g in book.grants if g.kind == "allowance" and g.contract is contract
                              and first <= g.starts <= last)  # fmt: skip
                    self._include(book, contract, new - has, first, last)

    def _cancel(self, asked: requests.Cancel, view: Any, key: str | None, today: date) -> None:
        book, on = self.customers[asked.customer].book, asked.on or today
        if not book.unsure:
            book.contract_on(on).ends = on

    def _refuses_goodwill(self, asked: requests.Goodwill, today: date) -> None:
        if asked.customer in self.customers and not self.customers[asked.customer].book.unsure:
            self.customers[asked.customer].book.contract_on(asked.on or today)

    def _goodwill(self, asked: requests.Goodwill, view: Any, key: str | None, today: date) -> None:
        book, on = self.customers[asked.customer].book, asked.on or today
        if not book.unsure:
            contract = book.contract_on(on)
            covers = frozenset(asked.covers or contract.tariff.categories)
            book.grant(Grant(contract, "goodwill", None, asked.minutes, on, asked.expires, covers))

    # Documents and money

    def _learn(
        self, number: str, customer: str, currency: str, on: date, net: Decimal | None, total: Decimal | None,
        corrects: str | None = None,
    ) -> None:  # fmt: skip
        """Takes in a document that was issued; its number must be the next (M6)."""
        series = number.split("-")[0]
        want = self.money.next_number(series, on)
        if number != want:
            raise Differs(f"{number} was issued on {on}, the next number is {want}")
        if on < self.money.last_issue(series):
            raise Differs(f"{number} is of {on}, before the last of its series")
        self.money.add(Document(number, customer, currency, on, net or NO_MONEY, total or NO_MONEY, corrects))

    def _sell(self, asked: requests.Sell, view: Any, key: str | None, today: date) -> None:
        customer, on = self.customers[asked.customer], asked.on or today
        book = customer.book
        if book.unsure:
            self._learn(view.invoice, asked.customer, view.currency, on, None, view.total)
            self._paid_before(asked, view)
            return
        contract = book.contract_on(on)
        terms = contract.tariff.products[asked.product]
        price = asked.price if asked.price is not None else terms["price"]
        net = price * asked.quantity
        total = net + taxed(net, customer.country)
        if view.total != total:
            raise Differs(f"{view.invoice} of {net} net comes to {view.total}, the rules say {total}")
        self._learn(view.invoice, asked.customer, view.currency, on, net, total)
        sale = Sale(
            view.purchase, contract, asked.product, terms, asked.quantity, frozenset(asked.contacts), on,
            view.invoice, net,
        )  # fmt: skip
        book.sales.append(sale)
        self.sales[view.purchase] = sale
        if terms.get("credited_on", "sale") == "sale" or total == 0:
            self._credit(book, sale, on)
        self._paid_before(asked, view)

    def _paid_before(self, asked: requests.Sell, view: Any) -> None:
        if asked.paid_on is not None and view.total:
            name = f"paid-{view.invoice}"
            self._receive(Paying(name, asked.customer, view.invoice, view.total, asked.paid_on, view.currency))

    def _credit(self, book: Book, sale: Sale, on: date) -> None:
        sale.credited = True
        minutes = sale.terms.get("minutes", 0) * sale.pieces
        if minutes and on <= sale.contract.ends:
            last = sale.last
            if sale.terms["kind"] == "pack":
                here = next((c for c in book.contracts if c.covers(on)), None)
                last = until(sale.terms["validity"], on, here.term_end(on) if here else sale.last)
            covers = frozenset(sale.terms["covers"])
            book.grant(Grant(sale.contract, sale.terms["kind"], sale.product, minutes, on, last, covers, sale.contacts))

    def _pay(self, asked: requests.Pay, view: Any, key: str | None, today: date) -> None:
        document = self.money.documents[view.invoice]
        amount = asked.amount or document.open
        name = key or view.payment
        self._receive(
            Paying(name, view.customer, view.invoice, amount, asked.on or today, document.currency, asked.own_money)
        )
        if view.open != document.open:
            raise Differs(f"{view.open} is open on {view.invoice}, the rules say {document.open}")

    def _receive(self, payment: Paying) -> None:
        assert payment.invoice is not None
        self.money.payments[payment.id] = payment
        self.money.documents[payment.invoice].paid += payment.amount
        self._settle(payment.customer, payment.invoice)

    def _settle(self, customer: str, invoice: str) -> None:
        """Credits the pack of an invoice that is paid in full, from the day on which it was (G2)."""
        book, document = self.customers[customer].book, self.money.documents[invoice]
        sale = next((s for s in book.sales if s.invoice == invoice), None)
        if book.unsure or sale is None or sale.credited or sale.terms.get("credited_on") != "payment":
            return
        if document.credited:
            book.unsure = "a pack that was credited is paid"
        elif document.paid + document.written >= document.total:
            if document.written:
                book.unsure = "a pack that is settled by a write-off"
                return
            so_far, day = NO_MONEY, sale.on
            mine = [p for p in self.money.payments.values() if p.invoice == invoice and not p.back]
            for payment in sorted(mine, key=lambda p: p.on):
                so_far += payment.amount
                if so_far >= document.total:
                    day = max(sale.on, payment.on)
                    break
            self._credit(book, sale, day)

    def _payonaccount(self, asked: requests.PayOnAccount, view: Any, key: str | None, today: date) -> None:
        self.money.payments[key or view.payment] = Paying(
            key or view.payment, asked.customer, None, asked.amount, asked.on or today, view.currency
        )

    def _refund(self, asked: requests.Refund, view: Any, key: str | None, today: date) -> None:
        self.money.refunds.append((asked.customer, view.currency, view.amount))
        if asked.amount is not None and asked.amount != view.amount:
            raise Differs(f"{view.amount} was paid out of {asked.amount}")

    def _writeoff(self, asked: requests.WriteOff, view: Any, key: str | None, today: date) -> None:
        document = self.money.documents[asked.invoice]
        document.written += asked.amount or document.open
        self._settle(document.customer, asked.invoice)
        if view.open != document.open:
            raise Differs(f"{view.open} is open on {asked.invoice}, the rules say {document.open}")

    def _bounce(self, asked: requests.Bounce, view: Any, key: str | None, today: date) -> None:
        book = self.customers[view.customer].book
        for name in (asked.payment, *view.with_it):
            payment = self.money.payments.get(name)
            if payment is None or payment.back:
                book.unsure = "a bounce of something else"
            else:
                payment.back = True
                if payment.invoice is not None:
                    self.money.documents[payment.invoice].paid -= payment.amount
        if view.no_longer_drawn:
            book.unsure = "a pack that bounced"

    def _runmonth(self, asked: requests.RunMonth, view: Any, key: str | None, today: date) -> None:
        on, up_to = asked.on or today, until("1 month", asked.month, agreed.FAR)
        wanted: list[tuple[str, str, str | None, Decimal | None]] = []
        for code in sorted(self.customers):
            customer = self.customers[code]
            if customer.held or customer.book.unsure:
                continue
            if customer.book.missing(up_to):
                wanted.append((code, "invoice", None, net_of(customer.book, up_to)))
            wanted += [(code, "credit-note", number, None) for number in sorted(credited_by(customer.book))]
        told = [
            (d.customer, d.kind, d.corrects, d.net if d.kind == "invoice" else None) for d in view.invoices
            if not self.customers[d.customer].book.unsure
        ]  # fmt: skip
        if told != wanted:
            raise Differs(f"the run issued {told}, the rules say {wanted}")
        for document in view.invoices:
            self._issued(document, on, up_to)

    def _issued(self, document: Any, on: date, up_to: date) -> None:
        customer = self.customers[document.customer]
        sums = document.net + taxed(document.net, customer.country)
        if document.kind == "invoice" and document.total != sums:
            raise Differs(f"{document.number} of {document.net} net comes to {document.total}, the rules say {sums}")
        parts = [] if customer.book.unsure else billed_by(customer.book, up_to)
        sign, number = 1, document.number
        if document.kind == "credit-note":
            parts = [] if customer.book.unsure else credited_by(customer.book)[document.corrects]
            sign, number = -1, document.corrects
        self._learn(document.number, document.customer, document.currency, on, document.net, document.total,
                    document.corrects)  # fmt: skip
        for entry, name, rate, minutes in parts:
            entry.billed.append((on, number, name, rate, sign * minutes))

    def _creditinvoice(self, asked: requests.CreditInvoice, view: Any, key: str | None, today: date) -> None:
        self._learn(view.number, view.customer, view.currency, view.on, view.net, view.total, view.corrects)
        self.customers[view.customer].book.unsure = "an invoice was credited"

    def _invoicequote(self, asked: requests.InvoiceQuote, view: Any, key: str | None, today: date) -> None:
        self._learn(view.invoice, view.customer, view.currency, asked.on or today, None, view.total)

    def _addquote(self, asked: requests.AddQuote, view: Any, key: str | None, today: date) -> None:
        if asked.case is not None:
            self.quoted.add(self.case_name(asked.case))

    def _settleitem(self, asked: requests.SettleItem, view: Any, key: str | None, today: date) -> None:
        for customer in self.customers.values():
            customer.book.unsure = "an item of the bank"

    def _importbankfile(self, asked: requests.ImportBankFile, view: Any, key: str | None, today: date) -> None:
        for customer in self.customers.values():
            customer.book.unsure = "a file of the bank"
