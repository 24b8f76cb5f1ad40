"""what happened to the mails of papers that were sent"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0019"
down_revision = "0018"


def upgrade():
    op.create_table(
        "mail",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("mail", sa.String(length=200), nullable=False),
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column("paper", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=200), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f("fk_mail_link")),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f("pk_mail")),
        sa.UniqueConstraint("customer_id", "mail", "event", name=op.f("uq_mail_customer_id_mail_event")),
    )
    op.create_index(op.f("ix_mail_code"), "mail", ["code"])
    op.create_index(op.f("ix_mail_mail"), "mail", ["mail"])
    migrate.guard(op.get_bind())


def downgrade():
    op.drop_table("mail")
