"""reminders"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0006"
down_revision = "0005"


def upgrade():
    op.create_table(
        "reminder",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("invoice", sa.String(length=200), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=200), nullable=False),
        sa.Column("open", sa.BigInteger(), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("indemnity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "step > 0 AND open > 0 AND interest >= 0 AND indemnity >= 0", name=op.f("ck_reminder_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f("fk_reminder_link")
        ),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f("pk_reminder")),
        sa.UniqueConstraint("customer_id", "invoice", "step", name=op.f("uq_reminder_customer_id_invoice_step")),
    )
    op.create_table(
        "letter",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f("fk_letter_link")),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f("pk_letter")),
    )
    migrate.guard(op.get_bind())


def downgrade():
    op.drop_table("letter")
    op.drop_table("reminder")
