"""The command line with a bomb in it: at the n-th thing that it does to the world, it is killed (SIGKILL).

`python -m tests.store.bomb NOTE N SECONDS COMMAND…`. What counts are statements sent, commits, files written and files
put in their place. A file that is being written then is half-written; with SECONDS the kill comes so much later, in the
midst of whatever goes on. Without a bomb (N is 0) the file NOTE gets the number of things done.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from billing.commands.app import main
from billing.store.writing import Writer

at, seconds = 0, 0.0
done = 0
write_bytes, replace = Path.write_bytes, Path.replace


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def does(*_: Any) -> bool:
    """Counts; goes off when it is time, at once or a little later. Whether it is time."""
    global done
    done += 1
    if done == at and seconds:
        threading.Timer(seconds, kill).start()
    elif done == at:
        return True
    return False


def does_or_dies(*_: Any) -> None:
    if does():
        kill()


def writes(self: Path, data: bytes) -> int:
    if does():
        write_bytes(self, data[: len(data) // 2])
        kill()
    return write_bytes(self, data)


def puts(self: Path, target: Any) -> Path:
    does_or_dies()
    return replace(self, target)


def inserts(self: Writer, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """What goes to the driver past SQLAlchemy."""
    does_or_dies()
    insert(self, table, names, rows)


insert = Writer.insert

if __name__ == "__main__":  # and not in a process that works for it, which reads this module in too
    note, at, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    Writer.insert = inserts  # type: ignore[method-assign]
    event.listen(Engine, "before_cursor_execute", does_or_dies)
    event.listen(Engine, "commit", does_or_dies)
    Path.write_bytes, Path.replace = writes, puts  # type: ignore[method-assign,assignment]
    sys.argv[1:] = sys.argv[4:]
    try:
        main()
    finally:
        if not at:
            note.write_text(str(done))
