"""Anchors: written from one look at the database, and compared with it later (L6, L7).

A chain that was made again from its first row on holds in itself; what was written down of it elsewhere, and signed
with a key that is not in the database, tells it from the one that was.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from billing import filing
from billing.errors import BadInput, DatabaseRefusal
from billing.exchange import anchors as files
from billing.office.audit import auditing
from billing.office.transacting import look
from billing.office.transaction import Setting, Transaction
from billing.requests.anchors import AskAnchored, MakeAnchor
from billing.requests.audit import AskAudit
from billing.store import anchors as store
from billing.store.refusing import sqlite_file
from billing.store.schema import REVISION
from billing.texts import say
from billing.views.anchors import Anchored
from billing.views.audit import AnchorSeen, Audited

Progress = Callable[[int, int | None], None]
KEY = "BILLING_ANCHOR_KEY"


def make(
    setting: Setting, request: MakeAnchor, _key: str | None, _dry_run: bool, _progress: Progress | None
) -> tuple[Anchored, bool]:
    """Writes an anchor of the database as it is at one moment."""
    where = key_file(setting, request.key_file)
    secret = files.made_secret(where)
    with filing.growing(Path(request.file), request.force) as half, look(setting) as tx:
        made = write(tx, half, secret)
    return replace(made, file=request.file, key_file=str(where)), True


def write(tx: Transaction, file: Path, secret: bytes) -> Anchored:
    """Writes the anchor of a database into a file that is there."""
    at, issuer = tx.setting.now().astimezone(UTC), store.issuer(tx.connection)
    head = {"made_at": at.isoformat().replace("+00:00", "Z"), "issuer": issuer, "revision": REVISION}
    with file.open("wb") as out:
        last = files.write(out, head, store.lines(tx.connection), secret)
    return Anchored(
        file=str(file), made_at=at.astimezone(tx.zone), issuer=str(issuer.get("name")), lines=last["lines"],
        digest=last["digest"], signature=last["signature"], key=files.public(secret), key_file="",
    )  # fmt: skip


def key_file(setting: Setting, given: str | None) -> Path:
    """The file of the secret key: the one that is named, else beside a SQLite file."""
    if given is not None:
        return Path(given)
    file = sqlite_file(setting.engine)
    if file is None:
        raise BadInput(
            "bad-input", say("an anchor is signed with a key that is not in the database, and no file is named for it"),
            say("name one, also for its first use, in {variable}", variable=KEY),
        )  # fmt: skip
    return file.with_name(f"{file.name}.anchor-key")


def audited(tx: Transaction, question: AskAnchored) -> Audited:
    """An audit of the whole database, and of what an anchor says of it."""
    wanted = expected(tx.setting, question.key_file, question.expected)
    return compared(tx, files.opened(Path(question.anchor)), wanted)


def compared(tx: Transaction, signed: files.Signed, wanted: str | None, exact: bool = False) -> Audited:
    """An audit, with what a database does not hold of an anchor; `exact` where it is the copy that it was made of."""
    found = auditing.audited(tx, AskAudit())
    seen = store.Compared(signed.made_at)
    faults = list(store.faults(tx.connection, signed.lines(), seen, exact))
    if wanted is not None and wanted != signed.key:
        faults.insert(0, f"the anchor is signed by the key {signed.key}, not by {wanted}")
    about = AnchorSeen(
        made_at=datetime.fromisoformat(signed.made_at).astimezone(_zone(tx)), issuer=signed.issuer, key=signed.key,
        expected=None if wanted is None else wanted == signed.key, customers=seen.customers, series=seen.series,
        longer=len(seen.longer), changed=tuple(seen.changed),
    )  # fmt: skip
    return replace(found, ok=found.ok and not faults, faults=(*found.faults, *faults), anchor=about)


def _zone(tx: Transaction) -> tzinfo:
    """The issuer's time zone; UTC in books that have lost him, of which all that is wrong is to be told."""
    try:
        return tx.zone
    except DatabaseRefusal:
        return UTC


def expected(setting: Setting, key: str | None, public: str | None) -> str | None:
    """The public key that must have signed an anchor, as far as it is known here."""
    if public is not None:
        return public.strip().lower()
    if key is None and sqlite_file(setting.engine) is None:
        return None
    secret = files.secret_of(key_file(setting, key))
    return None if secret is None else files.public(secret)


QUESTIONS = {AskAnchored: audited}
