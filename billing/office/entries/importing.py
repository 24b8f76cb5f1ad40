"""Time from other tools taken in: each row once, what was changed there changed, what is gone named or voided (L5, C1).

A file is one transaction. What a row said is kept beside the ledger: the same again changes nothing, whatever was done
to its entry here since.
"""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from billing.core.units import nearest_minutes
from billing.errors import BadInput, Refusal
from billing.exchange.imports import netting, rows, shapes
from billing.exchange.imports.netting import Part
from billing.exchange.imports.rows import Left, Read, Row
from billing.exchange.imports.shapes import Own
from billing.office.cases import working
from billing.office.entries import editing, entries, guards
from billing.office.entries.placing import Placed, Places, settled
from billing.office.transacting import done, look
from billing.office.transaction import Same, Setting, Transaction
from billing.requests.edits import Edit
from billing.requests.entries import Log, Void
from billing.requests.importing import AskImported, ImportTime
from billing.store import imported as store
from billing.store.imported import Imported
from billing.texts import Text, say
from billing.views.importing import Gone, ImportedBefore, LeftOut, Parked, TimeImported

Progress = Callable[[int, int | None], None] | None
_SHOWN = 100  # rows left out that an answer names


def import_time(
    setting: Setting, request: ImportTime, _key: str | None, dry_run: bool, progress: Progress
) -> tuple[TimeImported, bool]:
    """Takes in a file."""
    own = shapes.own(request.own)
    with look(setting) as tx:  # so that nobody waits while it is read
        own, zone = settled(tx, request.tool, own), tx.zone
    order: Any = request.order
    found = _within(rows.read(request.tool, request.file, request.data, own, zone, order), request.period)

    def taken(tx: Transaction) -> TimeImported:
        store.lock(tx.connection)
        return _Import(tx, request, own, found, progress).done()

    return done(setting, taken, bulk=True, dry_run=dry_run), True  # what is known is counted in the view


def imported_before(tx: Transaction, question: AskImported) -> ImportedBefore:
    """Up to where the API of a tool was read."""
    own = settled(tx, question.tool, shapes.own(question.own))
    assert own.source is not None
    cursor, at = store.cursor(tx.connection, own.source) or (None, None)
    return ImportedBefore(source=own.source, cursor=cursor, at=at, total=own.total)


def _within(found: Read, period: date | None) -> Read:
    """The rows of a month alone, where one is asked for."""
    if period is None:
        return found
    out = [row for row in found.rows if (row.on.year, row.on.month) != (period.year, period.month)]
    reason = say("not of {month}", month=f"{period:%Y-%m}")
    left = tuple(Left(number=row.number, id=row.id, code="", reason=reason, cells={}) for row in out)
    kept = tuple(row for row in found.rows if (row.on.year, row.on.month) == (period.year, period.month))
    return dataclasses.replace(found, rows=kept, skipped=(*found.skipped, *left))


@dataclass
class _Import:
    """One file on its way in."""

    tx: Transaction
    request: ImportTime
    own: Own
    found: Read
    progress: Progress
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    minutes: dict[str, int] = field(default_factory=dict)
    parked: list[Left] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    warnings: dict[Text, None] = field(default_factory=dict)
    keep: dict[str, Imported] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.own.source is not None
        self.source = self.own.source
        self.places = Places(self.tx, self.own)
        self.parked += self.found.parked

    def done(self) -> TimeImported:
        """Takes in all rows, then names or voids what is gone."""
        mine = self._each_once()
        self._look_up(mine)
        gone = self._vanished(mine)
        before, after = self._left(mine, {one.row for one in gone} if self.request.delete else set())
        for count, row in enumerate(sorted(mine, key=lambda row: (row.on, row.at, row.id)), 1):
            self._take(row, before.get(row.id), after[row.id])
            if self.progress and count % 1000 == 0:
                self.progress(count, len(mine))
        self._correct(mine, before, after)
        for one in gone:
            self._go(one)
        store.keep(self.tx.connection, self.source, self.keep.values())
        if self.request.cursor is not None:
            store.keep_cursor(self.tx.connection, self.source, self.request.cursor, self.tx.setting.now())
        return self._view()

    def _each_once(self) -> list[Row]:
        """The rows, one of each id: the one that was updated last. Of two that differ and do not say which, the first
        is taken and the other parked."""
        found: dict[str, Row] = {}
        for row in self.found.rows:
            other = found.setdefault(row.id, row)
            if row.updated > other.updated:
                found[row.id] = row
            elif row.updated == other.updated and _said(row) != _said(other):
                twice = say("the file has {id} twice, and not the same", id=row.id)
                self._park(row, BadInput("bad-input", twice, say("export it again")))
        return list(found.values())

    def _look_up(self, mine: Sequence[Row]) -> None:
        """Looks up at once what is known, and locks the customers in the order of their codes."""
        tx = self.tx
        tx.look_up({"entry": {self._id(row.id) for row in mine}}, {case for row in mine for case in row.cases})
        tx.days_named = {row.on for row in mine}
        for code in sorted({code for row in mine if (code := self.places.customer(row)) is not None}):
            tx.try_customer(code)
        tickets = {row.group for row in mine if row.group is not None}
        known = store.of_rows(tx.connection, self.source, {row.id for row in mine})
        known += store.of_tickets(tx.connection, self.source, tickets)
        self.known = {one.row: one for one in known}

    def _vanished(self, mine: Sequence[Row]) -> list[Imported]:
        """What was taken in of the days in question and is not in the file."""
        if self.request.cursor is not None:  # only what was changed since was read
            return []
        days, period = [row.on for row in self.found.rows], self.request.period
        if period is None and not days:
            return []
        first = period or min(days)
        last = max(days) if period is None else (period + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        seen = {row.id for row in mine} | {left.id for left in self.found.parked}
        stood = [one for one in store.of_days(self.tx.connection, self.source, first, last) if one.seconds]
        gone = [one for one in stood if one.row not in seen]
        if gone and len(gone) == len(stood) and not seen and self.request.delete and not self.request.yes:
            raise BadInput(
                "ask-back", say("the file has no row, and all {count} of those days would be voided", count=len(gone)),
                say("--yes does it"),
            )  # fmt: skip
        return gone

    def _left(self, mine: Sequence[Row], without: set[str]) -> tuple[dict[str, int], dict[str, int]]:
        """The seconds of each row after corrections: as they were taken in, and as they are to be."""
        stored = {one.row: (one.ticket, Part(one.row, one.at, one.seconds)) for one in self.known.values()}
        now = {id: part for id, part in stored.items() if id not in without}
        now |= {row.id: (row.group, Part(row.id, row.at, row.seconds)) for row in mine}
        return _netted(stored.values()), _netted(now.values())

    # A row

    def _take(self, row: Row, was: int | None, now: int) -> None:
        known = self.known.get(row.id)
        if row.seconds < 0:
            return self._correction(row, known, now)
        placed = None
        try:
            placed = self.places.placed(row)
            content = placed.content(row)
            if known is not None and known.says(content) and was == now and (known.entry or not now):
                self.unchanged += 1
            else:
                self._keep(row, content, self._put(row, placed, known, now))
        except Refusal as refused:
            head = self.tx.heads.get(placed.customer) if placed is not None else None
            if head is not None and head.id in self.tx.books and self.tx.books[head.id].fresh:
                self.tx.books.pop(head.id)  # it has half taken in what was refused
            self._park(row, refused)
            return None
        if now:
            self.minutes[placed.customer] = self.minutes.get(placed.customer, 0) + nearest_minutes(now)
        return None

    def _put(self, row: Row, placed: Placed, known: Imported | None, now: int) -> str | None:
        """Logs, edits or voids the entry of a row, and answers the id of the one that stands for it."""
        tx, id = self.tx, self._id(row.id)
        entry = known.entry if known is not None else id if editing.is_known(tx, id) else None
        if entry is None:
            entry = self._log(row, placed, now, editing.next_id(tx, id) if editing.is_known(tx, id) else id)
            self.new += 1
            return entry
        entry = editing.latest(tx, entry)
        if known is None and not _is_live(tx, entry):  # a help desk told us of it, and somebody took it back
            self.unchanged += 1
            return entry
        if not now:
            self._void(entry, say("corrected in {source}", source=self.source))
            self.changed += 1
            return None
        return self._edit(row, placed, now, entry)

    def _log(self, row: Row, placed: Placed, now: int, id: str) -> str | None:
        if not now:
            return None
        log = Log(
            customer=placed.customer, seconds=now, case=placed.case, category=placed.category, on=row.on,
            agent=placed.agent, note=row.note, yes=self.request.yes, new=self.request.yes,
        )  # fmt: skip
        decided = entries.log(self.tx, log, id)
        self._warn(decided.warnings)
        self.tx.recorded(decided, log.KIND, id, log.content())
        return id

    def _edit(self, row: Row, placed: Placed, now: int, entry: str) -> str:
        tx = self.tx
        with tx.apart():
            edit = Edit(
                entry=entry, seconds=now, note=row.note, case=placed.case, customer=placed.customer,
                category=placed.category or self._usual(placed, row.on), on=row.on,
                reason=str(say("changed in {source}", source=self.source)), yes=self.request.yes, new=True,
            )  # fmt: skip
            decided = editing.edit(tx, edit, None)
            if isinstance(decided, Same):
                self.unchanged += 1
                return entry
            edited = tx.keep(decided, edit.KIND)
        self._warn(edited.warnings)
        self.changed += 1
        return edited.entry

    def _usual(self, placed: Placed, on: date) -> str | None:
        """The category of what names none: its case's, or the tariff's default."""
        head = self.tx.customer(placed.customer)
        book = self.tx.book(head)
        term = book.term_on(on)
        opened = working.opened(placed.case, working.events_of(self.tx, head, book, placed.case))
        return opened.category if opened is not None else None if term is None else term.tariff.default_category

    def _void(self, entry: str, reason: Text) -> None:
        with self.tx.apart():
            void = Void(entry=entry, reason=str(reason))
            self.tx.recorded(entries.void(self.tx, void, None), void.KIND)

    def _correction(self, row: Row, known: Imported | None, now: int) -> None:
        """Keeps less than no time, which was taken from the ticket's rows; parks what found nothing there."""
        content = f"{row.on} {row.seconds}"
        if now < 0:
            none = say("{minutes} min are taken back on ticket {ticket}, which has not as much",
                       minutes=nearest_minutes(row.seconds), ticket=row.group or "")  # fmt: skip
            self._park(row, BadInput("bad-duration", none, say("it is taken off when the ticket's time comes")))
        elif known is None:
            self.new += 1
        elif known.says(content):
            self.unchanged += 1
        else:
            self.changed += 1
        if known is None or not known.says(content):
            self._keep(row, content, None)

    def _correct(self, mine: Sequence[Row], before: dict[str, int], after: dict[str, int]) -> None:
        """Puts rows right that are not in the file, and from which it corrects."""
        taken = {row.id for row in mine}
        for id, was in before.items():
            known, now = self.known[id], after.get(id)
            if id in taken or known.entry is None or now is None or now == was:
                continue
            entry, reason = editing.latest(self.tx, known.entry), say("corrected in {source}", source=self.source)
            try:
                if now > 0:
                    with self.tx.apart():
                        edit = Edit(entry=entry, seconds=now, reason=str(reason))
                        decided = editing.edit(self.tx, edit, None)
                        if not isinstance(decided, Same):
                            entry = self.tx.keep(decided, edit.KIND).entry
                else:
                    self._void(entry, reason)
                self.changed += 1
                self.keep[id] = dataclasses.replace(known, entry=entry if now > 0 else None)
            except Refusal as refused:
                self._warn([say("{place}: {wrong}", place=entry, wrong=refused.text)])

    # What is gone

    def _go(self, one: Imported) -> None:
        voided = False
        if one.entry is not None:
            entry = editing.latest(self.tx, one.entry)
            head, seq = entries.find_entry(self.tx, entry, lock=self.request.delete)
            book = self.tx.book(head)
            if not book.is_live(seq):  # somebody took it back
                return
            was = book.entries[seq]
            if self.request.delete:
                try:
                    self._void(entry, say("gone from {source}", source=self.source))
                    voided = True
                except Refusal as refused:
                    self._warn([say("{place}: {wrong}", place=entry, wrong=refused.text)])
            self.gone.append(Gone(id=one.row, entry=entry, customer=head.code, on=was.worked_on,
                                  minutes=nearest_minutes(was.logged_seconds), voided=voided))  # fmt: skip
        if voided or (one.entry is None and self.request.delete):
            self.keep[one.row] = dataclasses.replace(one, seconds=0, entry=None)

    # Kept and said

    def _id(self, row: str) -> str:
        return f"{self.source}:{row}"

    def _keep(self, row: Row, content: str, entry: str | None) -> None:
        self.keep[row.id] = Imported(
            row=row.id, on=row.on, at=row.at, seconds=row.seconds, ticket=row.group, digest=store.digest(content),
            entry=entry,
        )  # fmt: skip

    def _park(self, row: Row, refused: Refusal) -> None:
        reason = refused.text
        if refused.remedy == guards.NEW:  # of a name; an import has no --new
            remedy = say("--yes takes it as it is; who is meant, the --map can say")
            reason = say("{wrong}; {remedy}", wrong=refused.what, remedy=remedy)
        if refused.code == "unknown-category" and row.categories:
            remedy = say('write [categories] "{name}" = "CATEGORY" into the --map', name=row.categories[0])
            reason = say("{wrong}; {remedy}", wrong=reason, remedy=remedy)
        self.parked.append(Left(number=row.number, id=row.id, code=refused.code, reason=reason, cells=row.cells))

    def _warn(self, warnings: Iterable[Text]) -> None:
        self.warnings |= dict.fromkeys(warnings)

    def _view(self) -> TimeImported:
        parked = sorted(self.parked, key=lambda left: left.number)
        columns = tuple(dict.fromkeys(name for left in parked for name in left.cells))
        return TimeImported(
            new=self.new, changed=self.changed, gone=len(self.gone), parked=len(parked), unchanged=self.unchanged,
            minutes=dict(sorted(self.minutes.items())), skipped=len(self.found.skipped),
            gone_entries=tuple(self.gone),
            parked_rows=tuple(
                Parked(row=left.number, id=left.id, code=left.code, reason=left.reason,
                       cells=tuple(left.cells.get(name, "") for name in columns))
                for left in parked
            ),
            skipped_rows=tuple(LeftOut(row=left.number, reason=left.reason) for left in self.found.skipped[:_SHOWN]),
            columns=columns, warnings=tuple(self.warnings),
        )  # fmt: skip


def _netted(parts: Iterable[tuple[str | None, Part]]) -> dict[str, int]:
    """What is left of each row: of those of a ticket that has corrections, together."""
    tickets: dict[str, list[Part]] = {}
    found: dict[str, int] = {}
    for ticket, part in parts:
        if ticket is None:
            found[part.id] = part.seconds
        else:
            tickets.setdefault(ticket, []).append(part)
    for together in tickets.values():
        found |= netting.left(together)
    return found


def _said(row: Row) -> Row:
    """A row without its place in the file."""
    return dataclasses.replace(row, number=0, cells={})


def _is_live(tx: Transaction, entry: str) -> bool:
    head, seq = entries.find_entry(tx, entry)
    return tx.book(head).is_live(seq)


WHOLE = {ImportTime: import_time}
QUESTIONS = {AskImported: imported_before}
