"""holidays of a contract's year, and the issuer's region"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_table(
        "calendar_year",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("contract", sa.Integer(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("calendar", sa.String(length=200), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f("fk_calendar_year_link")
        ),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f("pk_calendar_year")),
        sa.UniqueConstraint(
            "customer_id", "contract", "term", "year", name=op.f("uq_calendar_year_customer_id_contract_term_year")
        ),
    )
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("region", sa.String(length=200), nullable=True))

    migrate.guard(op.get_bind())


def downgrade():
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.drop_column("region")

    op.drop_table("calendar_year")
