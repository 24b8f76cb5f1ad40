"""Customers of a file taken in, with their contracts: made, changed, or found to be as the file has them.

A file is one transaction: what differs is found under the customers' locks, and done by what does it for one alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from billing.core.facts import Contract
from billing.core.units import from_cents
from billing.errors import Already, BadInput
from billing.exchange.sheets import Faults
from billing.office import contracts
from billing.office.parties import customers
from billing.office.transacting import done
from billing.office.transaction import Act, Decided, Setting, Transaction
from billing.requests import parties as requests
from billing.requests.base import Request
from billing.requests.contracts import ChangeTier, Sign
from billing.requests.importing import GivenContract, GivenCustomer, GivenData, ImportCustomers
from billing.store import parties
from billing.store.heads import Head
from billing.texts import Do, Text, say
from billing.views.importing import CustomerImported, CustomersImported, FieldChange, Kept

Progress = Callable[[int, int | None], None] | None
Found = tuple[list[FieldChange], Request[Any] | None]  # what differs, and what makes it so
_ACTS: dict[Any, Act] = {**customers.ACTS, **contracts.ACTS}


def import_customers(
    setting: Setting, request: ImportCustomers, _key: str | None, dry_run: bool, progress: Progress
) -> tuple[CustomersImported, bool]:
    """Takes in the customers of a file."""

    def taken(tx: Transaction) -> CustomersImported:
        return _Import(tx, request.customers, progress).done()

    return done(setting, taken, bulk=True, dry_run=dry_run), True  # what is as it was is named in the view


@dataclass
class _Import:
    """One file on its way in."""

    tx: Transaction
    rows: tuple[GivenCustomer, ...]
    progress: Progress
    faults: Faults = field(default_factory=Faults)
    near: dict[str, str] = field(default_factory=dict)  # a new code, and one that it is but for capital letters
    new: list[CustomerImported] = field(default_factory=list)
    changed: list[CustomerImported] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    warnings: list[Text] = field(default_factory=list)

    def done(self) -> CustomersImported:
        """Takes in all customers. Raises what is wrong with them at once, each fault by its place."""
        self._lock()
        for count, one in enumerate(self.rows, 1):
            self._take(one)
            if self.progress and count % 1000 == 0:
                self.progress(count, len(self.rows))
        self.faults.check()
        return CustomersImported(
            new=tuple(self.new),
            changed=tuple(self.changed),
            unchanged=tuple(self.unchanged),
            warnings=tuple(self.warnings),
        )

    def _lock(self) -> None:
        """Locks those that there are, in the order of their codes, so that two files never wait crosswise."""
        tx, wanted = self.tx, sorted({one.code for one in self.rows if one.code is not None})
        for code in wanted:
            tx.try_customer(code)
        new = [code for code in wanted if code not in tx.heads]
        known = {code.lower(): code for code in parties.codes(tx.connection)} if new else {}
        for code in new:
            like = known.setdefault(code.lower(), code)
            if like != code:
                self.near[code] = like

    def _take(self, one: GivenCustomer) -> None:
        before = self.faults.count
        for unread in one.unread:
            self.faults.add(BadInput(unread.code, unread.wrong, unread.remedy))
        if one.code is None:
            return
        with self.faults.at(one.place):
            if one.code not in self.tx.heads:
                self.tx.try_customer(one.code)  # another may have made him since
                self._check_letters(one.code)
            self._settle(one, one.code, before)

    def _check_letters(self, code: str) -> None:
        near = self.near.get(code)
        if near is not None:
            wrong = say("{code} differs from {known} by capital letters alone", code=code, known=near)
            raise Already("conflict", wrong, say("write {known}", known=near))

    def _settle(self, one: GivenCustomer, code: str, before: int) -> None:
        """Finds what differs, and makes it so where nothing is wrong: where there are no more faults than `before`."""
        head, parts = self.tx.heads.get(code), list[tuple[Text | str, Found]]()
        if one.data is not None:
            with self.faults.at(one.place):
                parts.append((one.place, _of_data(self.tx, head, code, one.data)))
        if one.contract is not None:
            with self.faults.at(one.contract.place):
                parts.append((one.contract.place, _of_contract(self.tx, head, code, one.contract)))
        for place, (_, request) in parts:
            if request is not None and self.faults.count == before:
                with self.faults.at(place):
                    self._do(place, request)
        changes = tuple(change for _, (changes, _) in parts for change in changes)
        if head is None:
            self.new.append(CustomerImported(customer=code, changes=changes))
        elif changes:
            self.changed.append(CustomerImported(customer=code, changes=changes))
        else:
            self.unchanged.append(code)

    def _do(self, place: Text | str, request: Request[Any]) -> None:
        """Does a request as if it were asked alone, and keeps what it warns of with its place."""
        decided = _ACTS[type(request)].decide(self.tx, request, None)
        view = self.tx.keep(decided, request.KIND) if isinstance(decided, Decided) else decided
        self.warnings += [say("{place}: {wrong}", place=place, wrong=doubt) for doubt in view.warnings]


def _of_data(tx: Transaction, head: Head | None, code: str, row: GivenData) -> Found:
    """What differs of a customer's data: of a new one all that is given."""
    given = _given(row)
    if head is None:
        missing = [name for name in ("name", "country") if name not in given]
        if missing:
            raise BadInput("bad-input", say("{code} is new and needs {missing}", code=code, missing=missing))
        return [_change(name, None, value) for name, value in given.items()], requests.AddCustomer(code=code, **given)
    wanted = requests.given(requests.ChangeCustomer(customer=code, **given))
    kept = _kept(parties.customer_data(tx.connection, head.id))
    other = {name: given[name] for name, value in wanted.items() if kept[name] != value}
    changes = [_change(name, _shown(name, kept[name]), value) for name, value in other.items()]
    return changes, requests.ChangeCustomer(customer=code, **other) if other else None


def _kept(data: parties.Customer) -> dict[str, Any]:
    """A customer's data by field; who is no consumer was perhaps never asked."""
    return {each.name: getattr(data, each.name) for each in fields(data)} | {"consumer": int(data.consumer or 0)}


def _shown(name: str, kept: Any) -> object:
    """What is kept in a field, as it was given; nothing where it was taken away."""
    if name == "consumer":
        return bool(kept)
    return from_cents(kept) if name == "round_total" and kept is not None else None if kept == "" else kept


def _of_contract(tx: Transaction, head: Head | None, code: str, row: GivenContract) -> Found:
    """What differs of a contract: of one that runs the tier; what else is agreed stays until it is cancelled."""
    given = _given(row)
    book = None if head is None else tx.agreed(head, with_tiers=True)
    running = [] if book is None else [one for seq, one in book.contracts.items() if seq not in book.cancellations]
    if book is None or not running:
        if "tariff" not in given:
            raise BadInput("bad-input", say("{code} has no contract; to sign one needs a tariff", code=code))
        return [_change(f"contract.{name}", None, value) for name, value in given.items()], Sign(customer=code, **given)
    today = book.term_on(tx.today)  # whose tier would change
    agreed = next((one for one in running if today is not None and one.seq == today.contract), running[-1])
    _check_agreed(code, agreed, row)
    tier = book.tier_on(agreed.seq, date.max)
    if row.tier is None or row.tier == tier:
        return [], None
    return [_change("contract.tier", tier, row.tier)], ChangeTier(customer=code, tier=row.tier)


def _check_agreed(code: str, running: Contract, row: GivenContract) -> None:
    """Refuses what no change of a running contract makes of it."""
    same_modules = row.modules is not None and set(row.modules) == set(running.modules)
    for name, agreed, wanted in (
        ("tariff", running.tariff, row.tariff),
        ("start", running.starts_on, row.start),
        ("fee", running.fee, row.fee),
        ("modules", running.modules, running.modules if same_modules else row.modules),
    ):
        if wanted is not None and wanted != agreed:
            shown = ", ".join(agreed) if isinstance(agreed, tuple) else agreed
            has = say("the contract of {code} has the {field} {agreed}", code=code, field=name, agreed=shown)
            has_none = say("the contract of {code} has nothing as {field}", code=code, field=name)
            raise Already(
                "conflict",
                has if shown else has_none,
                say("leave it as it is, or end it first: {do}", do=Do("contract cancel", code, "--on", "DAY")),
            )


def _given(row: GivenData | GivenContract) -> dict[str, Any]:
    """What a row gives, by field."""
    values = {each.name: getattr(row, each.name) for each in fields(row) if each.name != "place"}
    return {name: value for name, value in values.items() if value is not None}


def _change(name: str, before: object, after: object) -> FieldChange:
    return FieldChange(name=name, before=_plain(before), after=_plain(after))


def _plain(value: object) -> Kept:
    """A value as it is told: money and days as text."""
    return value if value is None or isinstance(value, bool | int | str | tuple) else str(value)
