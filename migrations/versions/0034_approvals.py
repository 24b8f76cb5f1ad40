"""minutes over what is prepaid that a customer approved"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0034"
down_revision = "0033"


def upgrade():
    op.create_table(
        "approval",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_approval_minutes")),
        sa.ForeignKeyConstraint(
            ["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f("fk_approval_link")
        ),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f("pk_approval")),
    )
    migrate.guard(op.get_bind())


def downgrade():
    op.drop_table("approval")
