"""credit notes that somebody asks for, and quotes that are open again"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0012"
down_revision = "0011"
ONCE = "uq_quote_event_customer_id_quote_kind"


def _table(name, *parts):
    op.create_table(
        name,
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f(f"fk_{name}_link")),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f(f"pk_{name}")),
    )


def upgrade():
    _table(
        "credit_note",
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("invoice", sa.String(length=200), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("keeps", sa.Integer(), nullable=False),
        sa.UniqueConstraint("customer_id", "number", name=op.f("uq_credit_note_customer_id_number")),
    )
    _table(
        "reduction",
        sa.Column("invoice", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_reduction_amount")),
    )
    _table(
        "sale_end",
        sa.Column("sale", sa.Integer(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("grant", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("dated_on", sa.String(length=10), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_sale_end_minutes")),
        sa.UniqueConstraint("customer_id", "sale", name=op.f("uq_sale_end_customer_id_sale")),
    )
    with op.batch_alter_table("quote_event") as quote_event:
        quote_event.drop_constraint(ONCE, type_="unique")
    migrate.guard(op.get_bind())


def downgrade():
    migrate.unguard(op.get_bind(), ["quote_event"])
    with op.batch_alter_table("quote_event") as quote_event:
        quote_event.create_unique_constraint(ONCE, ["customer_id", "quote", "kind"])
    op.drop_table("sale_end")
    op.drop_table("reduction")
    op.drop_table("credit_note")
