"""what decides about money is watched: a journal, which begins with what is there"""

import hashlib
import json
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0037"
down_revision = "0036"

ADDRESS = ("street", "house_number", "second_line", "postcode", "city")
WATCHED = (  # by kind: the table, what names its rows, what is kept as it is, of what a salted digest
    ("issuer", "issuer", "id",
     ("name", "country", "language", "vat_id", "siren", "electronic_address", *ADDRESS, "vat_basis", "currency",
      "timezone", "iban", "qr_iban", "round_total", "terms", "write_off_limit", "reminder_minimum", "bic", "einvoice",
      "region", "exempt", "tax_number", "web", "accent", "logo", "legal"),
     ("email", "phone", "contact")),
    ("customer", "customer", "id",
     ("code", "country", "language", "vat_basis", "terms", "round_total", "consumer", "einvoice", "hours"),
     ("name", "email", "vat_id", "siren", "electronic_address", *ADDRESS, "order", "buyer_reference", "attention",
      "held_reason")),
    ("agent", "agent", "code", ("last_on", "role"), ("name", "email")),
    ("key", "access_key", "name",
     ("scope", "customer_id", "digest", "made_at", "made_by", "expires_on", "revoked_at", "external_id"), ()),
    ("link", "access_link", "name",
     ("role", "customer_id", "own_cases", "agent", "digest", "made_at", "made_by", "expires_on", "revoked_at",
      "external_id", "by_provider"), ("contact",)),
    ("address", "customer_address", "mark", ("kind", "customer_id", "added_at", "added_by"), ("value",)),
    ("hook", "hook", "number", ("events", "made_at", "made_by", "removed_at", "external_id"), ("url", "secret")),
    ("desk", "desk", "name", ("kind", "field", "made_at", "made_by", "external_id"),
     ("url", "settings", "secret", "frame")),
    ("bank", "bank_movement", "id",
     ("key", "batch", "is_batch", "amount", "currency", "value_on", "incoming", "posted_on", "charges", "is_charge"),
     ("reference", "text", "name", "end_to_end", "reason")),
    ("run", "run_reference", "external_id", ("month", "issued_on"), ()),
    ("file", "loaded_file", "digest", ("lines", "loaded_on"), ()),
    ("logo", "picture", "digest", (), ()),
    ("tariff", "tariff_version", "id", ("name", "valid_from", "digest"), ()),
)  # fmt: skip


def upgrade():
    journal = op.create_table(
        "journal",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("act IN ('taken-over', 'set', 'removed')", name=op.f("ck_journal_act")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_kind_subject"), "journal", ["kind", "subject"])
    salt = op.create_table(
        "journal_salt",
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_journal_salt")),
    )
    op.add_column("issuer", sa.Column("journal_n", sa.Integer(), nullable=True))
    op.add_column("issuer", sa.Column("journal_hash", sa.String(length=64), nullable=True))
    mark()
    take_over(op.get_bind(), journal, salt)
    migrate.guard(op.get_bind())


def mark():
    """Gives each address the name by which the journal knows it."""
    op.add_column("customer_address", sa.Column("mark", sa.String(length=16), nullable=True))
    address = sa.table("customer_address", sa.column("value"), sa.column("mark"))
    for (value,) in op.get_bind().execute(sa.select(address.c.value)).all():
        op.execute(address.update().where(address.c.value == value).values(mark=secrets.token_hex(8)))
    with op.batch_alter_table("customer_address") as batch_op:
        batch_op.alter_column("mark", existing_type=sa.String(length=16), nullable=False)
        batch_op.create_unique_constraint(op.f("uq_customer_address_mark"), ["mark"])


def take_over(connection, journal, salt):
    """Records every watched row as it is; what it was before nobody has kept."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    place, last = 0, "0" * 64
    for kind, name, subject, plain, salted in WATCHED:
        table = sa.Table(name, sa.MetaData(), autoload_with=connection)
        facts, salts = [], []
        for row in connection.execute(sa.select(table).order_by(table.c[subject])).mappings():
            if kind == "link" and row["by_provider"]:
                continue
            place += 1
            content = {column: row[column] for column in plain if row[column] is not None}
            if salted:
                salts.append({"kind": kind, "subject": str(row[subject]), "salt": secrets.token_hex(8)})
                content |= {column: digest(f"{salts[-1]['salt']}\n{column}={row[column]}") for column in salted
                            if row[column] is not None}  # fmt: skip
            fact = {"n": place, "kind": kind, "subject": str(row[subject]), "act": "taken-over",
                    "content": text(content, True), "recorded_at": at, "recorded_by": None}  # fmt: skip
            head = [fact[one] for one in ("n", "kind", "subject", "act", "recorded_at", "recorded_by")]
            last = fact["hash"] = digest(text([last, head, [[fact["content"]]]]))
            facts.append(fact)
        for table, rows in ((journal, facts), (salt, salts)):
            if rows:
                connection.execute(table.insert(), rows)
    if place:
        connection.execute(
            sa.text("UPDATE issuer SET journal_n = :n, journal_hash = :hash"), {"n": place, "hash": last}
        )


def text(value, ordered=False):
    return json.dumps(value, ensure_ascii=False, sort_keys=ordered, separators=(",", ":"))


def digest(said):
    return hashlib.sha256(said.encode()).hexdigest()


def downgrade():
    with op.batch_alter_table("customer_address") as batch_op:
        batch_op.drop_constraint(op.f("uq_customer_address_mark"), type_="unique")
        batch_op.drop_column("mark")
    with op.batch_alter_table("issuer") as batch_op:
        batch_op.drop_column("journal_hash")
        batch_op.drop_column("journal_n")
    op.drop_table("journal_salt")
    op.drop_table("journal")
