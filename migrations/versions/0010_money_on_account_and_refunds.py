"""money on account and refunds"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0010"
down_revision = "0009"


def upgrade():
    for name in ("deposit", "refund"):
        op.create_table(
            name,
            sa.Column("customer_id", sa.Integer(), nullable=False),
            sa.Column("seq", sa.Integer(), nullable=False),
            sa.Column("n", sa.Integer(), nullable=False),
            sa.Column("amount", sa.BigInteger(), nullable=False),
            sa.Column("currency", sa.String(length=200), nullable=False),
            sa.Column("paid_on", sa.String(length=10), nullable=False),
            sa.CheckConstraint("amount > 0", name=op.f(f"ck_{name}_amount")),
            sa.ForeignKeyConstraint(
                ["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f(f"fk_{name}_link")
            ),
            sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f(f"pk_{name}")),
        )
    migrate.guard(op.get_bind())


def downgrade():
    op.drop_table("refund")
    op.drop_table("deposit")
