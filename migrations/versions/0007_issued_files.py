"""the files of documents as they were first made, and credit notes by what they correct"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0007"
down_revision = "0006"


def upgrade():
    op.create_table(
        "issued_file",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id", "seq"], ["link.customer_id", "link.seq"], name=op.f("fk_issued_file_link")
        ),
        sa.PrimaryKeyConstraint("customer_id", "seq", "n", name=op.f("pk_issued_file")),
        sa.UniqueConstraint("customer_id", "code", "format", name=op.f("uq_issued_file_customer_id_code_format")),
    )
    op.create_index(op.f("ix_issued_file_code"), "issued_file", ["code"])
    op.create_index(
        "ix_document_corrects",
        "document",
        ["corrects"],
        sqlite_where=sa.text("corrects IS NOT NULL"),
        postgresql_where=sa.text("corrects IS NOT NULL"),
    )
    migrate.guard(op.get_bind())


def downgrade():
    op.drop_index("ix_document_corrects", table_name="document")
    op.drop_table("issued_file")
