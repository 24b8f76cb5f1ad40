"""A case on paper for the customer, in his language: without what is the desk's alone (S14, B1)."""

from zoneinfo import ZoneInfo

from billing.core import case_history, cases
from billing.core.book import Book
from billing.core.facts import CaseEvent, Charge, Entry
from billing.core.tariff import Category
from billing.office.balances import balances, names
from billing.office.cases.case_rules import rules_of
from billing.office.parties import on_paper
from billing.office.transaction import Transaction
from billing.requests.cases import AskCasePaper
from billing.store import cases as store
from billing.store import parties, parts
from billing.store.heads import Head
from billing.views.case_papers import CaseLine, CasePaper, CaseWork
from billing.views.paper import Party


def asked(tx: Transaction, question: AskCasePaper) -> CasePaper:
    """A case for the customer: subject, what was asked, answered and done, the time on it, and what is left today."""
    head, reference = tx.case(question.case, lock=False)
    party = parties.customer(tx.connection, head.id)
    language = question.language or party["language"] or tx.issuer["language"]
    book = tx.agreed(head)
    events = store.events_of(tx.connection, head.id, reference)
    case = cases.case_of(reference, events)
    rules = rules_of(tx, head, book, case.opened.at if case.opened else tx.setting.now())
    left = balances.told_to(tx, head, tx.today, language, reply=True)
    contact = None if case.contact is None else tx.contacts_of(head).get(case.contact)
    return CasePaper(
        case=reference,
        customer=head.code,
        customer_name=head.name,
        language=language,
        day=tx.today,
        issuer=Party(
            **on_paper.party(tx.issuer),
            iban=tx.issuer["iban"],
            tax_number=tx.issuer["tax_number"] or None,
            head=on_paper.head(tx.issuer, language),
        ),
        recipient=Party(**on_paper.party(party), code=head.code, attention=contact or party["attention"] or None),
        subject=store.subjects(tx.connection, {reference}).get((head.id, reference)),
        label=_label(rules.term.tariff.categories if rules.term else {}, case.category, language),
        contact=contact,
        opened=case.opened.at.astimezone(rules.zone) if case.opened else None,
        closed=case.closed.at.astimezone(rules.zone) if case.closed else None,
        history=_history(tx, head, reference, events, rules.zone),
        work=_work(tx, head, book, reference, language),
        text=left.text or "",
        markdown=left.markdown or "",
        position=head.position,
    )


def _history(tx: Transaction, head: Head, case: str, events: list[CaseEvent], zone: ZoneInfo) -> tuple[CaseLine, ...]:
    notes = store.notes_of(tx.connection, head.id, case)
    return tuple(
        CaseLine(
            at=event.at.astimezone(zone),
            kind=kind,
            by="customer" if event.sender == "customer" or kind == "open" else "desk",
            text=(notes.get(event.seq) or "").strip() or None if with_note else None,
        )
        for event, kind, with_note in case_history.told(events)
    )


def _work(tx: Transaction, head: Head, book: Book, case: str, language: str) -> tuple[CaseWork, ...]:
    """The live entries of a case by the day of the work, as they stand."""
    found = [(entry, charge) for entry, charge in store.worked(tx.connection, head.id, case) if charge.free != "void"]
    on_quotes = [entry.seq for entry, charge in found if charge.free == "quote"]
    parts.read_quoted(tx.connection, head, book, on_quotes)
    notes = parties.notes(tx.connection, head.id, [entry.seq for entry, _ in found])
    found.sort(key=lambda one: (one[0].worked_on, one[0].seq))
    return tuple(_worked(book, entry, charge, notes.get(entry.seq), language) for entry, charge in found)


def _worked(book: Book, entry: Entry, charge: Charge, note: str | None, language: str) -> CaseWork:
    quote = book.quote_of(entry.seq) if charge.free == "quote" else None
    categories = book.contract_tariff(entry.contract, entry.worked_on).categories
    return CaseWork(
        on=entry.worked_on,
        entry=entry.id,
        label=_label(categories, entry.category, language) or entry.category,
        agent=entry.agent,
        raw_seconds=entry.logged_seconds,
        charged=charge.minutes,
        free=charge.free,
        quote=None if quote is None else quote.number,
        note=note,
    )


def _label(categories: dict[str, Category], name: str | None, language: str) -> str | None:
    if name is None or name not in categories:
        return name
    return names.label(categories[name].titles, name, language)
