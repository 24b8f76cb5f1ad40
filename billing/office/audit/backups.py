"""Backups: a copy of the whole database that was audited, with its anchor beside, and putting one in place (L6, L7).

What is put in place fits its anchor exactly; what was recorded since in the database that it replaces is told before,
and that database is kept beside it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from billing import filing
from billing.errors import BadInput, DatabaseRefusal, Refusal
from billing.exchange import anchors as files
from billing.exchange.anchors import Signed
from billing.office.audit import anchoring, auditing
from billing.office.transacting import look
from billing.office.transaction import Setting, Transaction
from billing.requests.audit import AskAudit
from billing.requests.backups import BackUp, Restore
from billing.store import anchors as anchors_store
from billing.store import backups as store
from billing.store.refusing import sqlite_file
from billing.store.schema import REVISION
from billing.store.url import shown
from billing.texts import Text, say
from billing.views.audit import Audited
from billing.views.backups import BackedUp, Restored, Since

Progress = Callable[[int, int | None], None]
ENDING = ".anchor"
_NAMED = 5  # customers that a refusal names


def back_up(
    setting: Setting, request: BackUp, _key: str | None, _dry_run: bool, progress: Progress | None
) -> tuple[BackedUp, bool]:
    """Copies the database; the copy and its anchor are put in place together, the copy first."""
    target, secret = Path(request.file), files.made_secret(anchoring.key_file(setting, request.key_file))
    anchor = target.with_name(target.name + ENDING)
    if not request.force and anchor.exists():
        raise filing.there(anchor)
    with filing.growing(anchor, force=True) as half_anchor, filing.growing(target, request.force) as half:
        with _copied(setting, half, progress) as tx:
            tx.progress = progress
            found = auditing.audited(tx, AskAudit())
            made = anchoring.write(tx, half_anchor, secret)
        if sqlite_file(setting.engine) is not None:
            store.settle(half)
        size = half.stat().st_size
    return BackedUp(
        file=request.file, size=size, made_at=made.made_at, anchor=str(anchor), key=made.key, checked=found.checked,
        faults=found.faults,
    ), True  # fmt: skip


@contextmanager
def _copied(setting: Setting, half: Path, progress: Progress | None) -> Iterator[Transaction]:
    """Makes the copy; a look at it, or at the moment of the database that was copied."""
    file = sqlite_file(setting.engine)
    with look(setting) as tx:  # refuses what is no database of ours
        if file is None:
            store.dump(tx.connection, half)
            yield tx
            return
    store.copy_file(file, half, progress)
    with _opened(setting, half) as tx:
        yield tx


@contextmanager
def _opened(setting: Setting, file: Path) -> Iterator[Transaction]:
    """A look at a SQLite file."""
    engine = store.engine_of(file)
    try:
        with look(replace(setting, engine=engine)) as tx:
            yield tx
    finally:
        engine.dispose()


# Putting one in place


def restore(
    setting: Setting, request: Restore, _key: str | None, _dry_run: bool, progress: Progress | None
) -> tuple[Restored, bool]:
    """Puts a backup in the place of the database that is asked with, or says why not and what it would lose."""
    source = Path(request.file)
    kind, here = store.kind_of(source), setting.engine.dialect.name
    if kind != here:
        raise BadInput(
            "bad-input",
            say("{file} is a backup of {kind}, the database is of {here}", file=source, kind=kind, here=here),
            say("name one of its kind with --to"),
        )  # fmt: skip
    signed = _signed(source) if request.anchored else None
    wanted = anchoring.expected(setting, request.key_file, request.expected)
    put = _into_file if kind == "sqlite" else _into_postgresql
    return put(setting, request, signed, wanted, progress), True


def _signed(source: Path) -> Signed:
    anchor = source.with_name(source.name + ENDING)
    if not anchor.exists():
        raise BadInput("bad-input", say("{file} has no anchor beside it: {anchor}", file=source, anchor=anchor.name),
                       say("put it there, or restore without comparing: --no-anchor"))  # fmt: skip
    return files.opened(anchor)


def _into_file(
    setting: Setting, request: Restore, signed: Signed | None, wanted: str | None, progress: Progress | None
) -> Restored:
    source, target = Path(request.file), sqlite_file(setting.engine)
    assert target is not None
    there = target.exists()
    since = _since(setting, signed) if there else ()
    kept = None
    if there and not request.force:
        raise _in_the_way(str(target), since, say("replace it, which keeps it beside: --force"))
    with ExitStack() as held, filing.growing(target, request.force) as half:
        store.copy_bytes(source, half, progress)
        found = _held(setting, half, signed, wanted, progress)
        store.settle(half)
        if there:
            setting.engine.dispose()  # nobody has it open, we neither
            held.enter_context(store.alone_with(target))
            since = _since(setting, signed)
            kept = _set_aside(target, setting.today)
    return _restored(str(target), request, found, since, kept)


def _into_postgresql(
    setting: Setting, request: Restore, signed: Signed | None, wanted: str | None, progress: Progress | None
) -> Restored:
    engine = setting.engine
    name = shown(engine.url.render_as_string(hide_password=True))
    if not store.is_empty(engine):
        raise _in_the_way(
            name, _since(setting, signed), say("make an empty database with createdb and name it with --to")
        )
    store.fill(engine, Path(request.file))
    try:
        with look(setting) as tx:
            found = _audited(tx, signed, wanted, progress)
    except BaseException:
        store.empty(engine)
        raise
    return _restored(name, request, found, (), None)


def _held(
    setting: Setting, half: Path, signed: Signed | None, wanted: str | None, progress: Progress | None
) -> Audited | None:
    """What an audit finds in a copy that is whole, and fits its anchor; all else is refused."""
    if broken := store.broken(half):
        raise _unfit(tuple(broken))
    version = store.revision(half)
    if version is None:
        raise DatabaseRefusal("no-database", say("{engine} is no billing database", engine=str(half)))
    if version != REVISION and signed is None:
        return None
    with _opened(setting, half) as tx:
        return _audited(tx, signed, wanted, progress)


def _audited(tx: Transaction, signed: Signed | None, wanted: str | None, progress: Progress | None) -> Audited:
    tx.progress = progress
    found = auditing.audited(tx, AskAudit()) if signed is None else anchoring.compared(tx, signed, wanted, exact=True)
    if not found.ok:
        raise _unfit(found.faults)
    return found


def _since(setting: Setting, signed: Signed | None) -> tuple[Since, ...]:
    """Of whom more was recorded in the database that is there than in the backup; nothing where it cannot be read."""
    if signed is None:
        return ()
    file = sqlite_file(setting.engine)
    try:
        with look(setting) if file is None else _opened(setting, file) as tx:
            more = anchors_store.added(tx.connection, signed.lines())
            return tuple(Since(code, then, now) for code, then, now in more)
    except Refusal:  # broken, or of another version: that is why somebody restores
        return ()


def _in_the_way(name: str, since: tuple[Since, ...], remedy: Text) -> BadInput:
    if not since:
        return BadInput("bad-input", say("{file} is there already", file=name), remedy)
    some = ", ".join(f"{one.customer} (+{one.now - one.then})" for one in since[:_NAMED])
    what = say("{file} is there already, and {count} {count:customer has|customers have} more in it than in "
               "the backup: {customers}",
               file=name, count=len(since), customers=some + (" …" if len(since) > _NAMED else ""))  # fmt: skip
    return BadInput("bad-input", what, remedy)


def _unfit(faults: tuple[str, ...]) -> BadInput:
    first = "; ".join(faults[:_NAMED]) + (" …" if len(faults) > _NAMED else "")
    wrong = say(
        "the backup is not put in place, {count} {count:thing does|things do} not hold: {faults}",
        count=len(faults),
        faults=first,
    )
    return BadInput("bad-input", wrong, say("take an older backup"))


def _set_aside(target: Path, today: date) -> Path:
    """Gives the database that is replaced a second name, which stays."""
    return filing.name_too(target, target.with_name(f"{target.name}.replaced-{today.isoformat()}"))


def _restored(
    name: str, request: Restore, found: Audited | None, since: tuple[Since, ...], kept: Path | None
) -> Restored:
    return Restored(
        database=name, file=request.file, anchor=found.anchor if found else None,
        checked=found.checked if found else None, since=since, kept=str(kept) if kept else None,
    )  # fmt: skip


WHOLE: dict[type, Callable[..., tuple[Any, bool]]] = {BackUp: back_up, Restore: restore}
