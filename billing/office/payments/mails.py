"""What happens to the mails of papers: begun, ended, written as drafts, come back; and what was handed over (M20).

No server is spoken to here: whoever sends begins a mail, hands it over with no book locked, and ends it with what the
server said. A mail that was begun and never ended may have gone out, and is sent again only when asked.
"""

from typing import Any, TypeVar

from billing.core import mailing
from billing.core.book import Book
from billing.core.mailing import MailEvent, Paper, Standing
from billing.errors import BadInput, Unknown
from billing.office.invoicing.named import invoice_named
from billing.office.payments import sending
from billing.office.transaction import Act, Decided, Same, Transaction
from billing.requests import inputs
from billing.requests import sending as requests
from billing.store import mailed, parties
from billing.store.heads import Head
from billing.store.mailed import KeptMail
from billing.texts import say
from billing.views.sending import MailBegun, MailEnded, MailReturned, Sending

V = TypeVar("V")


def begin(tx: Transaction, request: requests.BeginMail, key: str | None) -> Decided[MailBegun] | Same[MailBegun]:
    """Records that a mail is about to go out, unless its paper was sent before."""
    return _opened(tx, request, "begun")


def draft(tx: Transaction, request: requests.KeepDraft, key: str | None) -> Decided[MailBegun] | Same[MailBegun]:
    """Records that a mail was written as a draft."""
    return _opened(tx, request, "draft")


def _opened(
    tx: Transaction, request: requests.BeginMail | requests.KeepDraft, event: mailing.Happened
) -> Decided[MailBegun] | Same[MailBegun]:
    head = tx.customer(request.customer)
    _require(tx, head, request.paper, request.code)
    stands = _stands(tx, request.paper, request.code)
    if not mailing.is_to_be_sent(stands, request.again):
        return Same(MailBegun(mail=None, code=request.code, state=stands.state))
    name = mailing.name_of(request.code, head.hash)
    happened = MailEvent(name, event, request.paper, request.code, tx.today)
    state = mailing.standing([happened]).state
    return _decided(tx, head, happened, MailBegun(mail=name, code=request.code, state=state), request.to)


def hand_over(tx: Transaction, request: requests.HandOverPaper, key: str | None) -> Decided[Sending] | Same[Sending]:
    """Records that a customer was given a document in another way; of one that was sent, nothing."""
    kept, head = invoice_named(tx, request.number)
    history = mailed.of_papers(tx.connection, "document", [kept.number])[kept.number]
    if sending.standing_of(history).state in ("sent", "draft"):
        return Same(sending.sending_of(tx, head, "document", kept.number, history))
    day = inputs.not_future(request.on or tx.today, tx.today, say("a sending"))
    if day < kept.on:
        raise BadInput(
            "bad-date",
            say("{on} is before {invoice}, issued on {issued_on}", on=day, invoice=kept.number, issued_on=kept.on),
            say("give a day from then on"),
        )
    happened = MailEvent(mailing.name_of(kept.number, head.hash), "handed", "document", kept.number, day, request.how)
    view = sending.sending_of(
        tx, head, "document", kept.number, [*history, KeptMail(head.id, happened, tx.setting.now())]
    )
    return _decided(tx, head, happened, view, "")


def end(tx: Transaction, request: requests.EndMail, key: str | None) -> Decided[MailEnded] | Same[MailEnded]:
    """Records what a server said to a mail that was begun; said again, nothing changes."""
    first, head, events = _mail(tx, request.mail)
    wanted: mailing.Happened = "sent" if request.taken else "refused"
    if any(event.event in ("sent", "refused", "bounced") for event in events):
        return Same(_ended(head, events))
    happened = MailEvent(first.event.mail, wanted, first.event.paper, first.event.code, tx.today, request.status)
    return _decided(tx, head, happened, _ended(head, [*events, happened]), first.to, request.said or "")


def _ended(head: Head, events: list[MailEvent]) -> MailEnded:
    stands, first = mailing.standing(events), events[0]
    return MailEnded(mail=first.mail, paper=first.paper, code=first.code, customer=head.code, state=stands.state)


def returned(
    tx: Transaction, request: requests.RecordReturn, key: str | None
) -> Decided[MailReturned] | Same[MailReturned]:
    """Records that a mail came back; the same report read again changes nothing."""
    first, head, events = _mail(tx, request.mail or _draft_of(tx, request.document or ""))
    day = min(request.on or tx.today, tx.today)  # the reporter's clock may be ahead
    happened = MailEvent(first.event.mail, "bounced", first.event.paper, first.event.code, day, request.status)
    known = next((event for event in events if event.event == "bounced"), None)
    view = MailReturned(
        mail=first.event.mail,
        paper=first.event.paper,
        code=first.event.code,
        customer=head.code,
        to=request.to or first.to,
        on=(known or happened).on,
        status=(known or happened).status,
        said=request.said or "",
        known=known is not None,
        command=f"billing customer change {head.code} --email ADDRESS",
    )
    if known is not None:
        return Same(view)
    return _decided(tx, head, happened, view, request.to or first.to, request.said or "")


def _decided(tx: Transaction, head: Head, event: MailEvent, view: V, to: str, said: str = "") -> Decided[V]:
    row = parties.mail_row(tx.appender, head, mailed.row_of(event), mailed.text(to, said))
    return Decided(head, Book(seq=head.seq + 1), event.on, lambda _: view, rows=[row])


def _require(tx: Transaction, head: Head, paper: Paper, code: str) -> None:
    """Refuses a paper that is not the customer's."""
    if paper == "document":
        _, owner = invoice_named(tx, code, lock=False)
        is_there = owner.id == head.id
    elif paper == "reminder":
        place = code.removeprefix(f"{head.code}-")
        is_there = place.isdecimal() and mailed.has_letter(tx.connection, head.id, int(place))
    else:
        is_there = code.rpartition("/")[0] == head.code
    if not is_there:
        raise BadInput("bad-input", say("{code} is no paper of {customer}", code=code, customer=head.code))


def _stands(tx: Transaction, paper: Paper, code: str) -> Standing:
    return sending.standing_of(mailed.of_papers(tx.connection, paper, [code])[code])


def _mail(tx: Transaction, name: str) -> tuple[KeptMail, Head, list[MailEvent]]:
    """A mail by its name: how it began, its customer, locked, and all that happened to it."""
    found = mailed.of_mails(tx.connection, [name])
    if not found:
        raise Unknown("not-found", say("there is no mail {name!r} of these books", name=name))
    head = tx.customer_by_id(found[0].customer_id)
    found = mailed.of_mails(tx.connection, [name])  # again, now that nobody else writes
    return found[0], head, [kept.event for kept in found]


def _draft_of(tx: Transaction, number: str) -> str:
    """The mail of a document that was written as a draft: it has no name of its own once a mail program sends it."""
    kept, _ = invoice_named(tx, number, lock=False)
    history = mailed.of_papers(tx.connection, "document", [kept.number])[kept.number]
    drafts = [one.event.mail for one in history if one.event.event == "draft"]
    if not drafts:  # a mail of ours would name itself
        raise Unknown("not-found", say("{number} was not written as a draft", number=kept.number))
    return drafts[-1]


def _begun_again(tx: Transaction, request: requests.BeginMail, head: Head, seq: int) -> MailBegun:
    """A paper whose mail was begun under the same id: it does not go out a second time."""
    return MailBegun(mail=None, code=request.code, state=_stands(tx, request.paper, request.code).state)


def _handed_again(tx: Transaction, request: requests.HandOverPaper, head: Head, seq: int) -> Sending:
    history = mailed.of_papers(tx.connection, "document", [request.number])[request.number]
    return sending.sending_of(tx, head, "document", request.number, history)


def _ended_again(tx: Transaction, request: requests.EndMail, head: Head, seq: int) -> MailEnded:
    _, head, events = _mail(tx, request.mail)
    return _ended(head, events)


def _returned_again(tx: Transaction, request: requests.RecordReturn, head: Head, seq: int) -> MailReturned:
    told = returned(tx, request, None)
    assert isinstance(told, Same), told
    return told.view


ACTS: dict[Any, Act] = {
    requests.BeginMail: Act(begin, _begun_again),
    requests.KeepDraft: Act(draft, _begun_again),
    requests.HandOverPaper: Act(hand_over, _handed_again),
    requests.EndMail: Act(end, _ended_again),
    requests.RecordReturn: Act(returned, _returned_again),
}
