"""Where a key stands in a TOML text: tomllib keeps no line numbers, so they are looked up."""

import re
from collections.abc import Mapping

KeyPath = tuple[str, ...]

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_HEADER = re.compile(rf"\s*\[\[?\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]")


def lines_of(text: str) -> dict[KeyPath, int]:
    """The line of each table's header and of each key that begins a line."""
    found: dict[KeyPath, int] = {}
    table: KeyPath = ()
    quoted = False
    for number, line in enumerate(text.split("\n"), 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header and not quoted:
            path = table = _parts(header[1])
        elif key and not quoted:
            path = table + _parts(key[1])
        else:
            path = ()
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
        for end in range(1, len(path) + 1):
            found.setdefault(path[:end], number)
    return found


def _parts(dotted: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of a key; of the table around it where the key stands on none of its own."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 1)


def dotted(path: KeyPath) -> str:
    return ".".join(part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{part}"' for part in path)
