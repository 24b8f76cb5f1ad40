"""erasures: what was erased of a customer's chain, and guards that let exactly that through"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0040"
down_revision = "0039"
ERASABLE = ("link", "time_grant", "correction", "case_event", "write_off", "credit_note", "document", "quote",
            "quote_document", "issued_file", "opening_void")  # fmt: skip


def upgrade():
    op.create_table(
        "erasure",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("rest", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("place < seq", name=op.f("ck_erasure_earlier")),
        sa.CheckConstraint("(place IS NULL) = (reason IS NOT NULL)", name=op.f("ck_erasure_reason")),
        sa.ForeignKeyConstraint(["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f("fk_erasure_link")),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_customer_id_place"), "erasure", ["customer_id", "place"])
    migrate.guard(op.get_bind())


def downgrade():
    for table in ERASABLE:  # whose guards name the table that goes
        on = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_update{on}")
    op.drop_table("erasure")
    migrate.guard(op.get_bind())
