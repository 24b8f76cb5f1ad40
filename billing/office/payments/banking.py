"""Books what a bank file brings: finds the invoice of each credit, takes back what was returned, keeps the rest open.

The whole file is booked or nothing of it. A movement is booked once, in however many files it comes: the payment that
it becomes has an id made of the movement's key (L5), and a movement that could not be matched is kept under that key.
What each movement is, `core.matching` decides.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from billing.core import matching
from billing.core.matching import BankMovement, Decision
from billing.errors import BadInput
from billing.exchange import camt
from billing.office.payments import sales
from billing.office.transaction import Act, Decided, Transaction
from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
from billing.requests.payments import Bounce, Pay
from billing.store import bank, documents
from billing.store.ledger import Head
from billing.texts import Do, say
from billing.views.bank import Booked, Imported, OpenItem, OpenItems, Returned, Settled
from billing.views.payments import Paid, TakenBack


def import_file(tx: Transaction, request: ImportBankFile, _key: str | None) -> Decided[Imported] | Imported:
    """Books a bank file (M14)."""
    bank.lock(tx.connection)
    decided = _decide(tx, request)
    booked: list[Booked] = []
    returned: list[Returned] = []
    customers: list[str] = []
    for decision in decided:  # in the file's order: a return may follow its credit
        if decision.outcome == "paid":
            booked += _pay(tx, decision, customers)
        elif decision.outcome == "returned":
            returned += _take_back(tx, decision, customers)
    fresh = [(decision.movement, decision.reason) for decision in decided if decision.outcome != "known"]
    kept = bank.keep(tx.connection, fresh)
    view = Imported(
        file=request.file,
        booked=tuple(booked),
        known=len(decided) - len(fresh),
        returned=tuple(returned),
        open=tuple(_open_item(item) for item in kept if item.reason),
    )
    if not customers:
        return view
    head = tx.customer(customers[0])
    return Decided(head, tx.book(head), tx.today, lambda _: view, only_asked=True)


def _decide(tx: Transaction, request: ImportBankFile) -> list[Decision]:
    movements = camt.read(request.data)
    _check_account(tx, movements)
    return matching.plan(
        movements,
        bank.payables(tx.connection),
        bank.kept(tx.connection, movements),
        bank.credits(tx.connection, movements),
        tx.today,
    )


def _imported_before(_tx: Transaction, request: ImportBankFile, _head: Head, _seq: int) -> Imported:
    return Imported(file=request.file, booked=(), known=len(camt.read(request.data)), returned=(), open=())


def open_items(tx: Transaction, _question: AskOpenItems) -> OpenItems:
    """What came in and could not be matched."""
    return OpenItems(tuple(_open_item(item) for item in bank.open_items(tx.connection)))


def settle(tx: Transaction, request: SettleItem, _key: str | None) -> Decided[Settled]:
    """Books an open item on an invoice, or a return on the payment that it takes back (M14)."""
    item = next((i for i in bank.open_items(tx.connection) if str(i.id) == request.item.removeprefix("B")), None)
    if item is None:
        raise BadInput(
            "bad-input",
            say("there is no open item {item!r}", item=request.item),
            say("{command} lists them", command=Do("payments open")),
        )
    key, view = f"bank:{item.key}", None
    if item.incoming:
        _check_currency(tx, request.on, item)
        paid = sales.pay(tx, Pay(invoice=request.on, on=item.value_on, amount=item.amount), key)
        view = _settled(request, paid)
    else:
        view = _settled(request, sales.bounce(tx, Bounce(payment=request.on, on=item.value_on), key))
    head = tx.customer(view.customer)
    return Decided(head, tx.book(head), tx.today, lambda _: view, only_asked=True)


def _settled(request: SettleItem, done: Paid | TakenBack) -> Settled:
    item = f"B{request.item.removeprefix('B')}"
    more: dict[str, Any] = (
        {"payment": done.payment, "amount": done.amount}
        if isinstance(done, Paid)
        else {"payment": done.payment, "no_longer_drawn": done.no_longer_drawn, "with_it": done.with_it}
    )
    return Settled(
        invoice=done.invoice, customer=done.customer, paid=done.paid, open=done.open, status=done.status,
        currency=done.currency, credited=done.credited, item=item, **more,
    )  # fmt: skip


def _settled_before(tx: Transaction, request: SettleItem, head: Head, seq: int) -> Settled:
    tx.appender.flush()
    if documents.find(tx.connection, request.on) is not None:
        return _settled(request, sales.paid_already(tx, Pay(invoice=request.on), head, seq))
    return _settled(request, sales.taken_back(tx, head, request.on))


def _check_currency(tx: Transaction, invoice: str, item: bank.Item) -> None:
    """Refuses money in another currency than the invoice's: no rate is known."""
    kept, _ = sales.invoice_named(tx, invoice)
    currency = kept.content["currency"]
    if currency != item.currency:
        raise BadInput(
            "bad-input",
            say(
                "{invoice} is in {currency}, the money is {other}: no rate is known",
                invoice=invoice,
                currency=currency,
                other=item.currency,
            ),
            say("record what it came to with {command}", command=Do("pay", invoice, "--amount", "AMOUNT")),
        )


def _check_account(tx: Transaction, movements: Iterable[BankMovement]) -> None:
    """Refuses a file of another account than the issuer's."""
    ours = {str(tx.issuer[name]).replace(" ", "").upper() for name in ("iban", "qr_iban") if tx.issuer[name]}
    if not ours:
        raise BadInput(
            "bad-input",
            say("the issuer has no IBAN yet"),
            say("{command} sets it", command=Do("init", "--iban", "IBAN")),
        )
    for account in {movement.account for movement in movements}:
        if account not in ours:
            raise BadInput(
                "bad-input",
                say(
                    "the file is of account {account}, the issuer's is {ours}",
                    account=account,
                    ours=" or ".join(sorted(ours)),
                ),
            )


def _pay(tx: Transaction, decision: Decision, customers: list[str]) -> Iterator[Booked]:
    movement = decision.movement
    for place, (invoice, amount) in enumerate(decision.parts):
        key = matching.payment_id(movement, place)
        paid = sales.pay(tx, Pay(invoice=invoice, on=movement.value_on, amount=amount), key)
        customers.append(paid.customer)
        yield Booked(
            invoice=invoice,
            amount=amount,
            on=movement.value_on,
            credited=paid.credited,
            payment=key,
            status=paid.status,
        )


def _take_back(tx: Transaction, decision: Decision, customers: list[str]) -> Iterator[Returned]:
    movement = decision.movement
    for place, (payment, amount) in enumerate(decision.parts):
        key = matching.payment_id(movement, place)
        back = sales.bounce(tx, Bounce(payment=payment, on=movement.value_on), key)
        customers.append(back.customer)
        yield Returned(
            invoice=back.invoice,
            amount=amount,
            on=movement.value_on,
            payment=payment,
            no_longer_drawn=back.no_longer_drawn,
        )


def _open_item(item: bank.Item) -> OpenItem:
    name = f"B{item.id}"
    return OpenItem(
        id=name,
        amount=item.amount,
        currency=item.currency,
        on=item.value_on,
        reference=item.reference or item.text or None,
        name=item.name,
        reason=item.reason,
        command=f"billing payments settle {name} {'INVOICE' if item.incoming else 'PAYMENT'}",
    )


ACTS = {
    ImportBankFile: Act(import_file, _imported_before),
    SettleItem: Act(settle, _settled_before),
}
QUESTIONS = {AskOpenItems: open_items}
