"""What was told at a printed position: the reply or the statement, from the facts up to it, word for word (L9)."""

from dataclasses import replace
from datetime import date, datetime

from billing.core import proof
from billing.core.book import Book
from billing.core.proof import Place
from billing.documents import reply, statement_text
from billing.errors import Already, Refusal, Unknown
from billing.office import announced
from billing.office.balances import balances
from billing.office.reports import statements
from billing.office.transaction import Transaction
from billing.requests.proofs import AskProof
from billing.store import auditing, chain, ledger, parties
from billing.store import billed as billed_lines
from billing.store.heads import Head
from billing.texts import Do, say
from billing.views.balances import Balance
from billing.views.proofs import Proof

# What reading rows raises that somebody changed: then nothing can be told any more
_BROKEN = (LookupError, ValueError, TypeError, AssertionError, AttributeError, ArithmeticError, Refusal)


def asked(tx: Transaction, question: AskProof) -> Proof:
    """What was told at a position, and whether the chain still leads there (L9)."""
    place = proof.place(question.position)
    head, recorded_at = _found(tx, place, question.customer)
    party = parties.customer(tx.connection, head.id)
    language = question.language or party["language"] or tx.issuer["language"]
    if recorded_at is None and place.seq:
        return _gone(tx, head, place, language)
    gone = auditing.erased(tx.connection, head.id)
    faults = tuple(auditing.chain_faults(head, auditing.positions(tx.connection, head.id, until=place.seq), gone))
    at = question.at or (tx.today if recorded_at is None else recorded_at.date())
    balance = statement = text = earlier = None
    try:
        book = _book(tx, head)
        if question.first is not None and question.last is not None:
            shown = statements.statement_of(tx, head, book, question.first, question.last, language)
            statement = replace(shown, position=place.told(head.hash))
            text = statement_text.text(statement).rstrip("\n")
        else:
            left = _balance(tx, head, book, at, recorded_at, language)
            balance = replace(left, position=place.told(head.hash))
            text = reply.text(balance, language)
            earlier = reply.earlier(balance, language)
    except _BROKEN:
        if not faults:
            raise
    proof_ = _proof(head, place, recorded_at, faults, language)
    return replace(
        proof_, position=place.told(head.hash), text=text, at=None if statement else at, balance=balance,
        statement=statement, earlier=None if earlier == text else earlier,
    )  # fmt: skip


def _found(tx: Transaction, place: Place, customer: str | None) -> tuple[Head, datetime | None]:
    """The customer as he was at the position, and when it was recorded; none where his chain does not have it."""
    if customer is not None:
        head = tx.customer(customer, lock=False)
        mine = [found for found in auditing.at_place(tx.connection, place) if found[0] == head.id]
        if not mine and (place.seq or not place.leads_to(chain.GENESIS)):
            return head, None
        digest, recorded_at = (chain.GENESIS, None) if not mine else mine[0][1:]
        return _as_of(tx, head, place.seq, digest, recorded_at)
    found: list[tuple[int, str, str | None]] = [*auditing.at_place(tx.connection, place)]
    if not place.seq and place.leads_to(chain.GENESIS):
        found = [(one.id, chain.GENESIS, None) for one in parties.customers(tx.connection)]
    if not found:
        raise Unknown(
            "not-found",
            say("no chain leads to position {position}: it is mistyped, or the rows there are changed or cut off",
                position=str(place)),
            say("name the customer to see what is there: {command}",
                command=Do("prove", str(place), "--customer", "CODE")),
        )  # fmt: skip
    if len(found) > 1:
        codes = sorted(parties.customer(tx.connection, key)["code"] for key, _, _ in found)
        raise Already(
            "conflict",
            say("position {position} is in the chains of {customers}", position=str(place), customers=codes[:5]),
            say("name one: {command}", command=Do("prove", str(place), "--customer", codes[0])),
        )
    ((key, digest, recorded_at),) = found
    return _as_of(tx, tx.customer_by_id(key, lock=False), place.seq, digest, recorded_at)


def _as_of(tx: Transaction, head: Head, seq: int, digest: str, recorded_at: str | None) -> tuple[Head, datetime | None]:
    zone = tx.zone
    at = None if recorded_at is None else datetime.fromisoformat(recorded_at).astimezone(zone)
    return replace(head, seq=seq, hash=digest), at


def _gone(tx: Transaction, head: Head, place: Place, language: str) -> Proof:
    """What is said of a customer whose chain does not have the position: it was changed there, or cut off before."""
    (*_, last) = [None, *auditing.positions(tx.connection, head.id, until=place.seq)]
    there = last.link if last is not None else None
    if there is not None and last is not None and last.seq == place.seq:
        why = f"{head.code}: position {place.seq} is {chain.position(place.seq, there.hash)} today, not {place}"
    else:
        why = f"{head.code}: the chain ends at position {head.position}, before {place}"
    return _proof(head, place, None, (why,), language)


def _proof(head: Head, place: Place, recorded_at: datetime | None, faults: tuple[str, ...], language: str) -> Proof:
    """What is known of a place without what was told there."""
    return Proof(
        position=str(place),
        customer=head.code,
        recorded_at=recorded_at,
        holds=not faults,
        text=None,
        at=None,
        language=language,
        faults=faults,
        weak=place.weak,
        bits=place.bits,
    )


def _book(tx: Transaction, head: Head) -> Book:
    """The book as it was at the head's position."""
    recorded = ledger.history(tx.connection, head, tx.tariffs.of(head))
    return proof.book_at(((seq, fact) for (seq, _), fact in recorded), head.seq)


def _balance(tx: Transaction, head: Head, book: Book, at: date, recorded_at: datetime | None, language: str) -> Balance:
    """The balance of a day as it was told at the head's position, with the maintenance that was announced by then."""
    billed = billed_lines.billed_until(tx.connection, head, head.seq, at)
    told = balances.balance_of_book(tx, head, book, billed, at, language)
    moment = announced.at_of(tx, at)
    if recorded_at is not None and recorded_at.date() == at:
        moment = recorded_at
    planned = announced.touching(tx, head, moment, at)
    return replace(told, customer_name=head.name, language=language, maintenance=planned[0] if planned else None)


QUESTIONS = {AskProof: asked}
