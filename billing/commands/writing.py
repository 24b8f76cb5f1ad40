"""Files of many documents, written into a folder while the next of them are made."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType

from billing.errors import BadInput
from billing.filing import Folder, Taken


class Writing:
    """A folder and who writes into it, beside what goes on here; no more waits than what was given last."""

    def __init__(self, folder: Folder) -> None:
        self.refused: list[Taken] = []  # names that another file has
        self.taken: set[str] = set()  # names of files that were given
        self._folder = folder
        self._thread = ThreadPoolExecutor(1)
        self._last: Future[list[Taken]] | None = None
        self._failed: BadInput | OSError | None = None

    def __enter__(self) -> "Writing":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        given = [] if self._last is None else [self._last]
        try:
            wait(given)
        except BaseException:  # a signal: the folder must stay open until the last file has its name
            wait(given)
            raise
        finally:
            self._thread.shutdown()
        self.taken.clear()
        if value is None:
            self._end_last()
            self.check()

    def take(self, ending: str, files: Sequence[tuple[str, bytes]]) -> None:
        """Has files of documents written under their numbers, once those before are; none after one that failed."""
        self._end_last()
        if self._failed is None:
            named = [(f"{number}{ending}", data) for number, data in files]
            self.taken.update(name for name, _ in named)
            self._last = self._thread.submit(self._folder.put_all, named)

    def check(self) -> None:
        """Raises BadInput or OSError where files could not be written, which stops nothing that is issued meanwhile."""
        if self._failed is not None:
            raise self._failed

    def _end_last(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            try:
                self.refused += last.result()
            except (BadInput, OSError) as failed:
                self._failed = failed
