"""exempt from VAT"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0013"
down_revision = "0012"


def upgrade():
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("exempt", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("tax_number", sa.String(length=200), nullable=True))
    migrate.guard(op.get_bind())


def downgrade():
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.drop_column("tax_number")
        batch_op.drop_column("exempt")
