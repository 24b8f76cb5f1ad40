"""Time read out of other tools' APIs, page by page: the records as the tools have them, and how far was read.

What is read is what was changed since the last time, or of a month. A page that comes too early is asked for again
after the time that the tool says, a few times and never for long. Keys come from the environment, and are sent to the
address that was given and to no other: of a next page only what differs in its query is followed.
"""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from billing.errors import BadInput
from billing.outgoing import client
from billing.outgoing.client import Asked
from billing.texts import say
from billing.values import dataclass

KEY, USER, APP, DATABASE = (
    "BILLING_IMPORT_KEY", "BILLING_IMPORT_USER", "BILLING_IMPORT_APP_TOKEN", "BILLING_IMPORT_DATABASE",
)  # fmt: skip
TOOLS = ("freshdesk", "glpi", "kimai", "odoo", "zammad", "zendesk")
MOST_BYTES = 20_000_000  # of a page
MOST_PAGES = 10_000
PAGE = 100
_TRIES, _LONGEST_SECONDS = 5, 60
_OVERLAP = timedelta(minutes=5)  # that is read again, for what was written while it was read
_FIELDS = (
    "id", "date", "employee_id", "partner_id", "helpdesk_ticket_id", "name", "unit_amount", "product_uom_id",
    "write_date",
)  # fmt: skip
Found = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """The records as a file of the tool would hold them, and up to when they were read; of a month there is none."""

    data: bytes
    cursor: str | None


@dataclass(slots=True)
class Api:
    """One tool at an address; `since` is the moment from which changes are read, `first` and `last` are of a month."""

    tool: str
    url: str
    environ: Mapping[str, str]
    since: datetime | None = None
    first: date | None = None
    last: date | None = None
    fields: tuple[str, ...] = _FIELDS
    session: dict[str, str] = field(default_factory=dict)

    def fetch(self, now: datetime) -> Fetched:
        """All of it. Raises BadInput (`bad-input`) where the tool refuses or answers what cannot be read."""
        self.url = self.url.rstrip("/")
        found = list(_FETCH[self.tool](self))
        made: Any = {"audits": found} if self.tool == "zendesk" else found
        cursor = None if self.first else (now - _OVERLAP).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Fetched(json.dumps(made, ensure_ascii=False, default=str).encode(), cursor)

    def ask(
        self, path: str, query: Mapping[str, Any] | None = None, body: object = None
    ) -> tuple[Any, Mapping[str, str]]:
        """What a path answers, as JSON, with its headers; tried again where it is too early or nobody is there."""
        asked = Asked(
            f"{self.url}{path}{'?' + urlencode(query, safe='[]') if query else ''}",
            b"" if body is None else json.dumps(body).encode(), self._headers(), "GET" if body is None else "POST",
        )  # fmt: skip
        for left in reversed(range(_TRIES)):
            answer = client.ask(asked, whole=True, most=MOST_BYTES + 1)
            if answer.taken or not answer.away or answer.status is None or not left:
                break
            time.sleep(_patience(answer.headers.get("retry-after")))
        if not answer.taken:
            said = f"{answer.status or ''} {' '.join(answer.said.split())[:200]}".strip()
            raise BadInput("bad-input", say("{tool} refuses: {said}", tool=self.tool, said=said),
                           say("see docs/importing.md for the key that it wants"))  # fmt: skip
        try:
            if len(answer.said.encode()) > MOST_BYTES:
                raise ValueError("it is too long")
            return json.loads(answer.said, parse_float=Decimal) if answer.said else None, answer.headers
        except (ValueError, RecursionError) as wrong:
            raise BadInput(
                "bad-input", say("{tool} answers what is no JSON: {why}", tool=self.tool, why=str(wrong))
            ) from None

    def listed(self, found: object, key: str | None = None) -> Found:
        """A list of objects, of an answer or of a key in it."""
        several = found if key is None else found.get(key) if isinstance(found, dict) else None
        if not isinstance(several, list) or not all(isinstance(one, dict) for one in several):
            raise BadInput("bad-input", say("{tool} answers no list", tool=self.tool),
                           say("is this its address? {url}", url=self.url))  # fmt: skip
        return several

    def has(self, record: Mapping[str, Any], changed: str, on: str) -> bool:
        """Whether a record is of the month, or was changed since."""
        if self.first is not None and self.last is not None:  # a day more on both sides: which day it is, is local
            first, last = self.first - timedelta(days=1), self.last + timedelta(days=1)
            return f"{first}" <= str(record.get(on) or record.get(changed) or "")[:10] <= f"{last}"
        at = _moment(str(record.get(changed) or ""))
        return self.since is None or at is None or at >= self.since

    def _headers(self) -> dict[str, str]:
        key, user = self.environ.get(KEY, ""), self.environ.get(USER, "")
        found = {"accept": "application/json", "content-type": "application/json", "user-agent": "support-billing"}
        match self.tool:
            case "kimai":
                found["authorization"] = f"Bearer {key}"
            case "zammad":
                found["authorization"] = f"Token token={key}"
            case "odoo":
                found["authorization"] = f"bearer {key}"
                found |= {"x-odoo-database": self.environ[DATABASE]} if self.environ.get(DATABASE) else {}
            case "freshdesk":
                found["authorization"] = _basic(key, "X")
            case "zendesk":
                found["authorization"] = _basic(f"{user}/token", key)
            case _:
                found["authorization"] = f"user_token {key}"
                found |= {"app-token": self.environ[APP]} if self.environ.get(APP) else {}
                found |= self.session
        return found


def check(tool: str, environ: Mapping[str, str]) -> None:
    """Refuses a tool whose API is not read, and one without a key (`bad-input`)."""
    if tool not in TOOLS:
        raise BadInput("bad-input", say("the API of {tool} is not read", tool=tool),
                       say("it is of {tools}; give a file", tools=list(TOOLS)))  # fmt: skip
    for name in (KEY, USER) if tool == "zendesk" else (KEY,):
        if not environ.get(name):
            raise BadInput("bad-input", say("there is no key: {name} is not set", name=name),
                           say("give it in the environment, never on the command line"))  # fmt: skip


def _kimai(api: Api) -> Iterator[dict[str, Any]]:
    query: dict[str, Any] = {"user": "all", "full": "true", "size": PAGE, "orderBy": "id", "order": "ASC"}
    if api.first and api.last:
        query |= {"begin": f"{api.first}T00:00:00", "end": f"{api.last}T23:59:59"}
    elif api.since:
        query["modified_after"] = api.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    for page in range(1, MOST_PAGES):
        found, headers = api.ask("/api/timesheets", query | {"page": page})
        yield from api.listed(found)
        if page >= _whole(headers.get("x-total-pages", "1")):
            return


def _odoo(api: Api) -> Iterator[dict[str, Any]]:
    domain: list[list[Any]] = [["project_id", "!=", False]]
    if api.first and api.last:
        domain += [["date", ">=", f"{api.first}"], ["date", "<=", f"{api.last}"]]
    elif api.since:
        domain.append(["write_date", ">=", api.since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")])
    for page in range(MOST_PAGES):
        asked = {"domain": domain, "fields": list(api.fields), "limit": PAGE, "offset": page * PAGE, "order": "id"}
        found = api.listed(api.ask("/json/2/account.analytic.line/search_read", body=asked)[0])
        yield from found
        if len(found) < PAGE:
            return


def _freshdesk(api: Api) -> Iterator[dict[str, Any]]:
    query: dict[str, Any] = {"per_page": PAGE}
    if api.first and api.last:
        query |= {
            "executed_after": f"{api.first - timedelta(days=1)}T00:00:00Z",
            "executed_before": f"{api.last + timedelta(days=1)}T23:59:59Z",
        }
    for page in range(1, MOST_PAGES):
        found, headers = api.ask("/api/v2/time_entries", query | {"page": page})
        yield from (one for one in api.listed(found) if api.has(one, "updated_at", "executed_at"))
        if 'rel="next"' not in headers.get("link", ""):
            return


def _zammad(api: Api) -> Iterator[dict[str, Any]]:
    """All times of each ticket that was touched, with its organisation: corrections need those before them."""
    for page in range(1, MOST_PAGES):
        tickets = api.listed(api.ask("/api/v1/tickets", {"page": page, "per_page": PAGE})[0])
        for ticket in tickets:
            since = api.since if api.first is None else datetime.combine(api.first, datetime.min.time(), UTC)
            touched = _moment(str(ticket.get("updated_at") or ""))
            if since is not None and touched is not None and touched < since - timedelta(days=1):
                continue
            found, _ = api.ask(f"/api/v1/tickets/{quote(str(ticket.get('id')), safe='')}/time_accountings")
            yield from ({**one, "organization_id": ticket.get("organization_id")} for one in api.listed(found))
        if len(tickets) < PAGE:
            return


def _glpi(api: Api) -> Iterator[dict[str, Any]]:
    """Tasks by ranges, with the entity of their ticket; a session is opened, and closed again."""
    opened, _ = api.ask("/apirest.php/initSession")
    token = opened.get("session_token") if isinstance(opened, dict) else None
    if not isinstance(token, str):
        raise BadInput("bad-input", say("{tool} answers no session", tool=api.tool))
    api.session = {"session-token": token}
    entities: dict[str, Any] = {}
    try:
        for page in range(MOST_PAGES):
            first = page * PAGE
            found, headers = api.ask("/apirest.php/TicketTask", {"range": f"{first}-{first + PAGE - 1}"})
            for task in api.listed(found):
                if not api.has(task, "date_mod", "date"):
                    continue
                ticket = str(task.get("tickets_id"))
                if ticket not in entities:
                    entities[ticket] = api.ask(f"/apirest.php/Ticket/{quote(ticket, safe='')}")[0]
                yield {**task, "_ticket": entities[ticket]}
            if first + PAGE >= _whole(headers.get("content-range", "0/0").rpartition("/")[2]):
                return
    finally:
        api.ask("/apirest.php/killSession")


def _zendesk(api: Api) -> Iterator[dict[str, Any]]:
    """All audits of each ticket that was changed, with its organisation: corrections need those before them."""
    since = (
        api.since if api.first is None else datetime.combine(api.first - timedelta(days=1), datetime.min.time(), UTC)
    )
    query: dict[str, Any] = {"start_time": 1 if since is None else int(since.timestamp())}
    for _ in range(MOST_PAGES):
        found, _headers = api.ask("/api/v2/incremental/tickets/cursor.json", query)
        for ticket in api.listed(found, "tickets"):
            yield from _audits(api, ticket)
        if found.get("end_of_stream") is not False or not found.get("after_cursor"):
            return
        query = {"cursor": str(found["after_cursor"])}


def _audits(api: Api, ticket: dict[str, Any]) -> Iterator[dict[str, Any]]:
    path, query = f"/api/v2/tickets/{quote(str(ticket.get('id')), safe='')}/audits.json", {"page[size]": str(PAGE)}
    for _ in range(MOST_PAGES):
        found, _headers = api.ask(path, query)
        for audit in api.listed(found, "audits"):
            yield {**audit, "organization_id": ticket.get("organization_id")}
        meta, links = found.get("meta"), found.get("links")
        if not isinstance(meta, dict) or meta.get("has_more") is not True or not isinstance(links, dict):
            return
        query = dict(parse_qsl(urlsplit(str(links.get("next") or "")).query)) or query | {
            "page[after]": str(meta.get("after_cursor"))
        }


_FETCH = {
    "freshdesk": _freshdesk, "glpi": _glpi, "kimai": _kimai, "odoo": _odoo, "zammad": _zammad, "zendesk": _zendesk,
}  # fmt: skip


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _patience(after: str | None) -> float:
    """How long to wait before it is tried again: as the tool says, and a minute at most."""
    return min(_LONGEST_SECONDS, max(1, _whole(after or "1")))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
