"""Writes billing/store/written.py from the tables and statements of billing.store; `--check` says if it is up to date.

A statement is said once, as a `Query` that a variable of a module in `billing/store` holds. What SQLAlchemy makes of it
for SQLite and for PostgreSQL is written down here, so that a command needs neither SQLAlchemy nor its time.
"""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg

from billing.store import schema, written

TARGET = Path(written.__file__)
HEAD = '''\
"""The tables' columns and the text of statements for each kind of database, as SQLAlchemy writes them.

Made by `python tools/statements.py`; do not edit. A statement is said where its name leads: `ledger._USED` is `_USED`
in `billing/store/ledger.py`.
"""

from typing import Any

Written = tuple[str, tuple[str, ...] | None, dict[str, Any]]  # text, names of parameters in order, those with a value

'''
DESK = (  # what these import, the desk's commands do, for whom SQLAlchemy must not come in
    "billing.office.entries.timing", "billing.office.entries.working_day", "billing.office.cases.acts",
    "billing.office.balances.balances",
)  # fmt: skip
DIALECTS = (sqlite.dialect(), psycopg.dialect())


def module() -> str:
    """The whole module."""
    columns = {table.name: tuple(table.columns.keys()) for table in schema.metadata.sorted_tables}
    data = [
        f"{c.table.name}.{c.name}" for t in schema.LEDGER for c in t.columns if isinstance(c.type, schema.LargeBinary)
    ]
    written.COLUMNS.clear()
    written.COLUMNS.update(columns)  # what modules make by table as they come in
    lines = [HEAD, f'REVISION = "{schema.REVISION}"  # the newest migration', ""]
    lines += ["# By table, in an order that foreign keys allow", "COLUMNS: dict[str, tuple[str, ...]] = {"]
    lines += [f"    {name!r}: {names!r}," for name, names in columns.items()]
    lines += ["}", f"BYTES = {data!r}  # columns of the ledger that hold bytes", ""]
    lines.append("STATEMENTS: dict[str, dict[str, Written]] = {")
    for name, by_dialect in statements().items():
        lines.append(f"    {name!r}: {{")
        for dialect, (sql, order, fixed) in by_dialect.items():
            parts = "\n".join(f"            {part!r}" for part in sql.splitlines(keepends=True))
            lines += [f"        {dialect!r}: (", f"{parts},", f"            {order!r},", f"            {fixed!r},"]
            lines.append("        ),")
        lines.append("    },")
    return "\n".join([*lines, "}", ""])


def statements() -> dict[str, dict[str, written.Written]]:
    """The statements by name, and by kind of database."""
    from billing.store.query import Query

    found: dict[str, dict[str, written.Written]] = {}
    for file in sorted(TARGET.parent.glob("*.py")):
        here = import_module(f"billing.store.{file.stem}")
        held = [one for value in vars(here).values() for one in (value.values() if type(value) is dict else [value])]
        for query in (one for one in held if isinstance(one, Query) and one.is_expression):
            name = query.name
            if name and name.startswith(f"{file.stem}."):
                found[name] = {dialect.name: query.compiled(dialect) for dialect in DIALECTS}
    return found


def main() -> None:
    text = module()
    if "--check" in sys.argv[1:]:
        if TARGET.read_text() != text:
            sys.exit("billing/store/written.py is out of date; python tools/statements.py writes it anew")
        alone = f"import sys, {', '.join(DESK)}; sys.exit('sqlalchemy' in sys.modules)"
        if subprocess.run([sys.executable, "-c", alone], check=False).returncode:
            sys.exit("what the desk's commands import brings SQLAlchemy in: take its words from billing.store.sql")
    else:
        TARGET.write_text(text)


if __name__ == "__main__":
    main()
