"""Books what a bank file brings: finds the invoice of each credit, takes back what was returned, keeps the rest open.

The whole file is booked or nothing of it. A movement is booked once, in however many files it comes: the payment that
it becomes has an id made of the movement's key (L5), and a movement that could not be matched is kept under that key.
What each movement is, `core.matching` decides.
"""

from collections.abc import Iterable, Iterator

from billing.core import matching
from billing.core.matching import BankMovement, Decision
from billing.errors import BadInput
from billing.exchange import camt
from billing.office.balances.answers import Answer
from billing.office.payments import sales
from billing.office.transaction import Setting, Transaction, done, look
from billing.store import bank


def import_file(setting: Setting, name: str, data: bytes, dry_run: bool = False) -> Answer:
    """Books a bank file, or with `dry_run` only says what it would book (`payments import`)."""
    movements = camt.read(data)

    def answer(tx: Transaction) -> Answer:
        bank.lock(tx.connection)
        _check_account(tx, movements)
        decided = matching.plan(
            movements,
            bank.payables(tx.connection),
            bank.kept(tx.connection, movements),
            bank.credits(tx.connection, movements),
            tx.today,
        )
        told: Answer = {"file": name, "booked": [], "known": 0, "returned": [], "open": []}
        for decision in decided:  # in the file's order: a return may follow its credit
            if decision.outcome == "paid":
                told["booked"] += _pay(tx, decision)
            elif decision.outcome == "returned":
                told["returned"] += _take_back(tx, decision)
        fresh = [(decision.movement, decision.reason) for decision in decided if decision.outcome != "known"]
        told["known"] = len(decided) - len(fresh)
        told["open"] = [_open_answer(item) for item in bank.keep(tx.connection, fresh) if item.reason]
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


def _check_account(tx: Transaction, movements: Iterable[BankMovement]) -> None:
    """Refuses a file of another account than the issuer's."""
    ours = {str(tx.issuer[name]).replace(" ", "").upper() for name in ("iban", "qr_iban") if tx.issuer[name]}
    for account in {movement.account for movement in movements}:
        if ours and account not in ours:
            raise BadInput(
                "bad-input", f"the file is of account {account}, the issuer's is {' or '.join(sorted(ours))}"
            )
        if not ours:
            raise BadInput("bad-input", "the issuer has no IBAN yet; `billing init --iban IBAN` sets it")


def _pay(tx: Transaction, decision: Decision) -> Iterator[Answer]:
    movement = decision.movement
    for place, (invoice, amount) in enumerate(decision.parts):
        _, paid = sales.pay(tx, invoice, movement.value_on, amount, id=matching.payment_id(movement, place))
        yield {
            "invoice": invoice,
            "amount": str(amount),
            "date": movement.value_on.isoformat(),
            "credited": paid["credited"],
            "payment": paid["payment"],
            "status": paid["status"],
        }


def _take_back(tx: Transaction, decision: Decision) -> Iterator[Answer]:
    movement = decision.movement
    for place, (payment, amount) in enumerate(decision.parts):
        _, bounced = sales.bounce(tx, payment, movement.value_on, id=matching.payment_id(movement, place))
        yield {
            "invoice": bounced["invoice"],
            "amount": str(amount),
            "date": movement.value_on.isoformat(),
            "payment": payment,
            "no_longer_drawn": bounced["no_longer_drawn"],
        }


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
