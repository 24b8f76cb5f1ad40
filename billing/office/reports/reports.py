"""Reports for the accountant: VAT of a period, what is open by age, what is deferred; and the month at a glance."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from billing.core import receipts, revenue
from billing.core.facts import Reminder
from billing.core.receipts import Open
from billing.core.units import ZERO, day_before, month_later
from billing.office.balances import names
from billing.office.balances.answers import Answer
from billing.office.invoicing import papers, runs
from billing.office.parties import identifiers
from billing.office.transaction import Setting, Transaction, look
from billing.store import documents, issued, parties, reminders
from billing.store.documents import Content


def vat(setting: Setting, first: date, last: date) -> Answer:
    """The VAT of a period by category and rate, on invoices or on receipts as the issuer owes it (M2)."""
    with look(setting) as tx:
        basis = tx.issuer["vat_basis"] or "invoice"
        known = issued.documents(tx.connection)
        if basis == "payment":
            rows = receipts.vat_on_receipts(known, issued.receipts(tx.connection), day_before(first), last)
        else:
            rows = receipts.vat_on_invoices(known, first, last)
        return {
            "from": first.isoformat(),
            "to": last.isoformat(),
            "basis": basis,
            "rows": [
                {
                    "category": taxed.category,
                    "rate": papers.rate_text(taxed.rate),
                    "currency": currency,
                    "base": str(base),
                    "amount": str(amount),
                }
                for (currency, taxed), (base, amount) in sorted(rows.items())
            ],
        }


def receivables(setting: Setting, at: date, since: date = date.min) -> Answer:
    """What is open on a day, by age, on invoices issued since a day (M10)."""
    with look(setting) as tx:
        found = receipts.open_on(issued.documents(tx.connection), issued.receipts(tx.connection), at)
        found = [item for item in found if item.invoice.issued_on >= since]
        sent = reminders.sent(tx.connection)
    totals: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for item in found:
        totals[item.invoice.currency, receipts.age(item.days_late)] += item.open
    return {
        "at": at.isoformat(),
        "rows": [open_answer(item) | {"reminder": _reminded(sent.get(item.invoice.number, ()), at)} for item in found],
        "totals": [{"currency": c, "age": a, "open": str(amount)} for (c, a), amount in sorted(totals.items())],
    }


def deferred(setting: Setting, at: date, since: date | None = None) -> Answer:
    """What packs are sold for and not earned yet, on a day; since a day also what was recognised from then on (M9)."""
    with look(setting) as tx:
        own = str(tx.issuer["currency"])
        rows = [row for party in parties.customers(tx.connection) for row in _deferred(tx, party, at, since)]
    totals: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        totals[row["currency"]] += Decimal(row["deferred"])
    currency = next(iter(totals)) if len(totals) == 1 else own
    return {
        "at": at.isoformat(),
        "currency": currency,  # the issuer's, but where all is in another one
        "total": str(totals[currency]),
        "totals": [{"currency": name, "total": str(total)} for name, total in sorted(totals.items())],
        "grants": rows,
    }


def month(setting: Setting, first: date, on: date) -> Answer:
    """The month-end at a glance: what is ready, held, late, deferred and open, and which command comes next (M7)."""
    preview, held = runs.run(setting, first, on, dry_run=True)
    name = first.strftime("%Y-%m")
    with look(setting) as tx:
        already = list(documents.of_run(tx.connection, name))
    last = month_later(first, 1) - timedelta(days=1)
    late = [
        {"customer": content["customer"], "entry": row["entry"], "date": row["date"], "billed": row["billed"]}
        for content in preview
        for row in content["annex"]
        if row["billed"] > 0 and row["date"] < first.isoformat()
    ]
    if preview:
        following = f"billing invoice run {name} --on {on} --out {name}/"
    elif held:
        following = held[0]["command"]
    else:
        following = f"billing export beancount -o {name}.beancount"
    answer = {
        "month": name,
        "ready": [_ready(content) for content in preview],
        "vat": _vat_totals(preview),
        "held": held,
        "late": late,
        "issued": [_ready(content) for content in already],
        "deferred": deferred(setting, last, first),
        "receivables": receivables(setting, last),
        "next": following,
    }
    return identifiers.with_doubts(answer, identifiers.doubts_of(preview))


def open_answer(item: Open) -> Answer:
    invoice = item.invoice
    return {
        "invoice": invoice.number,
        "customer": invoice.customer,
        "date": invoice.issued_on.isoformat(),
        "due": invoice.due_on.isoformat() if invoice.due_on else None,
        "currency": invoice.currency,
        "total": str(invoice.total),
        "open": str(item.open),
        "days_late": item.days_late,
        "age": receipts.age(item.days_late),
    }


def _reminded(sent: Iterable[Reminder], at: date) -> Answer | None:
    """The last reminder of an invoice up to a day."""
    last = max((r for r in sent if r.on <= at), key=lambda r: r.step, default=None)
    return None if last is None else {"step": last.step, "on": last.on.isoformat()}


def _deferred(tx: Transaction, party: parties.Party, at: date, since: date | None) -> Iterable[Answer]:
    head = tx.customer(party["code"], lock=False)
    book = tx.book(head)
    before = {d.sale.seq: d.recognised for d in revenue.deferred_on(book, day_before(since))} if since else {}
    for row in revenue.deferred_on(book, at):
        grants = [grant for grant in book.grants.values() if grant.sale == row.sale.seq]
        period = {"recognised_in_period": str(row.recognised - before.get(row.sale.seq, ZERO))} if since else {}
        yield {
            "grant": names.grant_id(head, grants[-1].number) if grants else None,
            "customer": head.code,
            "product": row.sale.product,
            "invoice": row.sale.invoice,
            "currency": row.sale.currency,
            "price": str(row.sale.price),
            "minutes": row.minutes,
            "used": row.used,
            "expired": row.expired,
            "recognised": str(row.recognised),
            "deferred": str(row.deferred),
            **period,
        }


def _ready(content: Content) -> Answer:
    names = ("number", "kind", "customer", "date", "currency", "net", "total", "corrects")
    return {name: content[name] for name in names}


def _vat_totals(contents: Iterable[Content]) -> list[Answer]:
    rows: dict[tuple[str, str, str], tuple[Decimal, Decimal]] = {}
    for content in contents:
        for row in content["vat"]:
            key = (content["currency"], row["category"], row["rate"])
            was = rows.get(key, (ZERO, ZERO))
            rows[key] = (was[0] + Decimal(row["base"]), was[1] + Decimal(row["amount"]))
    return [
        {"currency": c, "category": category, "rate": rate, "base": str(base), "amount": str(amount)}
        for (c, category, rate), (base, amount) in sorted(rows.items())
    ]
