"""Takes over what customers bring from another system: a file of openings, with what each customer will read (G14)."""

import dataclasses
from typing import Any

from billing.errors import BadInput
from billing.exchange import sheets
from billing.lines import bulk
from billing.requests import openings, parties
from billing.requests.base import Request
from billing.requests.openings import AskOpenings
from billing.service import Asked, Batch, Door, File, Progress
from billing.texts import say
from billing.views.openings import Openings

KINDS = ("customer", "opening-contract", "opening-invoice", "opening-grant", "opening-owed", "opening-money")
MARK = "↑"  # what a row of a workbook begins with that explains its columns
_OF = (parties.AddCustomer, openings.OpenContract, openings.OpenInvoice, openings.OpenGrant, openings.OpenOwed,
       openings.OpenMoney)  # fmt: skip


def asked_of_book(book: sheets.Book, date_order: str | None = None, typed: bool = False) -> tuple[list[Asked], File]:
    """The openings of a workbook: a sheet a kind, others are left out. Raises all that is wrong with it at once."""
    known = {sheets.key_of(each) for each in KINDS}
    tables = tuple(
        dataclasses.replace(table, rows=[row for row in table.rows if not _explains(row)])
        for table in book.tables
        if table.name is None or sheets.key_of(table.name) in known
    )
    if not tables:
        raise BadInput(
            "bad-input",
            say("{file} has none of the sheets {names}", file=book.name, names=list(KINDS)),
            say("{do} makes one that has them", do="billing opening template"),
        )
    asked, file = bulk.asked_of_book(dataclasses.replace(book, tables=tables), None, date_order, typed)
    return sorted(asked, key=lambda one: _OF.index(type(one.request))), file


def _explains(row: sheets.Row) -> bool:
    return any(isinstance(value, str) and value.startswith(MARK) for value in row.cells.values())


def take(
    books: Door, asked: list[Asked], file: File, dry_run: bool = False, progress: Progress | None = None
) -> tuple[Batch, Openings]:
    """Takes over openings, all or none, and answers what each customer reads then."""
    other = next((one for one in asked if not isinstance(one.request, _OF)), None)
    if other is not None:
        raise BadInput(
            "bad-input",
            say("{kind} is no opening", kind=other.request.LINE or ""),
            say("known are {types}; {do} takes all others", types=list(KINDS), do="billing load"),
        ).at(other.place)
    codes = tuple(dict.fromkeys(code for one in asked if (code := _customer(one.request)) is not None))
    if not codes:
        raise BadInput("bad-input", say("the file has no openings"), say("known are {types}", types=list(KINDS)))
    then = AskOpenings(customers=codes)
    batch = books.do_all(asked, dry_run=dry_run, progress=progress, file=file, every=True, then=then)
    return batch, batch.answer


def _customer(request: Request[Any]) -> str | None:
    return getattr(request, "customer", None)
