"""The log of erasures: a file of JSON Lines outside the database, an erasure a line; no personal data is in it (P4)."""

import json
from collections.abc import Iterator
from pathlib import Path

from billing import given
from billing.errors import BadInput
from billing.texts import say
from billing.views.codec import from_json, to_json
from billing.views.privacy import Erasure

MOST_BYTES = 100_000_000


def line(erasure: Erasure) -> str:
    """An erasure as its line."""
    return json.dumps(to_json(erasure), ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def read(file: Path) -> list[Erasure]:
    """The erasures of a file. Raises BadInput (`bad-input`) with the line that is none."""
    return list(_read(file))


def _read(file: Path) -> Iterator[Erasure]:
    text = given.text(file, MOST_BYTES)
    for number, one in enumerate(text.splitlines(), 1):
        if not one.strip():
            continue
        try:
            found = from_json(Erasure, json.loads(one))
            fits = isinstance(found.code, str) and isinstance(found.scope, str)
        except (ValueError, TypeError, AttributeError, RecursionError):
            fits = False
        if not fits:
            raise BadInput("bad-input", say("line {number} of {file} is no erasure", number=number, file=file))
        yield found
