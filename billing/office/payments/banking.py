"""Books what a bank file brings: finds the invoice of each credit, takes back what was returned, keeps the rest open.

The whole file is booked or nothing of it. A movement is booked once, in however many files it comes: the payment that
it becomes has an id made of the movement's key (L5), and a movement that could not be matched is kept under that key.
What each movement is, `core.matching` decides.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from billing.core import crediting, matching, unmatched
from billing.core.book import Book
from billing.core.facts import BankPart
from billing.core.matching import Decision
from billing.core.movements import Entry
from billing.core.units import ZERO
from billing.errors import Already, BadInput, Refusal, either
from billing.exchange import camt
from billing.office.invoicing.named import receivable, receivable_named
from billing.office.payments import own_money, sales
from billing.office.transaction import Act, Decided, Transaction
from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
from billing.requests.payments import Bounce, Pay, PayOnAccount, Refund
from billing.store import bank, parties, references
from billing.store.heads import Head
from billing.texts import Do, say
from billing.values import dataclass
from billing.views.bank import Booked, Imported, NotTaken, OpenItem, OpenItems, PaidOut, Returned, Settled
from billing.views.payments import OnAccount, Paid, Refunded, TakenBack


def import_file(tx: Transaction, request: ImportBankFile, _key: str | None) -> Decided[Imported] | Imported:
    """Books a bank file (M14)."""
    bank.lock(tx.connection)
    file, entries = _ours(tx, request.data)
    decided = [_recorded(tx, decision) for decision in _plan(tx, entries)]  # by day: a return follows its credit
    decided.sort(key=lambda one: one.decision.place)  # told, and numbered, as the file has them
    left_out = [one.decision for one in decided if one.decision.outcome in ("later", "nothing")]
    fresh = [one.decision for one in decided if one.decision.outcome not in ("known", "later", "nothing")]
    bank.keep(tx.connection, [(d.movement, str(d.reason) if d.reason else None, d.on) for d in fresh])
    bank.forget(tx.connection, {one.decision.replaces for one in decided if one.decision.replaces})
    kept = {d.movement.key for d in fresh}
    waiting = bank.open_items_of(tx.connection, kept)
    view = Imported(
        file=request.file,
        booked=tuple(row for one in decided for row in one.booked),
        known=sum(one.decision.outcome == "known" for one in decided),
        returned=tuple(row for one in decided for row in one.returned),
        paid_out=tuple(row for one in decided for row in one.paid_out),
        open=tuple(_open_item(item) for item in waiting if item.reason),
        suspended=sum(item.reason is None for item in waiting),
        left_out=(
            *(NotTaken(out.account, out.amount, out.reason) for out in file.left_out),
            *(NotTaken(d.movement.account, str(d.movement.amount), d.reason or "") for d in left_out),
        ),
    )
    customers = [code for one in decided for code in one.customers]
    if not customers:
        return view
    return Decided(tx.customer(customers[0]), Book(), tx.today, lambda _: view, only_asked=True)


def _plan(tx: Transaction, entries: tuple[Entry, ...]) -> list[Decision]:
    return matching.plan(
        entries,
        bank.payables(tx.connection),
        parties.named(tx.connection),
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


def open_items(tx: Transaction, question: AskOpenItems) -> OpenItems:
    """What could not be matched; asked for everything, also money out that is no customer's."""
    return OpenItems(tuple(_open_item(item) for item in bank.open_items(tx.connection, question.everything)))


def settle(tx: Transaction, request: SettleItem, _key: str | None) -> Decided[Settled]:
    """Says what an open item is, whole or a part of it (M14).

    Money in is booked on an invoice or on account of a customer; money out takes a payment back or pays a customer's
    own money out. Either can be what was recorded by hand before.
    """
    item = bank.open_item(tx.connection, request.item.removeprefix("B"))
    if item is None:
        raise BadInput(
            "bad-input",
            say("there is no open item {item!r}", item=request.item),
            say("{command} lists them", command=Do("payments open")),
        )
    view = _money_in(tx, request, item) if item.incoming else _money_out(tx, request, item)
    return Decided(tx.customer(view.customer), Book(), tx.today, lambda _: view, only_asked=True)


def _money_in(tx: Transaction, request: SettleItem, item: bank.Item) -> Settled:
    """A credit: on an invoice, on account, or a payment that was recorded by hand."""
    on, key, seen = min(item.value_on, tx.today), _part_id(item), sales.Seen(item.key, settled_on=tx.today)
    if receivable(tx, request.on) is not None:
        _check_currency(tx, request.on, item)
        return _of_invoice(
            request, sales.pay(tx, Pay(invoice=request.on, on=on, amount=_part(request, item)), key, seen)
        )
    if parties.has_customer(tx.connection, request.on):
        asked = PayOnAccount(customer=request.on, amount=_part(request, item), currency=item.currency, on=on)
        return _of_customer(request, tx.keep(own_money.pay_on_account(tx, asked, key, seen), asked.KIND, key,
                                             asked.content()))  # fmt: skip
    return _recognised(tx, request, item, *sales.find_payment(tx, request.on))


def _money_out(tx: Transaction, request: SettleItem, item: bank.Item) -> Settled:
    """A debit: own money of a customer paid out, a payment taken back, or either as it was recorded by hand."""
    on, key, seen = min(item.value_on, tx.today), _part_id(item), sales.Seen(item.key, settled_on=tx.today)
    if parties.has_customer(tx.connection, request.on):
        asked = Refund(customer=request.on, amount=_part(request, item), currency=item.currency, on=on)
        return _of_customer(request, tx.keep(own_money.refund(tx, asked, key, seen), asked.KIND, key, asked.content()))
    paid_out = own_money.find_refund(tx, request.on)
    if paid_out is not None:
        return _recognised(tx, request, item, *paid_out)
    head, seq = sales.find_payment(tx, request.on)
    book = tx.without_work(head)
    back = next((bounce for bounce in book.bounces if bounce.payment == seq), None)
    if back is not None and back.seq not in book.bank_parts:
        return _recognised(tx, request, item, head, back.seq)
    _whole(request, item, book.money_at(seq))
    done = sales.bounce(tx, Bounce(payment=request.on, on=on), key, seen)
    return _of_customer(request, done) if done.invoice is None else _of_invoice(request, done)


def _recognised(tx: Transaction, request: SettleItem, item: bank.Item, head: Head, seq: int) -> Settled:
    """Says that a movement is money that was recorded by hand: it is in the books once (M14)."""
    book = tx.without_work(head)
    money, key = book.money_at(seq), _part_id(item)
    if references.id_of(tx.connection, head.id, seq, beginning="bank:"):
        raise Already("conflict", say("the bank's movement of that money is known already"))
    _whole(request, item, money)
    book.seq = head.seq + 1
    part = BankPart(book.seq, item.key, money or ZERO, ZERO, tx.today, money=seq)
    crediting.seen_by_bank(book, part)
    view = Settled(
        item=_name(request), customer=head.code, currency=item.currency, amount=part.amount, credited=(),
        recognised=request.on,
    )  # fmt: skip
    content = {"movement": item.key, "money": f"{head.code}-{seq}"}
    return tx.keep(Decided(head, book, tx.today, lambda _: view), "recognised", key, content)


def _whole(request: SettleItem, item: bank.Item, money: Decimal | None) -> None:
    """Refuses a part of recorded money, or more of it than is left of the item."""
    if money is None or money > item.left or request.amount not in (None, money):
        raise BadInput(
            "bad-input",
            say("{on} is {money}, {left} is left of {item}", on=request.on, money=money or ZERO, left=item.left,
                item=request.item),
        )  # fmt: skip


def _part_id(item: bank.Item) -> str:
    return f"bank:{item.key}/{item.parts + 1}" if item.parts else f"bank:{item.key}"


def _name(request: SettleItem) -> str:
    return f"B{request.item.removeprefix('B')}"


def _part(request: SettleItem, item: bank.Item) -> Decimal:
    """How much of an item is booked: what was asked for, never more than is left of it."""
    if request.amount is not None and not 0 < request.amount <= item.left:
        raise BadInput(
            "bad-input",
            say("amount {amount}: {left} is left of {item}", amount=request.amount, left=item.left, item=request.item),
        )
    return item.left if request.amount is None else request.amount


def _of_invoice(request: SettleItem, done: Paid | TakenBack) -> Settled:
    more: dict[str, Any] = (
        {"payment": done.payment, "amount": done.amount}
        if isinstance(done, Paid)
        else {"payment": done.payment, "no_longer_drawn": done.no_longer_drawn, "with_it": done.with_it}
    )
    return Settled(
        invoice=done.invoice, customer=done.customer, paid=done.paid, open=done.open, status=done.status,
        currency=done.currency, credited=done.credited, item=_name(request), **more,
    )  # fmt: skip


def _of_customer(request: SettleItem, done: OnAccount | Refunded | TakenBack) -> Settled:
    more: dict[str, Any] = {}
    if isinstance(done, TakenBack):
        more = {"payment": done.payment, "no_longer_drawn": done.no_longer_drawn, "with_it": done.with_it}
    elif isinstance(done, OnAccount):
        more = {"payment": done.payment, "amount": done.amount}
    else:
        more = {"refund": done.refund, "amount": done.amount}
    return Settled(
        customer=done.customer, own_money=done.own_money, currency=done.currency, credited=(), item=_name(request),
        **more,
    )  # fmt: skip


def _settled_before(tx: Transaction, request: SettleItem, head: Head, seq: int) -> Settled:
    tx.appender.flush()
    if receivable(tx, request.on) is not None:
        return _of_invoice(request, sales.paid_already(tx, Pay(invoice=request.on), head, seq))
    if request.on == head.code:
        money = sales.money_of(tx, head)
        currency = next(iter(money), str(tx.issuer["currency"]))
        left = money.get(currency, ZERO)
        return Settled(item=_name(request), customer=head.code, own_money=left, currency=currency, credited=())
    if own_money.find_refund(tx, request.on) is None:
        _, payment = sales.find_payment(tx, request.on)
        if any(bounce.payment == payment for bounce in tx.without_work(head).bounces):
            return _of_invoice(request, sales.taken_back(tx, head, request.on))
    currency = str(tx.issuer["currency"])
    return Settled(item=_name(request), customer=head.code, currency=currency, credited=(), recognised=request.on)


def _check_currency(tx: Transaction, invoice: str, item: bank.Item) -> None:
    """Refuses money in another currency than the invoice's: no rate is known."""
    kept, _ = receivable_named(tx, invoice)
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
    paid_out: tuple[PaidOut, ...] = ()


def _recorded(tx: Transaction, decision: Decision) -> _Recorded:
    """Records what was decided."""
    if decision.outcome == "paid":
        return _pay(tx, decision)
    if decision.outcome == "to-customer":
        return _pay_out(tx, decision)
    return _take_back(tx, decision) if decision.outcome == "returned" else _Recorded(decision)


def _pay(tx: Transaction, decision: Decision) -> _Recorded:
    """Records payments. What a rule refuses is left open with its reason: one movement stops no file."""
    on = decision.on
    assert on is not None
    booked: list[Booked] = []
    customers: list[str] = []
    most = max(range(len(decision.parts)), key=lambda place: decision.parts[place][1])  # pays what the bank kept back
    for place, (invoice, amount) in enumerate(decision.parts):
        key = matching.payment_id(decision.movement, place)
        seen = sales.Seen(decision.movement.key, decision.movement.charges if place == most else ZERO)
        try:
            paid = sales.pay(tx, Pay(invoice=invoice, on=on, amount=amount), key, seen)
        except Refusal as refused:
            decision = replace(decision, outcome="open", reason=refused.what)
            break
        customers.append(paid.customer)
        booked.append(
            Booked(invoice=invoice, amount=amount, on=on, credited=paid.credited, payment=key, status=paid.status)
        )
    return _Recorded(decision, booked=tuple(booked), customers=tuple(customers))


def _pay_out(tx: Transaction, decision: Decision) -> _Recorded:
    """Records own money that was paid out; as with `_pay`, what is refused is left open."""
    movement, on = decision.movement, decision.on
    heads = [tx.customer(code) for code, _ in decision.parts]
    decision = matching.paid_out(decision, [_owner(tx, head, movement.currency) for head in heads])
    if decision.outcome != "refunded":
        return _Recorded(decision)
    ((code, amount),) = decision.parts
    asked = Refund(customer=code, amount=amount, currency=movement.currency, on=on)
    key = matching.payment_id(movement, 0)
    try:
        decided = own_money.refund(tx, asked, key, sales.Seen(movement.key))
    except Refusal as refused:
        return _Recorded(replace(decision, outcome="open", reason=refused.what))
    done = tx.keep(decided, asked.KIND, key, asked.content())
    row = PaidOut(customer=code, amount=amount, currency=movement.currency, on=on or tx.today, refund=done.refund)
    return _Recorded(decision, customers=(code,), paid_out=(row,))


def _owner(tx: Transaction, head: Head, currency: str) -> matching.Owner:
    book = tx.without_work(head)
    unseen = [r for r in book.refunds.values() if r.currency == currency and r.seq not in book.bank_parts]
    return matching.Owner(
        head.code,
        sales.money_of(tx, head).get(currency, ZERO),
        tuple((sales.payment_name(tx, head, refund.seq), refund.amount) for refund in unseen),
    )


def _take_back(tx: Transaction, decision: Decision) -> _Recorded:
    """Takes payments back; as with `_pay`, what is refused is left open."""
    on = decision.on
    assert on is not None
    returned: list[Returned] = []
    customers: list[str] = []
    for place, (payment, amount) in enumerate(decision.parts):
        key = matching.payment_id(decision.movement, place)
        try:
            kept_back = _kept_back(tx, payment)
            back = sales.bounce(tx, Bounce(payment=payment, on=on), key, sales.Seen(decision.movement.key, kept_back))
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


def _kept_back(tx: Transaction, payment: str) -> Decimal:
    """What the bank had kept back of a payment: of a return of what came, it is no part."""
    head, seq = sales.find_payment(tx, payment)
    part = tx.without_work(head).bank_parts.get(seq)
    return part.charges if part else ZERO


def _open_item(item: bank.Item) -> OpenItem:
    name = f"B{item.id}"
    what = "INVOICE" if item.incoming else "CUSTOMER|PAYMENT"
    return OpenItem(
        id=name,
        amount=item.left,
        currency=item.currency,
        on=item.value_on,
        reference=item.reference or item.text or None,
        name=item.name,
        reason=unmatched.read(item.reason) if item.reason else say("money out that no customer is known for"),
        out=not item.incoming,
        command=f"billing payments settle {name} {what}",
    )


ACTS = {
    ImportBankFile: Act(import_file, _imported_before),
    SettleItem: Act(settle, _settled_before),
}
QUESTIONS = {AskOpenItems: open_items}
