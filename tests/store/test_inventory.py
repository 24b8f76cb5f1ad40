"""Every column says what it holds of persons, and the page tells it (P1, P2, P4, P5).

`python -m tests.store.test_inventory` writes the page's table anew.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from billing.store import inventory, schema
from billing.store.watching import ALL

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"
BEGIN, END = "<!-- inventory -->\n", "<!-- end -->\n"


def lines() -> Iterator[str]:
    """The page's tables: what the classes mean, and the columns of each table."""
    yield from ("| class | what it is, and how long it is kept |", "| --- | --- |")
    yield from (f"| {kind} | {means} |" for kind, means in inventory.MEANS.items())
    yield from ("", "| table | holds | columns by class |", "| --- | --- | --- |")
    for table in sorted(inventory.TABLES):
        about, classes = inventory.TABLES[table]
        columns = "; ".join(f"**{kind}** {', '.join(names.split())}" for kind, names in sorted(classes.items()))
        yield f"| `{table}` | {about} | {columns} |"


def test_P1_every_column_has_a_class() -> None:
    for table in schema.metadata.sorted_tables:
        assert table.name in inventory.TABLES, f"{table.name}: say in billing/store/inventory.py what it holds"
        for column in table.columns:
            found = inventory.class_of(table.name, column.name)
            assert found is not None, f"{table.name}.{column.name}: say in billing/store/inventory.py what it holds"


def test_P1_no_class_is_of_a_column_that_is_not_there_or_of_two() -> None:
    assert set(inventory.MEANS) == set(get_args(inventory.Class))
    tables = {table.name: set(table.columns.keys()) for table in schema.metadata.sorted_tables}
    assert set(inventory.TABLES) == set(tables)
    for name, (_, classes) in inventory.TABLES.items():
        assert set(classes) <= set(inventory.MEANS), name
        said = [column for columns in classes.values() for column in columns.split()]
        assert sorted(set(said)) == sorted(said), name
        assert set(said) <= tables[name], name


def test_P1_what_the_journal_keeps_in_plain_is_nobodys_personal_data() -> None:
    """Of a watched row what can be erased is in the journal as a salted digest alone, but the issuer's own."""
    for watched in ALL:
        for name in watched.plain:
            assert inventory.class_of(watched.table.name, name) not in ("party", "agent", "text", "paper"), name


def test_the_page_has_the_inventory() -> None:
    found = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
    assert found == "\n".join(lines()) + "\n", "python -m tests.store.test_inventory writes it"


if __name__ == "__main__":
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + BEGIN + "\n".join(lines()) + "\n" + END + rest.partition(END)[2])
