"""The issuers of one database or folder: which there are, and the place for another. The places are `places`'."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from billing import filing
from billing.errors import BadInput
from billing.store import places
from billing.store.engine import OURS, open_engine
from billing.store.refusing import file_of, refusal_of
from billing.store.url import with_hosts
from billing.texts import say


def names(url: str) -> list[str]:
    """The issuers that were added, by name.

    On PostgreSQL those whose schema has our tables; with `{issuer}` in the URL all databases or files that are called
    so, whatever is in them. Raises DatabaseRefusal where the database cannot be asked.
    """
    if places.HERE in url:
        found = _called(url)
    elif (folder := places.folder_of(url)) is not None:
        found = [file.stem for file in Path(folder).glob("*.db")]
    else:
        engine = open_engine(url)
        if engine.dialect.name == "sqlite":
            _file(engine.url)
        found = _asked(engine, _SCHEMAS, table=OURS)
    return sorted(name for name in found if places.is_name(name))


_SCHEMAS = """
SELECT DISTINCT n.nspname FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = :table
"""
_DATABASES = "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate"


def _called(url: str) -> list[str]:
    """The names that stand for `{issuer}` in what is there."""
    parsed = make_url(with_hosts(url))
    if parsed.get_backend_name() == "postgresql":
        there, wanted = _asked(_maintenance(parsed), _DATABASES), str(parsed.database)
    else:
        wanted = str(_file(parsed))
        whole = Path(wanted)
        above = next(part for part in whole.parents if places.HERE not in str(part))
        there = [str(file) for file in above.glob(str(whole.relative_to(above)).replace(places.HERE, "*"))]
    pattern = re.escape(wanted).replace(re.escape(places.HERE), "(.+)", 1).replace(re.escape(places.HERE), r"\1")
    return [match[1] for one in there if (match := re.fullmatch(pattern, one))]


def _file(url: URL) -> Path:
    found = file_of(url) if url.get_backend_name() == "sqlite" else None
    if found is None:
        raise BadInput(
            "bad-input",
            say("this database cannot hold issuers by name"),
            say("give a SQLite file or a PostgreSQL database, or a URL that holds {here}", here=places.HERE),
        )
    return found


def _maintenance(url: URL) -> Engine:
    """An engine for the database that every server has, to ask for the others and to make one."""
    if places.HERE not in str(url.database):
        _file(url)  # refuses
    driver = "postgresql+psycopg" if "+" not in url.drivername else url.drivername
    return create_engine(url.set(drivername=driver, database="postgres"), poolclass=NullPool)


def _asked(engine: Engine, sql: str, **values: str) -> list[str]:
    try:
        with engine.connect() as connection:
            return [str(name) for (name,) in connection.execute(text(sql), values)]
    except DBAPIError as failed:
        raise refusal_of(engine, failed) from failed
    finally:
        engine.dispose()


@contextmanager
def place(url: str, name: str, keep: bool = True) -> Iterator[str]:
    """Makes the place of a new issuer, where `init` then makes its books; the URL of it. Taken away if that fails.

    What was there before stays; without `keep` the place is taken away in any case. A schema is made by `init`'s own
    transaction.
    """
    own, made = places.of(url, name), False
    parsed = make_url(with_hosts(own))
    by_database = parsed.get_backend_name() == "postgresql" and places.HERE in url
    if by_database:
        made = _create(make_url(with_hosts(url)), str(parsed.database))
    elif parsed.get_backend_name() == "sqlite" and not _file(parsed).parent.exists():
        filing.make_folder(_file(parsed).parent)
        made = True
    kept = False
    try:
        yield own
        kept = keep
    finally:
        if made and not kept and by_database:
            _sole(make_url(with_hosts(url)), f'DROP DATABASE "{parsed.database}"')
        elif made and not kept:
            with suppress(OSError):  # something of it is there all the same
                _file(parsed).parent.rmdir()


def _create(url: URL, database: str) -> bool:
    """Makes a database, if it is not there; whether it did."""
    if _asked(_maintenance(url), f"{_DATABASES} AND datname = :name", name=database):
        return False
    _sole(url, f'CREATE DATABASE "{database}"')
    return True


def _sole(url: URL, sql: str) -> None:
    """A statement that runs in no transaction."""
    engine = _maintenance(url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(sql)
    except DBAPIError as failed:
        raise refusal_of(engine, failed) from failed
    finally:
        engine.dispose()
