"""Who is on a page: the session in a cookie, and whether a form was sent from a page of ours (A1, A2).

A form is taken where the browser says that it comes from this site, and where it brings the mark that the page was
given: a digest of the session, which no other site can read.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import field
from http.cookies import CookieError, SimpleCookie

from billing.core.access import Principal, Role
from billing.errors import Refusal
from billing.http.limits import Rate
from billing.http.pages.working import Works
from billing.locales import spoken
from billing.requests.links import AskSession
from billing.service import Billing
from billing.texts import Text
from billing.values import dataclass
from billing.views.links import SessionKnown

COOKIE = "__Host-session"  # only over TLS (or on this machine), only for this host, for every path
TONGUE = "__Host-language"
_ROLES: dict[str, Role] = {role: role for role in ("customer", "agent", "head", "accountant", "admin")}
_HOME = ("same-origin", "none")  # what a browser says of what was typed, or came from a page of this site


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody on a page: his books, what he sent, and what was wrong with it."""

    books: Billing
    who: Principal
    session: str
    language: str
    names: Mapping[str, str]  # what stands in the path
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    files: tuple[tuple[str, bytes], ...] = ()
    works: Works = field(default_factory=Works)
    wrong: Text | str | None = None
    remedy: Text | str | None = None

    @property
    def mark(self) -> str:
        """What each form of his brings."""
        return mark_of(self.session)

    def given(self, name: str) -> str | None:
        """What stands in a field of the form, without blanks around it; None where it is empty."""
        return self.form.get(name, "").strip() or None

    def asked(self, name: str) -> str | None:
        """What a name of the query holds; None where it is empty."""
        return self.query.get(name, "").strip() or None

    @property
    def key(self) -> str | None:
        """The id of a form, so that what is sent twice is done once (L5)."""
        return self.given("id")


def mark_of(session: str) -> str:
    """The mark of a session's forms."""
    return hmac.new(session.encode(), b"forms", hashlib.sha256).hexdigest()[:32]


def fresh() -> str:
    """The id of a new form."""
    return f"page-{secrets.token_hex(8)}"


def cookie(headers: Mapping[str, str], name: str) -> str:
    """What a cookie holds; empty where there is none."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value[:200] if found is not None else ""


def known(books: Billing, headers: Mapping[str, str], wrong: Rate, place: str) -> tuple[SessionKnown, str] | None:
    """Whose session the cookie is, and what it holds; None where it opens nothing."""
    session = cookie(headers, COOKIE)
    if not session:
        return None
    try:
        return books.acting(None).ask(AskSession(session=session)), session
    except Refusal as refused:
        if refused.code != "not-allowed":
            raise
        wrong.take(place)
        return None


def principal(of: SessionKnown) -> Principal:
    """Who a session is, to the door."""
    return Principal(of.name, _ROLES[of.role], of.customer, of.contact, of.own_cases)


def from_here(headers: Mapping[str, str]) -> bool:
    """Whether a form comes from a page of this site; of a browser that does not say, its mark decides."""
    return headers.get("sec-fetch-site", "same-origin") in _HOME


def marked(form: Mapping[str, str], session: str) -> bool:
    """Whether a form brings its session's mark."""
    return hmac.compare_digest(form.get("mark", "").encode(), mark_of(session).encode())


def language(headers: Mapping[str, str], own: str | None) -> str:
    """What somebody reads: what he chose, else his own, else what his browser asks for first."""
    chosen = cookie(headers, TONGUE)
    return spoken(chosen or own or headers.get("accept-language", "en").partition(",")[0].partition(";")[0] or "en")
