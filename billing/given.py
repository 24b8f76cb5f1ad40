"""Files that are given to us: read whole, but never more than there may be, whatever is behind the name.

A device that never ends, a pipe that nobody writes into and a file too large for what it is are refused before they
fill the memory or make anybody wait.
"""

import os
import stat
import sys
from pathlib import Path
from typing import IO, Any

from billing import errors
from billing.errors import BadInput
from billing.texts import Text, say

SETTINGS = 1_000_000  # bytes of a file of settings, a tariff, a key
BANK = 100_000_000  # of a bank's file
LINES = 200_000_000  # of a file to load: over a million entries
MAIL = 50_000_000  # of a mail
STDIN = "-"
_PIECE = 1 << 20
_NOBODY = say("nobody writes into this pipe")


def read(path: str | Path, most: int) -> bytes:
    """The bytes of a file. Raises BadInput where it cannot be read, or is longer than `most`."""
    data = begun(path, most)
    if len(data) > most:
        raise too_long(path, most)
    return data


def kept(path: str | Path, most: int) -> IO[bytes]:
    """A file, or standard input, open to be read more than once and held by no memory.

    What is no file, as a pipe, is written into a temporary one first, which has no name and is its owner's alone.
    Raises BadInput as `read` does.
    """
    if path == STDIN or not _is_file(path):
        return _spooled(path, most)
    try:
        file = Path(path).open("rb")  # noqa: SIM115
    except OSError as failed:
        raise _unreadable(path, failed) from None
    if os.fstat(file.fileno()).st_size > most:
        file.close()
        raise too_long(path, most)
    return file


def _is_file(path: str | Path) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False  # who reads it says why


def _spooled(path: str | Path, most: int) -> IO[bytes]:
    import tempfile

    spool: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        if path != STDIN:
            spool.write(read(path, most))
            return spool
        while piece := begun_stdin(_PIECE):
            spool.write(piece)
            if spool.tell() > most:
                raise too_long(path, most)
        return spool
    except BaseException as failed:
        spool.close()
        if isinstance(failed, OSError):
            raise _unreadable(path, failed) from None
        raise


def begun(path: str | Path, most: int) -> bytes:
    """A file up to one byte more than `most`: who reads it refuses what is longer. Raises BadInput."""
    try:
        there = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe without a writer does not make us wait
    except (OSError, ValueError) as failed:
        raise _unreadable(path, failed) from None
    try:
        found = os.fstat(there)
        first = _begun(there) if stat.S_ISFIFO(found.st_mode) else b""
        if first is None:
            raise BadInput("bad-input", say("cannot read {file}: {strerror}", file=path, strerror=_NOBODY))
        os.set_blocking(there, True)
        return _read(there, most, first)
    except OSError as failed:
        raise _unreadable(path, failed) from None
    finally:
        os.close(there)


def text(path: str | Path, most: int = SETTINGS) -> str:
    """The UTF-8 text of a file, without a byte order mark. Raises BadInput, and UnicodeDecodeError for other text."""
    return read(path, most).decode("utf-8-sig")


def table(path: str | Path) -> dict[str, Any]:
    """A file of settings in TOML. Raises BadInput where it is none."""
    import tomllib

    try:
        return tomllib.loads(text(path))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as failed:
        raise BadInput("bad-input", say("{file} is no TOML: {why}", file=path, why=str(failed))) from None


def stdin(most: int) -> bytes:
    """The bytes of standard input. Raises BadInput where it is closed, or longer than `most`."""
    data = begun_stdin(most)
    if len(data) > most:
        raise too_long(STDIN, most)
    return data


def begun_stdin(most: int) -> bytes:
    """Standard input up to one byte more than `most`: what is longer can still be read on."""
    if sys.stdin is None:
        raise BadInput("bad-input", say("standard input is closed"), say("give a file, or send something there"))
    try:
        return sys.stdin.buffer.read(most + 1)
    except OSError as failed:
        raise _unreadable(STDIN, failed) from None


def _begun(there: int) -> bytes | None:
    """What a pipe holds already; None where nobody writes into it."""
    try:
        return os.read(there, _PIECE) or None
    except BlockingIOError:  # somebody will
        return b""


def _read(there: int, most: int, first: bytes) -> bytes:
    parts, length = [first], len(first)
    while length <= most and (piece := os.read(there, min(_PIECE, most + 1 - length))):
        parts.append(piece)
        length += len(piece)
    return b"".join(parts)


def too_long(path: str | Path, most: int) -> BadInput:
    """The refusal of a file that is longer than what it should be ever is."""
    size = most // 1_000_000
    return BadInput("bad-input", say("{file} is longer than {size} MB", file=path, size=size), say("give a part of it"))


def _unreadable(path: str | Path, failed: OSError | ValueError) -> BadInput:
    why: Text | str = say("that is no name of a file")
    if isinstance(failed, OSError):
        why = errors.why(failed)
    return BadInput("bad-input", say("cannot read {file}: {strerror}", file=path, strerror=why))
