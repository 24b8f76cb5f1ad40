"""Books what a bank file brings: finds the invoice of each credit, takes back what was returned, keeps the rest open.

The whole file is booked or nothing of it. A movement is booked once, in however many files it comes: the payment that
it becomes has an id made of the movement's key (L5), and a movement that could not be matched is kept under that key.
What each movement is, `core.matching` decides.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from billing.core import matching
from billing.core.matching import Decision
from billing.core.movements import Entry
from billing.errors import BadInput, Refusal, either
from billing.exchange import camt
from billing.office.invoicing.named import invoice_named
from billing.office.payments import sales
from billing.office.transaction import Act, Decided, Transaction
from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
from billing.requests.payments import Bounce, Pay
from billing.store import bank, documents
from billing.store.ledger import Head
from billing.texts import Do, say
from billing.views.bank import Booked, Imported, NotTaken, OpenItem, OpenItems, Returned, Settled
from billing.views.payments import Paid, TakenBack


def import_file(tx: Transaction, request: ImportBankFile, _key: str | None) -> Decided[Imported] | Imported:
    """Books a bank file (M14)."""
    bank.lock(tx.connection)
    file, entries = _ours(tx, request.data)
    decided = [_recorded(tx, decision) for decision in _plan(tx, entries)]  # in order: a return may follow its credit
    bank.forget(tx.connection, {one.decision.replaces for one in decided if one.decision.replaces})
    fresh = [one.decision for one in decided if one.decision.outcome not in ("known", "later")]
    kept = bank.keep(tx.connection, [(d.movement, str(d.reason) if d.reason else None) for d in fresh])
    later = [one.decision for one in decided if one.decision.outcome == "later"]
    view = Imported(
        file=request.file,
        booked=tuple(row for one in decided for row in one.booked),
        known=sum(one.decision.outcome == "known" for one in decided),
        returned=tuple(row for one in decided for row in one.returned),
        open=tuple(_open_item(item) for item in kept if item.reason),
        left_out=(
            *(NotTaken(out.account, out.amount, str(out.reason)) for out in file.left_out),
            *(NotTaken(d.movement.account, str(d.movement.amount), str(d.reason)) for d in later),
        ),
    )
    customers = [code for one in decided for code in one.customers]
    if not customers:
        return view
    head = tx.customer(customers[0])
    return Decided(head, tx.book(head), tx.today, lambda _: view, only_asked=True)


def _plan(tx: Transaction, entries: tuple[Entry, ...]) -> list[Decision]:
    return matching.plan(
        entries,
        bank.payables(tx.connection),
        bank.customers(tx.connection),
        bank.kept(tx.connection, entries),
        bank.credits(tx.connection, entries),
        tx.today,
    )


def _imported_before(tx: Transaction, request: ImportBankFile, _head: Head, _seq: int) -> Imported:
    _, entries = _ours(tx, request.data)
    return Imported(file=request.file, booked=(), known=sum(map(len, entries)), returned=(), open=())


def _ours(tx: Transaction, data: bytes) -> tuple[camt.BankFile, tuple[Entry, ...]]:
    """A file with its entries on the issuer's account; statements of other accounts are left out by name.

    Raises BadInput for a file that has nothing of the issuer's.
    """
    file = camt.read(data)
    ours = {str(tx.issuer[name]).replace(" ", "").upper() for name in ("iban", "qr_iban") if tx.issuer[name]}
    if not ours:
        raise BadInput(
            "bad-input",
            say("the issuer has no IBAN yet"),
            say("{command} sets it", command=Do("init", "--iban", "IBAN")),
        )
    others = [account for account in file.accounts if account not in ours]
    if others and len(others) == len(file.accounts):
        raise BadInput(
            "bad-input",
            say("the file is of account {account}, the issuer's is {ours}", account=others[0],
                ours=either(sorted(ours))),
        )  # fmt: skip
    reason = say("a statement of another account")
    mine = tuple(out for out in file.left_out if out.account in ours)
    left_out = (*mine, *(camt.LeftOut(account, "", reason) for account in others))
    return replace(file, left_out=left_out), tuple(entry for entry in file.entries if entry[0].account in ours)


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
    key = f"bank:{item.key}/{item.parts + 1}" if item.parts else f"bank:{item.key}"
    on = min(item.value_on, tx.today)
    if item.incoming:
        _check_currency(tx, request.on, item)
        paid = sales.pay(tx, Pay(invoice=request.on, on=on, amount=_part(request, item)), key)
        view = _settled(request, paid)
    else:
        view = _settled(request, sales.bounce(tx, Bounce(payment=request.on, on=on), key))
    head = tx.customer(view.customer)
    return Decided(head, tx.book(head), tx.today, lambda _: view, only_asked=True)


def _part(request: SettleItem, item: bank.Item) -> Decimal:
    """How much of an item is booked: what was asked for, never more than is left of it."""
    if request.amount is not None and not 0 < request.amount <= item.amount:
        raise BadInput(
            "bad-input",
            say(
                "amount {amount}: {left} is left of {item}", amount=request.amount, left=item.amount, item=request.item
            ),
        )
    return item.amount if request.amount is None else request.amount


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
    kept, _ = invoice_named(tx, invoice)
    currency = kept.currency
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


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A decision with what was recorded by it, and for which customers."""

    decision: Decision
    booked: tuple[Booked, ...] = ()
    returned: tuple[Returned, ...] = ()
    customers: tuple[str, ...] = ()


def _recorded(tx: Transaction, decision: Decision) -> _Recorded:
    """Records what was decided."""
    if decision.outcome == "paid":
        return _pay(tx, decision)
    return _take_back(tx, decision) if decision.outcome == "returned" else _Recorded(decision)


def _pay(tx: Transaction, decision: Decision) -> _Recorded:
    """Records payments. What a rule refuses is left open with its reason: one movement stops no file."""
    on = decision.on
    assert on is not None
    booked: list[Booked] = []
    customers: list[str] = []
    for place, (invoice, amount) in enumerate(decision.parts):
        key = matching.payment_id(decision.movement, place)
        try:
            paid = sales.pay(tx, Pay(invoice=invoice, on=on, amount=amount), key)
        except Refusal as refused:
            decision = replace(decision, outcome="open", reason=refused.what)
            break
        customers.append(paid.customer)
        booked.append(
            Booked(invoice=invoice, amount=amount, on=on, credited=paid.credited, payment=key, status=paid.status)
        )
    return _Recorded(decision, booked=tuple(booked), customers=tuple(customers))


def _take_back(tx: Transaction, decision: Decision) -> _Recorded:
    """Takes payments back; as with `_pay`, what is refused is left open."""
    on = decision.on
    assert on is not None
    returned: list[Returned] = []
    customers: list[str] = []
    for place, (payment, amount) in enumerate(decision.parts):
        key = matching.payment_id(decision.movement, place)
        try:
            back = sales.bounce(tx, Bounce(payment=payment, on=on), key)
        except Refusal as refused:
            decision = replace(decision, outcome="open", reason=refused.what)
            break
        customers.append(back.customer)
        returned.append(
            Returned(
                invoice=back.invoice,
                amount=amount,
                on=on,
                payment=payment,
                no_longer_drawn=back.no_longer_drawn,
            )
        )
    return _Recorded(decision, returned=tuple(returned), customers=tuple(customers))


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
