"""What passes by itself: links, sessions, mails on their way, what was told, each after its days (P5)."""

from collections.abc import Collection
from datetime import timedelta

from billing.core import access
from billing.office.transaction import Transaction
from billing.store import links, passing
from billing.store.alerts import Key


def forget(tx: Transaction, still: Collection[Key]) -> None:
    """Takes away what is over; messages to hooks have days of their own (`billing.office.hooks.forget`)."""
    links.forget(tx.connection, access.forgotten_before(tx.today))
    passing.forget(tx.connection, tx.setting.now() - timedelta(days=access.KEPT_DAYS), still)
