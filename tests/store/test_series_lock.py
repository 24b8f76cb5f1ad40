"""While a series is locked every sale of the issuer waits: a run only numbers and keeps there (M6)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from billing.office.invoicing import runs
from billing.store import ahead
from billing.store.engine import kept
from billing.store.query import Query
from tests.store import histories
from tests.support import load, made


def test_what_is_asked_under_the_lock_does_not_grow_with_the_documents(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The series stayed locked for 5.8 of a document's 6.1 ms: all that stands on it was gathered meanwhile."""
    setting = made(database_url, today=date(2025, 2, 28))
    setting = replace(setting, engine=kept(setting.engine))
    said: list[str] = []
    event.listen(setting.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    rows = Query.rows

    def noted(query, connection, values):  # type: ignore[no-untyped-def]
        if ahead.noted(connection) is None:  # and not only what will be asked of a lot
            said.append(query.written(connection.dialect, values)[0])
        return rows(query, connection, values)

    monkeypatch.setattr(Query, "rows", noted)
    counts = []
    for month, codes in ((1, range(3)), (2, range(3, 15))):
        for n in codes:
            load(setting, *histories.signed(f"C{n:02}", start="2025-01-01"),
                 {"type": "entry", "customer": f"C{n:02}", "date": f"2025-0{month}-10", "minutes": 60})  # fmt: skip
        said.clear()
        issued, _ = runs.run(setting, date(2025, month, 1), date(2025, month, 28))
        assert len(issued) == len(codes)
        locked = max(place for place, sql in enumerate(said) if "FROM series" in sql)
        counts.append(len(said[locked:]))
        assert not any(f"FROM {table}" in sql for sql in said[locked:] for table in ("customer", "entry", "document"))
    assert counts[0] == counts[1]
