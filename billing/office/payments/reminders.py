"""Reminders: which invoices are due for which step, recorded and put on one letter a customer and currency (M10).

A reminder books nothing: interest and indemnity are told, receivables stay as they are. Which step comes is derived
from what was recorded, so that a run that is killed and started again sends nothing twice (L5).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from billing import interrupts
from billing.core import reminding
from billing.core.book import Book
from billing.core.facts import Reminder
from billing.core.reminding import Due, LateTerms
from billing.core.units import ZERO
from billing.documents import locale
from billing.errors import Forbidden
from billing.interrupts import keeping
from billing.law import reminders as law
from billing.office import periods, slips
from billing.office.invoicing import papers
from billing.office.parties import issuer
from billing.office.payments import sales
from billing.office.transacting import done, look
from billing.office.transaction import Setting, Transaction
from billing.requests.reminders import AskLetters, Remind
from billing.store import documents, issued, parties
from billing.store import reminders as kept_reminders
from billing.store.engine import kept_open
from billing.store.heads import Head
from billing.texts import Text, say
from billing.views.codec import from_json, to_json
from billing.views.documents import PaidBy
from billing.views.reminders import HeldBack, LateInvoice, LawCharge, Letter, Letters, Reminded, RemindedInvoice
from billing.views.reminders import Reminder as ReminderShown

AT_ONCE = 50  # customers in a transaction, as in the monthly run


def remind(
    setting: Setting, request: Remind, key: str | None, dry_run: bool = False, _progress: object = None
) -> tuple[Reminded, bool]:
    """Sends, or only shows, the reminders that are due on a day; whether they were asked for under another id or none.

    The id is that of the first letter: where none is due, it is not used up. Asked again, it stands for the day of that
    letter, whatever day it is by then: what a kill left out is sent as of that day, and nothing once there was another
    (L5). Raises Forbidden (`out-of-order`) for a day before the last reminder.
    """
    with look(setting) as tx:
        known = tx.done_before(request.KIND, key, request.content())
        new = known is None
        on = request.on or (setting.today if known is None else kept_reminders.day_of(tx.connection, *known))
        if new:
            _check_order(tx, on)
        last = kept_reminders.last_on(tx.connection) or on
        ripe = _ripe(tx, on) if last <= on else {}
        codes = sorted(ripe)
        before = _letters(tx, on)
        if new and not dry_run and not before:  # a look ahead blocks nothing, nor does a day that was reminded already
            slips.check_day(on, tx.today, request.yes)
    letters: list[Letter] = []
    held: list[HeldBack] = []
    with keeping(lambda: None if dry_run else _kept_of(letters)), kept_open(setting.engine) as engine:
        quick = replace(setting, engine=engine)
        for start in range(0, len(codes), AT_ONCE):
            id = key if new and not letters else None
            some = partial(
                _remind_some, codes=codes[start : start + AT_ONCE], request=request, on=on, id=id, dry_run=dry_run
            )
            if dry_run:
                with look(quick) as tx:
                    written, waiting = some(tx, ripe=ripe)
            else:
                written, waiting = done(quick, some, bulk=True)
            letters += written
            held += waiting
            interrupts.check()
    view = Reminded(on=on, reminders=_in_short(letters), held=tuple(held), sent=_in_short(before))
    return view, new


def _kept_of(letters: list[Letter]) -> Text | None:
    """What is said of the reminders of a day that was stopped; nothing where there are none."""
    if not letters:
        return None
    return say("{count} {count:reminder was|reminders were} recorded: run it again for the rest", count=len(letters))


def _remind_some(
    tx: Transaction,
    codes: list[str],
    request: Remind,
    on: date,
    id: str | None,
    dry_run: bool,
    ripe: Mapping[str, list[Due]] | None = None,
) -> tuple[list[Letter], list[HeldBack]]:
    """Reminds some customers, locked in the order of their codes: their letters, and those that are held.

    A dry run has what is `ripe` from one look; who is locked is looked at anew, for a payment may have come.
    """
    letters: list[Letter] = []
    held: list[HeldBack] = []
    for code in codes:
        head = tx.customer(code, lock=not dry_run)
        if head.held_reason is None:
            for found in _reminders(tx, head, on, _due(tx, on, head.id) if ripe is None else ripe[code]):
                if isinstance(found, HeldBack):
                    held.append(found)
                    continue
                book, letter = found
                letters.append(replace(letter, reminder=None) if dry_run else letter)
                if not dry_run:
                    row = parties.letter_row(tx.appender, head, _text(letter))
                    tx.record(head, book, request.KIND, letter.on, [row], id, request.content())
                    id = None
        else:
            held.append(HeldBack(head.code, head.held_reason, f"billing customer release {head.code}"))
    return letters, held


def _text(letter: Letter) -> str:
    return json.dumps(to_json(letter), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def preview(tx: Transaction, on: date) -> tuple[ReminderShown, ...]:
    """The reminders that would be due on a day; none where later ones were sent."""
    last = kept_reminders.last_on(tx.connection)
    if last is not None and on < last:
        return ()
    ripe = _ripe(tx, on)
    return _in_short(_remind_some(tx, sorted(ripe), Remind(on=on), on, None, True, ripe)[0])


def letters(tx: Transaction, question: AskLetters) -> Letters:
    """What stands on the letters of a day, as it was kept (M8)."""
    return Letters(tuple(_letters(tx, question.on)))


def _letters(tx: Transaction, on: date) -> list[Letter]:
    return [from_json(Letter, content) for content in kept_reminders.letters(tx.connection, on)]


def _check_order(tx: Transaction, on: date) -> None:
    """Refuses a day before the last reminder: what was sent since would count as not sent."""
    last = kept_reminders.last_on(tx.connection)
    if last is not None and on < last:
        raise Forbidden(
            "out-of-order",
            say("{on} is before the last reminder, sent on {last}", on=on, last=last),
            say("remind with --on {last} or later", last=str(last)),
        )


# What is due


def _ripe(tx: Transaction, on: date) -> dict[str, list[Due]]:
    """What is due of each customer."""
    found: dict[str, list[Due]] = defaultdict(list)
    for due in _due(tx, on):
        found[due.item.invoice.customer].append(due)
    return found


def _due(tx: Transaction, on: date, customer_id: int | None = None) -> Iterator[Due]:
    """The invoices of a customer, or of all, that are due for a step on a day."""
    if customer_id is None:
        known, paid = periods.known(tx, None)
    else:
        known = issued.documents(tx.connection, customer_id)
        paid = issued.receipts(tx.connection, customer_id)
    sent = kept_reminders.sent(tx.connection, customer_id)
    return reminding.due(known, paid, sent, [step.after for step in law.steps(on)], on)


# Reminding one customer


def _reminders(tx: Transaction, head: Head, on: date, ripe: Iterable[Due]) -> Iterator[tuple[Book, Letter] | HeldBack]:
    """The letters to a customer, one for each currency, with the facts that are recorded with it.

    Who has paid as much as is due, though not for these invoices, is not reminded: the money is to be used first. Nor
    is who owes less than the issuer's minimum.
    """
    party = parties.customer(tx.connection, head.id)
    by_currency: dict[str, list[Due]] = defaultdict(list)
    for due in ripe:
        by_currency[due.item.invoice.currency].append(due)
    money = sales.money_of(tx, head) if by_currency else {}
    for currency in sorted(by_currency):
        rows = sorted(by_currency[currency], key=lambda due: due.item.invoice.number)
        own = money.get(currency, ZERO)
        if reminding.is_covered(rows, own):
            reason = say("{currency} {own} of its own money covers what is due", currency=currency, own=own)
            yield HeldBack(head.code, reason, f"billing pay {rows[0].item.invoice.number} --own-money")
            continue
        least = issuer.reminder_minimum(tx.issuer)
        if not reminding.is_worth(rows, least):
            number, owed = rows[0].item.invoice.number, reminding.owed(rows)
            reason = say("{currency} {owed} due is less than the minimum of {least}", currency=currency, owed=owed,
                         least=least)  # fmt: skip
            yield HeldBack(head.code, reason, f"billing write-off {number} --reason REASON")
            continue
        book = Book(seq=head.seq + 1)
        for due in rows:
            book.record(reminding.reminder(book.seq, due, _terms(tx.issuer, party, due), on))
        yield book, _letter(tx, party, rows, [fact for fact in book.fresh if isinstance(fact, Reminder)], own)


def _terms(ours: parties.Party, party: parties.Party, due: Due) -> LateTerms:
    """What the law of the issuer's country adds to an invoice that is paid late (M11)."""
    country, business = ours["country"], not party["consumer"]
    due_on = due.item.invoice.due_on or due.item.invoice.issued_on
    late, fixed = law.interest(country, business, due_on), law.indemnity(country, business, due_on)
    indemnity = (fixed.amount, fixed.currency) if fixed else None
    return LateTerms(late.rates, late.starts, indemnity) if late else LateTerms(indemnity=indemnity)


# What stands on the letter


def _letter(
    tx: Transaction, party: parties.Party, rows: list[Due], facts: list[Reminder], own_money: Decimal
) -> Letter:
    """The letter whole, as it is kept: words of the day's law, amounts, addresses, how to pay."""
    on, currency, seq = facts[0].on, facts[0].currency, facts[0].seq
    language = party["language"] or tx.issuer["language"]
    step = law.steps(on)[max(fact.step for fact in facts) - 1]
    until = reminding.deadline(on, step.deadline)
    return Letter(
        reminder=f"{party['code']}-{seq}",
        customer=party["code"],
        position=seq,
        on=on,
        deadline=until,
        step=step.number,
        currency=currency,
        language=language,
        issuer=papers.sender(tx.issuer, language),
        recipient=papers.recipient(party),
        title=step.title[language],
        opening=step.opening[language].format(deadline=locale.long_day(until, language)),
        closing=step.closing[language],
        invoices=tuple(_late(due, fact) for due, fact in zip(rows, facts, strict=True)),
        total=sum((fact.open for fact in facts), ZERO),
        interest=sum((fact.interest for fact in facts), ZERO),
        indemnity=sum((fact.indemnity for fact in facts), ZERO),
        charges=step.charges[language],
        charged=_charged(tx.issuer["country"], party, rows, facts, language),
        payment=_payment(tx, facts),
        own_money=own_money,
    )


def _late(due: Due, fact: Reminder) -> LateInvoice:
    invoice = due.item.invoice
    return LateInvoice(
        number=invoice.number,
        issued_on=invoice.issued_on,
        due=invoice.due_on or invoice.issued_on,
        total=invoice.whole or invoice.total,
        open=fact.open,
        days_late=due.item.days_late,
        step=fact.step,
        interest=fact.interest,
        indemnity=fact.indemnity,
    )


def _charged(
    country: str, party: parties.Party, rows: list[Due], facts: list[Reminder], language: str
) -> tuple[LawCharge, ...]:
    """What the law adds, in the law's words: interest, then the indemnity; nothing where there is none."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for due, fact in zip(rows, facts, strict=True):
        business, due_on = not party["consumer"], due.item.invoice.due_on or due.item.invoice.issued_on
        late, fixed = law.interest(country, business, due_on), law.indemnity(country, business, due_on)
        if late is not None and fact.interest:
            rate = locale.percent(late.rates.on(fact.on), language, country)
            sums[late.words[language].format(rate=rate)] += fact.interest
        if fixed is not None and fact.indemnity:
            each = locale.money(fixed.amount, fixed.currency, language, country)
            sums[fixed.words[language].format(each=each)] += fact.indemnity
    return tuple(LawCharge(text, amount) for text, amount in sums.items())


def _payment(tx: Transaction, facts: list[Reminder]) -> PaidBy | None:
    """How the invoice was to be paid by scanning, where the letter is about one: by its own reference still."""
    if len(facts) != 1:
        return None
    kept = documents.find(tx.connection, facts[0].invoice)
    if kept is None:  # an invoice of another system: it has no slip of ours (G14)
        return None
    found = kept.document().payment
    return found if found and found.kind else None


def _in_short(letters: list[Letter]) -> tuple[ReminderShown, ...]:
    return tuple(
        ReminderShown(
            reminder=letter.reminder,
            customer=letter.customer,
            step=letter.step,
            currency=letter.currency,
            total=letter.total,
            interest=letter.interest,
            indemnity=letter.indemnity,
            own_money=letter.own_money,
            invoices=tuple(
                RemindedInvoice(number=row.number, due=row.due, open=row.open, days_late=row.days_late, step=row.step)
                for row in letter.invoices
            ),
        )
        for letter in letters
    )


QUESTIONS = {AskLetters: letters}
