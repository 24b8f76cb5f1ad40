"""Work that several do at a time: this process alone, processes beside it, or the workers of a Dask scheduler.

All three take a function of a module and what it is called with, nothing else: no database, no clock, no file. What
comes back is in the order of what was given, whoever did it and however often it was done again.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from billing.errors import BadInput, ServerRefusal
from billing.texts import Text, say

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

# What starts others is imported when others are started: each command has a crew, and few need more than themselves.

T = TypeVar("T")
R = TypeVar("R")
MOST = 256  # processes: more is a typing error
TASK = 50  # documents of a task: one costs some milliseconds
_FEW = 1000  # documents that one process has drawn before others are ready
PATIENCE = 10  # seconds that a scheduler has to answer
READY = "billing.office.invoicing.ready"  # what processes that work read in before their first task


class Crew:
    """Who works. Nothing is started before there is work for more than one, and what is started ends with `close`."""

    def __init__(self, workers: int = 1, scheduler: str | None = None) -> None:
        """So many processes, or the workers of the Dask `scheduler`, a URL as tcp://host:8786. Raises BadInput."""
        if not 1 <= workers <= MOST:
            raise BadInput("bad-input", say("{workers} workers are none of 1 to {most}", workers=workers, most=MOST))
        self.workers = workers
        self._scheduler = scheduler
        self._executor: Future[Executor] | None = None
        self._client: Any = None

    @property
    def alone(self) -> bool:
        """Whether this process works by itself."""
        return self._scheduler is None and self.workers == 1

    @property
    def at_once(self) -> int:
        """How many tasks are given out at a time, so that nobody waits for the next one."""
        return 2 * self.workers if self._scheduler is None else 16

    def map(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
        """What the work makes of each task, in their order. Raises ServerRefusal as `Line.answer` does."""
        if self._scheduler is None and (self.workers == 1 or len(tasks) < 2):
            yield from map(work, tasks)
            return
        line = Line(self, work)
        for task in tasks:
            line.give(task)
        while line:
            yield line.answer()

    def begun(self) -> "Future[Executor]":
        """Who works, started beside what goes on here: it takes as long as some documents."""
        if self._executor is None:
            from concurrent.futures import ThreadPoolExecutor

            starter = ThreadPoolExecutor(1)
            self._executor = starter.submit(self._started)
            starter.shutdown(wait=False)
        return self._executor

    def _started(self) -> "Executor":
        if self._scheduler is None:
            return self._processes()
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

    def _processes(self) -> "Executor":
        """Processes that have nothing of this one: a copy would have its connections to a database.

        All are started here, beside what goes on, and not where a task is given; they read in at once what they need.
        """
        import signal
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        if hasattr(signal, "pthread_sigmask"):  # of the thread that starts them: Ctrl-C is told to the first alone
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        executor = ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"), initializer=_begin)
        for _ in range(self.workers):
            executor.submit(int)
        return executor

    def failed(self, failed: BaseException, again: bool) -> None:
        """Ends what was started and is gone, so that it begins anew. Raises ServerRefusal where that is no use."""
        self.close()
        if self._scheduler is not None:
            raise _away(self._scheduler, failed) from failed
        if not again:
            raise ServerRefusal(
                "no-server", say("the processes that work here were killed"), say("--workers 1 does without")
            ) from failed

    def close(self) -> None:
        """Ends what was started; what was not begun yet is not done any more."""
        begun, self._executor = self._executor, None
        if begun is None or begun.exception() is not None:
            return
        client, self._client = self._client, None
        if client is None:
            begun.result().shutdown(cancel_futures=True)
        else:
            client.close(timeout=1)


class Line(Generic[T, R]):
    """Tasks that a crew does one after another, while more are given; the answers come in their order."""

    def __init__(self, crew: Crew, work: Callable[[T], R]) -> None:
        self._crew, self._work = crew, work
        self._tasks: deque[T] = deque()  # that are not answered
        self._out: deque[Future[R]] = deque()  # the first of them, which are given out
        self._again = True
        crew.begun()

    def __len__(self) -> int:
        return len(self._tasks)

    def give(self, task: T) -> None:
        """Gives a task to who works; where nobody is ready yet it waits, and nothing else does."""
        self._tasks.append(task)
        self._hand_out()

    def ready(self) -> bool:
        """Whether the first is done, well or not: its answer is not waited for."""
        self._hand_out()
        return bool(self._out) and self._out[0].done()

    def answer(self) -> R:
        """What the work makes of the first task that is not answered; it is waited for.

        Processes that are killed are started again, once; what they had not done is done again. Raises ServerRefusal
        where that does not help, or the scheduler is not reached or goes away.
        """
        while True:
            try:
                self._submit(self._crew.begun().result())
                found = self._out[0].result()
            except _gone() as failed:
                self._out.clear()
                self._crew.failed(failed, self._again)
                self._again = False
            else:
                self._again = True
                self._tasks.popleft()
                self._out.popleft()
                return found

    def _hand_out(self) -> None:
        begun = self._crew.begun()
        if begun.done() and begun.exception() is None:
            with suppress(*_gone()):  # who takes the next answer meets it again
                self._submit(begun.result())

    def _submit(self, executor: "Executor") -> None:
        for task in islice(self._tasks, len(self._out), None):
            self._out.append(executor.submit(self._work, task))


def _gone() -> tuple[type[Exception], ...]:
    """What tells that who works is killed, cannot be started or is not reached."""
    from concurrent.futures import BrokenExecutor, CancelledError

    return BrokenExecutor, CancelledError, OSError, EOFError


ALONE = Crew()


def _away(scheduler: str, failed: BaseException) -> ServerRefusal:
    why: Text | str = str(failed) or say("the connection is lost")
    return ServerRefusal(
        "no-server", say("no answer from the Dask scheduler {scheduler}: {why}", scheduler=scheduler, why=why)
    )


def _begin() -> None:
    """A process that works: the one that started it is asked to stop, and it ends when that is gone, killed too.

    It reads in what it needs before anything is given to it.
    """
    import signal
    import threading
    from importlib import import_module
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def follow() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
    import_module(READY)


def crew_for(count: int, workers: int | None, scheduler: str | None) -> Crew:
    """Who draws so many documents: as is said, else this process, and one a processor where they are many."""
    return Crew(workers or (1 if count < _FEW or scheduler else _processors()), scheduler)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
