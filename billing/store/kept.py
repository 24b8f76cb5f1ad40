"""The ledger's rows that hold no facts, as they are kept: documents with their lines and parts, papers,
files (M8), mails (M20)."""

from datetime import date
from decimal import Decimal

from billing.core.invoicing import LineKind
from billing.core.mailing import Happened, Paper
from billing.core.vat import VatCategory, VatClass
from billing.store.sql import Table, schema
from billing.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """An issued document: what it is found and added up by, its text, its place in its series."""

    series: str
    year: int
    number: int
    code: str
    kind: str
    issued_on: date
    due_on: date | None
    currency: str
    net: Decimal
    vat: Decimal
    rounding: Decimal
    total: Decimal
    corrects: str | None
    run_month: str | None
    billed_to: date | None
    content: str
    series_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line of a document; `corrects` and `corrects_line` name the line that a credit note takes from."""

    code: str
    line: int
    kind: LineKind
    name: str
    minutes: int | None
    quantity: int | None
    rate: Decimal | None  # per hour
    amount: Decimal
    vat_category: VatCategory
    vat_rate: str
    corrects: str | None
    corrects_line: int | None

    @property
    def taxed(self) -> VatClass:
        return VatClass(self.vat_category, Decimal(self.vat_rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """Minutes of an entry that a line of a document bills."""

    code: str
    line: int
    entry: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """A quote's paper."""

    code: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file of a document or a quote as it was first made, compressed (L10)."""

    code: str
    format: str
    digest: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRow:
    """Something that happened to a paper's mail; `digest` is that of to whom it went and what was said (M20)."""

    mail: str
    event: Happened
    paper: Paper
    code: str
    on: date
    status: str | None
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureRow:
    """That something was erased: at an earlier place, or, without one, of the rows beside the chain, and why (P1).

    `rest` is the digest of what is left at a place where something of the chain itself was emptied.
    """

    place: int | None
    scope: str
    fields: tuple[str, ...]
    rest: str | None = None
    reason: str | None = None


TABLES: dict[type, Table] = {
    ErasureRow: schema.erasure,
    DocumentRow: schema.document,
    LineRow: schema.document_line,
    PartRow: schema.document_entry,
    PaperRow: schema.quote_document,
    FileRow: schema.issued_file,
    MailRow: schema.mail,
}
