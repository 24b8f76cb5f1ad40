"""A customer's pages: what he has, what he asked, what he is to decide; what he sends becomes requests (A1)."""

import re
from datetime import date, timedelta
from functools import partial

from billing import requests
from billing.documents import locale
from billing.documents.case_text import charged, heading
from billing.documents.chart_svg import svg
from billing.errors import Already, BadInput
from billing.http import answers
from billing.http.pages.frame import Bytes, Elsewhere, Found, Page
from billing.http.pages.visits import Visit
from billing.locales import spoken, worded
from billing.requests import inputs, moments
from billing.texts import say
from billing.values import dataclass
from billing.views.balances import Balance
from billing.views.cases import CaseRow
from billing.views.documents import DocumentShown
from billing.views.quotes import QuoteShown
from billing.views.statements import Statement

_OPEN = ("open", "taken", "waiting")
_WIDE, _NARROW = 400, 210  # points; a telephone's chart is drawn for a telephone
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Month:
    """A month whose statement can be had."""

    first: date
    last: date
    name: str


def overview(visit: Visit) -> Found:
    """What he has, in a sentence and as a chart; what is open, to be decided, to be paid."""
    balance = visit.books.ask(requests.AskBalance(customer=_code(visit), language=visit.language, reply=True))
    quotes: list[QuoteShown] = []
    invoices: list[DocumentShown] = []
    if not visit.who.own_cases:
        offered = visit.books.ask(requests.ListQuotes(customer=_code(visit))).quotes
        quotes = [quote for quote in offered if quote.state == "sent"]
        issued = visit.books.ask(requests.AskDocuments(customer=_code(visit))).invoices
        invoices = [one for one in issued if one.status == "open" and one.kind == "invoice"]
    planned = visit.books.ask(requests.ListMaintenance(at=visit.books.setting.now())).maintenance
    return Page("customer/overview.html", {
        "balance": balance, "chart": _chart(visit, balance), "maintenance": planned, "quotes": quotes,
        "invoices": invoices, "cases": [case for case in _cases(visit) if case.state in _OPEN],
    })  # fmt: skip


def _chart(visit: Visit, balance: Balance) -> str:
    """The burn-down chart since the first of what he has began; nothing where nothing ever moved."""
    if visit.who.own_cases:
        return ""
    today = balance.at
    begun = min((grant.starts for grant in balance.grants), default=today - _YEAR)
    first = max(min(begun, today - timedelta(days=27)), today - _YEAR)
    statement = visit.books.ask(
        requests.AskStatement(customer=balance.customer, first=first, last=today, language=visit.language)
    )
    if not statement.movements and statement.opening == 0:
        return ""
    told = say("From {first} to {last}: {opening} at first, {closing} now",
               first=_day(first, visit, statement), last=_day(today, visit, statement),
               opening=locale.duration(statement.opening, visit.language),
               closing=locale.duration(statement.closing, visit.language))  # fmt: skip
    title = worded(told, visit.language)
    return svg(statement, _WIDE, visit.language, title, "wide") + svg(
        statement, _NARROW, visit.language, title, "narrow"
    )


def _day(on: date, visit: Visit, statement: Statement) -> str:
    return locale.day(on, visit.language, statement.issuer.country)


def cases(visit: Visit) -> Found:
    """All that he asked."""
    found = _cases(visit)[::-1]
    return Page("customer/cases.html", {
        "open": [case for case in found if case.state in _OPEN],
        "done": [case for case in found if case.state not in _OPEN],
    })  # fmt: skip


def _cases(visit: Visit) -> tuple[CaseRow, ...]:
    return visit.books.ask(requests.ListCases(customer=_code(visit))).cases


def new(visit: Visit) -> Found:
    """A form for a request."""
    return Page("customer/new.html", {"reference": visit.given("case") or _next(visit)})


def _next(visit: Visit) -> str:
    """The reference of his next case: his code and a number that no case of his has."""
    numbers = [re.fullmatch(rf"{re.escape(_code(visit))}-(\d{{1,9}})", case.case, re.I) for case in _cases(visit)]
    return f"{_code(visit)}-{max((int(found[1]) for found in numbers if found), default=0) + 1}"


def open_case(visit: Visit) -> Found:
    """Opens a case, with a file where he sends one; the same form twice is one case (L5)."""
    subject = visit.given("subject")
    if subject is None:
        raise BadInput("bad-input", say("say in a line what it is about"))
    reference = visit.given("case") or _next(visit)
    files = [requests.AttachToCase(case=reference, name=name, data=data) for name, data in visit.files]
    request = partial(
        requests.OpenCase, customer=_code(visit), subject=subject, note=visit.given("note"),
        contact=visit.given("contact"),
    )  # fmt: skip
    try:
        visit.books.do(request(case=reference))
    except Already:  # somebody of the same customer had that number first
        reference = _next(visit)
        visit.books.do(request(case=reference))
    for file in files:
        visit.books.do(requests.AttachToCase(case=reference, name=file.name, data=file.data))
        visit.books.do(requests.ReceiveFiles(case=reference, note=file.name))
    return Elsewhere(f"/c/case/{reference}")


def case(visit: Visit) -> Found:
    """A case with what was asked, answered and done, its targets, and a form for an answer."""
    name = visit.names["case"]
    shown = visit.books.ask(requests.AskCase(case=name))
    paper = visit.books.ask(requests.AskCasePaper(case=name, language=visit.language))
    language = spoken(visit.language)
    return Page("customer/case.html", {
        "overrun": visit.books.ask(requests.AskOverage(case=name)),
        "case": shown, "paper": paper, "targets": [target for target in shown.targets if target.due is not None],
        "today": paper.day, "heading": partial(heading, language=language),
        "charged": partial(charged, language=language, country=paper.issuer.country),
    })  # fmt: skip


def answer(visit: Visit) -> Found:
    """What he says about a case, and a file that he sends."""
    name, note = visit.names["case"], visit.given("note")
    files = [requests.AttachToCase(case=name, name=file, data=data) for file, data in visit.files]
    if note is None and not files:
        raise BadInput("bad-input", say("write something, or choose a file"))
    for number, file in enumerate(files):
        visit.books.do(file, _part(visit, f"file{number}"))
    if files:
        told = note or ", ".join(file.name for file in files)
        visit.books.do(requests.ReceiveFiles(case=name, note=told), _part(visit, "files"))
    else:
        visit.books.do(requests.Answer(case=name, note=note), visit.key)
    return Elsewhere(f"/c/case/{name}#history")


def approve(visit: Visit) -> Found:
    """He approves minutes over what is prepaid, before they are worked (R5)."""
    name, by = visit.names["case"], visit.who.contact or visit.given("by")
    if by is None:
        raise BadInput("bad-input", say("say who approves it"))
    minutes = inputs.duration(visit.given("minutes") or "") // 60
    visit.books.do(requests.ApproveOverage(case=name, minutes=minutes, by=by), visit.key)
    return Elsewhere(f"/c/case/{name}#more")


def call_back(visit: Visit) -> Found:
    """When he can be called back."""
    name, day = visit.names["case"], visit.given("day") or ""
    first, last = (moments.when(f"{day}T{visit.given(end) or ''}") for end in ("first", "last"))
    visit.books.do(requests.CallBack(case=name, window=(first, last)), visit.key)
    return Elsewhere(f"/c/case/{name}#calls")


def documents(visit: Visit) -> Found:
    """His invoices, and statements of any period."""
    issued = visit.books.ask(requests.AskDocuments(customer=_code(visit))).invoices
    today = visit.books.setting.today
    months = [_month(today, back, visit.language) for back in range(12)]
    return Page("customer/documents.html", {
        "invoices": issued[::-1], "first": today.replace(month=1, day=1), "last": today, "months": months,
    })  # fmt: skip


def _month(today: date, back: int, language: str) -> Month:
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return Month(first, min(following - timedelta(days=1), today), locale.month(f"{first:%Y-%m}", language))


def document(visit: Visit) -> Found:
    """An invoice or a credit note as the file that was issued (L10)."""
    number = visit.names["number"]
    shown = visit.books.ask(requests.AskDocument(number=number))
    return _pdf(answers.filed(shown, answers.PDF, visit.books).data, shown.number)


def statement(visit: Visit) -> Found:
    """A statement of a period."""
    first, last = (inputs.day(visit.query.get(end, "")) for end in ("first", "last"))
    asked = requests.AskStatement(customer=_code(visit), first=first, last=last, language=visit.language)
    made = answers.filed(visit.books.ask(asked), answers.PDF, visit.books)
    return _pdf(made.data, f"{_code(visit)}-{first}-{last}")


def paper(visit: Visit) -> Found:
    """A case on paper."""
    asked = requests.AskCasePaper(case=visit.names["case"], language=visit.language)
    found = visit.books.ask(asked)
    return _pdf(answers.filed(found, answers.PDF, visit.books).data, found.case)


def quotes(visit: Visit) -> Found:
    """What he was offered."""
    return Page("customer/quotes.html", {
        "quotes": visit.books.ask(requests.ListQuotes(customer=_code(visit))).quotes[::-1]
    })  # fmt: skip


def quote(visit: Visit) -> Found:
    """A quote, and a form for his decision."""
    return Page("customer/quote.html", {"quote": visit.books.ask(requests.AskQuote(quote=visit.names["quote"]))})


def quote_paper(visit: Visit) -> Found:
    """A quote as its paper."""
    shown = visit.books.ask(requests.AskQuote(quote=visit.names["quote"]))
    return _pdf(answers.filed(shown, answers.PDF, visit.books).data, shown.quote)


def accept(visit: Visit) -> Found:
    """He accepts a quote, by name (S8)."""
    by = visit.given("by")
    if by is None and visit.who.contact is None:
        raise BadInput("bad-input", say("say who accepts it"))
    name = visit.names["quote"]
    visit.books.do(requests.AcceptQuote(quote=name, by=by), visit.key)
    return Elsewhere(f"/c/quote/{name}")


def refuse(visit: Visit) -> Found:
    """He refuses a quote, and says why."""
    name, reason = visit.names["quote"], visit.given("reason")
    if reason is None:
        raise BadInput("bad-input", say("say why"))
    visit.books.do(requests.RefuseQuote(quote=name, reason=reason), visit.key)
    return Elsewhere(f"/c/quote/{name}")


def acknowledge(visit: Visit) -> Found:
    """He has taken note of planned maintenance (S9)."""
    by = visit.who.contact or visit.given(visit.given("name") or "")
    if by is None:
        raise BadInput("bad-input", say("say who has taken note of it"))
    asked = requests.Acknowledge(customer=_code(visit), maintenance=visit.names["maintenance"], by=by)
    visit.books.do(asked, visit.key)
    return Elsewhere("/c")


def _part(visit: Visit, part: str) -> str | None:
    """The id of one of several things that a form asks for."""
    return None if visit.key is None else f"{visit.key}-{part}"


def _code(visit: Visit) -> str:
    assert visit.who.customer is not None, visit.who
    return visit.who.customer


def _pdf(data: bytes, name: str) -> Bytes:
    return Bytes(data, answers.PDF, f"{name}.pdf")
