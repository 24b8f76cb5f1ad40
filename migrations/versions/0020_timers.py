"""timers of agents at work"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade():
    op.create_table(
        "timer",
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("case", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.String(length=27), nullable=False),
        sa.Column("since", sa.String(length=27), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_timer_customer")),
        sa.PrimaryKeyConstraint("agent", "case", name=op.f("pk_timer")),
        sa.UniqueConstraint("agent", "running", name=op.f("uq_timer_agent_running")),
    )


def downgrade():
    op.drop_table("timer")
