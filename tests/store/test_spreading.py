"""One huge issuer's books spread by customer: the plan, who is refused, and that all of it is done or nothing.

Citus is in no registry that tests reach: a PostgreSQL has functions here that stand in for those of Citus, so that the
statements are run, in their order; what Citus makes of them is not. `python -m tests.store.test_spreading` keeps the
plan anew.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from billing import Billing
from billing.errors import DatabaseRefusal
from billing.office.transaction import Setting
from billing.requests.spreading import AskSpreading, Spread
from billing.store import schema, spreading
from tests import support
from tests.store import histories
from tests.store.test_concurrency import postgresql_only
from tests.support import run

PLAN = Path(__file__).with_name("shard_plan.sql")
STAND_INS = (
    "CREATE TABLE pg_dist_partition (logicalrel regclass, partmethod text)",
    "CREATE FUNCTION create_reference_table(what regclass) RETURNS void LANGUAGE sql "
    "AS $$ INSERT INTO pg_dist_partition VALUES (what, 'n') $$",
    """
    CREATE FUNCTION create_distributed_table(what regclass, by text, colocate_with text DEFAULT 'default')
    RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = what AND attname = by) THEN
        RAISE 'no column % in %', by, what; END IF;
      IF EXISTS (SELECT FROM pg_constraint c LEFT JOIN pg_dist_partition p ON p.logicalrel = c.confrelid
                 WHERE c.conrelid = what AND c.contype = 'f' AND p.partmethod IS DISTINCT FROM 'n') THEN
        RAISE '% has a foreign key to what is not on every machine', what; END IF;
      INSERT INTO pg_dist_partition VALUES (what, 'h');
    END $$
    """,
)


def written() -> str:
    return "".join(f"{statement};\n" for statement in spreading.plan())


@pytest.fixture
def citus(copied: Callable[..., Setting], monkeypatch: pytest.MonkeyPatch) -> Setting:
    """A PostgreSQL that seems to have Citus."""
    setting = copied(histories.q3, today=date(2025, 2, 1))
    with setting.engine.begin() as connection:
        for statement in STAND_INS:
            connection.execute(text(statement))
    monkeypatch.setattr(spreading, "_HAS_CITUS", "SELECT true")
    return setting


def keys(setting: Setting) -> set[Any]:
    found = inspect(setting.engine)
    return {(table, key["name"]) for table in found.get_table_names() for key in found.get_foreign_keys(table)}


def test_the_plan_is_the_one_that_is_kept() -> None:
    """Whoever changes a table sees what that means for who spreads it."""
    assert PLAN.read_text() == written(), "python -m tests.store.test_spreading keeps it anew"
    assert run("shard", "--plan") == (0, written(), "")


def test_each_table_is_spread_one_way() -> None:
    """With its customer's rows, by a key of its own that each of its unique keys holds, or everywhere."""
    every = [*spreading.LEDGER, *spreading.DIRECTORIES, *spreading.EVERYWHERE]
    assert len(every) == len(set(every)) == len(schema.metadata.tables)
    for table, column in spreading.DIRECTORIES.items():
        assert column in table.primary_key.columns


def test_what_is_no_postgresql_with_citus_is_refused(copied: Callable[..., Setting]) -> None:
    setting = copied(histories.q3)
    before = support.contents(setting)
    for asked in (lambda: Billing(setting).do(Spread()), lambda: Billing(setting).ask(AskSpreading(here=True))):
        with pytest.raises(DatabaseRefusal, match="Citus") as refused:
            asked()
        assert refused.value.code == "no-database"
    assert support.contents(setting) == before


@pytest.mark.parametrize(("by", "why"), [("tier", "known are customer"), ("customer", "only a PostgreSQL with Citus")])
def test_init_refuses_before_anything_is_made(tmp_path: Path, by: str, why: str) -> None:
    url = f"sqlite:///{tmp_path}/b.db"
    status, _, err = run("init", "--name", "Demo SA", "--country", "CH", "--shard-by", by, BILLING_DB=url)
    assert status == 1 and why in err, err
    assert list(tmp_path.iterdir()) == []


@postgresql_only
def test_init_spreads_the_books_that_it_makes_ready(citus: Setting) -> None:
    url = citus.engine.url.render_as_string(hide_password=False)
    status, _, err = run("init", "--shard-by", "customer", BILLING_DB=url)
    assert status == 0, err
    assert not Billing(citus).do(Spread()).new, "it is spread already"


@postgresql_only
def test_it_is_spread_once_and_goes_on_as_before(citus: Setting) -> None:
    """L1, L7: the keys between a customer's rows stand again, the books hold, and another time changes nothing."""
    before = keys(citus)
    assert Billing(citus).do(Spread(), dry_run=True).new
    assert keys(citus) == before
    assert Billing(citus).do(Spread()).new
    assert before - keys(citus) == {("case_name", "fk_case_name_case_reference")}
    assert support.log(citus, customer="C0", seconds=300, case="T-1")["charged"] == 5
    assert support.audit(citus)["ok"]
    assert not Billing(citus).do(Spread()).new


@postgresql_only
def test_where_it_fails_nothing_is_done(citus: Setting, failing: None) -> None:
    before = keys(citus)
    with pytest.raises(DatabaseRefusal, match=r"no_such_function.*nothing was changed"):
        Billing(citus).do(Spread())
    assert keys(citus) == before
    with citus.engine.connect() as connection:
        assert not spreading.placed(connection)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last statement of the plan fails."""
    almost = [*spreading.plan()[:-1], "SELECT no_such_function()"]
    monkeypatch.setattr(spreading, "plan", lambda there=(): almost)


@postgresql_only
def test_init_says_how_it_goes_on_where_it_made_books_and_could_not_spread_them(citus: Setting, failing: None) -> None:
    url = citus.engine.url.render_as_string(hide_password=False)
    status, _, err = run("init", "--shard-by", "customer", BILLING_DB=url)
    assert status == 1
    assert err.endswith("the books are ready; `billing shard` spreads them\n"), err
    assert "nothing was changed" not in err


LATER = ("note", "reference", "alert", "head")  # as if a migration had just made them: one of each place


@postgresql_only
@pytest.mark.parametrize("how", [("init",), ("shard",)])
def test_what_a_later_version_makes_is_spread_as_well(citus: Setting, how: tuple[str, ...]) -> None:
    """A migration makes a table on one machine alone, whatever the others are."""
    Billing(citus).do(Spread())
    before = keys(citus), lying(citus)
    with citus.engine.begin() as connection:
        for table in LATER:
            connection.execute(text(f"DELETE FROM pg_dist_partition WHERE logicalrel = '{table}'::regclass"))
    url = citus.engine.url.render_as_string(hide_password=False)
    status, _, err = run(*how, BILLING_DB=url)
    assert status == 0, err
    assert (keys(citus), lying(citus)) == before
    assert not Billing(citus).do(Spread()).new
    assert support.log(citus, customer="C0", seconds=300, case="T-1", note="hello")["charged"] == 5


@postgresql_only
def test_what_is_not_spread_is_not_spread_unasked(citus: Setting) -> None:
    assert run("init", BILLING_DB=citus.engine.url.render_as_string(hide_password=False))[0] == 0
    assert lying(citus) == []


def lying(setting: Setting) -> list[Any]:
    """How each table lies, by name, each once."""
    with setting.engine.connect() as connection:
        found = connection.execute(text("SELECT logicalrel::text, partmethod FROM pg_dist_partition ORDER BY 1"))
        return [tuple(row) for row in found]


if __name__ == "__main__":
    PLAN.write_text(written())
