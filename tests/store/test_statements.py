"""The text of statements that `tools/statements.py` wrote down, against what SQLAlchemy makes of them."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from billing.store.engine import open_engine, open_light, reading
from billing.store.query import Query
from billing.store.written import STATEMENTS
from tests.support import made

LATER = """
import sys
import billing.office.entries.timing, billing.office.cases.acts, billing.office.balances.balances
assert "sqlalchemy" not in sys.modules
from billing.store import ledger
from billing.store.query import Query
from billing.store.light import LightEngine
from billing.store.written import STATEMENTS
seen = 0
for module in [module for name, module in sys.modules.items() if name.startswith("billing.store.")]:
    held = [one for value in vars(module).values() for one in (value.values() if type(value) is dict else [value])]
    for query in {one for one in held if isinstance(one, Query) and one.name in STATEMENTS}:
        assert query.compiled(LightEngine.dialect) == STATEMENTS[query.name]["sqlite"], query.name
        seen += 1
print(seen)
"""


def queries() -> dict[str, Query]:
    """The statements that are written down, by name."""
    found: dict[str, Query] = {}
    for name in STATEMENTS:
        module, _, variable = name.partition(".")
        held = vars(import_module(f"billing.store.{module}"))[variable.partition("[")[0]]
        of = held if isinstance(held, dict) else {None: held}
        found |= {query.name: query for query in of.values() if query.name == name}
    return found


def test_what_is_written_is_what_the_database_would_be_asked(database_url: str) -> None:
    engine = made(database_url).engine
    found, kind = queries(), engine.dialect.name
    assert found.keys() == STATEMENTS.keys()
    for name, by_kind in STATEMENTS.items():
        assert kind == "postgresql" or kind in by_kind
        if kind in by_kind:
            assert found[name].compiled(engine.dialect) == by_kind[kind], name
    engine.dispose()


def test_what_is_noted_down_before_sqlalchemy_is_there_is_the_same() -> None:
    """The modules of the desk's commands come in without SQLAlchemy; their expressions are made later."""
    done = subprocess.run([sys.executable, "-c", LATER], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 90


def test_what_is_not_written_down_is_asked_in_the_same_transaction(tmp_path: Path) -> None:
    """SQLAlchemy works over the same connection: what one writes the other sees, and takes back."""
    from sqlalchemy import insert, select

    from billing.store import agents, schema
    from billing.store.engine import writing

    url = f"sqlite:///{tmp_path}/b.db"
    made(url).engine.dispose()
    engine = open_light(url)
    row = {"code": "eva", "name": None, "last_on": None, "email": None, "role": None}
    with writing(engine) as connection:
        connection.execute(insert(schema.agent), [row])
        assert list(agents.listed(connection)) == ["eva"]
    try:
        with writing(engine) as connection:
            assert connection.execute(select(schema.agent.c.code)).scalars().all() == ["eva"]
            connection.execute(insert(schema.agent), [row | {"code": "ian"}])
            assert list(agents.listed(connection)) == ["eva", "ian"]
            raise KeyError
    except KeyError:
        pass
    with reading(engine) as connection:
        assert list(agents.listed(connection)) == ["eva"]
    engine.dispose()
    with reading(open_engine(url)) as connection:
        assert list(agents.listed(connection)) == ["eva"]
