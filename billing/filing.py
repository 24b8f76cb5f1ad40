"""Files that are given out: written whole or not at all, and on the disk before they have their name.

Nobody but who runs the program may read them, whatever the umask; BILLING_UMASK says who else may, as 027 for a group.
One place writes them all. `Folder` is for files that the program names, `write` for one that somebody named, `growing`
for one that another program fills, as SQLite does. A file of a folder is never reached through a link, and never
written over another's.
"""

import errno
import glob
import os
import re
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import TracebackType

from billing import errors
from billing.errors import BadInput
from billing.texts import Text, say

_HALF = re.compile(r"\.billing-[0-9]+-[0-9a-f]{8}\.part")  # what a kill leaves behind
_GROWN = re.compile(r"([0-9]+)(-[0-9a-f]{8})?\.part")  # the same of `growing`, also of an earlier version's
_FORGOTTEN = 3600  # seconds after which nobody writes a half file any more
UMASK = "BILLING_UMASK"
_OWN = 0o077  # what is taken from who is not the owner, unless UMASK says otherwise
_AT_ONCE = 50  # files that wait for the disk together
_DEVICES = ("/dev/", "/proc/")  # also what leads to one that this process has open
_MEMORY = "/dev/shm/"  # a folder like others
_NO_NAME = say("that is no name of a file")


def mode(most: int) -> int:
    """The mode of a file or folder that is made, of `most` what the owner would get (0o666, 0o777).

    Raises BadInput where BILLING_UMASK is no mode, or takes from the owner.
    """
    given = os.environ.get(UMASK) or f"{_OWN:o}"
    if not re.fullmatch(r"0?[0-7]{1,3}", given) or int(given, 8) & 0o700:
        raise BadInput(
            "bad-input",
            say("{name} {given!r} is no umask", name=UMASK, given=given),
            say("give 077 for nobody else, 027 for the group to read, 007 to write too"),
        )
    return most & ~int(given, 8)


def open_new(path: str | Path, flags: int = os.O_EXCL | os.O_NOFOLLOW, at: int | None = None) -> int:
    """Makes a file to write into, for whom it is to be readable; in the folder `at` where that is open."""
    wanted = mode(0o666)
    made = os.open(path, os.O_WRONLY | os.O_CREAT | flags, wanted, dir_fd=at)
    try:
        if stat.S_IMODE(os.fstat(made).st_mode) != wanted:  # the umask takes more than was asked for
            os.fchmod(made, wanted)
    except OSError:  # a file system without modes
        pass
    return made


def make_folder(path: Path) -> None:
    """Makes a folder with those above it that are not there, for whom they are to be open."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with suppress(FileExistsError):
        path.mkdir(mode(0o777))
        with suppress(OSError):
            path.chmod(mode(0o777))


class Taken(BadInput):
    """The refusal of a name that another file has, or a link, which both stay as they are."""


class Folder:
    """A folder that is open: names in it are looked up there, wherever its path leads meanwhile."""

    def __init__(self, path: Path, make: bool = True) -> None:
        """Opens the folder, with `make` made first where it is not there. Raises BadInput where it cannot be written
        into."""
        self.path = path
        self._made = False
        try:
            if make:
                make_folder(path)
            if path.is_symlink():
                raise BadInput(
                    "bad-input",
                    say("the folder {folder} is a link, and links are not followed", folder=path),
                    say("name the folder that it leads to: {target}", target=os.path.realpath(path)),
                )
            self._at = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except (OSError, ValueError) as failed:
            raise _unwritable(path, failed) from None
        if make:
            self._try()

    def _try(self) -> None:
        """Writes a file that is gone again, and takes away what killed writers left: before anything is recorded."""
        try:
            half = _half_name()
            os.close(open_new(half, at=self._at))
            self._drop(half)
            for name in os.listdir(self._at):  # noqa: PTH208 - of the folder that is open, not of its path
                if _HALF.fullmatch(name) and self._age(name) > _FORGOTTEN:
                    self._drop(name)
        except OSError as failed:
            os.close(self._at)
            raise _unwritable(self.path, failed) from None

    def __enter__(self) -> "Folder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(BadInput) if value else nullcontext():  # what went wrong first is told
            self.close()

    def close(self) -> None:
        """Has the disk keep the names of what was written. Raises BadInput where it cannot."""
        try:
            if self._made:
                _sync_names(self._at)
        except OSError as failed:
            raise _unwritable(self.path, failed) from None
        finally:
            os.close(self._at)

    def put(self, name: str, data: bytes) -> None:
        """Has these bytes under a name: writes them where nothing is, and where a file is torn that was to be them.

        Raises BadInput where anything else is there, which stays, or where they cannot be written.
        """
        for taken in self.put_all([(name, data)]):
            raise taken

    def put_all(self, files: Sequence[tuple[str, bytes]]) -> "list[Taken]":
        """Has many files under their names as `put` has one; the refusals of the names that are taken.

        They reach the disk some at a time, which waits hardly longer for many than for one.
        """
        refused: list[Taken] = []
        for start in range(0, len(files), _AT_ONCE):
            absent: list[tuple[str, bytes]] = []
            for name, data in files[start : start + _AT_ONCE]:
                with self._telling(name):
                    state = self._state(name, data)
                    if state == "torn":
                        self._write(name, data, over=True)
                if state == "absent":
                    absent.append((name, data))
                elif state == "other":
                    refused.append(self._taken(name))
            refused += self._written(absent)
        return refused

    def _written(self, files: Sequence[tuple[str, bytes]]) -> "list[Taken]":
        """Writes files where nothing was; the refusals of the names that somebody else was faster to take."""
        halves: list[tuple[str, int]] = []
        refused: list[Taken] = []
        try:
            for name, data in files:
                with self._telling(name):
                    half = _half_name()
                    halves.append((half, open_new(half, at=self._at)))
                    with open(halves[-1][1], "wb", closefd=False) as file:
                        file.write(data)
            synced = _synced([made for _, made in halves])
            for (name, data), (half, _) in zip(files, halves, strict=True):
                with self._telling(name):
                    next(synced)
                    if self._named(half, name):
                        self._made = True
                    elif self._state(name, data) == "other":
                        refused.append(self._taken(name))
        finally:
            for half, made in halves:
                os.close(made)
                self._drop(half)
        return refused

    def _taken(self, name: str) -> "Taken":
        return Taken(
            "bad-input",
            say("{path!r} is there and is another file", path=str(self.path / name)),
            say("move it away, or give another folder"),
        )

    @contextmanager
    def _telling(self, name: str) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as failed:
            raise _unwritten(str(self.path / name), failed) from None

    def new(self, name: str, data: bytes) -> None:
        """Writes a file under a name that nothing has, not even a link. Raises BadInput where something has it."""
        try:
            if not self._write(name, data, over=False):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        except (OSError, ValueError) as failed:
            raise _unwritten(str(self.path / name), failed) from None

    def _state(self, name: str, data: bytes) -> str:
        """What is under a name: `absent`, the `same`, a `torn` file that was to be the same, or an `other` thing."""
        try:
            found = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._at)
        except FileNotFoundError:
            return "absent"
        except OSError:  # a link, above all
            return "other"
        if not stat.S_ISREG(os.fstat(found).st_mode):
            os.close(found)
            return "other"
        with os.fdopen(found, "rb") as file:
            there = file.read(len(data) + 1)
        if there == data:
            return "same"
        whole = there.rstrip(b"\0")  # what a power cut leaves of what was not yet on the disk
        return "torn" if len(there) <= len(data) and data.startswith(whole) else "other"

    def _write(self, name: str, data: bytes, over: bool) -> bool:
        """Writes a file under a name of its own, then gives it the name; whether it has it, that nobody had."""
        half = _half_name()
        try:
            _fill(open_new(half, at=self._at), data)
            if over:
                os.replace(half, name, src_dir_fd=self._at, dst_dir_fd=self._at)
            elif not self._named(half, name):
                return False
            self._made = True
            return True
        finally:
            self._drop(half)

    def _named(self, half: str, name: str) -> bool:
        """Gives a file its name; whether nobody else had it."""
        try:
            os.link(half, name, src_dir_fd=self._at, dst_dir_fd=self._at)
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links: as well as can be
            with suppress(FileNotFoundError):
                os.stat(name, dir_fd=self._at, follow_symlinks=False)
                return False
            os.rename(half, name, src_dir_fd=self._at, dst_dir_fd=self._at)
        return True

    def _drop(self, name: str) -> None:
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._at)

    def _age(self, name: str) -> float:
        try:
            return time.time() - os.stat(name, dir_fd=self._at, follow_symlinks=False).st_mtime
        except FileNotFoundError:
            return 0


def write(path: str, data: bytes | bytearray) -> None:
    """Writes the file that somebody named, in place of what is there; through a link, a device or a pipe, as he said.

    Raises BadInput where it cannot.
    """
    try:
        named = Path(path)
        is_device = path.startswith(_DEVICES) and not path.startswith(_MEMORY)
        if is_device or (named.exists() and not named.is_file()):
            named.write_bytes(data)  # a device, a pipe: written to, never replaced
            return
        _replace(Path(os.path.realpath(path)), data)
    except (OSError, ValueError) as failed:
        raise _unwritten(path, failed) from None


def _replace(target: Path, data: bytes | bytearray) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    with _beside(target, data) as half:
        if mode is not None:
            half.chmod(mode)  # who may read it was said when it was made
        half.replace(target)
        _keep_name(target)


@contextmanager
def growing(target: Path, force: bool = False) -> Iterator[Path]:
    """A file beside a target, to be filled; it takes the target's name when all went well, and is on the disk by then.

    Whatever stops it, a kill too, leaves what was there. A file that is there is replaced only by `force`, also one
    that appeared meanwhile; who may read it stays as it was said when it was made. Raises BadInput.
    """
    if not force and os.path.lexists(target):
        raise there(target)
    half = target.with_name(f".{target.name}.{_half_name().removeprefix('.billing-')}")
    try:
        _sweep(target)
        os.close(open_new(half))
        try:
            yield half
            _place(half, target, force)
        finally:
            for ending in ("", "-wal", "-shm", "-journal"):  # what SQLite keeps beside
                half.with_name(half.name + ending).unlink(missing_ok=True)
    except FileExistsError:
        raise there(target) from None
    except OSError as failed:
        raise _unwritten(str(target), failed) from None


def there(target: Path) -> BadInput:
    """The refusal to replace a file."""
    return BadInput(
        "bad-input", say("{file} is there already", file=target), say("name another, or replace it with --force")
    )


def make_first(path: Path, data: bytes) -> None:
    """Writes a file where none is, for its owner alone, whatever BILLING_UMASK says; of two at once the first stays.

    Raises BadInput where it cannot.
    """
    try:
        with _beside(path, data) as half:
            half.chmod(0o600)
            _link(half, path)
            _keep_name(path)
    except (OSError, ValueError) as failed:
        raise _unwritten(str(path), failed) from None


def name_too(path: Path, wanted: Path) -> Path:
    """Gives a file a second name, which stays when another takes the first: the wanted one, or the next that is free.

    Raises BadInput where it cannot.
    """
    try:
        while True:
            name = free(wanted)
            if _link(path, name):
                _keep_name(name)
                return name
    except OSError as failed:
        raise _unwritten(str(wanted), failed) from None


def free(wanted: Path) -> Path:
    """A file's name, or the first of its kind that nothing has yet."""
    names = (wanted, *(wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}") for number in range(2, 1000)))
    return next(path for path in names if not os.path.lexists(path))


def _place(half: Path, target: Path, force: bool) -> None:
    """Brings a file to the disk and gives it its name; without `force` only where nothing has it."""
    if target.is_file():
        half.chmod(stat.S_IMODE(target.stat().st_mode))
    made = os.open(half, os.O_RDONLY)
    try:
        os.fsync(made)
    finally:
        os.close(made)
    if force:
        half.replace(target)
    elif not _link(half, target):
        raise there(target)
    _keep_name(target)


def _link(path: Path, name: Path) -> bool:
    """Gives a file a further name; whether nobody else had that. Where there are no hard links it is its only one."""
    try:
        os.link(path, name)
    except FileExistsError:
        return False
    except OSError:
        if os.path.lexists(name):
            return False
        path.rename(name)
    return True


def _sweep(target: Path) -> None:
    """Removes what a killed process left of the same file."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.part*"):
        found = _GROWN.match(left.name.removeprefix(f".{target.name}."))
        if found and not _alive(int(found[1])):
            left.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except (ProcessLookupError, OverflowError):
            return False
    return True


@contextmanager
def _beside(target: Path, data: bytes | bytearray) -> Iterator[Path]:
    """The bytes in a file beside a target, on the disk; it is gone afterwards, unless it has another name by then."""
    if target.name == "":
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    half = target.with_name(_half_name())
    try:
        _fill(open_new(half), data)
        yield half
    finally:
        half.unlink(missing_ok=True)


def _half_name() -> str:
    import secrets  # brings OpenSSL along, which most commands do without

    return f".billing-{os.getpid()}-{secrets.token_hex(4)}.part"


def _synced(files: Sequence[int]) -> Iterator[None]:
    """Has the disk keep files that are open, all at a time; of each in its order, that it has. Raises OSError."""
    if len(files) < 2:
        yield from map(os.fsync, files)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as threads:
        yield from threads.map(os.fsync, files)


def _fill(made: int, data: bytes | bytearray) -> None:
    with os.fdopen(made, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(made)


def _keep_name(target: Path) -> None:
    """Has the disk keep a name; a folder that may be written into and not be read is let be."""
    try:
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    try:
        _sync_names(folder)
    finally:
        os.close(folder)


def _sync_names(folder: int) -> None:
    """Has the disk keep the names in a folder that is open; a file system that knows no such thing is let be.

    Raises OSError where the disk fails or is full: then nobody is told that they are kept.
    """
    try:
        os.fsync(folder)
    except OSError as failed:
        if failed.errno in (errno.EIO, errno.ENOSPC, errno.EDQUOT):
            raise


def _unwritable(folder: Path, failed: OSError | ValueError) -> BadInput:
    why = _why(failed)
    return BadInput("bad-input", say("cannot write into the folder {folder}: {strerror}", folder=folder, strerror=why))


def _unwritten(path: str, failed: OSError | ValueError) -> BadInput:
    return BadInput("bad-input", say("cannot write {path!r}: {why}", path=path, why=_why(failed)))


def _why(failed: OSError | ValueError) -> Text | str:
    return errors.why(failed) if isinstance(failed, OSError) else _NO_NAME
