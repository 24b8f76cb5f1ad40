"""Which letters a paper draws, and how those of Arabic join: the shipped fonts have them, on each machine the same.

Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic (with Persian). Scripts whose letters change their places
or stack (Devanagari, Thai) or that need megabytes of signs (Chinese, Japanese, Korean) are none of it: a name in them
is refused where it comes in. A font, a size, an order on the page are not known here.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from billing.core.signs import hidden, named

ALPHABETS = (
    " -~", "\u00a0-\u00ac", "\u00ae-\u024f", "\u02b9-\u02bf", "\u0300-\u030c", "\u030f", "\u0311", "\u0323-\u0328",
    "\u032d\u032e\u0330\u0331", "\u0370-\u03ff", "\u0400-\u0525", "\u0531-\u0556", "\u0559-\u055f", "\u0561-\u0587",
    "\u0589\u058a", "\u05be", "\u05d0-\u05ea", "\u05f0-\u05f4", "\u060c", "\u061b", "\u061f", "\u0621-\u063a",
    "\u0640-\u064a", "\u0660-\u066c", "\u0679-\u067b", "\u067e", "\u0686", "\u0688", "\u0691", "\u0698", "\u06a4",
    "\u06a9", "\u06af", "\u06ba", "\u06be", "\u06cc", "\u06f0-\u06f9", "\u10a0-\u10c5", "\u10d0-\u10fc",
    "\u1e00-\u1ef9", "\u1f00-\u1ffe", "\u2c60-\u2c77",
    # blanks, dashes, quotes, marks, currencies, arrows, figures
    "\u2009", "\u2010-\u2015", "\u2018-\u201e", "\u2020-\u2022", "\u2026", "\u202f", "\u2030", "\u2032\u2033",
    "\u2039\u203a", "\u20aa\u20ac\u20b4\u20ba\u20bd", "\u2116", "\u2122", "\u2190-\u2193", "\u2212", "\u2260",
    "\u2264\u2265", "\u25a0", "\u25b2", "\u25bc", "\u2713", "\ufffd",
)  # fmt: skip
_SPELLED = {
    "\u2007": " ", "\u2008": " ", "\u200a": "\u2009", "\u2043": "-", "\u2215": "/", "\u2044": "/", "\u2e3a": "—",
    "⇒": "→", "➔": "→", "➜": "→", "✔": "✓", "✅": "✓", "●": "•", "▪": "■", "ℓ": "l", "∙": "·", "⋅": "·", "‗": "_",
    "\u200c": "", "\u200d": "",
}  # fmt: skip
PICTURES = ("So", "Sk")  # and what colours them: no letter of a name, left out where it is not drawn
_BLANKS = re.compile(" {2,}")
_KEPT = "\u00a0\u202f\u2009"  # blanks that are drawn as they are
_ARABIC = "[\u0600-\u06ff]"
_FROM_RIGHT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"  # of what is drawn, in all forms
_LAM, _STRETCH, _PARTED, _JOINER = "\u0644", "\u0640", "\u200c", "\u200d"


@cache
def signs() -> frozenset[str]:
    """All signs that are drawn as they are."""
    return frozenset(sign for part in ALPHABETS for sign in _of(part) if unicodedata.category(sign) != "Cn")


def _of(part: str) -> Iterator[str]:
    if len(part) == 3 and part[1] == "-":
        yield from map(chr, range(ord(part[0]), ord(part[2]) + 1))
    else:
        yield from part


def undrawn(text: str) -> tuple[str, ...]:
    """The signs of a text that no paper draws and that are more than a picture, each once, as they come."""
    if text.isascii():
        return ()
    return tuple(dict.fromkeys(sign for sign in _composed(text) if _spelled(sign) is None))


def written(text: str) -> str:
    """A text on one line in signs that a paper draws: another spelling, or a sign by its number, `<U+4E2D>`.

    Pictures that are not drawn are left out.
    """
    if signs().issuperset(text) and unicodedata.is_normalized("NFC", text):
        return text
    found = "".join(map(_said, _composed(text)))
    return _BLANKS.sub(" ", found) if any(unicodedata.category(sign) in PICTURES for sign in text) else found


def joined(text: str) -> str:
    """The same with the letters of Arabic in the forms in which they join, in the order in which they are read."""
    if text.isascii() or not re.search(_ARABIC, text):
        return written(text)
    composed, found = _composed(text), []
    at = 0
    while at < len(composed):
        sign = composed[at]
        before, after = composed[at - 1 : at], composed[at + 1 : at + 2]
        back = _ties(before) and ("final" in _forms(sign))
        if sign == _LAM and ("isolated", after) in _lam_alefs():
            found.append(_lam_alefs()["final" if back else "isolated", after])
            at += 2
            continue
        on = "initial" in _forms(sign) and ("final" in _forms(after) or after in (_STRETCH, _JOINER))
        kind = "medial" if back and on else "final" if back else "initial" if on else "isolated"
        found.append(
            _forms(sign).get(kind) or (spelled if (spelled := _spelled(sign)) is not None else f"<{named(sign)}>")
        )
        at += 1
    return "".join(found)


def from_right(text: str) -> bool:
    """Whether something in a text is read from right to left."""
    return not text.isascii() and re.search(_FROM_RIGHT, text) is not None


@cache
def joined_forms() -> frozenset[str]:
    """The forms that `joined` takes, which the fonts have too."""
    forms = {form for sign in signs() for form in _forms(sign).values()}
    return frozenset(forms | set(_lam_alefs().values()))


def _ties(sign: str) -> bool:
    """Whether a letter joins the one that follows it."""
    return sign in (_STRETCH, _JOINER) or (bool(sign) and "initial" in _forms(sign))


def _forms(sign: str) -> dict[str, str]:
    return _all_forms().get(sign, {})


@cache
def _all_forms() -> dict[str, dict[str, str]]:
    """The forms of each letter that is drawn, by how it stands, as Unicode has them."""
    found: dict[str, dict[str, str]] = {}
    for kind, letters, form in _presented():
        if len(letters) == 1 and letters in signs():
            found.setdefault(letters, {})[kind] = form
    return found


@cache
def _lam_alefs() -> dict[tuple[str, str], str]:
    """Lam and an alef are one form: by how it stands, and the alef."""
    return {(kind, letters[1]): form for kind, letters, form in _presented() if len(letters) == 2 and letters[0] == _LAM
            and letters[1] in "\u0622\u0623\u0625\u0627"}  # fmt: skip


def _presented() -> Iterator[tuple[str, str, str]]:
    for number in (*range(0xFB50, 0xFBFF + 1), *range(0xFE80, 0xFEFC + 1)):
        kind, *letters = unicodedata.decomposition(chr(number)).split() or [""]
        if kind in ("<isolated>", "<initial>", "<medial>", "<final>"):
            yield kind[1:-1], "".join(chr(int(letter, 16)) for letter in letters), chr(number)


def _composed(text: str) -> str:
    """A text on one line, its accents on their letters, without what nobody sees: on paper that is nothing."""
    blanks = "".join(" " if sign.isspace() and sign not in _KEPT else sign for sign in text)
    unseen = {*hidden(blanks)} - {_PARTED, _JOINER}
    composed = unicodedata.normalize("NFC", blanks)
    return "".join(sign for sign in composed if sign not in unseen and not "\ufe00" <= sign <= "\ufe0f")


def _said(sign: str) -> str:
    spelled = _spelled(sign)
    return f"<{named(sign)}>" if spelled is None else spelled


@cache
def _spelled(sign: str) -> str | None:
    """A sign as it is drawn, or another spelling of it; None where there is none."""
    if sign in _SPELLED:
        return _SPELLED[sign]
    if sign in signs():
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign and all(each in signs() for each in plain):
        return plain
    return "" if unicodedata.category(sign) in PICTURES else None
