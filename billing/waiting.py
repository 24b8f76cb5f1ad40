"""Waiting for another writer: how long, who it is, and saying so to whoever waits.

Who writes to a SQLite file for longer than a moment leaves a note beside it until it lets go of the lock: its process,
command and agent, and since when. A note is believed only while that very process runs; a database server knows its
sessions itself.
"""

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

from billing.errors import BadInput
from billing.texts import Text, say

WAIT = "BILLING_WAIT"
USUAL = 60  # seconds
QUIET = 2  # seconds that are waited before anything is said
_MOST = 86_400
_NOTE = 2_000  # bytes

tell: Callable[[Text], None] | None = None  # says to whoever waits what is waited for; none where nobody listens


class Lag:
    """How far a standby was behind that was asked for an answer."""

    seconds = 0


_lag: ContextVar[Lag | None] = ContextVar("how far behind", default=None)


def noted_lag() -> Lag:
    """Begins to note how far behind a standby is that is asked from here on, in the threads of this context too."""
    lag = Lag()
    _lag.set(lag)
    return lag


def lags(seconds: int) -> None:
    """Notes that a standby is so far behind."""
    lag = _lag.get()
    if lag is not None:
        lag.seconds = max(lag.seconds, seconds)


def patience() -> int:
    """How many seconds to wait for another writer: BILLING_WAIT, else a minute. Raises BadInput."""
    wanted = os.environ.get(WAIT) or f"{USUAL}"
    if not re.fullmatch(r"[0-9]{1,5}", wanted) or int(wanted) > _MOST:
        raise BadInput(
            "bad-input",
            say("--wait {given!r} is no number of seconds", given=wanted),
            say("give a whole number from 0 to {most}", most=_MOST),
        )
    return int(wanted)


def command() -> str:
    """What this process was asked to do, without what it was given: `billing invoice run`."""
    words = [word for word in sys.argv[1:] if re.fullmatch(r"[a-z][a-z-]{0,20}", word)]
    return " ".join(["billing", *words[:2]])


def note(database: Path) -> Path:
    """The file beside a database that says who writes to it."""
    return database.with_name(f"{database.name}-lock")


def begun(database: Path, since: datetime | None = None) -> None:
    """Leaves a note that this process writes to a database; where none can be left, nobody is named."""
    import json

    from billing import filing

    about = {
        "pid": os.getpid(), "started": _started(os.getpid()), "command": command(),
        "agent": os.environ.get("BILLING_AGENT"), "since": (since or datetime.now(UTC)).isoformat(timespec="seconds"),
    }  # fmt: skip
    with suppress(OSError), os.fdopen(filing.open_new(note(database), os.O_TRUNC | os.O_NOFOLLOW), "w") as file:
        json.dump(about, file)


def ended(database: Path) -> None:
    """Takes the note away, while the lock is still held: the next writer's is never touched."""
    with suppress(OSError):
        note(database).unlink()


def holder(database: Path) -> Text | None:
    """Who writes to a database and since when, by a note whose process still runs."""
    import json

    from billing import given

    try:
        about = json.loads(given.read(note(database), _NOTE))
        pid, since = int(about["pid"]), datetime.fromisoformat(about["since"]).astimezone()
        if pid != os.getpid() and _started(pid) != about["started"]:
            return None
        what = str(about["command"]) + (f" ({about['agent']})" if about["agent"] else "")
    except (BadInput, ValueError, TypeError, KeyError, OverflowError):
        return None
    return held_by(what, pid, since)


def held_by(what: str, pid: int, since: datetime) -> Text:
    """A writer in words."""
    return say("{what}, process {pid}, since {since}", what=what, pid=pid, since=f"{since:%H:%M:%S}")


def waits(who: Text | None, seconds: int) -> Text:
    """What is said to whoever waits."""
    if who is None:
        return say("waiting for another writer, for {seconds} s at most", seconds=seconds)
    return say("waiting for another writer, for {seconds} s at most: {who}", seconds=seconds, who=who)


def _started(pid: int) -> str | None:
    """When a process began, as the system counts it: another one of the same number began at another time."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        pass
    try:  # a system without /proc: that it runs is all there is to know
        os.kill(pid, 0)
    except PermissionError:
        return "runs"
    except (OSError, OverflowError):
        return None
    return "runs"
