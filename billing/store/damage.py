"""The refusal of what is kept and cannot be read any more: somebody changed it, or the disk lost it (L7)."""

from billing.errors import DatabaseRefusal
from billing.texts import Do, Text, say

# What reading and deciding raise on rows that somebody changed: the fault is the row's, and is reported as one.
BROKEN = (LookupError, ValueError, TypeError, AssertionError, AttributeError, ArithmeticError)


def damaged(what: Text | str) -> DatabaseRefusal:
    """The refusal of something kept that cannot be read."""
    return DatabaseRefusal(
        "damaged",
        say("{what} cannot be read as it is kept", what=what),
        say("{do} names what does not hold; a copy from before has it", do=Do("audit")),
    )
