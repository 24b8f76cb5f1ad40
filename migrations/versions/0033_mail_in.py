"""mails that came in: of which case, and those that wait"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade():
    op.create_table(
        "mail_thread",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=200), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("acknowledged_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_mail_thread_customer")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_mail_thread")),
    )
    op.create_index(op.f("ix_mail_thread_sender_at"), "mail_thread", ["sender", "at"])
    op.create_table(
        "mail_waiting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_waiting")),
        sa.UniqueConstraint("digest", name=op.f("uq_mail_waiting_digest")),
    )


def downgrade():
    op.drop_table("mail_waiting")
    op.drop_table("mail_thread")
