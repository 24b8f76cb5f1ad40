"""write-offs"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0011"
down_revision = "0010"


def upgrade():
    op.create_table(
        "write_off",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("invoice", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_write_off_amount")),
        sa.ForeignKeyConstraint(
            ["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f("fk_write_off_link")
        ),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f("pk_write_off")),
    )
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("write_off_limit", sa.BigInteger(), nullable=True))
    migrate.guard(op.get_bind())


def downgrade():
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.drop_column("write_off_limit")
    op.drop_table("write_off")
