"""Database URLs and what drivers say of them, as they may be printed: without a password, however it is written.

A password stands before the `@`, in the query (`?password=`, also inside `options`), or in libpq's own form
(`host=… password='…'`), which is no URL and is refused with a message that quotes it. Rather too much is hidden.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote, unquote_plus

if TYPE_CHECKING:
    from sqlalchemy import URL

HIDDEN = "***"
_SECRET = re.compile(r"pass(?!file)|pwd|secret|token", re.IGNORECASE)  # in the name of a setting
_SETTING = re.compile(  # a setting with such a name, up to where its value ends
    r"""(?ix) ( [\w.]* (?:pass(?!file)|pwd|secret|token) \w* \s* (?: = | %3D ) \s* )
    (?: '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | [^\s&;]+ )""",
)


def shown(url: str) -> str:
    """What names a database as it may be printed: without its password."""
    url = re.sub(r"(?s)(://[^:/@]*):.+@", rf"\1:{HIDDEN}@", url)
    url = re.sub(
        rf":(?!//|{re.escape(HIDDEN)}@)[^:@/]+@", f":{HIDDEN}@", url
    )  # what is no URL may hold one all the same
    if "://" in url:  # in a query a value ends at the next `&`, and may hold blanks
        where, question, query = url.partition("?")
        parts = [_value_hidden(part) for part in query.split("&")]
        url = where + question + "&".join(parts)
    return _SETTING.sub(rf"\1{HIDDEN}", url)


def _value_hidden(part: str) -> str:
    name, equals, _ = part.partition("=")
    return f"{name}={HIDDEN}" if equals and _SECRET.search(unquote_plus(name)) else part


_HOSTS = re.compile(
    r"(?P<scheme>postgresql(?:\+\w+)?)://(?P<user>[^/?]*@)?(?P<hosts>[^/?@]*,[^/?@]*)(?P<rest>[/?].*)?", re.DOTALL
)


def with_hosts(url: str) -> str:
    """A URL of several hosts as libpq writes them, `postgresql://u@A:1,B:2/db`, as SQLAlchemy does: in the query."""
    found = _HOSTS.fullmatch(url)
    if found is None:
        return url
    where, _, query = (found["rest"] or "/").partition("?")
    hosts = [f"host={quote(unquote(host), safe=':[]/')}" for host in found["hosts"].split(",")]
    return f"{found['scheme']}://{found['user'] or '@'}{where}?{'&'.join([*hosts, *([query] if query else [])])}"


def without_secrets(url: "URL", message: str) -> str:
    """A driver's message, which may quote what it connected with."""
    for secret in sorted(set(_secrets(url)), key=len, reverse=True):
        for written in {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), unquote(secret)}:
            message = message.replace(written, HIDDEN)
    return _SETTING.sub(rf"\1{HIDDEN}", message)


def _secrets(url: "URL") -> Iterator[str]:
    """The passwords of a URL."""
    if url.password:
        yield str(url.password)
    for name, values in url.normalized_query.items():
        for value in values:
            if _SECRET.search(name):
                yield value
            for setting in _SETTING.finditer(value):
                yield value[setting.start() + len(setting[1]) : setting.end()].strip("'\"")
