"""Files of lines: one whose lines have no id does everything again when it is loaded twice, and that is noticed.

An id makes a line harmless (L5). Of the lines without one the digest is kept, in the transaction that does them.
"""

from billing.office import slips
from billing.office.transaction import Transaction
from billing.store import loaded
from billing.texts import Text, say


def is_done(tx: Transaction, digest: str) -> bool:
    """Whether a part of a load was done before."""
    return loaded.day_of(tx.connection, digest) is not None


def keep(tx: Transaction, digest: str, lines: int) -> None:
    """Keeps that a part of a load is done, in the transaction that does it, at its end: until then that may be late."""
    loaded.keep(tx.connection, digest, lines, tx.today)


def check(tx: Transaction, digest: str, lines: int, typed: bool) -> tuple[Text, ...]:
    """Keeps that `lines` without an id did something new, or says that the same ones did so on an earlier day.

    Where the load was `typed`, they are asked back then, and nothing of it is kept.
    """
    before = loaded.day_of(tx.connection, digest)
    if before is None:
        loaded.keep(tx.connection, digest, lines, tx.today)
        return ()
    doubt = say("the same lines without an id were loaded on {on}; this does them a second time", on=before)
    if typed:
        raise slips.asked(doubt)
    return (doubt,)
