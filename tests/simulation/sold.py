"""What the plain model makes of sales, documents, payments and runs (rules M, G2)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from billing import requests
from tests.simulation import agreed
from tests.simulation.agreed import until
from tests.simulation.minutes import NO_MONEY, Book, Grant, Sale
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
class Sold:
    """What was sold and paid."""

    customers: dict[str, Customer] = field(default_factory=dict)
    sales: dict[str, Sale] = field(default_factory=dict)
    money: Money = field(default_factory=Money)

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

    def _settleitem(self, asked: requests.SettleItem, view: Any, key: str | None, today: date) -> None:
        for customer in self.customers.values():
            customer.book.unsure, customer.book.banked = "an item of the bank", True

    def _importbankfile(self, asked: requests.ImportBankFile, view: Any, key: str | None, today: date) -> None:
        for customer in self.customers.values():
            customer.book.unsure, customer.book.banked = "a file of the bank", True
