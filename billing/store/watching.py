"""Which tables decide about money, and by what each is watched: a chain, or the journal's facts (L1, L6).

Of a row in the journal some columns are kept as they are, of others a salted digest: personal data, which can be erased
(P1), and secrets, which are in no chain. A table that is in none of these lists fails the tests.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from sqlalchemy import Table

from billing.store import schema
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Watched:
    """A table of ordinary rows whose states are facts of the journal."""

    table: Table
    kind: str  # what the journal calls it
    subject: str  # the column by which the journal knows a row; never personal data
    plain: tuple[str, ...]
    salted: tuple[str, ...] = ()
    free: Mapping[str, str] = field(default_factory=dict)  # columns that are not watched, and why
    by: str = ""  # a unique column by which rows are found as they are written; the subject where it is not said
    unless: str = ""  # a column: rows where it is 1 are not watched

    @property
    def key(self) -> str:
        return self.by or self.subject

    def has(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is one that the journal watches."""
        return not (self.unless and row[self.unless])


_ADDRESS = schema.ADDRESS
_COUNTED = dict.fromkeys(("uses", "used_at"), "counts openings, and opens nothing")

ALL = (
    Watched(
        schema.issuer, "issuer", "id",
        ("name", "country", "language", "vat_id", "siren", "electronic_address", *_ADDRESS, "vat_basis", "currency",
         "timezone", "iban", "qr_iban", "round_total", "terms", "write_off_limit", "reminder_minimum", "bic",
         "einvoice", "region", "exempt", "tax_number", "web", "accent", "logo", "legal"),
        ("email", "phone", "contact"),
        {"period_n": "where the chain of closings ends", "period_hash": "where the chain of closings ends",
         "journal_n": "where the journal ends", "journal_hash": "where the journal ends"},
    ),
    Watched(
        schema.customer, "customer", "id",
        ("code", "country", "language", "vat_basis", "terms", "round_total", "consumer", "einvoice", "hours"),
        ("name", "email", "vat_id", "siren", "electronic_address", *_ADDRESS, "order", "buyer_reference", "attention",
         "held_reason"),
        by="code",
    ),
    Watched(schema.agent, "agent", "code", ("last_on", "role"), ("name", "email")),
    Watched(
        schema.access_key, "key", "name",
        ("scope", "customer_id", "digest", "made_at", "made_by", "expires_on", "revoked_at", "external_id"),
        free=_COUNTED,
    ),
    Watched(
        schema.access_link, "link", "name",
        ("role", "customer_id", "own_cases", "agent", "digest", "made_at", "made_by", "expires_on", "revoked_at",
         "external_id", "by_provider"),
        ("contact",),
        _COUNTED,
        unless="by_provider",  # it stands for one log-in, which is forgotten (P5); the agent's row says what it may
    ),
    Watched(
        schema.customer_address, "address", "mark", ("kind", "customer_id", "added_at", "added_by"), ("value",),
        by="value",
    ),
    Watched(
        schema.hook, "hook", "number", ("events", "made_at", "made_by", "removed_at", "external_id"),
        ("url", "secret"),
    ),
    Watched(
        schema.desk, "desk", "name", ("kind", "field", "made_at", "made_by", "external_id"),
        ("url", "settings", "secret", "frame"),
    ),
    Watched(
        schema.bank_movement, "bank", "id",
        ("key", "batch", "is_batch", "amount", "currency", "value_on", "incoming", "posted_on", "charges",
         "is_charge"),
        ("reference", "text", "name", "end_to_end", "reason"),
        by="key",
    ),
    Watched(schema.run_reference, "run", "external_id", ("month", "issued_on")),
    Watched(schema.loaded_file, "file", "digest", ("lines", "loaded_on")),
    Watched(schema.picture, "logo", "digest", (), free={"data": "its digest is its name, and is checked"}),
    Watched(
        schema.tariff_version, "tariff", "id", ("name", "valid_from", "digest"),
        free={"text": "its digest is checked"},
    ),
)  # fmt: skip
OF_TABLE = {watched.table: watched for watched in ALL}
OF_KIND = {watched.kind: watched for watched in ALL}

# Tables that are no customer's chain and not in the journal

CHECKED = {
    schema.journal: "a chain of its own",
    schema.period: "a chain of its own",
    schema.series: "where the chains of documents end; compared with them",
    schema.maintenance: "in the chain of its series",
    schema.head: "where customers' chains end; compared with them",
    schema.link: "the places of customers' chains",
    schema.personal: "its salted digests are in customers' chains",
    schema.journal_salt: "makes the digests of the journal: another salt makes others",
    schema.reference: "compared with the chains both ways",
    schema.case_reference: "compared with the chains both ways",
    schema.document_number: "compared with the documents and quotes both ways",
    schema.case_name: "compared with the cases' references both ways",
    schema.payment_reference: "compared with the documents both ways",
    **dict.fromkeys(schema.DERIVED, "compared with the charges and draws both ways"),
}
FREE = {
    schema.timer: "what runs is no time worked until an entry is made of it",
    schema.session: "of who came by a link, which is watched; it is forgotten (P5)",
    schema.mail_thread: "to which case a mail belongs; its time is an entry",
    schema.mail_waiting: "mails that wait to be looked at",
    schema.alert: "what was told once",
    schema.imported_time: "of which rows of other tools entries were made, which are in the chains",
    schema.import_cursor: "up to where another tool was read",
    schema.outbox: "tells others what is in the chains",
    schema.desk_push: "up to where a help desk shows what is in the chains",
}
