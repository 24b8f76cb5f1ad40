"""Drafts: mails as files that a mail program opens to send them; no file that is there is ever written over.

What is there under the name of a draft is left as it is: the same bytes are the same draft, anything else is somebody's
and is refused. A link is never followed, wherever it points.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

from billing.errors import BadInput
from billing.texts import say


def name_of(code: str) -> str:
    """The file of a paper's draft: `INV-2025-00001.eml`."""
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in code).lstrip(".") + ".eml"


def write(folder: Path, code: str, data: bytes) -> Path:
    """Writes a draft whole or not at all, and answers its file. Raises BadInput where something else is there."""
    target = folder / name_of(code)
    try:
        if not _is_the_same(target, data):
            _put(target, data)
    except OSError as failed:
        raise BadInput(
            "bad-input", say("cannot write {path!r}: {why}", path=str(target), why=failed.strerror or "?")
        ) from None
    return target


def _is_the_same(target: Path, data: bytes) -> bool:
    """Whether the draft is there already; what is there and is not it is refused."""
    try:
        found = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    except OSError:  # a link, above all
        raise _taken(target) from None
    try:
        if not stat.S_ISREG(os.fstat(found).st_mode):
            raise _taken(target)
        with os.fdopen(found, "rb", closefd=False) as file:
            if file.read(len(data) + 1) != data:
                raise _taken(target)
    finally:
        os.close(found)
    return True


def _put(target: Path, data: bytes) -> None:
    """Makes the file under a name of its own first; it gets the draft's only if nobody took that meanwhile."""
    half = target.with_name(f".{target.name}.part")
    with suppress(FileNotFoundError):
        half.unlink()  # what a kill left behind
    try:
        _make(half, data)
        try:
            os.link(half, target)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links: as well as can be
            _make(target, data)
    except FileExistsError:
        raise _taken(target) from None
    finally:
        half.unlink(missing_ok=True)


def _make(path: Path, data: bytes) -> None:
    """Makes a file that is not there yet, not even as a link."""
    made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    with os.fdopen(made, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _taken(target: Path) -> BadInput:
    return BadInput(
        "bad-input",
        say("{path!r} is there and is not this draft", path=str(target)),
        say("move it away, or give another folder"),
    )
