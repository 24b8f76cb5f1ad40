"""What was answered lately, for who lost the answer on its way and asks the same again: nothing is done twice (L5).

In memory, for some minutes: an id of a request's own is for ever, and in the database. Who asks again what is not
remembered here is told so, for it may have been done before the server began.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

from billing.errors import Already
from billing.texts import say

T = TypeVar("T")
SECONDS, MOST = 900.0, 2000


class Lately(Generic[T]):
    """The answers of the last minutes, by who asked and the number that he gave his try."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, Future[T]]] = {}
        self._lock = Lock()

    def once(self, who: str, attempt: str, again: bool, do: Callable[[], T]) -> T:
        """What `do` answers, or what it answered before; who asks `again` while it is being done waits for it.

        Raises Already (`conflict`) where it is asked again and not known whether it was done.
        """
        with self._lock:
            self._forget()
            before = self._known.get((who, attempt))
            if before is None and not again:
                mine: Future[T] = Future()
                self._known[who, attempt] = (self._clock(), mine)
        if before is not None:
            return before[1].result()
        if again:
            raise Already(
                "conflict",
                say("nobody knows whether that was done: the server has begun anew"),
                say("see with a question whether it was done before you ask again; with an --id it is safe to"),
            )
        try:
            mine.set_result(do())
        except BaseException as failed:
            mine.set_exception(failed)
        return mine.result()

    def _forget(self) -> None:
        """Lets go what is old, and the oldest where there are too many; answers come in the order of their times."""
        limit = self._clock() - SECONDS
        while self._known:
            first = next(iter(self._known))
            if self._known[first][0] >= limit and len(self._known) < MOST:
                return
            del self._known[first]
