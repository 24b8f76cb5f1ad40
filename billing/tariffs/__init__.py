"""Tariff files: found, read, checked and described; a TOML text in, a frozen `core.tariff.Tariff` out.

What the keys mean is in `tariffs/README.md`. What a tariff means for an entry is decided in `core`, never here; a
version that a contract cites is kept by `store`. Checking needs pydantic, which is slow to import, so only the
functions that check import it: `parse` trusts its text and stays fast.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from billing import shipped
from billing.errors import BadInput, one_of
from billing.tariffs.reading import Version, parse, sources, text_of
from billing.tariffs.written import LANGUAGES
from billing.texts import say

if TYPE_CHECKING:
    from billing.tariffs.checking import Fault
    from billing.texts import Text

__all__ = [
    "LANGUAGES",
    "Version",
    "describe",
    "faults",
    "folders",
    "names",
    "parse",
    "sources",
    "version_for",
    "versions",
]


def folders(environ: Mapping[str, str]) -> list[Path]:
    """The folders of tariffs: the user's own (BILLING_TARIFFS, earlier ones win), then those that ship."""
    own = [Path(part).expanduser() for part in environ.get("BILLING_TARIFFS", "").split(os.pathsep) if part]
    for folder in own:
        if not folder.is_dir():  # passed over, it would bill the shipped prices in place of the user's
            raise BadInput("bad-tariff", say("BILLING_TARIFFS names {folder}, which is not a folder", folder=folder))
    return [*own, shipped("tariffs")]


def names(folders: Iterable[Path]) -> list[str]:
    """The names of all tariffs in these folders, in alphabetical order."""
    return sorted({file.parent.name for folder in folders for file in folder.glob("*/*.toml")})


def versions(folders: Sequence[Path], name: str) -> list[Version]:
    """The versions of a tariff by date, all from the first folder that has it, and checked.

    Raises `unknown-tariff`, or `bad-tariff` with the first fault.
    """
    if name not in names(folders):
        raise one_of("tariff", name, names(folders))
    folder = next(folder for folder in folders if name in names([folder]))
    return [_checked(file) for file in sorted((folder / name).glob("*.toml"))]


def version_for(versions: Sequence[Version], day: date) -> Version:
    """The version in force on a day: the last that is valid by then; the first also counts for earlier days."""
    assert versions
    return next((version for version in reversed(versions) if version.valid_from <= day), versions[0])


def _checked(file: Path) -> Version:
    found = faults(file)
    if found:
        raise BadInput("bad-tariff", str(found[0]))
    text, day = text_of(file), date.fromisoformat(file.stem)
    return Version(file.parent.name, day, text, parse(text, day))


def faults(path: Path) -> "list[Fault]":
    """Every fault of a tariff file, by line; see `checking`."""
    from billing.tariffs import checking  # pydantic comes with it, and only files that come in are checked

    return checking.faults(path)


def describe(version: Version, language: str = "en") -> "list[tuple[Text, str, str, str]]":
    """A tariff in words: (section, item, value, source) in the order of the policy; see `describing`."""
    from billing.tariffs import describing

    return describing.describe(version, language)
