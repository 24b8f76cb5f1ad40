"""numbers that PostgreSQL gives rows are BIGINT, as a worker of Citus demands; credit notes by the customer too"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
NUMBERED = (("customer", "id"), ("bank_movement", "id"), ("tariff_version", "id"), ("mail_waiting", "id"),
            ("hook", "number"), ("outbox", "number"))  # fmt: skip
NOTES = sa.text("corrects IS NOT NULL")


def upgrade():
    _numbered("BIGINT")
    _notes(["corrects", "customer_id"])


def downgrade():
    _notes(["corrects"])
    _numbered("INTEGER")


def _numbered(kind):
    if op.get_bind().dialect.name != "postgresql":
        return  # a key of SQLite has 64 bits
    for table, column in NUMBERED:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}")
        sequence = op.get_bind().execute(sa.text(f"SELECT pg_get_serial_sequence('{table}', '{column}')")).scalar()
        op.execute(f"ALTER SEQUENCE {sequence} AS {kind}")


def _notes(columns):
    op.drop_index("ix_document_corrects", table_name="document")
    op.create_index("ix_document_corrects", "document", columns, sqlite_where=NOTES, postgresql_where=NOTES)
