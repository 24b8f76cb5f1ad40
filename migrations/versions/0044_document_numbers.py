"""numbers of documents and quotes: unique in a table by themselves, no longer in tables that are spread by customer"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0044"
down_revision = "0043"
NUMBERED = ("document", "quote_document")


def upgrade():
    op.create_table(
        "document_number",
        sa.Column("code", sa.String(length=200), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("customer_id", "seq")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_document_number_customer")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_document_number")),
    )
    for table in NUMBERED:
        op.execute(f"INSERT INTO document_number (code, customer_id, seq) SELECT code, customer_id, seq FROM {table}")
    _indexes(unique=False)
    migrate.unguard(op.get_bind(), NUMBERED)
    migrate.guard(op.get_bind())


def downgrade():
    migrate.unguard(op.get_bind(), ["document_number"])
    op.drop_table("document_number")
    _indexes(unique=True)


def _indexes(unique):
    for table in NUMBERED:
        for columns in (["code"], ["series", "year", "number"]):
            name = f"ix_{table}_{'_'.join(columns)}"
            op.drop_index(name, table_name=table)
            op.create_index(name, table, columns, unique=unique)
