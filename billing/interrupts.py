"""Being stopped by a signal, at any moment: one line, the usual status, nothing half.

A signal is an exception where the program can be stopped, and waits while a transaction is committed, so that what
is said of it is true. While the program's parts are still being read in, nothing is done yet, and it ends at once.

Python gives signals to the main thread: it is stopped, and only its own commits make one wait. What the threads of a
server commit meanwhile is theirs.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from billing.errors import Refusal
from billing.texts import Text

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Stopped(BaseException):
    """A signal came. `kept` is what was recorded before it, of what takes many transactions."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.kept: Text | None = None

    @property
    def status(self) -> int:
        """The exit status that shells give to who was stopped so."""
        return 128 + self.number


class _State:
    """What of a signal is known in this process; all but the count is the main thread's."""

    held = False  # the main thread commits
    pending: int | None = None  # came meanwhile
    caught: Stopped | None = None
    commits = 0  # since the program began, of all threads
    over = False  # signals are ignored because the command is done, not because somebody asked for that


state = _State()
_counting = threading.Lock()


def at_start() -> None:
    """For the program itself, before its parts are read in: a signal ends it at once."""
    _handle(_leave)


def raising() -> None:
    """From now on a signal is raised as Stopped."""
    state.pending, state.caught, state.commits = None, None, 0
    _handle(_stop)
    state.over = False


def over() -> None:
    """The command is done, and its status known: a signal has nothing to stop any more.

    Ignored rather than handled: Python's own end gives a handled signal back to the system, which kills.
    """
    _handle(signal.SIG_IGN)
    state.over = True


def check() -> None:
    """Raises the signal that came while a transaction was committed, in the thread that signals stop."""
    if state.pending is not None and _stoppable():
        _raise(state.pending)


@contextmanager
def committing() -> Iterator[None]:
    """Keeps a signal waiting until a commit is over; `check` raises it. Other threads have nothing that would stop."""
    check()
    stoppable = _stoppable()
    if stoppable:
        state.held = True
    try:
        yield
        with _counting:
            state.commits += 1
    finally:
        if stoppable:
            state.held = False


def _stoppable() -> bool:
    return threading.current_thread() is threading.main_thread()


def _handle(handler: object) -> None:
    for name in _NAMES:
        number = getattr(signal, name, None)
        with suppress(ValueError, OSError):  # another thread than the main one
            if number is not None and (state.over or signal.getsignal(number) != signal.SIG_IGN):  # as nohup has it
                signal.signal(number, handler)  # type: ignore[arg-type]


def _leave(number: int, _frame: FrameType | None) -> None:
    with suppress(OSError):
        os.write(2, b"error: interrupted; nothing was changed\n")
    os._exit(128 + number)


def _stop(number: int, _frame: FrameType | None) -> None:
    if state.caught is not None:  # again, while it is being taken back
        os._exit(128 + number)
    if state.held:
        state.pending = number
    else:
        _raise(number)


def _raise(number: int) -> None:
    state.pending = None
    state.caught = Stopped(number)
    raise state.caught


@contextmanager
def keeping(said: Callable[[], Text | None]) -> Iterator[None]:
    """For what takes many transactions: a refusal in one of them says what those before it have kept."""
    try:
        yield
    except Refusal as refused:
        kept = said()
        if kept is None:
            raise
        raise refused.having(kept) from refused
    except Stopped as stopped:
        stopped.kept = said() or stopped.kept
        raise
