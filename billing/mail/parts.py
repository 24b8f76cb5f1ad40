"""Finds the parts of a mail in its bytes, so that one can be written anew and all others stay as they are, to the byte.

Python's `email` package reads a mail and writes another one; here only places are found. What is not as the standards
have it (RFC 2045, 2046) is doubted, and a mail that is doubted is not touched.
"""

import re
from collections.abc import Iterator
from dataclasses import field
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from billing.texts import Text, say
from billing.values import dataclass

_DEPTH = 20  # of parts within parts
_PARTS = 500
_ONCE = ("content-type", "content-transfer-encoding", "content-disposition", "mime-version")


class Doubt(Exception):
    """A mail is not what it should be, or not what is understood here: it is left as it is, and `why` says so."""

    def __init__(self, why: Text | str) -> None:
        self.why = why if isinstance(why, Text) else say("it is not understood ({what})", what=why)
        super().__init__(str(self.why))


@dataclass(slots=True)
class Part:
    """A part of a mail: where its headers and its body are, what they say, the parts within."""

    start: int
    body: int
    end: int
    headers: Message
    parts: list["Part"] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.headers.get_content_type()

    @property
    def encoding(self) -> str:
        return str(self.headers.get("Content-Transfer-Encoding", "7bit")).strip().lower() or "7bit"

    @property
    def is_file(self) -> bool:
        """Whether it is there to be saved, not to be read."""
        return self.headers.get_content_disposition() == "attachment" or self.headers.get_filename() is not None

    def walk(self) -> Iterator["Part"]:
        """This part and all within, in the order in which they stand."""
        yield self
        for part in self.parts:
            yield from part.walk()


def read(data: bytes) -> Part:
    """The mail as a part, with those within. Raises Doubt."""
    found = _part(data, 0, len(data), 0)
    if sum(1 for _ in found.walk()) > _PARTS:
        raise Doubt("too many parts")
    return found


def _part(data: bytes, start: int, end: int, depth: int) -> Part:
    if depth > _DEPTH:
        raise Doubt("parts within parts")
    body = _body_of(data, start, end)
    headers = BytesHeaderParser(policy=compat32).parsebytes(data[start:body])
    if headers.defects:
        raise Doubt("headers that are none")
    names = [name.lower() for name in headers]
    if any(names.count(name) > 1 for name in _ONCE):
        raise Doubt("a header that is there twice")
    found = Part(start, body, end, headers)
    if headers.get_content_maintype() == "multipart":
        if found.encoding not in ("7bit", "8bit", "binary"):
            raise Doubt("parts that are encoded as a whole")
        found.parts = [_part(data, first, last, depth + 1) for first, last in _within(data, found)]
    return found


def _body_of(data: bytes, start: int, end: int) -> int:
    """Where the body begins: after the first empty line."""
    if re.compile(rb"\r?\n").match(data, start, end):
        return re.compile(rb"\r?\n").match(data, start, end).end()  # type: ignore[union-attr]
    empty = re.compile(rb"\n\r?\n").search(data, start, end)
    return end if empty is None else empty.end()


def _within(data: bytes, part: Part) -> list[tuple[int, int]]:
    """Where the parts of a multipart begin and end; a line break before a boundary belongs to the boundary."""
    boundary = part.headers.get_boundary()
    if not boundary or not boundary.isascii():
        raise Doubt("parts without a boundary")
    line = re.compile(rb"(?:(?<=\n)|\A)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?:\r?\n|\Z)")
    found: list[tuple[int, int]] = []
    first = None
    for mark in line.finditer(data[part.body : part.end]):
        if first is not None:
            last = part.body + mark.start() - 1
            last -= data[last - 1 : last] == b"\r"
            if last < first:
                raise Doubt("an empty part")
            found.append((first, last))
        if mark[1]:
            return found
        first = part.body + mark.end()
    raise Doubt("a boundary that is missing")
