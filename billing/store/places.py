"""Where each of many issuers has its books, by the database that is named for all of them and the issuer's name.

| the database | where the issuer `acme` is |
| --- | --- |
| `sqlite:///books/billing.db` | the file `books/billing.issuers/acme.db` |
| `postgresql://host/billing` | the schema `acme` of that database: `postgresql://host/billing?issuer=acme` |
| any URL with `{issuer}` in its file or database | what it says: `postgresql://host/billing_{issuer}` |

Nothing is connected here, and SQLAlchemy does not come in.
"""

import re

from billing.errors import BadInput
from billing.texts import say

BESIDE = ".issuers"  # ends the name of the folder beside a file
HERE = "{issuer}"  # stands in a URL for the name
SETTING = "issuer"  # in a PostgreSQL URL's query: the schema
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TAKEN = re.compile(r"pg_.*|citus.*|columnar.*|public|postgres|template[01]|information_schema")  # PostgreSQL's own


def is_name(name: str) -> bool:
    """Whether an issuer may be called so: it is a schema's name and a file's, whole and the same everywhere."""
    return bool(_NAME.fullmatch(name)) and not _TAKEN.fullmatch(name)


def check(name: str) -> None:
    """Refuses what is no issuer's name (`bad-input`)."""
    if not is_name(name):
        raise BadInput(
            "bad-input",
            say("{name!r} is no name for an issuer", name=name),
            say("small letters, digits, - and _, up to 40, a letter first, as acme-sa"),
        )


def of(url: str, name: str) -> str:
    """The URL of an issuer's own books. Raises BadInput for a name that is none, and a database without issuers."""
    check(name)
    if HERE in url:
        return url.replace(HERE, name)
    where, question, query = url.partition("?")
    if where.startswith("postgresql") and "://" in where and not re.search(rf"(^|&){SETTING}=", query):
        return f"{where}?{query}{'&' if query else ''}{SETTING}={name}"
    folder = folder_of(url)
    if folder is not None:
        return f"{where.partition(':///')[0]}:///{folder}/{name}.db{question}{query}"
    raise BadInput(
        "bad-input",
        say("this database cannot hold issuers by name"),
        say("give a SQLite file or a PostgreSQL database, or a URL that holds {here}", here=HERE),
    )


def folder_of(url: str) -> str | None:
    """The folder of a SQLite file's issuers: beside it, with nothing in it but them. None where there is none."""
    where = url.partition("?")[0]
    kind, found, file = where.partition(":///")
    if not found or not kind.startswith("sqlite") or not file or file.startswith("file:") or file.endswith(":memory:"):
        return None
    return f"{file.removesuffix('.db')}{BESIDE}"
