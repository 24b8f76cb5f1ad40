"""The one door: every surface asks here, and nowhere else.

`do` looks up the request's id and compares what it stands for, takes the locks, calls the function of that request's
type, records, makes the view, does it again where another writer came between, and takes everything back on a dry run.
`ask` answers a question from one look at one moment. What a request means is the office's business and core's.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from billing import dispatch, interrupts
from billing.batch import Asked as Asked
from billing.batch import Batch as Batch
from billing.batch import File as File
from billing.batch import Progress as Progress
from billing.errors import BadInput, Refusal
from billing.requests.base import Question, Request
from billing.sweeping import unswept
from billing.texts import say
from billing.values import dataclass

if TYPE_CHECKING:
    from types import TracebackType

    from billing.core.access import Principal
    from billing.office.transaction import Setting, Take

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[V]):
    """What a request came to: its view, and whether anything is new by it (L5)."""

    view: V
    new: bool = True


class Door(Protocol):
    """What a surface asks at: the books themselves, or those that a server has."""

    recorded: bool  # whether the last request is kept: whatever becomes of its answer, it was done
    last: Any  # the view of the last request that is kept
    before: int  # how many requests were kept before the last one that was asked

    @property
    def today(self) -> date: ...

    def now(self) -> datetime: ...

    def do(
        self, request: Request[V], key: str | None = None, *, dry_run: bool = False, progress: Progress | None = None
    ) -> Outcome[V]: ...

    def do_all(
        self,
        asked: Sequence[Asked],
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        file: File | None = None,
        every: bool = False,
        then: Question[Any] | None = None,
    ) -> Batch: ...

    def ask(self, question: Question[V], *, progress: Progress | None = None) -> V: ...

    def draw_with(self, count: int, workers: int | None, scheduler: str | None) -> int: ...

    def drawing_ahead(
        self, workers: int | None, scheduler: str | None, take: "Take"
    ) -> AbstractContextManager[None]: ...

    def close(self) -> None: ...


class Billing:
    """The books of one issuer in one database.

    `with Billing.open("sqlite:///billing.db") as books: books.do(requests.Log(customer="ALPINA", seconds=720))`
    """

    def __init__(self, setting: "Setting", who: "Principal | None" = None) -> None:
        self.setting = setting
        self.who = who  # none: who has the database file itself, and may all (A1)
        self.recorded = False  # whether the last request is kept: whatever becomes of its answer, it was done
        self.last: Any = None
        self.before = 0

    @classmethod
    def open(
        cls,
        url: str,
        *,
        today: date | None = None,
        tariffs: Sequence[Path] | None = None,
        made: bool = True,
        by: str | None = None,
    ) -> "Billing":
        """Opens a database by its SQLAlchemy URL.

        `today` stops the clock on a day, for tests; without it today is the issuer's (T5). `tariffs` are the folders to
        look for tariffs in, by default BILLING_TARIFFS and those that ship. `made` is False where the database may not
        exist yet, as for `SetIssuer`. `by` is the agent who records (A2).
        Raises DatabaseRefusal (`no-database`, `not-migrated`).
        """
        from billing import tariffs as tariff_files
        from billing.office.transacting import today_of
        from billing.office.transaction import Setting
        from billing.store.engine import open_light

        engine = open_light(url)
        folders = tuple(tariffs) if tariffs is not None else tuple(tariff_files.folders(os.environ))
        return cls(Setting(engine, today or today_of(engine, made), folders, today is not None, by))

    def acting(self, who: "Principal | None") -> "Billing":
        """The same books, today, for one who may do what his role says and records in his name (A1, A2).

        With nobody it is today's books alone: what runs for days asks so, for a key may have ended since it began.
        """
        from billing.office.transacting import today_of

        today = self.setting.today if self.setting.fixed_clock else today_of(self.setting.engine)
        return Billing(replace(self.setting, today=today, by=self.setting.by if who is None else who.name), who)

    def check(self, of: type[Request[Any]] | type[Question[Any]]) -> None:
        """Refuses who may not ask that at all, before it is read what he asks (A1)."""
        if self.who is not None:
            from billing.core import access

            access.check(self.who, of.__name__)

    @property
    def today(self) -> date:
        """Today at the issuer's (T5)."""
        return self.setting.today

    def now(self) -> datetime:
        """The moment, in UTC; on a test clock, that day at noon."""
        return self.setting.now()

    @property
    def at_once(self) -> int:
        """How many may ask at a time: as many as connections are kept."""
        from billing.store.engine import AT_ONCE

        return AT_ONCE

    def draw_with(self, count: int, workers: int | None, scheduler: str | None) -> int:
        """Has a crew draw so many papers; how many are to be asked for at a time. Raises BadInput as `Crew` does."""
        from billing.crew import TASK, crew_for

        crew = crew_for(count, workers, scheduler)
        self.setting = replace(self.setting, crew=crew)
        return TASK * crew.at_once

    @contextmanager
    def drawing_ahead(self, workers: int | None, scheduler: str | None, take: "Take") -> "Iterator[None]":
        """Has a crew draw the PDFs of a run while its next documents are numbered; who `take`s them may lack some.

        Raises BadInput as `Crew` does, before anything is issued.
        """
        from billing.crew import crew_for
        from billing.office.transaction import Advance

        crew_for(0, workers, scheduler)
        self.setting = replace(self.setting, advance=Advance(workers, scheduler, take))
        try:
            yield
        finally:
            self.setting = replace(self.setting, advance=None)

    def close(self) -> None:
        """Ends the connection to the database, and the crew."""
        self.setting.crew.close()
        self.setting.engine.dispose()

    def __enter__(self) -> "Billing":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self.close()

    def do(
        self,
        request: Request[V],
        key: str | None = None,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Outcome[V]:
        """Does a request, once for each `key` (L5); a dry run answers as it would and keeps nothing.

        Raises the Refusal of the rule that forbids it; then nothing is recorded and the key is free.
        """
        from billing.office.transacting import done
        from billing.performing import at_first, perform

        self._begin()
        with self._shown() as who:
            if who is not None:
                from billing.office.asking import admitted

                request, key = admitted(self.setting, who, request, key)
            whole = dispatch.whole(type(request))
            if whole is not None:
                outcome = Outcome(*whole(self.setting, request, key, dry_run, progress))
            else:
                first = at_first(self.setting, request, request.key(key))
                outcome = Outcome(
                    *done(self.setting, lambda tx: perform(tx, request, key), dry_run=dry_run, first=first)
                )
        self.recorded, self.last = not dry_run, outcome.view
        return outcome if self.who is None else replace(outcome, view=self._seen(outcome.view))

    def _begin(self) -> None:
        self.before += self.recorded
        self.recorded = False
        if self.who is None:
            interrupts.check()

    @contextmanager
    def _shown(self) -> "Iterator[Principal | None]":
        """Who asks; what is refused to him names nothing that he may not see (A3)."""
        try:
            yield self.who
        except OverflowError as far:
            raise BadInput(
                "bad-date", say("that leads to a day that no calendar has"), say("give one before the year 9999")
            ) from far
        except Refusal as refused:
            if self.who is None or self.who.customer is None:
                raise
            from billing.core import access

            raise access.hidden(refused) from None

    def do_all(
        self,
        asked: Sequence[Asked],
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        file: File | None = None,
        every: bool = False,
        then: Question[Any] | None = None,
    ) -> Batch:
        """Does many requests in one transaction, all or none; a refusal says at which place it was.

        With `every` it names all that is refused. `then` is answered when all are done, on a dry run too.
        Of a `file` it is noticed where its requests without an id were done before (`ask-back`, or a warning).
        """
        from billing.office.transacting import done
        from billing.performing import perform_all

        assert self.who is None, "many at once are a file's, at the command line"
        self._begin()
        with unswept():
            batch = done(
                self.setting,
                lambda tx: perform_all(tx, asked, progress, file, every, then),
                bulk=True,
                dry_run=dry_run,
                late=all(one.request.ADDS for one in asked),
            )
        self.recorded, self.last = not dry_run, batch
        return batch

    def ask(self, question: Question[V], *, progress: Progress | None = None) -> V:
        """Answers a question; nothing changes. A long one tells its `progress`."""
        from billing.office.transacting import look
        from billing.performing import at_first, foresee
        from billing.store import recall

        with self._shown() as who, unswept():  # long answers are many objects, all of them kept until they are told
            if who is not None:
                from billing.office.asking import admitted

                question, _ = admitted(self.setting, who, question)
            asked = question, self.setting.today
            if question.STANDS and (known := recall.answered(self.setting.engine, asked)) is not None:
                return self._seen(cast(V, known))
            alone = dispatch.alone(type(question))
            if alone is not None:
                found: V = alone(self.setting, question)
                return found
            with look(self.setting, at_first(self.setting, question)) as tx:
                tx.progress = progress
                foresee(tx, question)
                view: V = dispatch.questions(type(question))[type(question)](tx, question)
                if question.STANDS and not tx.hourly:
                    recall.answer(tx.connection, asked, view)
                return self._seen(view)

    def _seen(self, view: V) -> V:
        """An answer as who asks may see it (A3)."""
        if self.who is None:
            return view
        from billing.office.asking import seen

        return seen(self.who, view)
