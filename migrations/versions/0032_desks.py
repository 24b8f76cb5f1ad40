"""help desks, and up to where each shows a balance"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade():
    op.create_table(
        "desk",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("frame", sa.Text(), nullable=True),
        sa.Column("made_at", sa.String(length=27), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk")),
        sa.UniqueConstraint("external_id", name=op.f("uq_desk_external_id")),
    )
    op.create_table(
        "desk_push",
        sa.Column("desk", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("pushed_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["desk"], ["desk.name"], name=op.f("fk_desk_push_desk")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_desk_push_customer")),
        sa.PrimaryKeyConstraint("desk", "id", name=op.f("pk_desk_push")),
    )


def downgrade():
    op.drop_table("desk_push")
    op.drop_table("desk")
