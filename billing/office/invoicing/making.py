"""Makes a database, or brings an older one up: its tables, its series, its issuer, the files that were never kept.
Spreads it over machines by customer."""

from collections.abc import Callable
from dataclasses import replace

from billing.interrupts import keeping
from billing.office import copies
from billing.office.invoicing import files
from billing.office.parties import issuer
from billing.office.transacting import done
from billing.office.transaction import Same, Setting, Transaction
from billing.requests import parties as requests
from billing.requests.spreading import AskSpreading, Spread
from billing.store import migrate, numbering, spreading
from billing.texts import say
from billing.views.parties import Issuer
from billing.views.spreading import Spreading

_BROUGHT_UP = say("the database has been made or brought up to this version")
_SET = say("the issuer's data are recorded")
Progress = Callable[[int, int | None], None]


def init(
    setting: Setting, request: requests.SetIssuer, key: str | None, dry_run: bool, progress: Progress | None
) -> tuple[Issuer, bool]:
    """Makes or upgrades the database and sets the issuer. A dry run makes nothing, and says what a new issuer would be.

    An issuer has no chain to keep an id in: asked again, the same data change nothing.
    """
    is_new = not migrate.has_issuer(setting.engine)
    if is_new:
        whole = issuer.completed(requests.given(request), None)
        if dry_run:
            return issuer.view_of(whole), True
    copy = None if dry_run else copies.before_migration(setting)
    brought_up = not dry_run and migrate.upgrade(setting.engine)

    def answer(tx: Transaction) -> Issuer:
        numbering.make_series(tx.connection)
        found = issuer.set_issuer(tx, request, key)
        return found.view if isinstance(found, Same) else found

    with keeping(lambda: _BROUGHT_UP if brought_up else None):
        if not dry_run:
            spreading.keep_up(setting.engine)
        view = done(setting, answer, dry_run=dry_run)
    if not dry_run:
        with keeping(lambda: _SET):
            files.complete(setting, progress)
    return (view if copy is None else replace(view, copy=str(copy))), True


def spread(
    setting: Setting, _request: Spread, _key: str | None, dry_run: bool, _progress: Progress | None
) -> tuple[Spreading, bool]:
    """Spreads the books by customer; they can be once, so that no id is needed to do it once."""
    lacked = spreading.spread(setting.engine, dry_run)
    return Spreading(statements=tuple(lacked)), bool(lacked)


def how_spread(setting: Setting, question: AskSpreading) -> Spreading:
    """How books are spread; no database is needed, unless it is asked of this one."""
    if question.here:
        spreading.require_citus(setting.engine)
    return Spreading(statements=tuple(spreading.plan()))
