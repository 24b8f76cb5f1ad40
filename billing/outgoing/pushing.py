"""Pushes sentences to a help desk, a customer at a time: asked at the door, sent, kept at the door.

What is pushed twice is the same; who is stopped between sending and keeping pushes it again. Credentials come from a
file that BILLING_DESKS names, or from BILLING_DESK_TOKEN: never from the database.
"""

import json
from collections.abc import Mapping

from billing import given as files
from billing.errors import BadInput
from billing.outgoing import client, templates
from billing.outgoing.client import Answer
from billing.outgoing.templates import Template
from billing.requests.desks import AskPushes, EndPush
from billing.service import Door
from billing.texts import say
from billing.values import dataclass
from billing.views.desks import Pushes, ToPush

FILE, TOKEN = "BILLING_DESKS", "BILLING_DESK_TOKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A customer whose sentence a desk did not take."""

    customer: str
    id: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a run came to: how many a desk took, whom it did not, and how many are left since it takes nobody's."""

    desk: str
    pushed: int
    failed: tuple[Failure, ...]
    left: int


def run(books: Door, desk: str, due: bool, environ: Mapping[str, str]) -> Pushed:
    """Pushes what a desk does not show as it is. Raises BadInput where it cannot be asked at all."""
    found = books.ask(AskPushes(desk=desk, due=due))
    template, values = settings(found, environ)
    if not found.rows:
        return Pushed(desk=desk, pushed=0, failed=(), left=0)
    values = values | _login(template, values)
    count, failed = 0, []
    for number, row in enumerate(found.rows, 1):
        answer = client.ask(template.asked(values | _said(row)))
        if answer.taken:
            books.do(EndPush(desk=desk, id=row.id, customer=row.customer, seq=row.seq, text=row.text))
            count += 1
            continue
        failed.append(Failure(customer=row.customer, id=row.id, said=_line(answer)))
        if answer.away or answer.status in (401, 403):  # it takes nobody's now
            return Pushed(desk=desk, pushed=count, failed=tuple(failed), left=len(found.rows) - number)
    return Pushed(desk=desk, pushed=count, failed=tuple(failed), left=0)


def settings(found: Pushes, environ: Mapping[str, str]) -> tuple[Template, dict[str, str]]:
    """The template of a desk, and all its values but those of a customer."""
    given = _credentials(found.name, environ)
    own = given.pop("template", None)
    template = templates.shipped(found.kind) if own is None else templates.from_file(own)
    url = {} if found.url is None else {"url": found.url}
    values = {"field": found.place, **found.settings, **url, **given}  # whose token it is says where it goes
    return template, {name: value.rstrip("/") if name == "url" else value for name, value in values.items()}


def _said(row: ToPush) -> dict[str, str]:
    return {
        "id": row.id, "customer": row.customer, "text": row.text, "html": row.html, "minutes": str(row.minutes),
        "position": row.position,
    }  # fmt: skip


def _credentials(desk: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What a file has for a desk, with a token of the environment over it."""
    given: dict[str, str] = {}
    path = environ.get(FILE)
    if path:
        mine = files.table(path).get(desk, {})
        given = {str(name): str(value) for name, value in mine.items()} if isinstance(mine, dict) else {}
    return given | ({"token": environ[TOKEN]} if environ.get(TOKEN) else {})


def _login(template: Template, values: dict[str, str]) -> dict[str, str]:
    """A token that is asked for once a run, where the desk wants one."""
    asked = template.asks_in(values)
    if asked is None or template.login is None:
        return {}
    answer = client.ask(asked, whole=True)
    try:
        found = json.loads(answer.said) if answer.taken else {}
    except ValueError:
        found = {}
    token = found.get(template.login.answer) if isinstance(found, dict) else None
    if not isinstance(token, str):
        raise BadInput("bad-input", say("the desk lets nobody in: {said}", said=str(answer.status or answer.said)))
    return {"login": token}


def _line(answer: Answer) -> str:
    return f"{answer.status} {answer.said}".strip() if answer.status else answer.said
