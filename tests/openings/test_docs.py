"""The page for who starts in mid-year is what happens (G14)."""

from pathlib import Path

from billing.lines import bulk, opening
from tests.transcripts import played

PAGE = Path(__file__).parents[2] / "docs" / "opening.md"


def test_G14_the_page_is_what_is_printed(database_url: str, tmp_path: Path) -> None:
    assert played(PAGE.read_text(), tmp_path, database_url) == PAGE.read_text()


def test_G14_the_page_has_every_key_of_every_kind() -> None:
    rows = {
        row.split("|")[1].strip(" `"): row for row in PAGE.read_text().splitlines() if row.startswith("| `opening-")
    }
    assert {*rows, "customer"} == set(opening.KINDS)
    for kind, row in rows.items():
        needed, may = bulk.KEYS[kind]
        said = row.rsplit("|", 2)[1].replace("(allowance, pack, add-on, goodwill)", "")
        assert {key.strip() for key in said.split(",")} == needed | may, kind
