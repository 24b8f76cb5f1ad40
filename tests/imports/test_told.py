"""What an import answers at the terminal, in JSON and in people's languages."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from billing.exchange import imports
from billing.locales.words_inside import LEFT_OUT
from tests.imports import made
from tests.support import run


def test_an_import_counts_what_is_unchanged_in_json_too(database_url: str, tmp_path: Path) -> None:
    """A file taken in again answered `"unchanged": true`, where scripts read a number."""
    made.desk(database_url).engine.dispose()
    file = tmp_path / "kimai.csv"
    file.write_bytes(made.kimai({}, {"Date": "2025-03-04"}))
    command = ("--db", database_url, "import", "kimai", str(file), "--json")
    answers = [json.loads(run(*command, BILLING_TODAY="2025-03-31")[1]) for _ in range(2)]
    assert [(a["new"], a["unchanged"]) for a in answers] == [(2, 0), (0, 2)]
    assert answers[1]["minutes"] == {"ALPINA": 20}


def test_why_a_row_is_left_out_is_said_in_all_languages() -> None:
    files = list((Path(imports.__file__).parent / "tools").glob("*.toml"))
    reasons = {because for file in files for because in _reasons(tomllib.loads(file.read_text("utf-8")))}
    assert files and reasons == set(LEFT_OUT)


def _reasons(found: Any) -> Iterator[str]:
    """All that stands under `because`, however deep."""
    for key, value in found.items() if isinstance(found, dict) else enumerate(found):
        if key == "because":
            yield value
        elif isinstance(value, dict | list):
            yield from _reasons(value)
