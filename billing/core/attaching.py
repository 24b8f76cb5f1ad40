"""Files that come with cases and quotes: which are kept, told by what is in them, and what each is called.

A name is what somebody chose; it says nothing about what is in a file, and nothing about where one is written.
"""

import re

from billing.errors import BadInput
from billing.texts import say

MOST_BYTES = 5_000_000  # of one file
_LONGEST = 100
_ODD = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_BEGINNINGS = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"PK\x03\x04", "zip"),  # office documents are such archives
)
TYPES = ("pdf", "png", "jpeg", "gif", "webp", "zip", "text")


def type_of(data: bytes) -> str | None:
    """What a file is by its content; None of what is not kept: programs, and whatever nobody can look at."""
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return "text" if _is_text(data) else None


def _is_text(data: bytes) -> bool:
    if b"\x00" in data:
        return False
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return not text.startswith("#!")


def checked_type(data: bytes) -> str:
    """What a file is; refuses one that is empty, too large or of no kind that is kept (`bad-input`)."""
    if not data:
        raise BadInput("bad-input", say("the file is empty"), say("give one with something in it"))
    if len(data) > MOST_BYTES:
        wrong = say("the file has {count} bytes or more", count=len(data))
        raise BadInput("bad-input", wrong, say("{most} are the most", most=MOST_BYTES))
    found = type_of(data)
    if found is None:
        wrong = say("the file is by its content of no kind that is kept")
        raise BadInput("bad-input", wrong, say("kept are {kinds}", kinds=", ".join(TYPES)))
    return found


def plain_name(given: str) -> str:
    """The last part of a file's name, without what would lead elsewhere or hide it; `file` where nothing is left."""
    last = _ODD.sub("", re.split(r"[/\\]", given)[-1]).strip().lstrip(".-~ ").rstrip(". ")
    stem, dot, end = last.rpartition(".")
    if len(last) > _LONGEST and dot and len(end) < _LONGEST // 2:
        last = stem[: _LONGEST - len(end) - 1] + dot + end
    return last[:_LONGEST] or "file"
