"""Bodies that are files, or as long as one: which requests take them, how long they may be, and that who sends one is
known before it is read.

As JSON a file is in base64; by itself it is a body of any other kind, and what else is to be said is in the query.
"""

from functools import cache
from typing import Any, cast

from starlette.routing import compile_path

from billing.core import attaching
from billing.http import door
from billing.http.keeper import Keeper
from billing.http.limits import MOST_BYTES, Scope
from billing.http.routes import ROUTES
from billing.remote import wire
from billing.requests import codec
from billing.requests.importing import ImportCustomers

MOST = attaching.MOST_BYTES * 4 // 3 + MOST_BYTES  # in base64, with what else is said


@cache
def file_of(of: Any) -> str | None:
    """The field of a request that is a file."""
    return next((field.name for field in codec.fields_of(of) if bytes in codec._inner(field.hint)), None)


@cache
def _paths() -> tuple[tuple[str, Any], ...]:
    return tuple((route.method, compile_path(route.path)[0]) for route in ROUTES if route.changes and file_of(route.of))


def takes_file(method: str, path: str) -> bool:
    """Whether a file may be sent there, or the rows of one."""
    if path.startswith(f"{wire.PATH}/"):
        of = door.named().get(path.removeprefix(f"{wire.PATH}/"))
        return of is not None and (file_of(cast(Any, of)) is not None or of is ImportCustomers)
    return any(method == one and regex.match(path) for one, regex in _paths())


def most(keeper: Keeper, scope: Scope) -> int:
    """How long a body may be: of who has a key, where a file may be sent, a file more. Raises the keeper's Problem."""
    if not takes_file(scope["method"], scope["path"]):
        return MOST_BYTES
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    keeper.known(headers, (scope.get("client") or ("",))[0], counts=False)
    return MOST
