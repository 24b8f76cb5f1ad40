"""`billing customer import`: customers and their contracts out of a spreadsheet, beside those that there are.

What differs is told before it is done, and all of it is done in one transaction, or none. What a request means is
decided where it always is; here rows become those requests which make the books say what the file says.
"""

from dataclasses import field, fields
from typing import Any

from billing.errors import Already, BadInput
from billing.exchange import sheets
from billing.lines import codec, rows
from billing.requests import contracts, parties
from billing.requests.base import Request
from billing.service import Asked, Door
from billing.texts import Do, Text, say
from billing.values import dataclass
from billing.views.parties import ContractRow, CustomerShown

CODE = "code"
_CUSTOMER, _CONTRACT = "customer", "contract"
_NOT_HERE = {"id", "invoice", "invoice_on", "customer"}  # a contract's fee is invoiced by `contract sign`
_SHEETS = {"customer": _CUSTOMER, "customers": _CUSTOMER, "contract": _CONTRACT, "contracts": _CONTRACT}


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes of a customer: a field, what it is and what it will be."""

    field: str
    before: Any
    after: Any


@dataclass(slots=True)
class Customer:
    """A customer of the file: whether it is new, and what changes."""

    code: str
    new: bool
    differences: list[Difference] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What an import would do: its customers, and the requests that do it."""

    customers: list[Customer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def take(self, place: Text, request: Request[Any]) -> None:
        """Notes a request of a row."""
        self.asked.append(Asked(place, request))


def load(books: Door, book: sheets.Book, date_order: str | None, dry_run: bool) -> dict[str, Any]:
    """Makes the customers and contracts of a file, or changes them: which are new, changed and unchanged.

    Raises what is wrong with the file, all at once and each by its place, and the first refusal of what it asks for.
    """
    plan = planned(books, book, date_order)
    warnings: tuple[str, ...] = ()
    if plan.asked:
        warnings = books.do_all(plan.asked, dry_run=dry_run).warnings
    told = {
        "new": [_told(each) for each in plan.customers if each.new],
        "changed": [_told(each) for each in plan.customers if not each.new and each.differences],
        "unchanged": [each.code for each in plan.customers if not each.new and not each.differences],
    }
    return told | ({"warnings": list(warnings)} if warnings else {})


def _told(customer: Customer) -> dict[str, Any]:
    changes = [{"field": d.field, "from": _json(d.before), "to": _json(d.after)} for d in customer.differences]
    return {"customer": customer.code, "changes": changes}


def _json(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def planned(books: Door, book: sheets.Book, date_order: str | None) -> Plan:
    """What an import would do. Raises all faults of the file at once."""
    faults = sheets.Faults()
    found = _entries(book, faults)
    faults.check()
    cells = ((entry.contract, _CONTRACT) for entry in found.values() if entry.contract)
    order = sheets.order_of(rows.days_of(cells), date_order)
    known = {row.customer.casefold(): row.customer for row in books.ask(parties.AskCustomers()).customers}
    plan = Plan()
    for code, entry in found.items():
        near = known.get(code.casefold())
        place = entry.place()
        with faults.at(place):
            if near not in (None, code):
                wrong = say("{code} differs from {known} by capital letters alone", code=code, known=near)
                raise Already("conflict", wrong, say("write {known}", known=near))
            shown = books.ask(parties.AskCustomer(customer=code)) if near else None
            customer = Customer(code, shown is None)
            if entry.customer:
                _data(entry.customer, customer, shown, order, faults, plan)
            if entry.contract:
                _contract(entry.contract, customer, shown, order, faults, plan)
            plan.customers.append(customer)
    faults.check()
    return plan


@dataclass(slots=True)
class _Entry:
    """A customer of the file: the row of its data, and that of its contract; often they are one."""

    customer: sheets.Row | None = None
    contract: sheets.Row | None = None

    def place(self) -> Text:
        """Where it is."""
        row = self.customer or self.contract
        assert row is not None
        return row.place()


def _entries(book: sheets.Book, faults: sheets.Faults) -> dict[str, _Entry]:
    """The customers of a file by code, in its order; what cannot be taken apart is among the faults."""
    found: dict[str, _Entry] = {}
    for table in book.tables:
        kind = _SHEETS.get(sheets.key_of(table.name or ""), _CUSTOMER if len(book.tables) == 1 else None)
        if kind is None:
            wrong = say("there are several sheets, and this is called neither customers nor contracts")
            faults.add(BadInput("bad-input", wrong).at(say("sheet {sheet}", sheet=table.name)))
            continue
        mine = _keys(_CUSTOMER) if kind == _CUSTOMER else set()
        table.checked(mine | _keys(_CONTRACT) | {CODE, _CUSTOMER}, faults)
        for row in table.rows:
            with faults.at(row.place()):
                _sort(row, mine, found)
    return found


def _sort(row: sheets.Row, mine: set[str], found: dict[str, _Entry]) -> None:
    said = row.cells.get(CODE, row.cells.get(_CUSTOMER))
    if said is None:
        raise BadInput("bad-input", say("nothing says which customer this is"), say("write its code"))
    code = sheets.text(said)
    entry = found.setdefault(code, _Entry())
    agreed = {key: value for key, value in row.cells.items() if key in _keys(_CONTRACT)}
    twice = say("{code} is there twice", code=code)
    if mine:
        if entry.customer:
            raise BadInput("bad-input", twice, say("give each customer one row"))
        data = {key: value for key, value in row.cells.items() if key in mine}
        entry.customer = sheets.Row(row.table, row.line, data | {CODE: said})
    if agreed:
        if entry.contract:
            raise BadInput("bad-input", twice, say("give each customer one row"))
        entry.contract = sheets.Row(row.table, row.line, agreed)


def _keys(kind: str) -> set[str]:
    return rows.keys_of(kind).keys() - _NOT_HERE


def _data(
    row: sheets.Row,
    customer: Customer,
    shown: CustomerShown | None,
    order: sheets.Order,
    faults: sheets.Faults,
    plan: Plan,
) -> None:
    """Adds a customer, or changes what is given and is otherwise; what is not given stays."""
    before = faults.count
    line = rows.line_of(row, _CUSTOMER, order, faults)
    if faults.count != before:
        return
    given = {name: value for name, value in codec.values_of(line).items() if name != CODE}
    if shown is None:
        missing = [name for name in ("name", "country") if name not in given]
        if missing:
            raise BadInput("bad-input", say("{code} is new and needs {missing}", code=customer.code, missing=missing))
        made = parties.AddCustomer(code=customer.code, **given)
        customer.differences += [Difference(name, None, value) for name, value in given.items()]
        plan.take(row.place(), made)
        return
    wanted = parties.given(parties.ChangeCustomer(customer=customer.code, **given))
    kept = parties.given(parties.ChangeCustomer(customer=customer.code, **_kept(shown)))
    other = {name: given[name] for name, value in wanted.items() if kept.get(name) != value}
    if other:
        customer.differences += [Difference(name, _kept(shown).get(name), value) for name, value in other.items()]
        plan.take(row.place(), parties.ChangeCustomer(customer=customer.code, **other))


def _kept(shown: CustomerShown) -> dict[str, Any]:
    """What is kept of a customer, by the fields that change it."""
    found = {}
    for name in (each.name for each in fields(parties.AddCustomer) if each.name != CODE):
        value = getattr(shown, name, None) if hasattr(shown, name) else getattr(shown.address, name)
        if value is not None:
            found[name] = value
    return found


def _contract(
    row: sheets.Row,
    customer: Customer,
    shown: CustomerShown | None,
    order: sheets.Order,
    faults: sheets.Faults,
    plan: Plan,
) -> None:
    """Signs a contract, or changes its tier; anything else that is agreed stays until it is cancelled."""
    before = faults.count
    row = sheets.Row(row.table, row.line, row.cells | {_CUSTOMER: customer.code})
    line = rows.line_of(row, _CONTRACT, order, faults)
    if faults.count != before:
        return
    given = {name: value for name, value in codec.values_of(line).items() if name != _CUSTOMER}
    running = next((each for each in reversed(shown.contracts if shown else ()) if each.cancelled is None), None)
    if running is None:
        if "tariff" not in given:
            raise BadInput("bad-input", say("{code} has no contract; to sign one needs a tariff", code=customer.code))
        customer.differences += [Difference(f"contract.{name}", None, value) for name, value in given.items()]
        plan.take(row.place(), contracts.Sign(customer=customer.code, **given))
        return
    _check_agreed(customer.code, running, given)
    tier = running.next_tier or running.tier
    if given.get("tier", tier) != tier:
        customer.differences.append(Difference("contract.tier", tier, given["tier"]))
        plan.take(row.place(), contracts.ChangeTier(customer=customer.code, tier=given["tier"]))


def _check_agreed(code: str, running: ContractRow, given: dict[str, Any]) -> None:
    """Refuses what no change of a running contract makes of it."""
    for name in ("tariff", "start", "fee", "modules"):
        agreed, wanted = getattr(running, name), given.get(name)
        same = set(agreed) == set(wanted) if name == "modules" and wanted else agreed == wanted
        if wanted is not None and not same:
            shown = ", ".join(agreed) if isinstance(agreed, tuple) else str(agreed)
            raise Already(
                "conflict",
                say("the contract of {code} has the {field} {agreed}", code=code, field=name, agreed=shown),
                say("leave it as it is, or end it first: {do}", do=Do("contract cancel", code, "--on", "DAY")),
            )
