"""The PDFs of a run, drawn by others while the next documents are numbered (L10).

What is drawn was committed before. It is an advance, no more: whatever lacks at the end, for whatever reason, is made
when the files of the run are asked for.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial

from billing.crew import Crew, Line
from billing.errors import Refusal
from billing.office.invoicing import files
from billing.office.invoicing.drawing import Drawing, drawn
from billing.office.transacting import done, look
from billing.office.transaction import Setting, Take
from billing.store import files as stored
from billing.store import parties
from billing.store.files import Paper


class Ahead:
    """Parts of a run, each drawn when its documents are issued; the files are kept in the order of the parts."""

    def __init__(self, setting: Setting, crew: Crew, take: Take) -> None:
        """A crew that draws, which this ends, and who takes the files that are kept."""
        self._setting, self._crew, self._take = setting, crew, take
        self._line = Line(crew, drawn)
        self._papers: deque[Mapping[str, Paper]] = deque()  # of each part that is drawn now
        self._over = False  # the crew is gone

    def __enter__(self) -> "Ahead":
        return self

    def __exit__(self, *_: object) -> None:
        self._crew.close()

    def add(self, numbers: Sequence[str]) -> None:
        """Has documents drawn that are issued; keeps the files of those that were drawn meanwhile."""
        for start in range(0, len(numbers), files.AT_ONCE):
            if not self._over:
                self._give(numbers[start : start + files.AT_ONCE])
        while self._papers and (self._line.ready() or len(self._papers) > self._crew.at_once):
            self._keep()

    def end(self) -> None:
        """Keeps the rest."""
        while self._papers:
            self._keep()

    def _give(self, some: Sequence[str]) -> None:
        with look(self._setting) as tx:
            papers = stored.papers(tx.connection, some)
            pictures = parties.pictures(tx.connection)
        self._papers.append(papers)
        self._line.give(
            Drawing([papers[number] for number in some], ("pdf",), {number: {} for number in some}, pictures)
        )

    def _keep(self) -> None:
        try:
            made = self._line.answer()
        except Refusal:  # told to who asks for these files, where it is so still
            self._over = True
            self._papers.clear()
            return
        papers = self._papers.popleft()
        kept = done(self._setting, partial(files.keep, papers=papers, made=made), bulk=True)
        self._take([(number, found["pdf"]) for number, found in kept.items()])
