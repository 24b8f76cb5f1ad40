"""When a customer's relationship ended, what stands in the way of erasing, and which papers are past their time."""

from collections.abc import Iterator
from datetime import date

from billing.core import ends
from billing.core.book import Book
from billing.core.ends import Ended, Last
from billing.core.units import END_OF_TIME, ZERO
from billing.office.balances import balances
from billing.office.invoicing import standing
from billing.office.payments import sales
from billing.office.transaction import Transaction
from billing.requests.privacy import AskDue
from billing.store import documents, ledger, parties, payments, personal
from billing.store.heads import Head
from billing.texts import say
from billing.views.privacy import DueCustomer, DuePaper, Obstacle, PrivacyDue


def ended(tx: Transaction, head: Head) -> Ended:
    """The end of a relationship: the last of contract day, document, payment, case (P1)."""
    days = _contracted(tx.agreed(head))
    days += [("document", on) for on in documents.last_issued(tx.connection, head.id).values()]
    paid, case, since = personal.last_days(tx.connection, head.id)
    days += [(by, day) for by, day in (("payment", paid), ("case", case)) if day is not None]  # type: ignore[misc]
    return ends.ended(days, since)


def _contracted(book: Book) -> list[tuple[Last, date]]:
    """The last days of contracts."""
    days: list[tuple[Last, date]] = [
        ("contract", term.window.last) for term in book.terms if term.contract not in book.cancellations
    ]
    return [*days, *(("contract", cancelled.on) for cancelled in book.cancellations.values())]


def obstacles(tx: Transaction, head: Head, at: date) -> list[Obstacle]:
    """What stands in the way of erasing a customer: a running contract, an open invoice, own money, owed minutes."""
    return [*_contracts(tx, head, at), *_money(tx, head), *_minutes(tx, head, at)]


def _contracts(tx: Transaction, head: Head, at: date) -> Iterator[Obstacle]:
    book = tx.agreed(head, with_tiers=True)
    for contract in book.contracts.values():
        cancelled = book.cancellations.get(contract.seq)
        last = max(term.window.last for term in book.terms if term.contract == contract.seq)
        last = last if cancelled is None else min(last, cancelled.on)
        if last == END_OF_TIME:
            text = say("the contract on {tariff} runs until it is cancelled", tariff=contract.tariff)
            yield Obstacle("running-contract", text)
        elif last >= at:
            text = say("the contract on {tariff} runs until {last}", tariff=contract.tariff, last=last)
            yield Obstacle("running-contract", text)


def _money(tx: Transaction, head: Head) -> Iterator[Obstacle]:
    paid = payments.paid_by_invoice(tx.connection, [head.id])
    written = payments.written_off(tx.connection, [head.id])
    brought = documents.brought(tx.connection, customer_id=head.id)
    for kept in [*documents.sums(tx.connection, head.id), *brought]:
        if standing.standing(kept, paid.get(kept.number, ZERO), written.get(kept.number, ZERO))[1] == "open":
            yield Obstacle("open-invoice", say("{number} is open", number=kept.number))
    for currency, amount in sorted(sales.money_of(tx, head).items()):
        if amount:
            yield Obstacle("own-money", say("{currency} {amount} is the customer's own money",
                                            currency=currency, amount=amount))  # fmt: skip


def _minutes(tx: Transaction, head: Head, at: date) -> Iterator[Obstacle]:
    owed = balances.balance_of(tx, head, at).owed
    if owed:
        yield Obstacle("owed-minutes", say("{minutes} min are owed", minutes=owed))


def due(tx: Transaction, question: AskDue) -> PrivacyDue:
    """Whose three years are over, and the papers that are past their ten (P1, P2)."""
    at = question.at or tx.today
    found = []
    contracts = ledger.read_contracts(tx.connection, tx.tariffs.every())
    issued = documents.last_issued(tx.connection)
    for one in parties.customers(tx.connection):
        days = _contracted(contracts[one.id]) if one.id in contracts else []
        days += [("document", issued[one.id])] if one.id in issued else []
        least = ends.ended(days, date.min)  # as most: without a look at anything else of theirs
        if least.erased_from is None or least.erased_from > at:
            continue
        head = tx.customer(one.code, lock=False)
        if not personal.holds(tx.connection, head.id):
            continue
        end = ended(tx, head)
        if end.on is None or end.erased_from is None or end.erased_from > at:
            continue
        row = DueCustomer(customer=one.code, name=one.name, ended=end.on, by=end.by, erased_from=end.erased_from,
                          obstacles=tuple(obstacles(tx, head, at)))  # fmt: skip
        found.append(row)
    papers = tuple(
        DuePaper(number=number, customer=tx.customer_by_id(key, lock=False).code, on=on, until=ends.papers_until(on))
        for number, key, on in personal.papers_before(tx.connection, ends.papers_before(at))
    )
    return PrivacyDue(at, tuple(sorted(found, key=lambda row: (row.erased_from, row.customer))), papers)
