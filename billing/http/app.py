"""The application: FastAPI with a route for each row of the table, and what stands before and around them all."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import anyio.to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from billing import waiting
from billing.errors import Refusal
from billing.http import answers, door, openapi, problems, uploads
from billing.http.answers import Answer
from billing.http.desks import Desks
from billing.http.keeper import USUAL_RATE, Keeper
from billing.http.lately import Lately
from billing.http.limits import BODY, App, Bounded, Message, Receive, Scope, Send, place
from billing.http.oidc.provider import Provider
from billing.http.pages.site import Site
from billing.http.problems import Problem
from billing.http.routes import ROUTES, Route
from billing.outgoing.courier import Courier
from billing.remote import wire
from billing.requests import codec
from billing.service import Billing

LOG = logging.getLogger("billing.http")
SAFE = {  # of everything that is answered
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_PAGES = ("limit", "cursor")


def made(books: Billing, rate: int = USUAL_RATE, provider: Provider | None = None) -> FastAPI:
    """The application on some books; each key may ask so often a minute. The staff may log in at a `provider`."""
    keeper, courier = Keeper(books, rate), Courier(books)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = books.at_once
        keeper.start()
        courier.start()
        yield
        await anyio.to_thread.run_sync(courier.stop)
        await anyio.to_thread.run_sync(keeper.stop)

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=life)
    app.state.keeper = keeper
    for route in ROUTES:
        app.add_api_route(route.path, _endpoint(route, books, keeper), methods=[route.method], response_model=None,
                          name=f"{route.method} {route.told}")  # fmt: skip
    answer_door = _door(books, keeper)
    for path in ("", "/{name}"):
        app.add_api_route(wire.PATH + path, answer_door, methods=["POST" if path else "GET"],
                          response_model=None)  # fmt: skip
    Desks(books).add(app)
    site = Site(books, provider)
    site.add(app)
    app.add_api_route("/v1/openapi.json", _described, methods=["GET"], response_model=None)
    app.add_exception_handler(HTTPException, _not_here)
    app.add_exception_handler(RequestValidationError, _unread)
    app.add_middleware(Behind)
    app.add_middleware(Methods)
    app.add_middleware(Bounded, most=lambda scope: max(site.most(scope), uploads.most(keeper, scope)))
    return app


def _door(books: Billing, keeper: Keeper) -> Callable[[Request], Response]:
    """What answers the command line elsewhere."""
    lately: Lately[dict[str, Any]] = Lately()

    def answer(request: Request) -> Response:
        found = door.answered(request.path_params.get("name", ""), books, keeper, lately, request)
        found.headers.update(SAFE)
        return found

    return answer


def _described() -> Response:
    import json

    return _response(Answer(json.dumps(openapi.document()).encode()))


def _endpoint(route: Route, books: Billing, keeper: Keeper) -> Callable[[Request], Response]:
    """What answers a route: in a thread of its own, so that a lock that is waited for stops nobody else."""

    def answer(request: Request) -> Response:
        try:
            found = _answered(route, books, keeper, request)
            if route.asks and answers.tag(found) in _tags(request.headers.get("if-none-match", "")):
                return Response(status_code=304, headers=SAFE | {"ETag": answers.tag(found)})
            return _response(found, {"ETag": answers.tag(found)} if route.asks else {})
        except Problem as problem:
            return _refused(problem)
        except Refusal as refused:
            return _refused(problems.of(refused))
        except Exception as unexpected:
            return _refused(problems.fault(f"{route.method} {route.told}", unexpected))

    return answer


def _answered(route: Route, books: Billing, keeper: Keeper, request: Request) -> Answer:
    """Who asks, in which kind, what: then the door, and its view in that kind."""
    mine = books.acting(keeper.known(request.headers, place(request)))
    mine.check(route.of)
    kind = answers.wanted(request.headers.get("accept", ""), answers.offers(route.paper))
    try:
        query = parse_qs(request.url.query, keep_blank_values=True, strict_parsing=bool(request.url.query),
                         errors="strict", max_num_fields=100)  # fmt: skip
    except ValueError:
        raise Problem(400, "bad-input", "the query cannot be read", "write it as name=value&…") from None
    hints = {field.name: field.hint for field in codec.fields_of(route.of)}
    given = {name: codec.queried(hints[name], [value], name) for name, value in request.path_params.items()}
    if route.changes:
        dry_run = _flag(query.pop("dry_run", ["0"]))
        given = _said(route, query, request) | given
        outcome = mine.do(codec.request_of(route.of, given), _id(request), dry_run=dry_run)
        return answers.written(outcome.view, {} if outcome.new else {"unchanged": True})
    limit, cursor = _page(route, query)
    given |= _queried(route, query) | answers.part(route, limit, cursor)
    view = mine.ask(codec.request_of(route.of, given))
    if kind != answers.JSON:
        return answers.filed(view, kind, mine)
    view, following = answers.page(view, route, limit, cursor)
    found = answers.written(view, {})
    if following is not None:
        again = {name: values[0] for name, values in query.items()} | {"limit": limit, "cursor": following}
        found.headers["Link"] = f'<{request.url.path}?{urlencode(again)}>; rel="next"'
    return found


def _said(route: Route, query: dict[str, list[str]], request: Request) -> dict[str, object]:
    """What a request holds: a body of JSON; or a file that is the body, and in the query what else is said."""
    file = uploads.file_of(route.of)
    if file is None or _kind(request) == answers.JSON:
        _no_more(query)
        return _body(request)
    return _queried(route, query) | {file: request.scope[BODY]}


def _queried(route: Route, query: dict[str, list[str]]) -> dict[str, object]:
    """What a query says of a route's fields that do not stand in its path."""
    known = {field.name: field for field in codec.fields_of(route.of) if field.name not in (*route.names, *route.pages)}
    _no_more({name: values for name, values in query.items() if name not in known})
    return {name: codec.queried(known[name].hint, values, name) for name, values in query.items()}


def _kind(request: Request) -> str:
    return request.headers.get("content-type", answers.JSON).partition(";")[0].strip().lower()


def _body(request: Request) -> dict[str, object]:
    data: bytes = request.scope[BODY]
    if not data.strip():
        return {}
    kind = _kind(request)
    if kind != answers.JSON:
        raise Problem(400, "bad-input", f"a body of {kind[:100]}", f"send {answers.JSON}")
    try:
        return codec.object_of(data)
    except Refusal as refused:
        raise Problem(400, refused.code, str(refused)) from None


def _id(request: Request) -> str | None:
    """The request's id (L5), within the bounds of every name."""
    given = request.headers.get("idempotency-key")
    if given is not None and not (0 < len(given.strip()) <= 150 and given.isprintable()):
        raise Problem(400, "bad-input", "Idempotency-Key: give text of 1 to 150 characters")
    return None if given is None else given.strip()


def _flag(values: list[str]) -> bool:
    known = {"1": True, "true": True, "0": False, "false": False}
    if len(values) != 1 or values[0] not in known:
        raise Problem(422, "bad-input", "dry_run: give 1 or 0")
    return known[values[0]]


def _page(route: Route, query: dict[str, list[str]]) -> tuple[int | None, str | None]:
    if not route.rows:
        return None, None
    limit, cursor = (query.pop(name, [""]) for name in _PAGES)
    if limit == [""] and cursor == [""]:
        return None, None
    most = answers.MOST_ROWS
    if limit != [""] and not (len(limit) == 1 and limit[0].isdecimal() and limit[0].isascii()
                              and len(limit[0]) < 6 and 1 <= int(limit[0]) <= most):  # fmt: skip
        raise Problem(422, "bad-input", f"limit: give a whole number from 1 to {most}")
    if len(cursor) != 1:
        raise Problem(422, "bad-input", "cursor: give one")
    return int(limit[0] or most), cursor[0] or None


def _no_more(query: dict[str, list[str]]) -> None:
    """Refuses what a query has beside what is known."""
    for name in query:
        raise Problem(422, "bad-input", f"there is no {name[:60]!r} here")


def _tags(given: str) -> set[str]:
    return {one.strip().removeprefix("W/") for one in given.split(",")}


def _response(answer: Answer, more: dict[str, str] | None = None) -> Response:
    return Response(answer.data, headers=SAFE | {"Vary": "Accept"} | answer.headers | (more or {}),
                    media_type=answer.media)  # fmt: skip


def _refused(problem: Problem) -> Response:
    return Response(problem.body(), problem.status, headers=SAFE | problem.headers, media_type=problems.MEDIA)


async def _not_here(request: Request, wrong: Exception) -> Response:
    """FastAPI's own 404 and 405, in our words."""
    assert isinstance(wrong, HTTPException)
    if wrong.status_code == 405:
        return _refused(Problem(405, "not-found", f"{request.method} is not done here",
                                headers={"Allow": ", ".join(allowed(request.scope))}))  # fmt: skip
    return _refused(Problem(404, "not-found", "there is no such path", "/v1/openapi.json names all"))


async def _unread(_request: Request, _wrong: Exception) -> Response:
    """FastAPI's own 422, in our words; no route has parameters of that kind, so that none comes."""
    return _refused(Problem(422, "bad-input", "the request cannot be read"))


def allowed(scope: Scope) -> list[str]:
    """The methods of a path."""
    app: FastAPI = scope["app"]
    found = {method for route in app.routes for method in getattr(route, "methods", None) or ()
             if getattr(route, "path_regex", None) is not None and route.path_regex.match(scope["path"])}  # type: ignore[attr-defined]  # fmt: skip
    return sorted(found | ({"HEAD"} if "GET" in found else set()) | {"OPTIONS"}) if found else []


class Behind:
    """Says in a header of every answer how many seconds the standby is behind that gave it, where it is."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lag = waiting.noted_lag()

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and lag.seconds:
                header = (wire.BEHIND.lower().encode(), str(lag.seconds).encode())
                message = {**message, "headers": [*message.get("headers", ()), header]}
            await send(message)

        await self._app(scope, receive, told)


class Methods:
    """HEAD is GET without what it says, OPTIONS what there is: for every path alike."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "OPTIONS" and (names := allowed(scope)):
            headers = [(b"allow", ", ".join(names).encode())]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def silent(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, silent)
