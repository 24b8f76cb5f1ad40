"""What a database cannot do, or what a driver says of it, as refusals: missing, read-only, full, locked, broken."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard
from urllib.parse import unquote

from billing import waiting
from billing.errors import FULL, LOCKED, ONLY_READ, TO_THE_ROLE, UNCHANGED, DatabaseRefusal, why
from billing.store import places
from billing.store.damage import damaged
from billing.store.light import light_engine
from billing.store.sql import is_here
from billing.store.url import shown, without_secrets
from billing.texts import Do, Text, say

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine
    from sqlalchemy.exc import DBAPIError, OperationalError


def of_database(failed: BaseException) -> "TypeGuard[DBAPIError]":
    """Whether it was the driver that failed, as SQLAlchemy says it."""
    if not is_here():
        return False
    from sqlalchemy.exc import DBAPIError

    return isinstance(failed, DBAPIError)


def is_operational(failed: BaseException) -> "TypeGuard[OperationalError]":
    """Whether the driver says that the database cannot."""
    if not of_database(failed):
        return False
    from sqlalchemy.exc import OperationalError

    return isinstance(failed, OperationalError)


def sqlite_file(engine: "Engine") -> Path | None:
    """The file of a SQLite database, None for another kind."""
    if (light := light_engine(engine)) is not None:
        return light.file
    return file_of(engine.url) if engine.dialect.name == "sqlite" else None


def file_of(url: "URL") -> Path | None:
    """The file that a SQLite URL names, also as a URI (`sqlite:///file:b.db?mode=ro&uri=true`); None for memory."""
    name = url.database or ""
    if "uri" in url.query and name.startswith("file:"):
        name = unquote(name.removeprefix("file:"))
        name = "/" + name.lstrip("/") if name.startswith("//") else name  # file:///b.db
    if name in ("", ":memory:") or url.query.get("mode") == "memory":
        return None
    return Path(name)


@contextmanager
def refusing(engine: "Engine") -> Iterator[None]:
    """Turns what a database cannot do (missing, read-only, full, locked) into a refusal."""
    file = sqlite_file(engine)
    if file is not None:
        require_file(file)
    try:
        yield
    except UnicodeDecodeError as failed:  # of SQLite's own text, as that of a table's definition
        raise damaged(named(engine)) from failed
    except Exception as failed:
        if of_database(failed) and _is_the_databases(failed):
            raise refusal_of(engine, failed) from failed
        raise


def require_file(file: Path) -> None:
    """Refuses a SQLite file that is not there: reading would make it (`no-database`)."""
    try:
        found = file.is_file()
    except OSError as failed:  # a folder on the way that may not be entered, a name too long
        raise DatabaseRefusal(
            "no-database", say("{file} cannot be opened: {strerror}", file=file, strerror=why(failed))
        ) from failed
    if not found:
        known = say("{do} makes one", do=Do("init"))
        if file.parent.suffix == places.BESIDE:
            known = say("{do} makes it, {list} shows which there are", do=Do("issuer add", file.stem),
                        list=Do("issuer list"))  # fmt: skip
        raise DatabaseRefusal("no-database", say("there is no database {file}", file=file), known)


def is_unsure(failed: "DBAPIError") -> bool:
    """Whether a commit that failed may have been done all the same: the line broke, or the disk failed at its sync."""
    state = getattr(failed.orig, "sqlstate", "")
    if state == "":  # SQLite
        return "disk I/O error" in str(failed.orig)
    return not collided(failed) and (state is None or state.startswith("08") or state in _ENDED)


_ENDED = {"57P01", "57P02", "57P03"}  # the server ends, or ended the connection


def collided(failed: "DBAPIError") -> bool:
    """Whether another writer came between: it made the same key at the same moment, or the two waited crosswise."""
    from sqlalchemy.exc import IntegrityError

    return isinstance(failed, IntegrityError) or getattr(failed.orig, "sqlstate", None) in _CROSSED


def crossed(failed: "DBAPIError") -> bool:
    """Whether two writers waited crosswise, or one saw what the other changed: nothing that a request could mend."""
    return getattr(failed.orig, "sqlstate", None) in _CROSSED


_CROSSED = {"40P01", "40001"}  # deadlock, serialization failure


def _is_the_databases(failed: "DBAPIError") -> bool:
    """Whether it is the database that cannot: missing, read-only, full, locked or broken."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    if collided(failed):
        return False
    if isinstance(failed, ProgrammingError) and failed.statement is None:  # an option in the URL that is none
        return True
    state = getattr(failed.orig, "sqlstate", None) or ""
    if isinstance(failed, OperationalError) or state in _CANNOT or state[:2] in _UNABLE:
        return True
    return any(why in str(failed.orig) for why in ("file is not a database", "malformed"))


def is_table_missing(failed: "DBAPIError") -> bool:
    """Whether a statement failed for want of a table."""
    return getattr(failed.orig, "sqlstate", None) == _NO_TABLE or "no such table" in str(failed.orig)


_NO_TABLE = "42P01"
_WAITED = "55P03"  # lock_timeout
# read-only, no privilege: psycopg does not count them as operational
_CANNOT = {"25006", "42501", _NO_TABLE, _WAITED, "53100"}  # the last: a full disk


# feature not supported, transaction state, resources, limits, state of an object, of the system, of the server
_UNABLE = {"0A", "25", "53", "54", "55", "57", "58", "XX"}


def refusal_of(engine: "Engine", failed: "DBAPIError", remedy: Text = UNCHANGED) -> DatabaseRefusal:
    """The refusal that says what a failed connection or statement means."""
    why = without_secrets(engine.url, str(failed.orig).splitlines()[0])
    if getattr(failed.orig, "sqlstate", None) == _WAITED or "database is locked" in why:
        return _locked(engine)
    if getattr(failed.orig, "sqlstate", None) == "53100" or "disk is full" in why or "No space left" in why:
        return DatabaseRefusal(
            "no-database",
            say("{engine}: the disk is full ({why})", engine=named(engine), why=why),
            FULL if remedy == UNCHANGED else remedy,
        )
    known = {"engine": named(engine), "why": why}
    if getattr(failed.orig, "sqlstate", None) == "25006":
        return DatabaseRefusal("no-database", say("{engine} is only read ({why})", **known), ONLY_READ)
    if crossed(failed):
        again = say("{engine}: other writers came between, again and again", engine=named(engine))
        return DatabaseRefusal("no-database", again, LOCKED)
    if "unsupported startup parameter" in why:
        wrong = say("{engine}: the pooler before the server takes no such setting from a URL ({why})", **known)
        return DatabaseRefusal("no-database", wrong, TO_THE_ROLE)
    if any(word in why for word in ("malformed", "Could not decode")):
        return damaged(say("{engine} ({why})", engine=named(engine), why=why))
    return DatabaseRefusal("no-database", say("{engine}: {why}", engine=named(engine), why=why), remedy)


def _locked(engine: "Engine") -> DatabaseRefusal:
    """The refusal of who waited as long as he would."""
    file = sqlite_file(engine)
    who = waiting.holder(file) if file is not None else None
    known = {"engine": named(engine), "seconds": waiting.patience()}
    wrong = say("{engine}: another writer held it for {seconds} s", **known)
    if who is not None:
        wrong = say("{engine}: another writer held it for {seconds} s: {who}", **known, who=who)
    return DatabaseRefusal("no-database", wrong, LOCKED)


def named(engine: "Engine") -> str:
    """A database as it may be printed: its file, or its URL without a password."""
    file = sqlite_file(engine)
    return str(file) if file else shown(engine.url.render_as_string(hide_password=True))
