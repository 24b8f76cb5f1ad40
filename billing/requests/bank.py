"""The bank's files, and what of them waits for somebody to say what it is."""

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar

from billing.requests.base import Question, Request
from billing.requests.fields import Amount, Word, option
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
    """An open item booked on an invoice, whole or a part of it; or a return on the payment that it takes back (M14)."""

    KIND: ClassVar[str] = "settle"
    item: Word
    on: Word  # the invoice's number, or the payment's id
    amount: Amount | None = option(late=True)  # by default all that is left of it


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOpenItems(Question[OpenItems]):
    """What came in and could not be matched."""
