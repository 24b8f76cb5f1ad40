"""Whether a new name is a known one mistyped."""

from collections.abc import Iterable
from difflib import SequenceMatcher

_ALIKE = 0.8  # Mari and Marie are alike, Anna and Anne are two


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
