"""Mails that come in: whose they are, of which case, and what is kept of them (A4). What happens to the case is asked
as anybody asks it."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from billing.core import mailing
from billing.errors import Unknown
from billing.office.owners import owner_of
from billing.office.transaction import Act, Same, Transaction
from billing.requests import incoming as requests
from billing.requests import mailboxes
from billing.store import incoming as store
from billing.store.heads import Head
from billing.texts import Do, say
from billing.views.incoming import Arrival, ArrivalKept, Dropped, MailWaiting, MailWaits, WaitingMails

KEPT_DAYS = 90  # of what waits (P5)


def arrival(tx: Transaction, question: requests.AskArrival) -> Arrival:
    """Whose a mail is by its sender, and which of his cases it is about (A4)."""
    digest, issuer = requests.digest(question.message_id), str(tx.issuer["name"])
    before = store.thread(tx.connection, digest)
    if before is not None:
        code = tx.customer_by_id(before.customer_id, lock=False).code
        told = not before.acknowledged and _may_tell(tx, question.sender)
        return Arrival(customer=code, case=before.case, known=before.case, acknowledge=told, issuer=issuer)
    claim = owner_of(tx.connection, question.sender)
    code_ = question.customer or (None if claim is None else claim.customer)
    if code_ is None:
        return Arrival(customer=None, ours=_is_ours(tx, question.sender), issuer=issuer)
    head = tx.customer(code_, lock=False)
    return Arrival(
        customer=head.code,
        case=_case_of(tx, head, question),
        new=f"{head.code}-{digest[:8]}",
        contact=_contact(tx, head, question.name),
        language=head.language or tx.issuer["language"],
        acknowledge=claim is not None and claim.customer == head.code and _may_tell(tx, question.sender),
        issuer=issuer,
    )


def _case_of(tx: Transaction, head: Head, question: requests.AskArrival) -> str | None:
    """The customer's case that a mail is about: by its subject, else by the last mail that it answers."""
    for name in mailing.references_in(question.subject or ""):
        found = tx.cases.find(name)
        if found is not None and found[1] == head.id:
            return found[0]
    for answered in reversed(question.answers):
        before = store.thread(tx.connection, requests.digest(answered))
        if before is not None and before.customer_id == head.id:
            return before.case
    return None


def _contact(tx: Transaction, head: Head, name: str | None) -> str | None:
    """The customer's contact of a name; a name alone makes no contact, for what is bought is for some of them (G3)."""
    wanted = " ".join((name or "").split()).casefold()
    return next((known for known in tx.contacts_of(head).values() if known.casefold() == wanted), None)


def _may_tell(tx: Transaction, sender: str) -> bool:
    today = datetime.combine(tx.today, time(), tx.zone).astimezone(UTC)
    return store.acknowledged_since(tx.connection, _who(sender), today) < mailing.MOST_ACKNOWLEDGED


def _is_ours(tx: Transaction, sender: str) -> bool:
    own, box = mailboxes.read(tx.issuer["email"]), mailboxes.read(sender)
    return own is not None and box is not None and own.domain == box.domain


def _who(sender: str) -> str:
    return requests.digest(sender.lower())


def keep(tx: Transaction, request: requests.KeepArrival, _key: str | None) -> ArrivalKept | Same[ArrivalKept]:
    """Keeps of which case a mail is, and that its sender was told; again, nothing changes."""
    head, case = tx.case(request.case)
    digest = requests.digest(request.message_id)
    before = store.thread(tx.connection, digest)
    if before is None:
        store.keep(tx.connection, digest, head.id, case, _who(request.sender), tx.setting.now())
    elif before.acknowledged or not request.acknowledged:
        return Same(ArrivalKept(before.case, before.acknowledged))
    if request.acknowledged:
        store.acknowledge(tx.connection, digest, tx.setting.now())
    return ArrivalKept(case if before is None else before.case, request.acknowledged)


def wait(tx: Transaction, request: requests.KeepWaiting, _key: str | None) -> MailWaits | Same[MailWaits]:
    """Keeps a mail until somebody looks at it; one that waits already stays as it is."""
    digest = requests.digest(request.message_id)
    if before := store.waiting(tx.connection, digest):
        return Same(_row(tx, before[0]))
    now = tx.setting.now()
    store.forget(tx.connection, now - timedelta(days=KEPT_DAYS))
    row = {"sender": request.sender[:200], "subject": request.subject or "", "why": request.why,
           "detail": request.detail, "data": request.data}  # fmt: skip
    store.wait(tx.connection, digest, now, row)
    return _row(tx, store.waiting(tx.connection, digest)[0])


def drop(tx: Transaction, request: requests.DropWaiting, _key: str | None) -> Dropped:
    """A mail waits no longer."""
    if store.waits(tx.connection, request.number) is None:
        raise _unknown(request.number)
    store.drop(tx.connection, request.number)
    return Dropped(request.number)


def listed(tx: Transaction, _question: requests.AskWaiting) -> WaitingMails:
    """The mails that wait."""
    return WaitingMails(tuple(_row(tx, each) for each in store.waiting(tx.connection)))


def whole(tx: Transaction, question: requests.AskWaitingMail) -> MailWaiting:
    """A mail that waits."""
    found = store.waits(tx.connection, question.number)
    if found is None:
        raise _unknown(question.number)
    return MailWaiting(question.number, *found)


def _row(tx: Transaction, row: store.Waiting) -> MailWaits:
    return MailWaits(
        number=row.number, at=row.at.astimezone(tx.zone), sender=row.sender, subject=row.subject, why=row.why,
        detail=row.detail,
    )  # fmt: skip


def _unknown(number: int) -> Unknown:
    wrong = say("there is no mail {number} that waits", number=number)
    return Unknown("not-found", wrong, say("{do} shows all", do=Do("mail unknown")))


ACTS = {
    requests.KeepArrival: Act(keep),
    requests.KeepWaiting: Act(wait),
    requests.DropWaiting: Act(drop),
}
QUESTIONS: dict[Any, Callable[..., Any]] = {
    requests.AskArrival: arrival,
    requests.AskWaiting: listed,
    requests.AskWaitingMail: whole,
}
