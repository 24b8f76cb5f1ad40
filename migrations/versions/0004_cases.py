"""cases"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0004"
down_revision = "0003"


def upgrade():
    op.create_table(
        "case_event",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=True),
        sa.Column("priority", sa.String(length=200), nullable=True),
        sa.Column("category", sa.String(length=200), nullable=True),
        sa.Column("channel", sa.String(length=200), nullable=True),
        sa.Column("contact", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=200), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("from_at", sa.String(length=27), nullable=True),
        sa.Column("until_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint("(kind = 'hand-over') = (recipient IS NOT NULL)", name=op.f("ck_case_event_recipient")),
        sa.CheckConstraint(
            "kind <> 'priority' OR (priority IS NOT NULL AND detail IS NOT NULL)", name=op.f("ck_case_event_reason")
        ),
        sa.CheckConstraint("(kind = 'callback') = (from_at IS NOT NULL)", name=op.f("ck_case_event_callback")),
        sa.CheckConstraint("(from_at IS NULL) = (until_at IS NULL)", name=op.f("ck_case_event_window")),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_case_event_order")),
        sa.ForeignKeyConstraint(
            ["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f("fk_case_event_link")
        ),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_event_case_kind_seq"), ["case", "kind", "seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_event_customer_id_case"), ["customer_id", "case"], unique=False)

    migrate.guard(op.get_bind())


def downgrade():
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_event_customer_id_case"))
        batch_op.drop_index(batch_op.f("ix_case_event_case_kind_seq"))

    op.drop_table("case_event")
