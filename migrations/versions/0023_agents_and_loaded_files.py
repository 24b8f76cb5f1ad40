"""agents as a list, an agent's day by index, files that were loaded"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0023"
down_revision = "0022"


def upgrade():
    op.create_table(
        "agent",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("last_on", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_agent")),
    )
    op.create_table(
        "loaded_file",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("loaded_on", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_loaded_file")),
    )
    op.create_index(op.f("ix_entry_agent_worked_on"), "entry", ["agent", "worked_on"])
    op.drop_index(op.f("ix_entry_agent"), "entry")
    migrate.guard(op.get_bind())


def downgrade():
    op.create_index(op.f("ix_entry_agent"), "entry", ["agent"])
    op.drop_index(op.f("ix_entry_agent_worked_on"), "entry")
    op.drop_table("loaded_file")
    op.drop_table("agent")
