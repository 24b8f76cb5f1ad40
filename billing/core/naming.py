"""What names are compared by, whether a new one is a known one mistyped, and whom a part of a name means."""

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from billing.texts import Text, say

_ALIKE = 0.8  # Mari and Marie are alike, Anna and Anne are two


def spans(numbers: Iterable[str]) -> list[Text | str]:
    """Numbers of documents in short, of each series the first and the last: `INV-2025-00001 to INV-2025-00150`."""
    found: list[Text | str] = []
    for _, some in groupby(sorted(numbers), key=lambda number: number.rpartition("-")[0]):
        first, *rest = some
        found.append(say("{first} to {last}", first=first, last=rest[-1]) if rest else first)
    return found


def folded(reference: str) -> str:
    """What references of cases are compared by: neither letter case nor outer blanks tell two apart (T3)."""
    return reference.strip().casefold()


def subject_in(note: str) -> str:
    """The subject that stands in the note of an opening: its first line (S14)."""
    return note.strip().partition("\n")[0].strip()


def slip_of(name: str, known: Iterable[str]) -> str | None:
    """The known name that a new one is probably a slip of; none where it is known itself, or where nothing is near.

    Near is what differs in letter case, blanks and punctuation alone, or in a letter or so.
    """
    names = list(known)
    if name in names:
        return None
    plain = _plain(name)
    near = [(SequenceMatcher(None, plain, _plain(other)).ratio(), other) for other in names]
    best = max(near, default=(0.0, ""))
    return best[1] if best[0] >= _ALIKE else None


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def named(written: str, known: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of codes with their names, those that a text is a part of, whatever its letter case and accents (code first)."""
    part = _unaccented(written).strip()
    if not part:
        return []
    by_code, by_name = [], []
    for pair in known:
        if part in _unaccented(pair[0]):
            by_code.append(pair)
        elif part in _unaccented(pair[1]):
            by_name.append(pair)
    return by_code + by_name


def _unaccented(text: str) -> str:
    if text.isascii():  # as most are, where there are a hundred thousand
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
