"""Which page is where, and what stands before each: who it is, whether its form is ours, what was refused."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal
from urllib.parse import quote

from fastapi import FastAPI, Request, Response

from billing.core import attaching
from billing.core.access import STAFF
from billing.errors import Forbidden, Refusal, Unknown
from billing.http import problems
from billing.http.keeper import WRONG_RATE
from billing.http.limits import BODY, MOST_BYTES, Rate, Scope, place
from billing.http.oidc.provider import Provider
from billing.http.oidc.settings import BACK, BEGIN
from billing.http.pages import books, colours, customer, desk, forms, frame, staff, visits
from billing.http.pages.frame import SAFE, Bytes, Elsewhere, Found, Handler, Page
from billing.http.pages.visits import Visit
from billing.http.pages.working import Works
from billing.http.problems import Problem
from billing.locales import languages
from billing.requests.links import EndSession, EnterByLink
from billing.requests.parties import AskHead, AskLogo
from billing.service import Billing
from billing.texts import Text, say
from billing.values import dataclass
from billing.views.links import Entered, SessionKnown
from billing.views.paper import Party

LOG = logging.getLogger("billing.http")
_KEPT = SAFE | {"Cache-Control": "public, max-age=31536000, immutable"}
_MEDIA = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "ttf": "font/ttf",
          "txt": "text/plain; charset=utf-8"}  # fmt: skip
Method = Literal["GET", "POST"]
CUSTOMER = ("customer",)


@dataclass(frozen=True, slots=True)
class Row:
    """A page: where it is, what makes it, for whom, and which page shows what was wrong with its form."""

    method: Method
    path: str
    handler: Handler
    roles: tuple[str, ...]
    section: str
    back: Handler | None = None
    uploads: bool = False

    def path_matches(self, path: str) -> bool:
        """Whether a path is this page's."""
        pattern = re.sub(r"{\w+(:\w+)?}", ".+", self.path)
        return self.method == "POST" and re.fullmatch(pattern, path) is not None


_CASE = "/c/case/{case:path}"
ROWS: tuple[Row, ...] = (
    Row("GET", "/c", customer.overview, CUSTOMER, "overview"),
    Row("GET", "/c/cases", customer.cases, CUSTOMER, "cases"),
    Row("GET", "/c/cases/new", customer.new, CUSTOMER, "cases"),
    Row("POST", "/c/cases", customer.open_case, CUSTOMER, "cases", customer.new, uploads=True),
    Row("POST", _CASE + "/answer", customer.answer, CUSTOMER, "cases", customer.case, uploads=True),
    Row("POST", _CASE + "/approve", customer.approve, CUSTOMER, "cases", customer.case),
    Row("POST", _CASE + "/callback", customer.call_back, CUSTOMER, "cases", customer.case),
    Row("GET", _CASE, customer.case, CUSTOMER, "cases"),
    Row("GET", "/c/paper/{case:path}", customer.paper, CUSTOMER, "cases"),
    Row("GET", "/c/documents", customer.documents, CUSTOMER, "documents"),
    Row("GET", "/c/document/{number}.pdf", customer.document, CUSTOMER, "documents"),
    Row("GET", "/c/statement.pdf", customer.statement, CUSTOMER, "documents"),
    Row("GET", "/c/quotes", customer.quotes, CUSTOMER, "quotes"),
    Row("GET", "/c/quote/{quote}.pdf", customer.quote_paper, CUSTOMER, "quotes"),
    Row("GET", "/c/quote/{quote}", customer.quote, CUSTOMER, "quotes"),
    Row("POST", "/c/quote/{quote}/accept", customer.accept, CUSTOMER, "quotes", customer.quote),
    Row("POST", "/c/quote/{quote}/refuse", customer.refuse, CUSTOMER, "quotes", customer.quote),
    Row("POST", "/c/maintenance/{maintenance}", customer.acknowledge, CUSTOMER, "overview", customer.overview),
)
_DESK, _LEADS = STAFF, STAFF[1:]
_HERE = "/desk/case/{case:path}"
ROWS += (
    Row("GET", "/desk", desk.queue, _DESK, "queue"),
    Row("GET", "/desk/rows", desk.rows, _DESK, "queue"),
    Row("GET", "/desk/find", desk.find, _DESK, "find"),
    Row("GET", "/desk/targets", desk.targets, _LEADS, "targets"),
    Row("GET", "/desk/time", desk.time, _LEADS, "time"),
    Row("GET", "/desk/credit", desk.credit, _LEADS, "credit"),
    Row("GET", "/desk/file/{file:int}/{case:path}", desk.file, _DESK, "queue"),
    Row("GET", "/desk/statement/{customer}.pdf", desk.statement, _DESK, "queue"),
    Row("GET", "/desk/customer/{customer}", desk.customer, _DESK, "queue"),
    Row("POST", "/desk/customer/{customer}/cases", desk.open_case, _DESK, "queue", desk.customer),
    Row("POST", _HERE + "/say", desk.say_something, _DESK, "queue", desk.case),
    Row("POST", _HERE + "/work", desk.work, _DESK, "queue", desk.case),
    Row("POST", _HERE + "/timer", desk.timer, _DESK, "queue", desk.case),
    Row("POST", _HERE + "/take", desk.take, _DESK, "queue", desk.case),
    Row("POST", _HERE + "/hand-over", desk.hand_over, _DESK, "queue", desk.case),
    Row("POST", _HERE + "/priority", desk.change, _DESK, "queue", desk.case),
    Row("POST", _HERE + "/call", desk.call, _DESK, "queue", desk.case),
    Row("POST", _HERE + "/attach", desk.attach, _DESK, "queue", desk.case, uploads=True),
    Row("GET", _HERE, desk.case, _DESK, "queue"),
)
_BOOKS = STAFF[2:]
ROWS += (
    Row("GET", "/books", books.month, _BOOKS, "month"),
    Row("POST", "/books/run", books.run, _BOOKS, "month", books.month),
    Row("POST", "/books/send", books.send, _BOOKS, "month", books.month),
    Row("POST", "/books/hold", books.hold, _BOOKS, "month", books.month),
    Row("POST", "/books/close", books.close, _BOOKS, "month", books.month),
    Row("GET", "/books/work/{work}", books.work, _BOOKS, "month"),
    Row("GET", "/books/work/{work}/part", books.part, _BOOKS, "month"),
    Row("GET", "/books/documents", books.documents, _BOOKS, "papers"),
    Row("GET", "/books/document/{number}", books.document, _BOOKS, "papers"),
    Row("GET", "/books/paper/{number}.pdf", books.paper, _BOOKS, "papers"),
    Row("GET", "/books/bank", books.bank, _BOOKS, "bank"),
    Row("POST", "/books/bank", books.take_in, _BOOKS, "bank", books.bank, uploads=True),
    Row("POST", "/books/settle/{item}", books.settle, _BOOKS, "bank", books.bank),
    Row("GET", "/books/report/{report}", books.report, _BOOKS, "reports"),
)
FIRST = {"customer": "/c"} | dict.fromkeys(STAFF, "/desk") | {"accountant": "/books"}  # where each role begins


class Site:
    """The pages on some books."""

    def __init__(self, books: Billing, provider: Provider | None = None) -> None:
        self._books = books
        self._wrong = Rate(WRONG_RATE)
        self._works = Works()
        self._log_in = None if provider is None else staff.LogIn(books, provider, self._wrong, self._said, _entered)

    def add(self, app: FastAPI) -> None:
        """Puts every page into the application."""
        self._route(app, "GET", "/c/enter", self._ask_in)
        self._route(app, "POST", "/c/enter", self._enter)
        self._route(app, "POST", "/leave", self._leave)
        if self._log_in is not None:
            self._route(app, "GET", BEGIN, self._log_in.begin)
            self._route(app, "GET", BACK, self._log_in.back)
        self._route(app, "GET", "/language", _speak)
        self._route(app, "GET", "/", self._first)
        self._route(app, "GET", "/static/accent.css", self._accent)
        self._route(app, "GET", "/static/logo", self._logo)
        self._route(app, "GET", "/static/{name}", _static)
        for row in ROWS:
            self._route(app, row.method, row.path, self._page(row))

    def most(self, scope: Scope) -> int:
        """How long a body may be: of who may send files there, a file more."""
        if not any(row.uploads and row.path_matches(scope["path"]) for row in ROWS):
            return MOST_BYTES
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            known = visits.known(self._books, headers, self._wrong, "")
        except (Problem, Refusal):
            return MOST_BYTES
        return MOST_BYTES if known is None else MOST_BYTES + attaching.MOST_BYTES

    def _route(self, app: FastAPI, method: Method, path: str, answer: Callable[[Request], Response]) -> None:
        def guarded(request: Request) -> Response:
            try:
                return answer(request)
            except Problem as problem:
                return self._said(request, problem.status, problem.detail, problem.remedy)
            except Refusal as refused:
                return self._said(request, _status(refused), refused.what, refused.remedy)
            except Exception as unexpected:
                problems.fault(f"{method} {path}", unexpected)
                return self._said(request, 500, problems.FAULT, None)

        app.add_api_route(path, guarded, methods=[method], response_model=None, name=f"{method} {path}")

    def _page(self, row: Row) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            session = self._session(request)
            if session is None:
                return _go(Elsewhere("/c/enter"))
            of, cookie = session
            if of.role not in row.roles:
                raise Unknown("not-found", say("that is not there, or not yours to see"))
            visit = self._visit(request, of, cookie)
            if row.method == "POST":
                return self._sent(request, row, visit)
            return self._answered(row.handler(visit), visit, row.section)

        return answer

    def _sent(self, request: Request, row: Row, visit: Visit) -> Response:
        """Does what a form asks; what is refused is shown on the form again, with all that was written."""
        fields, files = forms.read(request.headers.get("content-type", ""), request.scope[BODY])
        if not visits.from_here(request.headers) or not visits.marked(fields, visit.session):
            raise _not_ours()
        visit = replace(visit, form=fields, files=files if row.uploads else ())
        try:
            return self._answered(row.handler(visit), visit, row.section)
        except Refusal as refused:
            if row.back is None:
                raise
            visit = replace(visit, wrong=refused.what, remedy=refused.remedy)
            return self._answered(row.back(visit), visit, row.section, _status(refused))

    def _answered(self, found: Found, visit: Visit, section: str, status: int = 200) -> Response:
        match found:
            case Page():
                html = frame.rendered(found, visit, frame.head_of(visit), visit.language, section)
                return _html(html, status)
            case Elsewhere():
                return _go(found)
            case Bytes():
                return _file(found)

    def _session(self, request: Request) -> tuple[SessionKnown, str] | None:
        return visits.known(self._books, request.headers, self._wrong, place(request))

    def _visit(self, request: Request, of: SessionKnown, cookie: str) -> Visit:
        who = visits.principal(of)
        books = self._books.acting(who)
        return Visit(books, who, cookie, visits.language(request.headers, of.language), dict(request.path_params),
                     forms.queried(request.url.query), works=self._works)  # fmt: skip

    # Coming and going

    def _ask_in(self, request: Request) -> Response:
        return self._closed(request, None, 200)

    def _enter(self, request: Request) -> Response:
        fields, _ = forms.read(request.headers.get("content-type", ""), request.scope[BODY])
        if not visits.from_here(request.headers):
            raise _not_ours()
        token = fields.get("token", "").strip().rpartition("#")[2]
        try:
            entered = self._books.acting(None).do(EnterByLink(token=token)).view
        except Refusal as refused:
            self._wrong.take(place(request))
            return self._closed(request, refused.what, 403)
        return _entered(entered)

    def _closed(self, request: Request, wrong: Text | str | None, status: int) -> Response:
        log_in = None if self._log_in is None else (BEGIN, self._log_in.name)
        page = Page("enter.html", {"wrong": wrong, "log_in": log_in})
        language = visits.language(request.headers, None)
        return _html(frame.rendered(page, None, self._head(language), language), status)

    def _leave(self, request: Request) -> Response:
        session = self._session(request)
        fields, _ = forms.read(request.headers.get("content-type", ""), request.scope[BODY])
        if session is not None and visits.from_here(request.headers) and visits.marked(fields, session[1]):
            self._books.acting(None).do(EndSession(session=session[1]))
        return _go(Elsewhere("/c/enter", {visits.COOKIE: None}))

    def _first(self, request: Request) -> Response:
        session = self._session(request)
        return _go(Elsewhere("/c/enter" if session is None else FIRST[session[0].role]))

    # What is on every page

    def _head(self, language: str) -> Party:
        return self._books.acting(None).ask(AskHead(language=language))

    def _accent(self, _request: Request) -> Response:
        sheet = colours.sheet(self._head("en").head.accent)
        return Response(sheet, headers=SAFE | {"Cache-Control": "public, max-age=300"}, media_type="text/css")

    def _logo(self, _request: Request) -> Response:
        digest = self._head("en").head.logo
        if digest is None:
            return Response(status_code=404, headers=SAFE)
        data = self._books.acting(None).ask(AskLogo(digest=digest)).data
        media = "image/png" if data.startswith(b"\x89PNG") else "image/svg+xml"
        alone = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
                 "Cache-Control": "public, max-age=300"}  # fmt: skip
        return Response(data, headers=SAFE | alone, media_type=media)

    def _said(
        self, request: Request, status: int, detail: Text | str, remedy: Text | str | None, code: str | None = None
    ) -> Response:
        """What was refused, as a page; with its code where somebody else may have to be asked."""
        language = visits.language(request.headers, None)
        title = _TITLES.get(status, _TITLES[422])
        page = Page("wrong.html", {"title": title, "detail": detail, "remedy": remedy, "code": code})
        head = None if status == 503 else self._head(language)
        return _html(frame.rendered(page, None, head, language), status)


_TITLES: Mapping[int, Text] = {
    403: say("That is not for you"),
    404: say("That is not here"),
    409: say("That cannot be done"),
    422: say("Something is wrong"),
    429: say("Too often; wait a minute"),
    500: say("Our fault"),
    503: say("Not now; try again in a moment"),
}


def _not_ours() -> Forbidden:
    return Forbidden("not-allowed", say("this form does not come from a page of yours"), say("load the page again"))


def _status(refused: Refusal) -> int:
    return problems.of(refused).status


def _entered(entered: Entered) -> Response:
    """To where a role begins, with the session."""
    return _go(Elsewhere(FIRST[entered.role], {visits.COOKIE: entered.session}))


def _html(text: str, status: int) -> Response:
    return Response(text, status, headers=SAFE, media_type="text/html; charset=utf-8")


def _go(to: Elsewhere) -> Response:
    response = Response(status_code=303, headers=SAFE | {"Location": quote(to.place, safe="/#?=&.%-_~")})
    for name, value in to.cookies.items():
        if value is None:
            response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
        else:
            response.set_cookie(name, value, path="/", secure=True, httponly=True, samesite="lax", max_age=_MONTH)
    return response


_MONTH = 30 * 24 * 3600


def _file(of: Bytes) -> Response:
    how = "inline" if of.shown else "attachment"
    named = {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(of.name, safe='')}"} if of.name else {}
    return Response(of.data, headers=SAFE | named, media_type=of.media)


def _static(request: Request) -> Response:
    name = str(request.path_params["name"])
    try:
        data = frame.file_of(name)
    except KeyError:
        return Response(status_code=404, headers=SAFE)
    return Response(data, headers=_KEPT, media_type=_MEDIA[name.rpartition(".")[2]])


def _speak(request: Request) -> Response:
    """Remembers a language, and goes to the first page."""
    wanted = forms.queried(request.url.query).get("to", "")
    return _go(Elsewhere("/", {visits.TONGUE: wanted if wanted in languages() else None}))
