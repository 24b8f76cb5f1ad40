"""the order of recording, and agents by name"""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade():
    op.create_index(op.f("ix_link_recorded_at"), "link", ["recorded_at"])
    op.create_index(op.f("ix_entry_agent"), "entry", ["agent"])


def downgrade():
    op.drop_index(op.f("ix_entry_agent"), "entry")
    op.drop_index(op.f("ix_link_recorded_at"), "link")
