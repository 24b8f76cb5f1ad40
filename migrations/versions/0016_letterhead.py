"""letterhead: logos, colour, lines of law, how to reach the issuer; a second line of addresses, whom paper is for"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0016"
down_revision = "0015"
ISSUER = ("second_line", "phone", "web", "contact", "accent")
CUSTOMER = ("second_line", "attention")


def upgrade():
    op.create_table(
        "picture",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_picture")),
    )
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        for name in ISSUER:
            batch_op.add_column(sa.Column(name, sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("logo", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("legal", sa.Text(), nullable=True))
    with op.batch_alter_table("customer", schema=None) as batch_op:
        for name in CUSTOMER:
            batch_op.add_column(sa.Column(name, sa.String(length=200), nullable=True))
    migrate.guard(op.get_bind())


def downgrade():
    with op.batch_alter_table("customer", schema=None) as batch_op:
        for name in reversed(CUSTOMER):
            batch_op.drop_column(name)
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.drop_column("legal")
        batch_op.drop_column("logo")
        for name in reversed(ISSUER):
            batch_op.drop_column(name)
    op.drop_table("picture")
