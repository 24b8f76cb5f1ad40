"""Keeps each transaction on PostgreSQL inside the schema of one issuer, where the URL names one (`?issuer=acme`).

`SET LOCAL` counts to the end of the transaction: behind pgbouncer in transaction mode, which refuses `options=` and
hands the same connection to the next, nobody else is left in that schema. It is the only one that is looked through:
what it lacks is missing, and never found in another issuer's.
"""

from typing import TYPE_CHECKING

from billing.errors import DatabaseRefusal
from billing.store import places
from billing.texts import say

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Dialect, Engine


def issuer_of(url: "URL") -> str | None:
    """The issuer that a PostgreSQL URL names."""
    given = url.query.get(places.SETTING)
    if given is None or url.get_backend_name() != "postgresql":
        return None
    if not isinstance(given, str) or not places.is_name(given):
        raise DatabaseRefusal("no-database", say("{name!r} is no name for an issuer", name=str(given)))
    return given


def keep_within(engine: "Engine") -> None:
    """Has all transactions of an engine begin in the issuer's schema; without an issuer nothing is done."""
    name = issuer_of(engine.url)
    if name is None:
        return
    from sqlalchemy import event

    def connecting(_dialect: "Dialect", _record: object, _arguments: object, settings: dict[str, object]) -> None:
        settings.pop(places.SETTING, None)  # the driver knows no such setting

    def begun(connection: "Connection") -> None:
        connection.exec_driver_sql(f'SET LOCAL search_path TO "{name}"')

    event.listen(engine, "do_connect", connecting)
    event.listen(engine, "begin", begun)
