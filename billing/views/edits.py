"""What became of an entry that was edited."""

from billing.texts import Text
from billing.values import dataclass
from billing.views.balances import Balance
from billing.views.entries import Change
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The entry that stands now, the one that it replaces (none where only its note changed), the difference (C1)."""

    entry: str
    replaces: str | None
    customer: str
    changed: tuple[Change, ...] = ()
    balance: Balance | None = field(None, omit=True)
    warnings: tuple[Text, ...] = field((), omit=True)
