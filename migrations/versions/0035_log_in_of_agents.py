"""by which address an agent logs in at a provider, and what he may do then"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade():
    op.add_column("agent", sa.Column("email", sa.String(length=200), nullable=True))
    op.add_column("agent", sa.Column("role", sa.String(length=200), nullable=True))
    op.add_column("access_link", sa.Column("by_provider", sa.Integer(), nullable=True))


def downgrade():
    op.drop_column("access_link", "by_provider")
    op.drop_column("agent", "role")
    op.drop_column("agent", "email")
