"""Copies of the whole database, and putting one back."""

from typing import ClassVar

from billing.requests.base import FileName, Request, SignedFile
from billing.requests.fields import Word, option
from billing.values import dataclass
from billing.views.backups import BackedUp, Restored


@dataclass(frozen=True, slots=True, kw_only=True)
class BackUp(SignedFile[BackedUp]):
    """Copies the whole database into a file while others write, audits the copy and puts its anchor beside it.

    A file that is there is replaced only by `force`. Nothing changes in the database.
    """

    KIND: ClassVar[str] = "backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore(Request[Restored]):
    """Puts a backup in the database's place, after it was audited and compared with its anchor.

    A database that is there is replaced only by `force`, and kept beside; what was recorded in it since is told.
    Without `anchored` no anchor is asked for, as of a copy that was made before a migration.
    """

    KIND: ClassVar[str] = "restore"
    file: FileName
    key_file: FileName | None = None
    expected: Word | None = None
    force: bool = option(False)
    anchored: bool = option(True)
