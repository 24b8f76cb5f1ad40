"""Invoices and credit notes: the month's run, documents and their files, the exact check."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Literal

from billing.errors import BadInput
from billing.requests.base import Question, Request
from billing.requests.fields import Amount, Month, OneOf, Pieces, Title, Whole, Word, option
from billing.texts import say
from billing.values import dataclass
from billing.views.documents import Checked, Documents, DocumentShown, FilesKept, MadeFile, MonthRun, RunFiles

FORMATS = ("pdf", "factur-x", "cii", "ubl")


File = Literal["pdf", "plain", "cii", "ubl"]


def _no_format(text: str, known: Iterable[str]) -> BadInput:
    return BadInput("bad-input", say("{text!r} is no format", text=text), say("known: {known}", known=list(known)))


def xml_format(text: str) -> Literal["cii", "ubl"]:
    """The format of an XML, by its name."""
    if text == "cii":
        return "cii"
    if text == "ubl":
        return "ubl"
    raise _no_format(text, ("cii", "ubl"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMonth(Request[MonthRun]):
    """The monthly run: invoices all that was charged up to the month's end, credits what was taken back (M5, C4).

    `month` is its first day, `on` the issue date, by default today; `yes`: also one far away (M19).
    """

    KIND: ClassVar[str] = "invoice-run"
    LINE: ClassVar[str | None] = "invoice-run"
    month: Month
    on: date | None = option(line="date")
    yes: bool = option(False, aside=True, line="")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditInvoice(Request[DocumentShown]):
    """Credits an invoice by a note, with a reason: whole, one line of it, or a net amount (M12).

    By default a pack is credited by the share of its undrawn minutes and an add-on by that of its days to come, `drawn`
    what was used too; what the invoice sold ends, unless `keep` says that only its price is reduced. `yes`: also on
    a day far away (M19).
    """

    KIND: ClassVar[str] = "invoice-credit"
    LINE: ClassVar[str | None] = "invoice-credit"
    invoice: Word
    reason: Title
    line: Pieces | None = None
    amount: Amount | None = None
    drawn: bool = False
    keep: bool = False
    on: date | None = option(line="date")
    yes: bool = option(False, aside=True, line="")

    def __post_init__(self) -> None:
        super(CreditInvoice, self).__post_init__()
        if self.drawn and self.amount is not None:
            raise BadInput("bad-input", say("an amount says how much is credited"), say("leave --drawn out"))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepFiles(Request[FilesKept]):
    """Makes the files of all documents whose PDF was never made, as a database of an older version needs (L10)."""

    KIND: ClassVar[str] = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDocuments(Question[Documents]):
    """Documents issued in a month or for a customer, or all, in order; a page of them is so many `after` one."""

    month: Month | None = None
    customer: Word | None = None
    after: Word | None = None  # its number
    most: Annotated[int, Whole(1)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDocument(Question[DocumentShown]):
    """One document and how it stands."""

    number: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRunFiles(Question[RunFiles]):
    """Which files go out for a month's runs.

    `xml` is the format of the XML beside each PDF that is fit for it, or `none`; by default the one that the document
    must be fit for, else the one that its PDF has inside (M7).
    """

    month: Month
    xml: Annotated[str, OneOf(("cii", "ubl", "none"))] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFiles(Question[tuple[MadeFile, ...]]):
    """Files of documents or of quotes: made when they are first asked for, then kept and given back unchanged (L10).

    `plain` is a PDF without the e-invoice that the document's own has inside.
    """

    numbers: tuple[Word, ...]
    format: File = "pdf"
    of: Literal["invoice", "quote"] = "invoice"

    def __post_init__(self) -> None:
        super(AskFiles, self).__post_init__()
        if self.format not in ("pdf", "plain", "cii", "ubl"):
            raise _no_format(self.format, ("cii", "ubl"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDocument(Question[Checked]):
    """The exact check of a document; `format` must be possible: by default the issuer's setting, else any XML."""

    number: Word
    format: Word | None = None

    def __post_init__(self) -> None:
        super(CheckDocument, self).__post_init__()
        if self.format not in (None, *FORMATS):
            raise _no_format(self.format, FORMATS)
