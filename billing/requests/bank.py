"""The bank's files, and what of them waits for somebody to say what it is."""

import hashlib
from typing import Any, ClassVar

from billing.requests.base import Question, Request
from billing.requests.fields import Amount, Word, option
from billing.values import dataclass
from billing.views.bank import Imported, OpenItems, Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBankFile(Request[Imported]):
    """A camt.053 or camt.054 file, each movement booked once in however many files it comes (M14)."""

    KIND: ClassVar[str] = "bank-file"
    file: Word  # its name
    data: bytes

    def content(self) -> dict[str, Any]:
        """The file itself, whatever it is called (L5)."""
        return {"sha256": hashlib.sha256(self.data).hexdigest()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleItem(Request[Settled]):
    """What an open item is, whole or a part of it (M14).

    Money in is on an invoice or on account of a customer, money out takes a payment back or is a customer's own money
    paid out; either can be a payment, a refund or a bounce that was recorded by hand before.
    """

    KIND: ClassVar[str] = "settle"
    item: Word
    on: Word  # the invoice's number, the customer's code, or the id of what was recorded
    amount: Amount | None = option(late=True)  # by default all that is left of it


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOpenItems(Question[OpenItems]):
    """What could not be matched; with `everything` also money out that is no customer's, on suspense as the rest."""

    everything: bool = False
