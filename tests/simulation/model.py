"""The plain model of the whole: what each request does to the minutes and the money of the customers.

It is told what was accepted, works out what that must have come to, and says what every customer must have then. What
it knows nothing of changes nothing in it.
"""

import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from billing import requests
from tests.simulation import agreed
from tests.simulation.agreed import Tariff
from tests.simulation.minutes import Book, Contract, Entry, Grant, Refused
from tests.simulation.sold import Customer, Differs, Sold


@dataclass
class Model(Sold):
    """All that the model knows."""

    tariffs: dict[str, Tariff] = field(default_factory=agreed.read)
    entries: dict[str, tuple[str, Entry]] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)  # by folded reference: whose
    opened: dict[str, tuple[str, str | None, str | None]] = field(default_factory=dict)  # whose, category, contact
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
        for name in (asked.entry, view.replaces):  # whose it was before
            if name in self.entries:
                self.customers[self.entries[name][0]].book.unsure = "edited"
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

    def _opencontract(self, _asked: Any, view: Any, _key: str | None, _today: date) -> None:
        """What was brought from another system (G14): minutes and money, with the bank's movements of it elsewhere."""
        book = self.customers[view.customer].book
        book.unsure, book.banked = "brought over", True

    _opengrant = _openowed = _openinvoice = _openmoney = _voidopening = _opencontract

    def _addquote(self, asked: requests.AddQuote, view: Any, key: str | None, today: date) -> None:
        if asked.case is not None:
            self.quoted.add(self.case_name(asked.case))

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
