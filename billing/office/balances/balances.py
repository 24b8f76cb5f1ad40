"""The balance of a customer on a day, and what is not invoiced yet (B1)."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from billing import law
from billing.core import holding, rating, statement
from billing.core.book import Book
from billing.core.burndown import Lot
from billing.core.facts import Entry
from billing.core.invoicing import Billed, Plan
from billing.core.units import END_OF_TIME
from billing.office import announced
from billing.office.balances.names import grant_id, grant_label, label, until
from billing.office.balances.pending import pending_of, planned_of
from billing.office.transaction import Transaction
from billing.requests.balances import AskBalance, AskMailReply, AskReply
from billing.store import billed, ledger, owed, parties, recall
from billing.store.ahead import Asked, rehearsed
from billing.store.heads import Head
from billing.store.query import ask_ahead
from billing.views.balances import Balance, Contract, GrantLeft, MailReply, Reply, Unbilled, Usable, Waiting
from billing.views.maintenance import Planned

Of = tuple[str, int | None]  # a category, a contact


def asked(tx: Transaction, question: AskBalance) -> Balance:
    """The balance of a customer on a day, with the maintenance that is planned then (B1, S9)."""
    head = tx.customer(question.customer, lock=False)
    return told_to(tx, head, question.at or tx.today, question.language, question.reply)


def left_today(tx: Transaction, head: Head, book: Book, entry: Entry | None = None, reply: bool = False) -> Balance:
    """What is left today, whatever day an entry is of, and what of it its contact can use for its category (B1).

    The book is the one that was just recorded with: what was agreed is not read again. `reply` makes the customer's
    sentences too, and names in his language.
    """
    charge = None if entry is None else book.charge_of(entry.seq)
    of = None
    if entry is not None and charge is not None and charge.free not in ("always", "quote"):
        known = book.contract_tariff(entry.contract, entry.worked_on).categories[charge.category]
        of = (known.charged_as or known.name, entry.contact)
    if reply:
        return told_to(tx, head, tx.today, reply=True, of=of, book=book)
    return balance_of(tx, head, tx.today, of=of, book=book)


def _said_of(issuer: Mapping[str, Any]) -> tuple[Any, ...]:
    """What may be told of the issuer: not where his journal and his closings end."""
    return tuple([value for name, value in issuer.items() if not name.endswith(("_n", "_hash"))])


def told_to(
    tx: Transaction, head: Head, at: date, language: str | None = None, reply: bool = False, of: Of | None = None,
    book: Book | None = None,
) -> Balance:  # fmt: skip
    """The balance as the customer is told it, in his language or another; `reply` makes the sentences too (B1).

    What nothing has changed since is told again as it was; but what is planned depends on the hour, and people's names
    are in no chain.
    """
    language = language or head.language or tx.issuer["language"]
    planned = announced.touching(tx, head, announced.at_of(tx, at), at)
    if planned or of is not None or book is not None:
        return _told(tx, head, at, language, reply, of, book, planned)
    both = (head.name, head.country, head.language, head.vat_id, *_said_of(tx.issuer))
    known, asked_for = recall.of(tx.connection, head), ("told", at, language, reply, *both)
    if asked_for in known:
        found: Balance
        found, names = known[asked_for]
        if names is None or names == tx.contacts_of(head):
            return found
    found = _told(tx, head, at, language, reply, None, None, ())
    named = any(grant.contacts for grant in found.grants)
    known[asked_for] = found, {**tx.contacts_of(head)} if named else None
    return found


def _told(
    tx: Transaction, head: Head, at: date, language: str, reply: bool, of: Of | None, book: Book | None,
    planned: Sequence[Planned],
) -> Balance:  # fmt: skip
    found = replace(
        balance_of(tx, head, at, language, of, book),
        customer_name=head.name,
        language=language,
        maintenance=planned[0] if planned else None,
    )
    if not reply:
        return found
    from billing.documents import reply as sentences  # nothing else at the desk needs them

    return replace(
        found,
        text=sentences.text(found, language),
        html=sentences.html(found, language),
        markdown=sentences.markdown(found, language),
    )


def replied(tx: Transaction, question: AskReply) -> Reply:
    """The balance in the sentences of a reply (B1); whose case or mail it is, where no customer is named."""
    code = question.customer
    if code is None and question.case is not None:
        code = tx.case(question.case, lock=False)[0].code
    if question.email:
        from billing.office.parties import addresses  # which most are not asked by

        code = addresses.customer_of(tx, question.email, None if code is None else tx.customer(code, lock=False).code)
    assert code is not None
    told = asked(tx, AskBalance(customer=code, at=question.at, language=question.language, reply=True))
    return Reply(
        customer=told.customer, language=told.language, html=told.html, text=told.text, minutes=told.minutes,
        position=told.position,
    )  # fmt: skip


def for_mail(tx: Transaction, question: AskMailReply) -> MailReply:
    """The sentences for a mail from the issuer's people to one customer (A4); whoever else gets it is one of them."""
    from billing.office.parties import addresses

    asked_of, why = addresses.customer_by_envelope(tx, question.sender, question.recipients, question.inside)
    if asked_of is None:
        return MailReply(None, why)
    return MailReply(replied(tx, AskReply(customer=asked_of)), None)


def balance_of(
    tx: Transaction, head: Head, at: date, language: str = "en", of: Of | None = None, book: Book | None = None
) -> Balance:
    """The balance, read from the database without the customer's entries; with what of it is usable for one thing.

    `book` is what was agreed, where that was read before and all of it is kept.
    """
    if book is None:
        book = tx.agreed(head)
        ask_ahead(tx.connection, ahead_of(tx, head, book, at))
    used = ledger.read_used(tx.connection, head, book, at, at, holding.asked(book, at))
    can_owe = any(term.tariff.overage == "owe" for term in book.terms)
    minutes = owed.on(tx.connection, head, at) if can_owe else 0
    return _balance(tx, head, book, used, minutes, pending_of(tx, head, at), at, language, of)


def ahead_of(tx: Transaction, head: Head, book: Book, at: date, contact: int | None = None) -> Iterator[Asked]:
    """What a balance is told by, which a PostgreSQL is asked for in one round trip."""
    rehearsal, found = rehearsed()
    ledger.read_used(rehearsal, head, book, at, at, holding.asked(book, at))
    if any(term.tariff.overage == "owe" for term in book.terms):
        owed.on(rehearsal, head, at)
    if contact is not None and head.id not in tx.contacts:
        parties.contacts(rehearsal, head.id)
    billed.marked(rehearsal, head, at)
    billed.unbilled(rehearsal, head, at, law.is_by_month(), billed.marked(tx.connection, head, at))
    yield from found
    if not tx.knows_issuer:
        yield parties.ISSUER, {}


def balance_of_book(
    tx: Transaction, head: Head, book: Book, billed: list[Billed], at: date, language: str = "en"
) -> Balance:
    """The balance of a whole book on a day, from it alone and the lines that had billed its entries (L8, L9)."""
    used = statement.gone_by(book, at)
    minutes = sum(statement.owed_on(charges, book.draws.get(seq, ()), at) for seq, charges in book.charges.items())
    entries = {seq: (entry, book.charges[seq]) for seq, entry in book.entries.items()}
    return _balance(tx, head, book, used, minutes, planned_of(tx, head, entries, billed, at), at, language)


def _balance(
    tx: Transaction,
    head: Head,
    book: Book,
    used: Mapping[int, int],
    minutes_owed: int,
    pending: Plan,
    at: date,
    language: str,
    of: Of | None = None,
) -> Balance:
    lots = statement.lots_of(book, used, at)
    under = holding.contract(book, at)
    return Balance(
        customer=head.code,
        at=at,
        minutes=sum(lot.remaining for lot in lots),
        owed=minutes_owed,
        unbilled=Unbilled(pending.minutes, pending.amount, currency_of(tx, book, at)),
        reduced_rate_until=max(
            (rating.last_day(book, sale) for sale in rating.in_force(book, at) if sale.reduced_rate is not None),
            default=None,
        ),
        grants=_told_apart([_left(tx, head, book, lot, at, language) for lot in lots], language),
        position=head.position,
        contract=None if under is None else Contract(_ending(under.until), under.active, under.begins),
        included=under is not None and under.included_until is not None,
        included_until=None if under is None else _ending(under.included_until),
        waiting=tuple(
            Waiting(w.kind, w.minutes, _ending(w.until), w.invoice, w.ended)
            for w in ([] if book.is_before_opening(at) else holding.waiting(book, lots, used, at))
        ),
        usable=None if of is None else _usable(tx, head, book, lots, at, of),
    )


def _usable(tx: Transaction, head: Head, book: Book, lots: list[Lot], at: date, of: Of) -> Usable:
    category, contact = of
    name = None if contact is None else tx.contacts_of(head).get(contact)
    return Usable(holding.available(book, lots, at, category, contact), category, name)


def _ending(day: date | None) -> date | None:
    return None if day == END_OF_TIME else day


def _left(tx: Transaction, head: Head, book: Book, lot: Lot, at: date, language: str) -> GrantLeft:
    grant = lot.grant
    title = grant_label(book, grant, language)
    tariff, served = holding.served(book, grant, at)
    people = holding.admitted(book, grant, at)
    return GrantLeft(
        id=grant_id(head, grant.number),
        kind=grant.kind,
        product=grant.product,
        granted=max(grant.minutes, lot.remaining),  # more, where minutes of a bounced grant came back to it (M10)
        used=max(0, grant.minutes - lot.remaining),
        remaining=lot.remaining,
        starts=grant.starts,
        expires=lot.window.last,
        carried=lot.window.carried,
        covers=tuple(grant.covers),
        label=title,
        contacts=tuple(tx.contacts_of(head).get(number, "…") for number in people),  # … was erased
        title=title,
        serves=() if served == holding.charged(tariff)
        else tuple(label(tariff.categories[name].titles, name, language) for name in served),
        drawable=bool(served),
    )  # fmt: skip


def _told_apart(grants: list[GrantLeft], language: str) -> tuple[GrantLeft, ...]:
    """Grants of one name with their ends in the label, where these differ."""
    ends = Counter(title for title, _ in {(grant.title, grant.expires) for grant in grants})
    return tuple(
        replace(grant, label=until(grant.title, grant.expires, language)) if ends[grant.title] > 1 else grant
        for grant in grants
    )


def currency_of(tx: Transaction, book: Book, at: date) -> str:
    """The currency of the contract on a day, of the last one, or the issuer's."""
    term = book.term_on(at) or (book.terms[-1] if book.terms else None)
    return term.tariff.currency if term else str(tx.issuer["currency"])


QUESTIONS: dict[Any, Callable[..., Any]] = {AskBalance: asked, AskReply: replied, AskMailReply: for_mail}
