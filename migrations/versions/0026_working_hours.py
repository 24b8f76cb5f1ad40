"""customers' working hours"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade():
    op.add_column("customer", sa.Column("hours", sa.String(length=200), nullable=True))


def downgrade():
    op.drop_column("customer", "hours")
