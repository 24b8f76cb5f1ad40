"""links that let somebody in, and the sessions that they begin"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade():
    op.create_table(
        "access_link",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("contact", sa.String(length=200), nullable=True),
        sa.Column("own_cases", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.String(length=27), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=True),
        sa.Column("expires_on", sa.String(length=10), nullable=False),
        sa.Column("revoked_at", sa.String(length=27), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.String(length=27), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.CheckConstraint("(customer_id IS NULL) <> (agent IS NULL)", name=op.f("ck_access_link_whose")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_access_link_customer")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_access_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_access_link_digest")),
        sa.UniqueConstraint("external_id", name=op.f("uq_access_link_external_id")),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.String(length=27), nullable=False),
        sa.Column("expires_on", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["link"], ["access_link.name"], name=op.f("fk_session_access_link")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
    )


def downgrade():
    op.drop_table("session")
    op.drop_table("access_link")
