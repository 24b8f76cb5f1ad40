"""The accountant's pages: the month from its preview to its closing, the bank, documents, reports (M7, M14, M20)."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from billing import requests
from billing.errors import BadInput, Unknown
from billing.exchange import tables, wording
from billing.http import answers
from billing.http.pages.frame import Bytes, Elsewhere, Found, Page
from billing.http.pages.visits import Visit
from billing.http.pages.working import Running
from billing.locales.words import word
from billing.locales.words_inside import AGES, KINDS
from billing.requests import inputs
from billing.requests.base import Question
from billing.service import Progress
from billing.texts import Text, say
from billing.views.income import Income
from billing.views.journal import Journal
from billing.views.reports import Receivables


def month(visit: Visit) -> Found:
    """The month on one page: what is ready, held, issued, open, to be sent; and what comes next (M7)."""
    of = _month(visit)
    view = visit.books.ask(requests.AskMonthEnd(month=of))
    return Page("books/month.html", {
        "end": view, "month": f"{of:%Y-%m}", "before": f"{of - timedelta(days=1):%Y-%m}",
        "after": f"{_next(of):%Y-%m}", "today": visit.books.setting.today,
    })  # fmt: skip


def _month(visit: Visit) -> date:
    """The month that is asked for; by default the one that has ended last."""
    given = visit.given("month") or visit.asked("month")
    ended = visit.books.setting.today.replace(day=1) - timedelta(days=1)
    return inputs.month(given) if given else ended.replace(day=1)


def _next(of: date) -> date:
    return (of + timedelta(days=31)).replace(day=1)


def run(visit: Visit) -> Found:
    """Issues the month's documents, beside the pages (M7)."""
    of, books = _month(visit), visit.books
    asked = requests.RunMonth(month=of, on=inputs.day(visit.form["on"]) if visit.given("on") else None,
                              yes=visit.given("yes") is not None)  # fmt: skip

    def work(progress: Progress) -> object:
        return books.do(asked, progress=progress).view

    return Elsewhere(f"/books/work/{visit.works.start('run', f'{of:%Y-%m}', work)}")


def send(visit: Visit) -> Found:
    """Sends the documents of a month, or one of them, by mail (M20)."""
    from billing.mail import sending, settings
    from billing.mail.post import Post
    from billing.requests.sending import AskOutbox

    number, books = visit.given("number"), visit.books
    of = _month(visit)
    outbox = AskOutbox(numbers=(number,)) if number else AskOutbox(months=(of,))
    found = settings.read(os.environ)  # where no server is named, that is said on the form

    def work(progress: Progress) -> object:
        with Post(found) as post:
            return sending.run(books, sending.Wanted(outbox), sending.ByPost(post), progress)

    return Elsewhere(f"/books/work/{visit.works.start('send', number or f'{of:%Y-%m}', work)}")


def work(visit: Visit) -> Found:
    """How far something is that runs, and what it came to."""
    return Page("books/work.html", {"work": _running(visit), "name": visit.names["work"]})


def part(visit: Visit) -> Found:
    """The same, alone: what a page that waits fetches."""
    return Page("books/work-part.html", {"work": _running(visit), "name": visit.names["work"]})


def _running(visit: Visit) -> Running:
    found = visit.works.find(visit.names["work"])
    if found is None:
        raise Unknown("not-found", say("nothing of that name runs here"), say("the month says how far it is"))
    return found


def hold(visit: Visit) -> Found:
    """Holds a customer's documents back, or lets them go (M7)."""
    customer, reason = visit.given("customer"), visit.given("reason")
    if customer is None:
        raise BadInput("bad-input", say("whose?"))
    if visit.given("do") == "release":
        visit.books.do(requests.Release(customer=customer), visit.key)
    elif reason is None:
        raise BadInput("bad-input", say("say why"))
    else:
        visit.books.do(requests.Hold(customer=customer, reason=reason), visit.key)
    return Elsewhere(f"/books?month={_month(visit):%Y-%m}")


def close(visit: Visit) -> Found:
    """Fixes the books of a month, or opens them again with a reason (M16)."""
    of, reason = _month(visit), visit.given("reason")
    if visit.given("do") == "reopen":
        if reason is None:
            raise BadInput("bad-input", say("say why"))
        visit.books.do(requests.ReopenMonth(month=of, reason=reason), visit.key)
    else:
        visit.books.do(requests.CloseMonth(month=of), visit.key)
    return Elsewhere(f"/books?month={of:%Y-%m}")


# Documents


def documents(visit: Visit) -> Found:
    """The documents of a month."""
    of = _month(visit)
    found = visit.books.ask(requests.AskDocuments(month=of)).invoices
    return Page("books/documents.html", {"invoices": found, "month": f"{of:%Y-%m}"})


def document(visit: Visit) -> Found:
    """A document and how it stands, with its paper on the page."""
    shown = visit.books.ask(requests.AskDocument(number=visit.names["number"]))
    sent = visit.books.ask(requests.AskSendings(numbers=(shown.number,))).papers
    return Page("books/document.html", {"document": shown, "sent": sent, "month": f"{shown.on:%Y-%m}"})


def paper(visit: Visit) -> Found:
    """A document's PDF, as it was issued (L10)."""
    shown = visit.books.ask(requests.AskDocument(number=visit.names["number"]))
    return Bytes(answers.filed(shown, answers.PDF, visit.books).data, answers.PDF, f"{shown.number}.pdf")


# The bank


def bank(visit: Visit) -> Found:
    """What of the bank waits for somebody to say what it is, and a place to drop a file into."""
    items = visit.books.ask(requests.AskOpenItems()).open
    return Page("books/bank.html", {"items": items, "imported": None})


def take_in(visit: Visit) -> Found:
    """Books a file of the bank; each movement once, in however many files it comes (M14)."""
    if not visit.files:
        raise BadInput("bad-input", say("choose a file"))
    name, data = visit.files[0]
    imported = visit.books.do(requests.ImportBankFile(file=name, data=data)).view
    items = visit.books.ask(requests.AskOpenItems()).open
    return Page("books/bank.html", {"items": items, "imported": imported})


def settle(visit: Visit) -> Found:
    """Says what an open movement is: an invoice's number, a customer's code (M14)."""
    on, amount = visit.given("on"), visit.given("amount")
    if on is None:
        raise BadInput("bad-input", say("say what it is: an invoice or a customer"))
    asked = requests.SettleItem(item=visit.names["item"], on=on,
                                amount=inputs.money(amount, "amount") if amount else None)  # fmt: skip
    visit.books.do(asked, visit.key)
    return Elsewhere("/books/bank")


# Reports


def report(visit: Visit) -> Found:
    """A report of a period as a table, with its plot where it has one, and as a file."""
    kind = visit.names["report"]
    if kind not in _REPORTS:
        raise Unknown("not-found", say("there is no such report"))
    today = visit.books.setting.today
    given = [visit.asked(end) for end in ("first", "last")]
    first = inputs.day(given[0]) if given[0] else today.replace(month=1, day=1)
    last = inputs.day(given[1]) if given[1] else today
    view = visit.books.ask(_REPORTS[kind](first, last))
    columns, rows = tables.sheet_of(_in_words(view, visit.language))
    if visit.asked("as") == "csv":
        return Bytes(tables.csv_of(view).encode(), answers.CSV, f"{kind}-{first}-{last}.csv", shown=False)
    return Page("books/report.html", {
        "kind": kind, "columns": columns, "rows": list(rows), "first": first, "last": last, "plot": _plot(view),
        "kinds": tuple(_REPORTS),
    })  # fmt: skip


def _in_words(view: object, language: str) -> object:
    """A journal with what each entry is called in a language; any other report as it is."""
    if not isinstance(view, Journal):
        return view
    said, spoken = wording.said, wording.known(language)
    return replace(view, entries=tuple(
        replace(entry, text=said(entry.what, entry.about, entry.own_date, spoken)) for entry in view.entries
    ))  # fmt: skip


def _plot(view: object) -> list[tuple[tuple[Text | str, ...], object, str, int]]:
    """What a report is drawn by: a name in parts, an amount, its currency, its share of the longest in per cent."""
    found: list[tuple[tuple[Text | str, ...], Any, str]]
    if isinstance(view, Receivables):
        found = [((word(AGES, total.age),), total.open, total.currency) for total in view.totals]
    elif isinstance(view, Income):
        found = [((word(KINDS, row.kind), row.name or ""), row.amount, row.currency) for row in view.rows]
    else:
        return []
    most = max((abs(amount) for _, amount, _ in found), default=0)
    return [(name, amount, currency, int(abs(amount) * 100 / most) if most else 0) for name, amount, currency in found]


_REPORTS: dict[str, Callable[[date, date], Question[object]]] = {
    "vat": lambda first, last: requests.AskVat(first=first, last=last),
    "receivables": lambda _first, last: requests.AskReceivables(at=last),
    "revenue": lambda first, last: requests.AskIncome(first=first, last=last),
    "deferred": lambda first, last: requests.AskDeferred(at=last, since=first),
    "journal": lambda first, last: requests.AskJournal(first=first, last=last),
}
