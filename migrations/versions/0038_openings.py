"""what customers bring from another system: openings, open invoices of it, openings taken back"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0038"
down_revision = "0037"

TABLES = ("opening", "brought_invoice", "opening_void")


def upgrade():
    op.create_table(
        "opening",
        *_place("opening"),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("grant", sa.Integer(), nullable=True),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("worked_on", sa.String(length=10), nullable=True),
        sa.CheckConstraint('spent >= 0 AND (spent = 0 OR "grant" IS NOT NULL)', name=op.f("ck_opening_spent")),
        sa.CheckConstraint("(kind = 'owed') = (worked_on IS NOT NULL)", name=op.f("ck_opening_worked_on")),
        sa.UniqueConstraint("customer_id", "seq", name=op.f("uq_opening_customer_id_seq")),
    )
    op.create_table(
        "brought_invoice",
        *_place("brought_invoice"),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("currency", sa.String(length=200), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("open > 0 AND open <= total", name=op.f("ck_brought_invoice_open")),
    )
    op.create_index(op.f("ix_brought_invoice_number"), "brought_invoice", ["number"])
    op.create_table(
        "opening_void",
        *_place("opening_void"),
        sa.Column("opening", sa.Integer(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("opening < seq", name=op.f("ck_opening_void_earlier")),
        sa.UniqueConstraint("customer_id", "opening", name=op.f("uq_opening_void_customer_id_opening")),
    )
    migrate.guard(op.get_bind())


def _place(table):
    """The columns of a place in a customer's chain, with their keys."""
    return (
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("customer_id", "seq", "n")),
        sa.ForeignKeyConstraint(
            ["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f(f"fk_{table}_link")
        ),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f(f"pk_{table}")),
    )


def downgrade():
    for table in reversed(TABLES):
        op.drop_table(table)
