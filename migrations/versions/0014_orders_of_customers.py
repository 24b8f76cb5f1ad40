"""customers' own order numbers and references, and the format that each can be reached in"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0014"
down_revision = "0013"
COLUMNS = ("order", "buyer_reference", "einvoice")


def upgrade():
    with op.batch_alter_table("customer", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.add_column(sa.Column(name, sa.String(length=200), nullable=True))
    migrate.guard(op.get_bind())


def downgrade():
    with op.batch_alter_table("customer", schema=None) as batch_op:
        for name in reversed(COLUMNS):
            batch_op.drop_column(name)
