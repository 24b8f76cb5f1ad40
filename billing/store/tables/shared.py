"""Rows that all customers share and that are only ever inserted."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from billing.store.tables.columns import HASH, INSTANT, NAME, ROW, day, label, metadata, number

tariff_version = Table(
    "tariff_version",
    metadata,
    Column("id", ROW, primary_key=True),
    label("name"),
    day("valid_from"),
    Column("digest", HASH, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("name", "valid_from", "digest"),
)
reference = Table(
    "reference",
    metadata,
    label("kind"),
    label("external_id"),
    number("customer_id"),
    number("seq"),
    PrimaryKeyConstraint("kind", "external_id"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)
case_reference = Table(
    "case_reference",
    metadata,
    Column("reference", NAME, primary_key=True),
    number("customer_id"),
    number("seq"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)
case_name = Table(
    "case_name",
    metadata,
    Column("folded", String(600), primary_key=True),  # what references are compared by (T3); folding can triple one
    label("reference"),
    ForeignKeyConstraint(["reference"], ["case_reference.reference"]),
)
document_number = Table(  # whose a document's or a quote's number is: unique over all customers (M6)
    "document_number",
    metadata,
    Column("code", NAME, primary_key=True),
    number("customer_id"),
    number("seq"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)
run_reference = Table(
    "run_reference",
    metadata,
    Column("external_id", NAME, primary_key=True),
    day("month"),
    day("issued_on", nullable=True),  # as asked for: none, the day of asking
)
loaded_file = Table(  # files whose lines without an id did something, so that a second time is noticed
    "loaded_file",
    metadata,
    Column("digest", HASH, primary_key=True),
    number("lines"),
    day("loaded_on"),
)
period = Table(  # months closed and opened again, settings that count from a day: a chain of its own (M16)
    "period",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    label("kind"),
    day("month"),  # of a setting: the day from which it counts
    day("on"),
    Column("reason", Text),
    Column("heads", Text, nullable=False),  # where each customer's chain ended
    Column("settings", Text, nullable=False),  # what books say of the issuer, or what counts from a day
    Column("names", Text, nullable=False),  # the customers', which the chain has the digest of
    Column("names_digest", HASH, nullable=False),
    Column("postings", Text, nullable=False),  # what was posted in the month, and before it as far as that was open
    Column("recorded_at", INSTANT, nullable=False),
    label("external_id", nullable=True),
    Column("request", Text),
    Column("hash", HASH, nullable=False),
    label("recorded_by", nullable=True),
    UniqueConstraint("external_id", "kind"),
    CheckConstraint("(kind = 'reopen') = (reason IS NOT NULL)", name="reason"),
)
journal = Table(  # what ordinary rows that decide about money became: a chain of its own (`watching`)
    "journal",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    label("kind"),
    label("subject"),
    label("act"),
    Column("content", Text, nullable=False),  # JSON by column; of personal data and secrets a salted digest
    Column("recorded_at", INSTANT, nullable=False),
    label("recorded_by", nullable=True),
    Column("hash", HASH, nullable=False),
    CheckConstraint("act IN ('taken-over', 'set', 'removed')", name="act"),
)
journal_salt = Table(  # what a row's digests are made with; without it they say nothing (P1)
    "journal_salt",
    metadata,
    label("kind"),
    label("subject"),
    Column("salt", String(32), nullable=False),
    PrimaryKeyConstraint("kind", "subject"),
)
maintenance = Table(
    "maintenance",
    metadata,
    label("series"),
    number("year"),
    number("number"),
    label("code"),
    day("issued_on"),
    Column("starts_at", INSTANT, nullable=False),
    Column("ends_at", INSTANT, nullable=False),
    label("tariff", nullable=True),  # none: it concerns every customer
    label("external_id", nullable=True),
    Column("content", Text, nullable=False),
    Column("series_hash", HASH, nullable=False),
    PrimaryKeyConstraint("series", "year", "number"),
    UniqueConstraint("code"),
    UniqueConstraint("external_id"),
    CheckConstraint("starts_at < ends_at", name="order"),
)

Index(None, journal.c.kind, journal.c.subject)
Index(None, maintenance.c.ends_at)
