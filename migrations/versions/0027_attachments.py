"""files kept with cases and quotes"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0027"
down_revision = "0026"


def upgrade():
    op.create_table(
        "attachment",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("of", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("size > 0 AND number > 0", name=op.f("ck_attachment_size")),
        sa.ForeignKeyConstraint(
            ["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f("fk_attachment_link")
        ),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f("pk_attachment")),
        sa.UniqueConstraint(
            "customer_id", "of", "code", "number", name=op.f("uq_attachment_customer_id_of_code_number")
        ),
    )
    migrate.guard(op.get_bind())


def downgrade():
    op.drop_table("attachment")
