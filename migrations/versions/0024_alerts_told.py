"""alerts that were told, each once"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade():
    op.create_table(
        "alert",
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("told_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("kind", "about", name=op.f("pk_alert")),
    )


def downgrade():
    op.drop_table("alert")
