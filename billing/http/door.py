"""The door for the command line elsewhere: any request or question by its name, answered with types (`remote.wire`).

What others build on is the table of routes; here no field is left out, and no text is said in a language yet.
"""

import logging
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from fastapi import Request, Response

from billing import __version__, requests
from billing.core.access import ACCESS
from billing.errors import BadInput, Refusal, ServerRefusal
from billing.http import problems
from billing.http.keeper import Keeper
from billing.http.lately import Lately
from billing.http.limits import BODY, place
from billing.http.problems import Problem
from billing.remote import wire
from billing.remote.wire import NOT_HERE
from billing.requests.base import Question
from billing.requests.base import Request as Asked
from billing.service import Billing
from billing.texts import say

LOG = logging.getLogger("billing.http")


@cache
def named() -> dict[str, type[Any]]:
    """What can be asked, by name."""
    modules = [import_module(f"billing.requests.{found.name}") for found in pkgutil.iter_modules(requests.__path__)]
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    return {
        kind.__name__: kind
        for kind in kinds
        if issubclass(kind, Asked | Question) and kind.__name__ in ACCESS.keys() - NOT_HERE.keys()
    }


def answered(name: str, books: Billing, keeper: Keeper, lately: Lately[dict[str, Any]], request: Request) -> Response:
    """What is answered to a request or a question; without a name, which day it is and of which version we are."""
    try:
        mine = books.acting(keeper.known(request.headers, place(request)))
        return _response(200, _now(mine) if not name else
                         _done(name, mine, lately, request.scope[BODY]))  # fmt: skip
    except Problem as problem:
        return Response(problem.body(), problem.status, headers=problem.headers, media_type=problems.MEDIA)
    except wire.Unread as wrong:
        other = ServerRefusal("wrong-version", say("{wrong}: here is {version}", wrong=str(wrong), version=__version__))
        return _response(400, {"refused": wire.refused(other)})
    except Refusal as refused:
        shown = problems.of(refused)
        return _response(shown.status, {"refused": wire.refused(refused)}, shown.headers)
    except Exception as unexpected:
        return Response(problems.fault(name, unexpected).body(), 500, media_type=problems.MEDIA)


def _now(mine: Billing) -> dict[str, Any]:
    return {"today": wire.written(mine.today), "now": wire.written(mine.now()), "version": __version__}


def _done(name: str, mine: Billing, lately: Lately[dict[str, Any]], data: bytes) -> dict[str, Any]:
    of = named().get(name)
    if of is None:
        raise wire.Unread(f"nothing is called {name[:60]!r}")
    mine.check(of)
    found = wire.value_of(data)
    asked = wire.read(of, found.get("fields"))
    if type(asked) is not of:
        raise wire.Unread(f"{type(asked).__name__} is no {name}")
    if issubclass(of, Question):
        return {"view": wire.written(mine.ask(asked))}
    key = None if found.get("id") is None else _id(wire.read(str, found["id"]))
    dry_run = wire.read(bool, found.get("dry_run"))

    def done() -> dict[str, Any]:
        outcome = mine.do(asked, key, dry_run=dry_run)
        return {"view": wire.written(outcome.view), "new": outcome.new}

    if (attempt := found.get("attempt")) is None:
        return done()
    assert mine.who is not None
    return lately.once(mine.who.name, _id(wire.read(str, attempt)), wire.read(bool, found.get("again", False)), done)


def _id(given: str) -> str:
    """An id, within the bounds of every name."""
    if not (0 < len(given.strip()) <= 150 and given.isprintable()):
        raise BadInput("bad-input", say("id: give text of 1 to 150 characters"))
    return given.strip()


def _response(status: int, found: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(wire.data_of(found), status, headers=headers, media_type=wire.MEDIA)
