"""closed months, and settings that count from a day"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0018"
down_revision = "0017"


def upgrade():
    op.create_table(
        "period",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("month", sa.String(length=10), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("names_digest", sa.String(length=64), nullable=False),
        sa.Column("postings", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(kind = 'reopen') = (reason IS NOT NULL)", name=op.f("ck_period_reason")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_period")),
        sa.UniqueConstraint("external_id", "kind", name=op.f("uq_period_external_id_kind")),
    )
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("period_n", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("period_hash", sa.String(length=64), nullable=True))
    migrate.guard(op.get_bind())


def downgrade():
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.drop_column("period_hash")
        batch_op.drop_column("period_n")
    op.drop_table("period")
