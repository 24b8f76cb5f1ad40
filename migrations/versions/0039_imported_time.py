"""time from other tools: which of their rows were taken in, and up to where their APIs were read"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade():
    op.create_table(
        "imported_time",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("row", sa.String(length=200), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("at", sa.String(length=200), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=200), nullable=True),
        sa.Column("digest", sa.String(length=100), nullable=False),
        sa.Column("entry", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("source", "row", name=op.f("pk_imported_time")),
    )
    op.create_index(op.f("ix_imported_time_source_on"), "imported_time", ["source", "on"])
    op.create_index(op.f("ix_imported_time_source_ticket"), "imported_time", ["source", "ticket"])
    op.create_table(
        "import_cursor",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("cursor", sa.String(length=200), nullable=False),
        sa.Column("kept_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_import_cursor")),
    )


def downgrade():
    op.drop_table("import_cursor")
    op.drop_index(op.f("ix_imported_time_source_ticket"), table_name="imported_time")
    op.drop_index(op.f("ix_imported_time_source_on"), table_name="imported_time")
    op.drop_table("imported_time")
