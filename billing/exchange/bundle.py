"""Many files together: in a folder with folders inside, or in a ZIP that is the same bytes for the same files."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import partial
from pathlib import Path

from billing import filing
from billing.filing import Folder

Put = Callable[[str, bytes, date], None]  # a name, which may have a folder before it, what is in it, its day


@contextmanager
def opened(target: Path) -> Iterator[Put]:
    """What files are put into: a ZIP where the name ends so, else a folder. Raises BadInput.

    In a folder, what is there and is the same stays, and what is other is refused. A ZIP has its name when all went
    well; what has that name already stays, and is refused.
    """
    with (_zip if target.suffix.lower() == ".zip" else _folder)(target) as put:
        yield put


@contextmanager
def _folder(path: Path) -> Iterator[Put]:
    with ExitStack() as held:
        inside = {"": held.enter_context(Folder(path))}

        def put(name: str, data: bytes, _on: date) -> None:
            folder, _, last = name.rpartition("/")
            if folder not in inside:
                inside[folder] = held.enter_context(Folder(path / folder))
            inside[folder].put(last, data)

        yield put


@contextmanager
def _zip(path: Path) -> Iterator[Put]:
    with filing.growing(path) as half, zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
        yield partial(_put, archive)


def _put(archive: zipfile.ZipFile, name: str, data: bytes, on: date) -> None:
    entry = zipfile.ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
    entry.external_attr = filing.mode(0o666) << 16
    archive.writestr(entry, data)
