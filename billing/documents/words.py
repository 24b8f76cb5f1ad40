"""The words of documents in their languages, from `words.toml`: `words("de")["invoice.title"]`."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("fr", "de", "it", "en")


@cache
def spoken(language: str) -> str:
    """The language that a document is written in: `fr` for `fr-CH`, English for one that we lack."""
    short = language[:2].lower()
    return short if short in LANGUAGES else "en"


@cache
def words(language: str) -> dict[str, str]:
    """Every word and sentence in a language, by `table.key`. A missing translation is a mistake of ours."""
    data = tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))
    return dict(_flat(data, spoken(language), ""))


def why_free(entry: dict[str, Any], language: str) -> str:
    """The reason why an entry costs nothing."""
    reason = entry["free"]
    return words(language)[f"free.{reason}"].format(quote=entry.get("quote") or "") if reason else ""


def _flat(table: dict[str, Any], language: str, prefix: str) -> list[tuple[str, str]]:
    if "en" in table:
        return [(prefix.rstrip("."), table[language])]
    return [pair for key, value in table.items() for pair in _flat(value, language, f"{prefix}{key}.")]
