"""where a customer's chain ends: a table of its own, so that who records changes nothing that all customers share"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade():
    op.create_table(
        "head",
        sa.Column("customer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_head_customer")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_head")),
    )
    op.execute("INSERT INTO head (customer_id, seq, hash) SELECT id, head_seq, head_hash FROM customer")
    for column in ("head_seq", "head_hash"):
        op.drop_column("customer", column)


def downgrade():
    seq, whole = sa.Column("head_seq", sa.Integer()), sa.Column("head_hash", sa.String(length=64))
    for column in (seq, whole):
        op.add_column("customer", column)
    op.execute(
        "UPDATE customer SET head_seq = (SELECT seq FROM head WHERE customer_id = id), "
        "head_hash = (SELECT hash FROM head WHERE customer_id = id)"
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        for column in (seq, whole):
            batch_op.alter_column(column.name, existing_type=column.type, nullable=False)
    op.drop_table("head")
