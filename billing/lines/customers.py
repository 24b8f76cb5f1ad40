"""`billing customer import`: rows of a spreadsheet as the customers and contracts that they give.

What differs from what is there is decided where requests are; here cells become values, or are told as unread.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from billing.errors import BadInput
from billing.exchange import sheets
from billing.lines import codec, rows
from billing.requests.importing import GivenContract, GivenCustomer, GivenData, ImportCustomers, Unread
from billing.requests.parties import Code
from billing.texts import say
from billing.values import dataclass

T = TypeVar("T")
CODE = "code"
_CUSTOMER, _CONTRACT = "customer", "contract"
_NOT_HERE = {"id", "invoice", "invoice_on", "customer"}  # a contract's fee is invoiced by `contract sign`
_SHEETS = {"customer": _CUSTOMER, "customers": _CUSTOMER, "contract": _CONTRACT, "contracts": _CONTRACT}


@dataclass(slots=True)
class _Entry:
    """A customer of the file: the row of its data, and that of its contract; often they are one."""

    customer: sheets.Row | None = None
    contract: sheets.Row | None = None


def request_of(book: sheets.Book, date_order: str | None) -> ImportCustomers:
    """The request that a file is. Raises what is wrong with its sheets and columns at once, each by its place."""
    faults = sheets.Faults()
    found = _entries(book, faults)
    faults.check()
    cells = ((entry.contract, _CONTRACT) for entry in found.values() if entry.contract)
    order = sheets.order_of(rows.days_of(cells), date_order)
    return ImportCustomers(customers=tuple(_given(code, entry, order) for code, entry in found.items()))


def _given(code: str, entry: _Entry, order: sheets.Order) -> GivenCustomer:
    """What the rows of a customer give, and what of them cannot be read."""
    row = entry.customer or entry.contract
    assert row is not None
    faults, known = sheets.Faults(), None
    with faults.at(row.place()):
        Code().check(code, CODE)
        known = code
    data, contract = None, None
    if entry.customer is not None:
        data = _read(GivenData, entry.customer, _CUSTOMER, order, faults)
    if entry.contract is not None:
        of = partial(GivenContract, place=entry.contract.place())
        contract = _read(of, entry.contract, _CONTRACT, order, faults)
    unread = tuple(Unread(code=fault.code, wrong=fault.what, remedy=fault.remedy) for fault in faults.found)
    return GivenCustomer(code=known, place=row.place(), data=data, contract=contract, unread=unread)


def _entries(book: sheets.Book, faults: sheets.Faults) -> dict[str, _Entry]:
    """The customers of a file by code, in its order; what cannot be taken apart is among the faults."""
    found: dict[str, _Entry] = {}
    for table in book.tables:
        kind = _SHEETS.get(sheets.key_of(table.name or ""), _CUSTOMER if len(book.tables) == 1 else None)
        if kind is None:
            wrong = say("there are several sheets, and this is called neither customers nor contracts")
            faults.add(BadInput("bad-input", wrong).at(say("sheet {sheet}", sheet=table.name)))
            continue
        mine = _keys(_CUSTOMER) - {CODE} if kind == _CUSTOMER else set()
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
    agreed = {key: value for key, value in row.cells.items() if key in _keys(_CONTRACT)}
    if not mine and not agreed:  # of a contract nothing is given
        return
    entry = found.setdefault(code, _Entry())
    if (mine and entry.customer) or (agreed and entry.contract):
        raise BadInput("bad-input", say("{code} is there twice", code=code), say("give each customer one row"))
    if mine:
        entry.customer = sheets.Row(row.table, row.line, {k: v for k, v in row.cells.items() if k in mine})
    if agreed:
        entry.contract = sheets.Row(row.table, row.line, agreed)


def _keys(kind: str) -> set[str]:
    return rows.keys_of(kind).keys() - _NOT_HERE


def _read(of: Callable[..., T], row: sheets.Row, kind: str, order: sheets.Order, faults: sheets.Faults) -> T | None:
    """What a row gives; nothing where something of it is among the faults."""
    before = faults.count
    line = rows.line_of(row, kind, order, faults)
    with faults.at(row.place()):
        if faults.count == before:
            return of(**codec.values_of(line))
    return None
