"""What a route answers: the view as JSON, a page of its list, a file where one is asked for, and its tag."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import field, fields, replace
from typing import TYPE_CHECKING, Literal, TypeVar
from urllib.parse import quote

from billing.core.signs import escaped
from billing.http.problems import Problem
from billing.http.routes import Paper, Route
from billing.requests.invoicing import AskFiles
from billing.requests.parties import AskLogo
from billing.service import Billing
from billing.values import dataclass
from billing.views.account import Account
from billing.views.attachments import FileKept
from billing.views.case_papers import CasePaper
from billing.views.codec import to_json
from billing.views.documents import DocumentShown
from billing.views.quotes import QuoteShown
from billing.views.statements import Statement

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

JSON, PDF, CSV, XML = "application/json", "application/pdf", "text/csv; charset=utf-8", "application/xml"
BYTES = "application/octet-stream"
MOST_ROWS = 1000
V = TypeVar("V", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes of a kind, with the headers that go with them."""

    data: bytes
    media: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def offers(paper: Paper) -> list[str]:
    """The kinds that a route can answer in, JSON first."""
    if paper.kept:
        return [BYTES]
    kinds = {JSON: True, CSV: paper.csv, PDF: paper.pdf, XML: paper.xml}
    return [kind for kind, made in kinds.items() if made]


def wanted(accept: str, offered: list[str]) -> str:
    """The kind that an `Accept` likes best of those that there are. Raises a Problem (406) where it likes none."""
    best, liking = "", 0.0
    for kind in offered:
        name = kind.partition(";")[0]
        likes = [_liked(part, name) for part in accept.split(",") if part.strip()] or [(0, 1.0)]
        quality = max(likes)[1] if max(likes)[0] >= 0 else 0.0
        if quality > liking:
            best, liking = kind, quality
    if not best:
        names = ", ".join(kind.partition(";")[0] for kind in offered)
        raise Problem(406, "bad-input", f"{accept[:200]} is not what this is made in", f"there is {names}")
    return best


def _liked(part: str, kind: str) -> tuple[int, float]:
    """How exactly a part of an `Accept` names a kind, less than none where it does not, and how much it likes it."""
    name, *given = [word.strip().lower() for word in part.split(";")]
    exact = {kind: 2, kind.partition("/")[0] + "/*": 1, "*/*": 0}.get(name, -1)
    quality = next((word[2:] for word in given if word.startswith("q=")), "1")
    try:
        return exact, min(float(quality), 1.0)
    except ValueError:
        return exact, 1.0


def written(view: object, extra: Mapping[str, object]) -> Answer:
    """A view as JSON; what is several by itself is a list."""
    found: object = [to_json(one) for one in view] if isinstance(view, tuple) else to_json(view) | dict(extra)
    return Answer(escaped(json.dumps(found, ensure_ascii=False, separators=(",", ":"))).encode())


def filed(view: object, kind: str, books: Billing) -> Answer:
    """A view as a file, as the command line makes it; one that is kept is saved and never shown (S14)."""
    if isinstance(view, FileKept):
        name = f"attachment; filename*=UTF-8''{quote(view.name, safe='')}"
        return Answer(view.data, BYTES, {"Content-Disposition": name})
    if kind == CSV:
        return Answer(_csv(view).encode(), CSV)
    if isinstance(view, DocumentShown):
        format: Literal["pdf", "cii"] = "pdf" if kind == PDF else "cii"
        (made,) = books.ask(AskFiles(numbers=(view.number,), format=format))
        return Answer(made.data, kind)
    if isinstance(view, QuoteShown):
        (made,) = books.ask(AskFiles(numbers=(view.quote,), of="quote"))
        return Answer(made.data, kind)
    assert isinstance(view, Statement | Account | CasePaper)
    digest = view.issuer.head.logo
    logo = books.ask(AskLogo(digest=digest)).data if digest else None
    if isinstance(view, Statement):
        from billing.documents import statement_pdf

        return Answer(statement_pdf.render(view, logo), PDF)
    if isinstance(view, CasePaper):
        from billing.documents import case_pdf

        return Answer(case_pdf.render(view, logo), PDF)
    from billing.documents import account_pdf

    return Answer(account_pdf.render(view, logo), PDF)


def _csv(view: object) -> str:
    from billing.documents import account_text, statement_text
    from billing.exchange import tables

    if isinstance(view, Statement):
        return statement_text.csv(view)
    return account_text.csv(view) if isinstance(view, Account) else tables.csv_of(view)


# Pages: a cursor is the name of the last row that was shown, so that what comes in between moves nothing


def part(route: Route, limit: int | None, cursor: str | None) -> dict[str, object]:
    """The page in the words of a question that has pages: with a row more, which shows whether there is one."""
    if not route.pages or (limit is None and cursor is None):
        return {}
    return {"after": None if cursor is None else _read(cursor), "most": (limit or MOST_ROWS) + 1}


def page(view: V, route: Route, limit: int | None, cursor: str | None) -> tuple[V, str | None]:
    """The view with one page of its list, and the cursor of the next, if there is more. Raises a Problem (422)."""
    if not route.rows or (limit is None and cursor is None):
        return view, None
    name = next(f.name for f in fields(view) if (f.metadata.get("key") or f.name) == route.rows)
    rows = getattr(view, name)
    first = 0
    if cursor is not None and not route.pages:
        names = [_name(row) for row in rows]
        last = _read(cursor)
        if last not in names:
            raise Problem(422, "bad-input", f"cursor {cursor[:60]!r} leads nowhere", "begin again without one")
        first = names.index(last) + 1
    shown = rows[first : first + (limit or MOST_ROWS)]
    more = first + len(shown) < len(rows)
    return replace(view, **{name: shown}), _written(_name(shown[-1])) if more else None


def _name(row: "DataclassInstance") -> str:
    """What a row of a list is called: its first value."""
    return str(getattr(row, fields(row)[0].name))


def _written(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _read(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def tag(answer: Answer) -> str:
    """What tells an answer from another of the same path."""
    return f'"{hashlib.sha256(answer.data).hexdigest()[:32]}"'
