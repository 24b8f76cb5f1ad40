"""Papers past their ten years: number, dates and amounts stay, with the digest; recipient, texts and files go (P2)."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from billing.core import ends
from billing.errors import BadInput
from billing.office.privacy import erasing
from billing.office.transacting import done
from billing.office.transaction import Setting, Transaction
from billing.requests.privacy import PrunePapers
from billing.store import auditing, documents, personal, quotes
from billing.store import erasing as store
from billing.store.auditing import Position
from billing.store.erasing import Place, Places
from billing.store.heads import Head
from billing.store.kept import ErasureRow
from billing.store.rows import Row, columns
from billing.texts import say
from billing.views.codec import to_json
from billing.views.documents import Document, Recipient
from billing.views.privacy import Pruned
from billing.views.quotes import QuotePaper

Progress = Callable[[int, int | None], None]
REASON = "ten years over"


def prune(
    setting: Setting, request: PrunePapers, _key: str | None, dry_run: bool, _progress: Progress | None
) -> tuple[Pruned, bool]:
    """Prunes all papers that are past their time, in one transaction, then writes the database's files anew."""
    view = done(setting, lambda tx: _pruned(tx, request), dry_run=dry_run)
    if not dry_run:
        view = replace(view, scrubbed=store.scrub(setting.engine))
    return view, bool(view.papers or view.movements)


def _pruned(tx: Transaction, request: PrunePapers) -> Pruned:
    at = request.at or tx.today
    if at > tx.today:
        raise BadInput("future-date", say("{on} is in the future", on=at), say("what is past its time today can go"))
    before = ends.papers_before(at)
    papers = personal.papers_before(tx.connection, before)
    for key in sorted({key for _, key, _ in papers}):
        _customer(tx, tx.customer_by_id(key), before)
    movements = store.clear_movements(tx.connection, before.isoformat())
    return Pruned(at=at, before=before, papers=tuple(number for number, _, _ in papers), movements=movements)


def again(tx: Transaction, head: Head, on: date) -> bool:
    """Prunes a customer's papers as of a day on which they were pruned before a restore; whether there are any."""
    before = ends.papers_before(on)
    store.clear_movements(tx.connection, before.isoformat())
    if all(key != head.id for _, key, _ in personal.papers_before(tx.connection, before)):
        return False
    _customer(tx, head, before)
    return True


def _customer(tx: Transaction, head: Head, before: date) -> None:
    found = auditing.positions(tx.connection, head.id)
    places = _places(found, before, auditing.pruned(tx.connection))
    first = columns(ErasureRow(place=None, scope="papers", fields=(), reason=REASON))
    erasing.record(tx, head, [first, *store.rows_of(places, "papers", found)])
    store.take(tx.connection, head.id, places)


def _places(found: Iterable[Position], before: date, without: set[str]) -> Places:
    """What goes of a customer's positions: contents reduced, files and reasons emptied."""
    rows = [(position.seq, table, row) for position in found for table, row in position.rows]
    over = {
        str(row["code"]) for _, table, row in rows
        if table in ("document", "quote_document") and str(row["issued_on"]) < before.isoformat()
    }  # fmt: skip
    places: Places = {}
    for seq, table, row in rows:
        kept = _reduced(table, row, over, without)
        if kept:
            n = row["n"]
            assert isinstance(n, int)
            places.setdefault(seq, Place()).rows[table, n] = kept
    return places


_NAMED = {"document": "code", "quote_document": "code", "quote": "number", "issued_file": "code",
          "credit_note": "number", "write_off": "invoice"}  # fmt: skip


def _reduced(table: str, row: Row, over: set[str], without: set[str]) -> Row:
    """What columns of a row become that is of a paper past its time; `without` are those that were pruned before."""
    code = str(row.get(_NAMED.get(table, "")))
    if code not in over:
        return {}
    if table in ("document", "quote_document"):
        return {} if code in without else {"content": reduced(table, str(row["content"]), code)}
    if table == "quote":
        return {} if row["title"] == code else {"title": code}
    column, empty = ("data", b"") if table == "issued_file" else ("reason", "")
    return {column: empty} if row[column] else {}


def reduced(table: str, content: str, code: str) -> str:
    """A paper's content with number, dates and amounts alone."""
    is_quote = table == "quote_document"
    paper = _quote(quotes.read(content, code)) if is_quote else _document(documents.read(content, code))
    return json.dumps(to_json(paper), ensure_ascii=False, separators=(",", ":"))


def _document(document: Document) -> Document:
    lines = tuple(replace(line, label=None) for line in document.lines)
    plain = None if document.einvoice is None else replace(
        document.einvoice, notes=(), terms=None, buyer_reference=None
    )  # fmt: skip
    return replace(document, recipient=_nobody(document.recipient), lines=lines, annex=(), mentions=(), einvoice=plain,
                   reason=None if document.reason is None else "", order=None)  # fmt: skip


def _quote(paper: QuotePaper) -> QuotePaper:
    return replace(paper, recipient=_nobody(paper.recipient), title=paper.number, mentions=())


def _nobody(recipient: Recipient) -> Recipient:
    """A recipient of whom the country alone is left, which says how he was taxed."""
    return Recipient(name="", country=recipient.country)
