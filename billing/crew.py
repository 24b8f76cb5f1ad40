"""Work that several do at a time: this process alone, processes beside it, or the workers of a Dask scheduler.

All three take a function of a module and what it is called with, nothing else: no database, no clock, no file. What
comes back is in the order of what was given, whoever did it and however often it was done again.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from billing.errors import BadInput, ServerRefusal
from billing.texts import Text, say

if TYPE_CHECKING:
    from concurrent.futures import Executor

# What starts others is imported when others are started: each command has a crew, and few need more than themselves.

T = TypeVar("T")
R = TypeVar("R")
MOST = 256  # processes: more is a typing error
TASK = 50  # documents of a task: one costs some milliseconds
_FEW = 1000  # documents that one process has drawn before others are ready
PATIENCE = 10  # seconds that a scheduler has to answer


class Crew:
    """Who works. Nothing is started before there is work for more than one, and what is started ends with `close`."""

    def __init__(self, workers: int = 1, scheduler: str | None = None) -> None:
        """So many processes, or the workers of the Dask `scheduler`, a URL as tcp://host:8786. Raises BadInput."""
        if not 1 <= workers <= MOST:
            raise BadInput("bad-input", say("{workers} workers are none of 1 to {most}", workers=workers, most=MOST))
        self.workers = workers
        self._scheduler = scheduler
        self._executor: Executor | None = None
        self._client: Any = None

    @property
    def at_once(self) -> int:
        """How many tasks are given out at a time, so that nobody waits for the next one."""
        return 2 * self.workers if self._scheduler is None else 16

    def map(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
        """What the work makes of each task, in their order.

        Processes that are killed are started again, once; what they had not done is done again. Raises ServerRefusal
        where that does not help, or the scheduler is not reached or goes away.
        """
        if self._scheduler is None and (self.workers == 1 or len(tasks) < 2):
            yield from map(work, tasks)
            return
        from concurrent.futures import BrokenExecutor, CancelledError

        done = 0
        for again in (True, False):
            try:
                for made in self._each(work, tasks[done:]):
                    yield made
                    done += 1
                return
            except (BrokenExecutor, CancelledError, OSError) as failed:
                self.close()
                if self._scheduler is not None:
                    raise _away(self._scheduler, failed) from failed
                if not again:
                    raise ServerRefusal(
                        "no-server", say("the processes that work here were killed"), say("--workers 1 does without")
                    ) from failed

    def _each(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
        if self._executor is None:
            self._executor = self._started()
        for future in [self._executor.submit(work, task) for task in tasks]:
            yield future.result()

    def _started(self) -> "Executor":
        if self._scheduler is None:
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import get_context

            return ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"), initializer=_begin)
        from importlib import import_module

        try:
            distributed: Any = import_module("distributed")
        except ModuleNotFoundError:
            raise BadInput(
                "bad-input",
                say("Dask is missing"),
                say("pip install 'support-billing[dask]', here and for its workers"),
            ) from None
        try:
            self._client = distributed.Client(self._scheduler, timeout=PATIENCE, set_as_default=False)
        except ValueError as failed:
            raise _away(self._scheduler, failed) from None
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def close(self) -> None:
        """Ends what was started; what was not begun yet is not done any more."""
        executor, client, self._executor, self._client = self._executor, self._client, None, None
        if executor is not None and client is None:
            executor.shutdown(cancel_futures=True)
        if client is not None:
            client.close(timeout=1)


ALONE = Crew()


def _away(scheduler: str, failed: BaseException) -> ServerRefusal:
    why: Text | str = str(failed) or say("the connection is lost")
    return ServerRefusal(
        "no-server", say("no answer from the Dask scheduler {scheduler}: {why}", scheduler=scheduler, why=why)
    )


def _begin() -> None:
    """A process that works: the one that started it is asked to stop, and it ends when that is gone, killed too."""
    import signal
    import threading
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def follow() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def crew_for(count: int, workers: int | None, scheduler: str | None) -> Crew:
    """Who draws so many documents: as is said, else this process, and one a processor where they are many."""
    return Crew(workers or (1 if count < _FEW or scheduler else _processors()), scheduler)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
