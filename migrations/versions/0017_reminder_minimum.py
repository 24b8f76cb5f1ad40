"""reminder_minimum: below which an issuer reminds nobody"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0017"
down_revision = "0016"


def upgrade():
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminder_minimum", sa.BigInteger(), nullable=True))
    migrate.guard(op.get_bind())


def downgrade():
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.drop_column("reminder_minimum")
