"""Copies of a SQLite file that are kept beside it, each under a name of its own."""

from pathlib import Path

from billing import filing
from billing.office.transaction import Setting
from billing.store import backups
from billing.store.refusing import sqlite_file
from billing.store.schema import REVISION


def before_migration(setting: Setting) -> Path | None:
    """A copy of a SQLite database that an earlier version of the program made, beside it, named by version and day.

    Where nothing is to be migrated there is none. A try that was stopped leaves its own; the next one makes another.
    """
    file = sqlite_file(setting.engine)
    found = None if file is None else backups.revision(file)
    if file is None or found is None or found >= REVISION:
        return None
    target = filing.free(file.with_name(f"{file.name}.{found}.{setting.today.isoformat()}.backup"))
    with filing.growing(target) as half:
        backups.copy_file(file, half)
        backups.settle(half)
    return target
