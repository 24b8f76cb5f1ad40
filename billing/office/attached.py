"""Files kept with cases and quotes: kept once, listed, given back as they came (S8, L6)."""

from typing import Any

from billing.core import attaching
from billing.core.book import Book
from billing.errors import BadInput, Unknown
from billing.office import quoted
from billing.office.transaction import Act, Decided, Same, Transaction
from billing.requests import attachments as requests
from billing.store import attached as store
from billing.store import quoted as quotes
from billing.store.attached import Kept, Of
from billing.store.heads import Head
from billing.texts import say
from billing.views.attachments import Attached, Attachment, FileKept


def attach(
    tx: Transaction, request: requests.AttachToCase | requests.AttachToQuote, _key: str | None
) -> Decided[Attached] | Same[Attached]:
    """Keeps a file with a case or a quote; one that is there already changes nothing."""
    head, of, code = _place(tx, request)
    tx.appender.flush()
    there = store.listed(tx.connection, head.id, of, code)
    for kept in there:
        if kept.size == len(request.data) and store.data_of(tx.connection, head.id, kept.seq) == request.data:
            return Same(_attached(tx, head, of, code, kept))
    number = max((kept.number for kept in there), default=0) + 1
    name, kind = attaching.plain_name(request.name), attaching.checked_type(request.data)
    row = store.row_of(tx.appender, head, of, code, number, name, kind, request.data)

    def view(_: list[Any]) -> Attached:
        return _attached(tx, head, of, code, store.listed(tx.connection, head.id, of, code)[-1])

    return Decided(head, Book(), tx.today, view, [row])


def _again(tx: Transaction, request: requests.AttachToCase | requests.AttachToQuote, _head: Head, seq: int) -> Attached:
    head, of, code = _place(tx, request)
    (kept,) = (kept for kept in store.listed(tx.connection, head.id, of, code) if kept.seq == seq)
    return _attached(tx, head, of, code, kept)


def _place(tx: Transaction, request: requests.AttachToCase | requests.AttachToQuote) -> tuple[Head, Of, str]:
    if isinstance(request, requests.AttachToCase):
        head, case = tx.case(request.case)
        return head, "case", case
    return _owner(tx, request.quote), "quote", request.quote


def _owner(tx: Transaction, number: str, lock: bool = True) -> Head:
    tx.appender.flush()
    place = quotes.place_of(tx.connection, number)
    if place is None:
        raise quoted.unknown(tx, number)
    return tx.customer_by_id(place[0], lock)


def listed(tx: Transaction, head: Head, of: Of, code: str) -> tuple[Attachment, ...]:
    """The files of a case or a quote, in the order in which they were kept."""
    found = store.listed(tx.connection, head.id, of, code)
    return tuple(Attachment(**_shown(tx, kept)) for kept in found)


def by_quote(tx: Transaction, head: Head) -> dict[str, tuple[Attachment, ...]]:
    """The files of all quotes of a customer, by the quote's number: for a list, at the cost of one."""
    found: dict[str, tuple[Attachment, ...]] = {}
    for code, kept in store.every(tx.connection, head.id, "quote"):
        found[code] = (*found.get(code, ()), Attachment(**_shown(tx, kept)))
    return found


def of_case(tx: Transaction, question: requests.AskAttachment) -> FileKept:
    """A file of a case, as it came."""
    return _kept(tx, *tx.case(question.case, lock=False), "case", question.file)


def of_quote(tx: Transaction, question: requests.AskQuoteAttachment) -> FileKept:
    """A file of a quote, as it came."""
    return _kept(tx, _owner(tx, question.quote, lock=False), question.quote, "quote", question.file)


def _kept(tx: Transaction, head: Head, code: str, of: Of, number: int) -> FileKept:
    there = store.listed(tx.connection, head.id, of, code)
    kept = next((kept for kept in there if kept.number == number), None)
    if kept is None:
        known = ", ".join(f"{kept.number} ({kept.name})" for kept in there)
        wrong = say("{code} has no file {number}", code=code, number=number)
        raise Unknown("not-found", wrong, say("it has {known}", known=known or say("none at all")))
    data = store.data_of(tx.connection, head.id, kept.seq)
    if data is None or kept.name is None:
        raise BadInput("bad-input", say("file {number} of {code} was erased", number=number, code=code))
    return FileKept(name=kept.name, type=kept.type, data=data)


def _attached(tx: Transaction, head: Head, of: Of, code: str, kept: Kept) -> Attached:
    return Attached(
        **_shown(tx, kept),
        customer=head.code,
        case=code if of == "case" else None,
        quote=code if of == "quote" else None,
    )


def _shown(tx: Transaction, kept: Kept) -> dict[str, Any]:
    return {
        "number": kept.number, "name": kept.name, "type": kept.type, "size": kept.size,
        "at": kept.recorded_at.astimezone(tx.zone), "by": kept.recorded_by,
    }  # fmt: skip


ACTS: dict[Any, Act] = {requests.AttachToCase: Act(attach, _again), requests.AttachToQuote: Act(attach, _again)}
QUESTIONS: dict[Any, Any] = {requests.AskAttachment: of_case, requests.AskQuoteAttachment: of_quote}
