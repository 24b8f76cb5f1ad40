"""Reminders: which invoices are due for which step, recorded and put on one letter a customer and currency (M10).

A reminder books nothing: interest and indemnity are told, receivables stay as they are. Which step comes is derived
from what was recorded, so that a run that is killed and started again sends nothing twice (L5).
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from billing.core import reminding
from billing.core.book import Book
from billing.core.facts import Reminder
from billing.core.reminding import Due, LateTerms
from billing.core.units import ZERO
from billing.documents import locale
from billing.errors import Forbidden
from billing.law import reminders as law
from billing.office.balances.answers import Answer
from billing.office.invoicing import papers
from billing.office.payments import sales
from billing.office.reports import reports
from billing.office.transaction import Setting, Transaction, done, look
from billing.store import documents, parties
from billing.store import reminders as kept_reminders
from billing.store.documents import Content
from billing.store.engine import kept_open
from billing.store.ledger import Head

AT_ONCE = 50  # customers in a transaction, as in the monthly run
_ROW = ("number", "due", "open", "days_late", "step")
_LETTER = ("reminder", "customer", "step", "currency", "total", "interest", "indemnity", "own_money")


def remind(setting: Setting, on: date, dry_run: bool = False) -> Answer:
    """Sends, or only shows, the reminders that are due on a day; `sent` are those that were sent that day before.

    Raises Forbidden (`out-of-order`) for a day before the last reminder.
    """
    with look(setting) as tx:
        _check_order(tx, on)
        codes = sorted({due.item.invoice.customer for due in _due(tx, on)})
        before = kept_reminders.letters(tx.connection, on)
    letters: list[Content] = []
    held: list[Answer] = []
    with kept_open(setting.engine) as engine:
        quick = replace(setting, engine=engine)
        for start in range(0, len(codes), AT_ONCE):
            some = partial(_remind_some, codes=codes[start : start + AT_ONCE], on=on, dry_run=dry_run)
            if dry_run:
                with look(quick) as tx:
                    written, waiting = some(tx)
            else:
                written, waiting = done(quick, some, bulk=True)
            letters += written
            held += waiting
    return {
        "on": on.isoformat(),
        "reminders": [_answer(content) for content in letters],
        "held": held,
        "sent": [_answer(content) for content in before],
    }


def _remind_some(tx: Transaction, codes: list[str], on: date, dry_run: bool) -> tuple[list[Content], list[Answer]]:
    """Reminds some customers, locked in the order of their codes: their letters, and those that are held."""
    letters: list[Content] = []
    held: list[Answer] = []
    for code in codes:
        head = tx.customer(code, lock=not dry_run)
        if head.held_reason is None:
            letters += _remind(tx, head, on, dry_run)
        else:
            held.append(_held(head))
    return letters, held


def preview(setting: Setting, on: date) -> list[Answer]:
    """The reminders that would be due on a day; none where later ones were sent."""
    with look(setting) as tx:
        last = kept_reminders.last_on(tx.connection)
    return [] if last is not None and on < last else list(remind(setting, on, dry_run=True)["reminders"])


def letters(setting: Setting, on: date) -> list[Content]:
    """What stands on the letters of a day, as it was kept: their PDFs can be made again byte for byte (M8)."""
    with look(setting) as tx:
        return kept_reminders.letters(tx.connection, on)


def _check_order(tx: Transaction, on: date) -> None:
    """Refuses a day before the last reminder: what was sent since would count as not sent."""
    last = kept_reminders.last_on(tx.connection)
    if last is not None and on < last:
        raise Forbidden(
            "out-of-order", f"{on} is before the last reminder, sent on {last}; remind with --on {last} or later"
        )


def _held(head: Head) -> Answer:
    return {
        "customer": head.code,
        "reason": head.held_reason,
        "command": f"billing customer release {head.code}",
    }


# What is due


def _due(tx: Transaction, on: date, customer_id: int | None = None) -> Iterator[Due]:
    """The invoices of a customer, or of all, that are due for a step on a day."""
    known = reports.issued_documents(tx, customer_id)
    paid = reports.received(tx, customer_id)
    sent = kept_reminders.sent(tx.connection, customer_id)
    return reminding.due(known, paid, sent, [step.after for step in law.steps(on)], on)


# Reminding one customer


def _remind(tx: Transaction, head: Head, on: date, dry_run: bool) -> Iterator[Content]:
    """The letters to a customer, one for each currency, recorded unless it is a dry run."""
    party = parties.customer(tx.connection, head.id)
    by_currency: dict[str, list[Due]] = defaultdict(list)
    for due in _due(tx, on, head.id):
        by_currency[due.item.invoice.currency].append(due)
    for currency in sorted(by_currency):
        rows = sorted(by_currency[currency], key=lambda due: due.item.invoice.number)
        seq = head.seq + 1
        facts = [reminding.reminder(seq, due, _terms(tx.issuer, party, due), on) for due in rows]
        content = _letter(tx, party, rows, facts)
        content["own_money"] = str(sales.money_of(tx, head).get(content["currency"], ZERO))
        if dry_run:
            content["reminder"] = None
        else:
            book = Book(seq=seq)
            for fact in facts:
                book.record(fact)
            text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            tx.record(head, book, "reminder", on, [parties.letter_row(tx.appender, head, text)])
        yield content


def _terms(issuer: parties.Party, party: parties.Party, due: Due) -> LateTerms:
    """What the law of the issuer's country adds to an invoice that is paid late (M11)."""
    country, business = issuer["country"], not party["consumer"]
    due_on = due.item.invoice.due_on or due.item.invoice.issued_on
    late, fixed = law.interest(country, business, due_on), law.indemnity(country, business, due_on)
    indemnity = (fixed.amount, fixed.currency) if fixed else None
    return LateTerms(late.rates, late.starts, indemnity) if late else LateTerms(indemnity=indemnity)


# What stands on the letter


def _letter(tx: Transaction, party: parties.Party, rows: list[Due], facts: list[Reminder]) -> Content:
    """The letter whole, as it is kept: words of the day's law, amounts, addresses, how to pay."""
    on, currency, seq = facts[0].on, facts[0].currency, facts[0].seq
    language = party["language"] or tx.issuer["language"]
    step = law.steps(on)[max(fact.step for fact in facts) - 1]
    until = reminding.deadline(on, step.deadline)
    return {
        "reminder": f"{party['code']}-{seq}",
        "customer": party["code"],
        "position": seq,
        "date": on.isoformat(),
        "deadline": until.isoformat(),
        "step": step.number,
        "currency": currency,
        "language": language,
        "issuer": papers.sender(tx.issuer) | {"bic": tx.issuer["bic"]},
        "recipient": papers.recipient(party),
        "title": step.title[language],
        "opening": step.opening[language].format(deadline=locale.long_day(until, language)),
        "closing": step.closing[language],
        "invoices": [_row(due, fact) for due, fact in zip(rows, facts, strict=True)],
        "total": str(sum((fact.open for fact in facts), ZERO)),
        "interest": str(sum((fact.interest for fact in facts), ZERO)),
        "indemnity": str(sum((fact.indemnity for fact in facts), ZERO)),
        "charges": step.charges[language],
        "charged": _charged(tx.issuer["country"], party, rows, facts, language),
        "payment": _payment(tx, facts),
    }


def _row(due: Due, fact: Reminder) -> Content:
    invoice = due.item.invoice
    return {
        "number": invoice.number,
        "date": invoice.issued_on.isoformat(),
        "due": (invoice.due_on or invoice.issued_on).isoformat(),
        "total": str(invoice.total),
        "open": str(fact.open),
        "days_late": due.item.days_late,
        "step": fact.step,
        "interest": str(fact.interest),
        "indemnity": str(fact.indemnity),
    }


def _charged(
    country: str, party: parties.Party, rows: list[Due], facts: list[Reminder], language: str
) -> list[dict[str, str]]:
    """What the law adds, in the law's words: interest, then the indemnity; nothing where there is none."""
    sums: dict[str, Decimal] = {}
    for due, fact in zip(rows, facts, strict=True):
        business, due_on = not party["consumer"], due.item.invoice.due_on or due.item.invoice.issued_on
        late, fixed = law.interest(country, business, due_on), law.indemnity(country, business, due_on)
        if late is not None and fact.interest:
            rate = locale.percent(late.rates.on(fact.on), language, country)
            _add(sums, late.words[language].format(rate=rate), fact.interest)
        if fixed is not None and fact.indemnity:
            each = locale.money(fixed.amount, fixed.currency, language, country)
            _add(sums, fixed.words[language].format(each=each), fact.indemnity)
    return [{"text": text, "amount": str(amount)} for text, amount in sums.items()]


def _add(sums: dict[str, Decimal], text: str, amount: Decimal) -> None:
    sums[text] = sums.get(text, ZERO) + amount


def _payment(tx: Transaction, facts: list[Reminder]) -> Content | None:
    """How the invoice was to be paid by scanning, where the letter is about one: by its own reference still."""
    if len(facts) != 1:
        return None
    kept = documents.find(tx.connection, facts[0].invoice)
    assert kept is not None
    found: Content | None = kept.content.get("payment")
    return found if found and found.get("kind") else None


def _answer(content: Content) -> Answer:
    return {name: content[name] for name in _LETTER} | {
        "invoices": [{name: row[name] for name in _ROW} for row in content["invoices"]],
        "pdf": None,
    }
