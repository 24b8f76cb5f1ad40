"""every movement of the bank in the books"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0015"
down_revision = "0014"


def upgrade():
    op.create_table(
        "bank_part",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("movement", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("charges", sa.BigInteger(), nullable=False),
        sa.Column("settled_on", sa.String(length=10), nullable=True),
        sa.Column("money", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount > 0 AND charges >= 0", name=op.f("ck_bank_part_amounts")),
        sa.CheckConstraint("money IS NULL OR settled_on IS NOT NULL", name=op.f("ck_bank_part_settled")),
        sa.ForeignKeyConstraint(
            ["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f("fk_bank_part_link")
        ),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f("pk_bank_part")),
    )
    op.create_index(op.f("ix_bank_part_movement"), "bank_part", ["movement"])
    with op.batch_alter_table("bank_movement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("posted_on", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("charges", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("is_charge", sa.Integer(), nullable=True))
    migrate.guard(op.get_bind())


def downgrade():
    with op.batch_alter_table("bank_movement", schema=None) as batch_op:
        batch_op.drop_column("is_charge")
        batch_op.drop_column("charges")
        batch_op.drop_column("posted_on")
    op.drop_table("bank_part")
