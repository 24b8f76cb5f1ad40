"""The coded notes of the French reform: dated wording with its source in `notes.toml`."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

SUBJECTS = ("PMD", "PMT", "AAB")  # what BR-FR-05 demands


def french(language: str, on: date) -> list[tuple[str, str]]:
    """The notes of a French company's document of a day, subject and text; English for a language we lack."""
    spoken = language[:2].lower()
    return [
        (str(row["subject"]), str(row.get(spoken, row["en"])))
        for row in _rows()
        if row["from"] <= on <= row.get("until", date.max)
    ]


@cache
def _rows() -> list[dict[str, Any]]:
    text = (files(__package__) / "notes.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["note"]
    return rows
