"""Files that are given out, in a history: copies, anchors and documents, on a disk that fails or is full meanwhile.

What must hold of them (L1, L10): a file is as it was or whole, whatever fails; nothing is left beside it; and asked for
again on a disk that is well again, it is there.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from billing import Refusal
from billing.errors import BadInput
from billing.exchange import anchors
from billing.filing import Folder
from billing.views.documents import MadeFile
from tests.simulation.sold import Differs

FILES = ("BackUp", "MakeAnchor", "AskFiles")  # what gives files out, the last as `invoice run --out` does
OUT = "out"  # the folder of documents


class Handing:
    """The folder of a simulation in which files are given out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.issued: dict[str, bytes] = {}  # by the file's name, what every one must be for ever (L10)

    def out(self, files: tuple[MadeFile, ...], ending: str) -> Refusal | None:
        """Writes the files of documents; why not, where it is refused."""
        for file in files:
            if self.issued.setdefault(f"{file.number}.{ending}", file.data) != file.data:
                raise Differs(f"the {ending} of {file.number} is another one than was issued (L10)")
        try:
            with Folder(self.folder / OUT) as folder:
                for file in files:
                    folder.put(f"{file.number}.{ending}", file.data)
        except BadInput as refused:
            return refused
        return None

    def there(self) -> dict[Path, bytes]:
        """What lies in the folder."""
        return {path: path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()}

    def check(self, before: dict[Path, bytes], refused: Refusal | None) -> None:
        """What is there after a disk failed: all of before or whole, and said to be not written."""
        if refused is None or "cannot write" not in str(refused):
            raise Differs(f"the disk failed, and the answer is: {refused or 'done'}")
        now = self.there()
        if gone := [path.name for path in before if path not in now]:
            raise Differs(f"the disk failed, and {gone} are gone")
        for path, data in now.items():
            if path.name.endswith((".part", "-wal", "-shm", "-journal")):
                raise Differs(f"the disk failed, and {path.name} is left")
            if data != before.get(path) and not self._is_whole(path, data):
                raise Differs(f"the disk failed, and {path.name} is neither as it was nor whole")

    def _is_whole(self, path: Path, data: bytes) -> bool:
        if path.parent.name == OUT:
            return self.issued.get(path.name) == data
        if data.startswith(b"SQLite format 3"):
            with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as copy:
                return bool(copy.execute("PRAGMA integrity_check").fetchone() == ("ok",))
        if data.startswith(b"PGDMP") or path.name.startswith("key_file"):
            return len(data) > 32
        try:
            return sum(1 for _ in anchors.opened(path).lines()) > 0
        except Refusal:
            return False


def ending(fields: dict[str, Any]) -> str:
    """The end of the names of the files that a question asks for."""
    return f"{fields.get('of', 'invoice')}.{fields.get('format', 'pdf')}"
