"""What a database answers, beside what the model says; and what must hold of any books (L4, L7, L8)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Engine

from billing import Billing, requests
from tests.months import recomputed
from tests.simulation.figures import Figures
from tests.simulation.model import Model
from tests.simulation.sold import Differs
from tests.simulation.steps import FIRST


@dataclass
class Comparing:
    """Asks at a door; what differs is raised as Differs."""

    door: Billing
    observer: Engine
    figures: Figures

    def compare(self, model: Model, customers: list[str], today: date, place: int) -> None:
        """The figures of some customers, today and on another day."""
        for code in customers:
            days = (today, today + timedelta(days=place % 7 * 30 - 40))
            self._compare_minutes(model, code, days)
            self._compare_money(model, code, today)

    def _compare_minutes(self, model: Model, code: str, days: tuple[date, ...]) -> None:
        book = model.customers[code].book
        for at in days:
            found = self.door.ask(requests.AskBalance(customer=code, at=at))
            if any(grant.remaining < 0 for grant in found.grants) or found.owed < 0:
                raise Differs(f"{code} has less than nothing of a grant on {at} (L4)")
            if found.minutes != sum(grant.remaining for grant in found.grants):
                raise Differs(f"{code}: minutes are not those of the grants on {at}")
            if book.unsure:
                self.figures.unsure += 1
                continue
            told = sorted(((g.kind, g.product, g.remaining, g.expires) for g in found.grants if g.remaining), key=str)
            want = book.left(at)
            if told != want:
                raise Differs(f"{code} has {told} on {at}, the rules say {want}")
            over = (found.owed, found.unbilled.minutes, found.unbilled.amount)
            wanted = (book.owed(at), *book.unbilled(at))
            if over != wanted:
                raise Differs(f"{code} owes, has unbilled {over} on {at}, the rules say {wanted}")
            self.figures.compared += 1

    def _compare_money(self, model: Model, code: str, today: date) -> None:
        setting = replace(self.door.setting, today=today)
        found = Billing(setting).ask(requests.AskCustomer(customer=code))
        if model.customers[code].book.banked:
            return
        told = {m.currency: m.amount for m in found.own_money if m.amount}
        want = model.money.own(code)
        if told != want:
            raise Differs(f"{code} has {told} of its own, the rules say {want}")
        documents = {one.number: one for one in found.documents}
        mine = {d.number: d for d in model.money.documents.values() if d.customer == code}
        if set(documents) != set(mine):
            raise Differs(f"{code} has {sorted(documents)}, the rules say {sorted(mine)}")
        for number, document in mine.items():
            if documents[number].total != document.total:
                raise Differs(f"{number} is of {documents[number].total}, it was issued of {document.total}")
            if document.corrects is None and (documents[number].status == "open") != (document.open > 0):
                raise Differs(f"{number} is {documents[number].status}, the rules leave {document.open} open")

    def look(self, model: Model, at: date, place: int) -> None:
        """All that is recomputed: audit, documents, statements beside balances, receivables."""
        found = self.door.ask(requests.AskAudit())
        if not found.ok:
            raise Differs("audit: " + "; ".join(found.faults[:5]))
        wrong = recomputed.faults(recomputed.read(self.observer))
        if wrong:
            raise Differs("documents: " + "; ".join(wrong[:5]))
        for code in model.customers:
            told = self.door.ask(requests.AskStatement(customer=code, first=FIRST, last=at))
            left = self.door.ask(requests.AskBalance(customer=code, at=at))
            if told.closing != left.minutes or told.opening + sum(m.minutes for m in told.movements) != told.closing:
                raise Differs(f"{code}: the statement closes with {told.closing}, the balance is {left.minutes} (L8)")
        self.compare(model, sorted(model.customers), at, place)
        self.figures.looks += 1
