"""Files that are there whole or not at all: written beside, brought to the disk, then put in place."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from billing.errors import BadInput
from billing.texts import say


@contextmanager
def written(target: Path, force: bool = False) -> Iterator[Path]:
    """A name beside a file, for its owner alone, to be written to; it takes the file's name when all went well.

    Whatever stops it, a kill too, leaves what was there. A file that is there is replaced only by `force`, also one
    that appeared meanwhile. Raises BadInput (`bad-input`).
    """
    if not force and (target.exists() or target.is_symlink()):
        raise there(target)
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _swept(target)
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            yield half
            _synced(half)
            _placed(half, target, force)
            _synced(target.parent)
        finally:
            for ending in ("", "-wal", "-shm", "-journal"):  # what SQLite keeps beside
                half.with_name(half.name + ending).unlink(missing_ok=True)
    except FileExistsError:
        raise there(target) from None
    except OSError as failed:
        raise BadInput(
            "bad-input", say("cannot write {path!r}: {why}", path=str(target), why=failed.strerror or str(failed))
        ) from None


def there(target: Path) -> BadInput:
    """The refusal to replace a file."""
    return BadInput(
        "bad-input", say("{file} is there already", file=target), say("name another, or replace it with --force")
    )


def _placed(half: Path, target: Path, force: bool) -> None:
    """Gives a file its name; without `force` only where nothing has it, as a link knows at once."""
    if not force:
        try:
            os.link(half, target)
            return
        except FileExistsError:
            raise
        except OSError:  # a disk without links
            if target.exists():
                raise there(target) from None
    half.replace(target)


def _swept(target: Path) -> None:
    """Removes what a killed process left of the same file."""
    for left in target.parent.glob(f".{target.name}.*.part*"):
        pid = left.name.removeprefix(f".{target.name}.").partition(".")[0]
        if pid.isdigit() and not _alive(int(pid)):
            left.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, OverflowError):
            return False
    return True


def _synced(path: Path) -> None:
    """Brings a file, or the names in a folder, to the disk."""
    there = os.open(path, os.O_RDONLY)
    try:
        os.fsync(there)
    finally:
        os.close(there)
