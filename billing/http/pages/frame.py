"""What every page has: its head and foot in somebody's language, the issuer's name, logo and colour."""

import hashlib
from collections.abc import Callable
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from billing.core.access import Principal
from billing.core.signs import shown
from billing.documents import locale, statement_text
from billing.documents.case_text import moment
from billing.http.pages.visits import Visit, fresh
from billing.locales import languages, worded, words, words_inside
from billing.locales.catalogs import NAMES, PAPERS
from billing.requests.parties import AskHead
from billing.texts import Text, typed
from billing.values import dataclass
from billing.views.paper import Party

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
SAFE = {  # of every page
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
        " frame-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A template and what goes into it."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where to go on: what was done is not done again when the page is loaded again."""

    place: str
    cookies: dict[str, str | None] = field(default_factory=dict)  # None: taken away


@dataclass(frozen=True, slots=True)
class Bytes:
    """A file."""

    data: bytes
    media: str
    name: str = ""  # what it is kept under
    shown: bool = True  # in the browser, and not only kept


Found = Page | Elsewhere | Bytes


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_shown,
    )  # fmt: skip
    made.globals |= {"static": static, "words": words, "words_inside": words_inside, "fresh": fresh, "tongues": tongues}
    return made


def _shown(value: object) -> object:
    """What a template puts in, signs that nobody sees written out; what is HTML already is ours."""
    return shown(value) if type(value) is str else value


@cache
def static(name: str) -> str:
    """The address of a file that is shipped: with its digest, so that a browser may keep it."""
    return f"/static/{name}?v={hashlib.sha256(file_of(name)).hexdigest()[:12]}"


@cache
def file_of(name: str) -> bytes:
    """A file that is shipped. Raises KeyError for what is not."""
    if name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        return (Path(locale.__file__).parent / "fonts" / name).read_bytes()
    known = {path.name: path for path in STATIC.iterdir()}
    return known[name].read_bytes()


def tongues(role: str) -> list[tuple[str, str]]:
    """The languages that somebody can choose; Dutch is what customers read, and nobody at the desk."""
    return [(code, NAMES[code]) for code in languages() if role == "customer" or code not in PAPERS]


@dataclass(frozen=True, slots=True)
class Voice:
    """How a page says words, days, amounts and durations."""

    language: str
    country: str

    def said(self, text: Text | str | None) -> str:
        """A text in the page's language."""
        return "" if text is None else worded(text, self.language, self._written, self.country)

    def says(self, template: str, **values: object) -> str:
        """A text from its English template."""
        return locale.elided(self.said(Text(template, values)), self.language)

    def says_as(self, context: str, template: str, **values: object) -> str:
        """A text whose English alone is not enough."""
        return locale.elided(self.said(Text(template, values, context)), self.language)

    def _written(self, value: date | Decimal) -> str:
        """A day or a moment as the page has them; an amount as a field takes it."""
        if isinstance(value, datetime):
            return self.at(value)
        return self.day(value) if isinstance(value, date) else typed(value)

    def day(self, on: date) -> str:
        return locale.day(on, self.language, self.country)

    def until(self, expires: date) -> str:
        """The last day of a grant, or that it has none."""
        return statement_text.until(expires, self.language, self.country)

    def at(self, at: datetime) -> str:
        return moment(at, self.language, self.country)

    def month(self, of: str) -> str:
        return locale.month(of, self.language)

    def time(self, minutes: int) -> str:
        return locale.duration(minutes, self.language)

    def stopwatch(self, seconds: int) -> str:
        return locale.stopwatch(seconds, self.language)

    def money(self, amount: Decimal, currency: str) -> str:
        return locale.money(amount, currency, self.language, self.country)

    def cell(self, column: str, value: object) -> str:
        """A value of a report, in a column."""
        match value:
            case None | False:
                return ""
            case True:
                return self.says("yes")
            case Decimal():
                return locale.number(value, self.language, self.country)
            case datetime():
                return self.at(value)
            case date():
                return self.day(value)
            case tuple():
                return ", ".join(self.cell(column, one) for one in value)
            case str() | Text():
                return self.said(words.word(words_inside.IN_COLUMNS.get(column, {}), value) if isinstance(value, str)
                                 else value)  # fmt: skip
        return str(value)


def rendered(page: Page, visit: Visit | None, head: Party | None, language: str, section: str = "") -> str:
    """A page as HTML."""
    voice = Voice(language, head.country if head else "")
    values: dict[str, Any] = {
        "say": voice.says, "say_as": voice.says_as, "said": voice.said, "v": voice, "language": language, "head": head,
        "visit": visit, "who": visit.who if visit else None, "given": visit.form if visit else {}, "section": section,
        "lines": _lines,
    }  # fmt: skip
    return _environment().get_template(page.template).render(values | page.values)


def _lines(text: str) -> Markup:
    """What somebody wrote, with its line breaks."""
    return Markup("<br>\n").join(line for line in text.splitlines())


def head_of(visit: Visit) -> Party:
    """The issuer as a page shows him."""
    return visit.books.ask(AskHead(language=visit.language))


def may(who: Principal, *roles: str) -> bool:
    """Whether somebody's role is one of those."""
    return who.role in roles


Handler = Callable[[Visit], Found]
