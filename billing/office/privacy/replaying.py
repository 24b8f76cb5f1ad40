"""The log of erasures outside the database: written from what the chains have, and done again after a restore (P4)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from billing import filing
from billing.core import proof
from billing.exchange import erasures as files
from billing.office.privacy import erasing, holding, pruning
from billing.office.transacting import done, look
from billing.office.transaction import Setting, Transaction
from billing.requests.privacy import AskErasures, KeepErasures, ReplayErasures
from billing.store import auditing, parties, schema
from billing.store import erasing as store
from billing.store import erasures as kept
from billing.store.heads import Head
from billing.store.kept import ErasureRow
from billing.store.refusing import sqlite_file
from billing.store.rows import columns
from billing.views.privacy import ErasedPlace, Erasure, Erasures, ErasuresKept, Replayed

Progress = Callable[[int, int | None], None]


def every(tx: Transaction, _question: AskErasures) -> Erasures:
    """All erasures that were made, as positions and codes."""
    found = [
        Erasure(
            scope=one.scope, code=one.code, at=one.at, position=one.position, reason=one.reason, fields=one.fields,
            places=tuple(ErasedPlace(position, fields) for position, fields in one.places),
        )
        for one in kept.every(tx.connection)
    ]  # fmt: skip
    found += [Erasure(scope="agent", code=code, at=at) for code, at in sorted(kept.agents(tx.connection).items())]
    return Erasures(tuple(found))


def keep(
    setting: Setting, request: KeepErasures, _key: str | None, dry_run: bool, _progress: Progress | None
) -> tuple[ErasuresKept, bool]:
    """Adds to the log what it lacks; what it has stays, also of what a database that was put back has no more."""
    file = _log(setting, request.file)
    with look(setting) as tx:
        lines = [files.line(one) for one in every(tx, AskErasures()).erasures]
    there = [] if file is None or not file.exists() else [files.line(one) for one in files.read(file)]
    more = [line for line in lines if line not in there]
    if file is not None and more and not dry_run:
        filing.write(str(file), "".join([*there, *more]).encode())
    return ErasuresKept(file=None if file is None else str(file), lines=len(there) + len(more), added=len(more)), bool(
        more
    )


def _log(setting: Setting, given: str | None) -> Path | None:
    """The file of the log: the one that is named, a file of that name in a folder, else one beside a SQLite file."""
    if given is not None:
        return Path(given) / "erasures.jsonl" if Path(given).is_dir() else Path(given)
    file = sqlite_file(setting.engine)
    return None if file is None else file.with_name(f"{file.name}.erasures")


def replay(
    setting: Setting, request: ReplayErasures, _key: str | None, dry_run: bool, _progress: Progress | None
) -> tuple[Replayed, bool]:
    """Does again what a database does not have of a log, in one transaction, and writes its files anew."""
    wanted = files.read(Path(request.file))
    view = done(setting, lambda tx: _replayed(tx, wanted), dry_run=dry_run)
    if not dry_run:
        view = replace(view, scrubbed=store.scrub(setting.engine))
    return view, bool(view.done)


def _replayed(tx: Transaction, wanted: list[Erasure]) -> Replayed:
    came = {"done": 0, "known": 0, "strange": 0}
    gone = kept.agents(tx.connection)
    for one in wanted:
        if one.scope == "agent":
            came[_agent(tx, one.code, one.code in gone)] += 1
        elif one.position is None or not parties.has_customer(tx.connection, one.code):
            came["strange"] += 1
        else:
            came[_again(tx, tx.customer(one.code), one)] += 1
    return Replayed(done=came["done"], known=came["known"], strange=came["strange"])


def _agent(tx: Transaction, code: str, is_gone: bool) -> str:
    agent = tx.agents.get(code)
    if agent is None:
        return "strange"
    if is_gone or (agent.name, agent.email) == (None, None):
        return "known"
    store.clear_agent(tx.connection, code)
    store.end_links(tx.connection, schema.access_link.c.agent == code, tx.appender.instant)
    return "done"


def _again(tx: Transaction, head: Head, one: Erasure) -> str:
    """Does an erasure again that the customer's chain does not have, at the positions that it has."""
    assert one.position is not None
    if _is_there(tx, head, one.position):
        return "known"
    if one.scope == "papers":
        return "done" if pruning.again(tx, head, one.at) else "known"
    found = {position.seq: position for position in auditing.positions(tx.connection, head.id)}
    wanted = {
        proof.place(place.position).seq: set(place.fields)
        for place in one.places if _is_there(tx, head, place.position)
    }  # fmt: skip
    if one.places and not wanted:
        return "strange"
    if _is_done(tx, head, one, wanted):
        return "known"
    places = store.of_fields(tx.connection, head.id, [found[seq] for seq in wanted], wanted)
    own = tuple(name for name in store.personal_columns(tx.connection, head.id) if f"customer.{name}" in one.fields)
    links = [name.removeprefix("access_link:") for name in one.fields if name.startswith("access_link:")]
    first = columns(ErasureRow(place=None, scope=one.scope, fields=one.fields, reason=one.reason or ""))
    emails = holding.emails(tx, head.id)
    erasing.record(tx, head, [first, *store.rows_of(places, one.scope, found.values())])
    store.take(tx.connection, head.id, places)
    store.clear_customer(tx.connection, head.id, head.code, own)
    if one.scope == "customer":
        store.clear_beside(tx.connection, head.id, emails, tx.appender.instant)
    if links:
        store.end_links(tx.connection, schema.access_link.c.name.in_(links), tx.appender.instant)
    return "done"


def _is_done(tx: Transaction, head: Head, one: Erasure, wanted: dict[int, set[str]]) -> bool:
    """Whether it was done again before: a customer who came back since keeps what he gave."""
    if wanted:
        gone = auditing.erased(tx.connection, head.id)
        return all(seq in gone and fields <= gone[seq].fields for seq, fields in wanted.items())
    same = (one.code, one.scope, one.fields)
    return any((each.code, each.scope, each.fields) == same for each in kept.every(tx.connection))


def _is_there(tx: Transaction, head: Head, position: str) -> bool:
    """Whether a customer's chain leads to a position."""
    return any(key == head.id for key, _, _ in auditing.at_place(tx.connection, proof.place(position)))
