"""who recorded each fact"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
TABLES = ("link", "period")


def upgrade():
    for table in TABLES:  # plainly, for their guards stay; each digest stays as it is where nobody is named
        op.add_column(table, sa.Column("recorded_by", sa.String(length=200), nullable=True))


def downgrade():
    for table in reversed(TABLES):
        op.drop_column(table, "recorded_by")
