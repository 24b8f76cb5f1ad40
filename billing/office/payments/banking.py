"""Books what a bank file brings: finds the invoice of each credit, takes back what was returned, keeps the rest open.

The whole file is booked or nothing of it. A movement is booked once, in however many files it comes: the payment that
it becomes has an id made of the movement's key (L5), and a movement that could not be matched is kept under that key.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from billing.core import invoicing
from billing.core.units import ZERO
from billing.errors import BadInput
from billing.exchange import camt
from billing.exchange.camt import Movement
from billing.office.balances.answers import Answer
from billing.office.payments import sales
from billing.office.transaction import Setting, Transaction, done, look
from billing.store import bank, documents, parties, payments
from billing.store.documents import Kept

_NUMBER = re.compile(r"\b(INV)[\s./-]*(\d{4})[\s./-]*(\d{5,})\b", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Match:
    """What a credit pays: invoices with amounts; or why that is not known."""

    parts: tuple[tuple[str, Decimal], ...] = ()
    reason: str | None = None


def import_file(setting: Setting, name: str, data: bytes, dry_run: bool = False) -> Answer:
    """Books a bank file, or with `dry_run` only says what it would book (`payments import`)."""
    movements = camt.read(data)

    def answer(tx: Transaction) -> Answer:
        told: Answer = {"file": name, "booked": [], "known": 0, "returned": [], "open": []}
        bank.lock(tx.connection)
        _check_account(tx, movements)
        for movement in movements:
            _book(tx, movement, told)
        return told

    return done(setting, answer, bulk=True, dry_run=dry_run)


def open_items(setting: Setting) -> Answer:
    """What came in and could not be matched (`payments open`)."""
    with look(setting) as tx:
        return {"open": [_open_answer(item) for item in bank.open_items(tx.connection)]}


def settle(setting: Setting, item_id: str, invoice: str) -> Answer:
    """Books an open item on an invoice, or a return on the payment that it takes back (`payments settle`)."""

    def answer(tx: Transaction) -> Answer:
        item = next((i for i in bank.open_items(tx.connection) if str(i.id) == item_id.removeprefix("B")), None)
        if item is None:
            raise BadInput("bad-input", f"there is no open item {item_id!r}; `billing payments open` lists them")
        if not item.incoming:
            _, answer = sales.bounce(tx, invoice, item.value_on, id=f"bank:{item.key}")
            return answer | {"item": f"B{item.id}"}
        kept, _ = sales.invoice_named(tx, invoice)
        if kept.content["currency"] != item.currency:
            raise BadInput(
                "bad-input",
                f"{invoice} is in {kept.content['currency']}, the money is {item.currency}: no rate is known; "
                f"record what it came to with `billing pay {invoice} --amount AMOUNT`",
            )
        _, answer = sales.pay(tx, invoice, item.value_on, item.amount, id=f"bank:{item.key}")
        return answer | {"item": f"B{item.id}"}

    return done(setting, answer)


def _check_account(tx: Transaction, movements: Iterable[Movement]) -> None:
    """Refuses a file of another account than the issuer's."""
    ours = {str(tx.issuer[name]).replace(" ", "").upper() for name in ("iban", "qr_iban") if tx.issuer[name]}
    for account in {movement.account for movement in movements}:
        if ours and account not in ours:
            raise BadInput(
                "bad-input", f"the file is of account {account}, the issuer's is {' or '.join(sorted(ours))}"
            )
        if not ours:
            raise BadInput("bad-input", "the issuer has no IBAN yet; `billing init --iban IBAN` sets it")


def _book(tx: Transaction, movement: Movement, answer: Answer) -> None:
    tx.appender.flush()
    if bank.is_known(tx.connection, movement.key, movement.batch, movement.is_batch):
        answer["known"] += 1
    elif not movement.incoming:
        _take_back(tx, movement, answer)
    elif movement.returned:
        _keep_open(tx, movement, "money of the issuer's that came back: no customer has paid it", answer)
    else:
        match = _match(tx, movement)
        if match.reason is None:
            _pay(tx, movement, match, answer)
        else:
            _keep_open(tx, movement, match.reason, answer)


def _pay(tx: Transaction, movement: Movement, match: Match, answer: Answer) -> None:
    for place, (invoice, amount) in enumerate(match.parts):
        suffix = f"/{place + 1}" if place else ""
        _, paid = sales.pay(tx, invoice, movement.value_on, amount, id=f"bank:{movement.key}{suffix}")
        answer["booked"].append(
            {"invoice": invoice, "amount": str(amount), "date": movement.value_on.isoformat(),
             "credited": paid["credited"], "payment": paid["payment"], "status": paid["status"]}
        )  # fmt: skip
    bank.keep(tx.connection, movement, None)


def _keep_open(tx: Transaction, movement: Movement, reason: str, answer: Answer) -> None:
    item = bank.keep(tx.connection, movement, reason)
    answer["open"].append(_open_answer(item))


def _open_answer(item: bank.Item) -> Answer:
    return {
        "id": f"B{item.id}",
        "amount": str(item.amount),
        "currency": item.currency,
        "date": item.value_on.isoformat(),
        "reference": item.reference or item.text or None,
        "name": item.name,
        "reason": item.reason,
        "command": f"billing payments settle B{item.id} {'INVOICE' if item.incoming else 'PAYMENT'}",
    }


# Matching


def _match(tx: Transaction, movement: Movement) -> Match:
    """The invoices that a credit pays: by its reference, by numbers in its text, else by its amount and payer."""
    if movement.value_on > tx.today:
        return Match(reason=f"its value date {movement.value_on} is in the future")
    if movement.amount == 0:
        return Match(reason="its amount is nothing")
    named = [kept for number in _numbers(tx, movement) if (kept := documents.find(tx.connection, number))]
    if not named:
        return _by_amount(tx, movement)
    open_of = {kept.content["number"]: _open(tx, kept) for kept in named}
    wrong = next((k for k in named if k.content["currency"] != movement.currency), None)
    if wrong is not None:
        return Match(
            reason=f"{wrong.content['number']} is in {wrong.content['currency']}, the money is {movement.currency}"
        )
    still = [number for number, amount in open_of.items() if amount > 0]
    if not still:
        return Match(reason=f"{', '.join(open_of)} is paid already")
    if len(still) == 1:
        return Match(((still[0], movement.amount),))
    return _spread(movement.amount, [(number, open_of[number]) for number in still])


def _spread(amount: Decimal, open_of: list[tuple[str, Decimal]]) -> Match:
    """Spreads one amount over several invoices, if it pays them exactly or more; the last takes what is over."""
    total = sum((each for _, each in open_of), ZERO)
    if amount < total:
        names = ", ".join(number for number, _ in open_of)
        return Match(reason=f"{amount} is less than the {total} open on {names}: how is it spread?")
    last, last_open = open_of[-1]
    return Match((*open_of[:-1], (last, last_open + amount - total)))


def _numbers(tx: Transaction, movement: Movement) -> Iterator[str]:
    """The invoice numbers that a movement names, by reference or in its text, each once."""
    found = list(_by_reference(tx, movement.reference)) if movement.reference else []
    texts = f"{movement.text} {movement.end_to_end or ''} {movement.reference or ''}"
    found += [f"{series.upper()}-{year}-{number}" for series, year, number in _NUMBER.findall(texts)]
    yield from dict.fromkeys(found)


def _by_reference(tx: Transaction, reference: str) -> Iterator[str]:
    found = documents.by_reference(tx.connection, reference)
    if found is not None:
        yield found


def _by_amount(tx: Transaction, movement: Movement) -> Match:
    """One open invoice of exactly that amount, of a customer with the payer's name."""
    exact = [
        (kept, party["name"])
        for party in parties.customers(tx.connection)
        for kept in documents.listed(tx.connection, customer_id=party["id"])
        if kept.content["kind"] == "invoice"
        and kept.content["currency"] == movement.currency
        and _open(tx, kept) == movement.amount
    ]
    same = [kept for kept, name in exact if movement.name and name.casefold() == movement.name.casefold()]
    if len(same) == 1:
        return Match(((same[0].content["number"], movement.amount),))
    if same or exact:
        names = ", ".join(kept.content["number"] for kept, _ in exact[:5])
        return Match(reason=f"no reference; {names} would fit by the amount alone")
    return Match(reason="no reference, and no open invoice of this amount")


def _open(tx: Transaction, kept: Kept) -> Decimal:
    paid = payments.paid_by_invoice(tx.connection, [kept.customer_id]).get(kept.content["number"], ZERO)
    return invoicing.settled(kept.total, kept.credited, paid)[1]


def _take_back(tx: Transaction, movement: Movement, answer: Answer) -> None:
    """A returned credit bounces the payment it was; other money out is none of ours."""
    if not movement.returned:
        bank.keep(tx.connection, movement, None)
        return
    paid = bank.payments_of(tx.connection, movement)
    if not paid:
        _keep_open(tx, movement, "a return of a payment that is not known", answer)
        return
    for place, (payment, amount) in enumerate(paid):
        suffix = f"/{place + 1}" if place else ""
        _, bounced = sales.bounce(tx, payment, movement.value_on, id=f"bank:{movement.key}{suffix}")
        answer["returned"].append(
            {"invoice": bounced["invoice"], "amount": str(amount), "date": movement.value_on.isoformat(),
             "payment": payment, "no_longer_drawn": bounced["no_longer_drawn"]}
        )  # fmt: skip
    bank.keep(tx.connection, movement, None)
