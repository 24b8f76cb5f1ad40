"""case names"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0008"
down_revision = "0007"


def upgrade():
    names = op.create_table(
        "case_name",
        sa.Column("folded", sa.String(length=600), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["case_reference.reference"], name=op.f("fk_case_name_case_reference")),
        sa.PrimaryKeyConstraint("folded", name=op.f("pk_case_name")),
    )
    oldest_first = sa.text(
        "SELECT r.reference FROM case_reference r JOIN link l ON l.customer_id = r.customer_id AND l.seq = r.seq "
        "ORDER BY l.recorded_at, r.customer_id, r.seq, r.reference"
    )
    found: dict[str, str] = {}
    for reference in op.get_bind().execute(oldest_first).scalars():
        found.setdefault(reference.strip().casefold(), reference)  # of two alike, the other is found as it is written
    if found:
        op.bulk_insert(names, [{"folded": folded, "reference": reference} for folded, reference in found.items()])
    migrate.guard(op.get_bind())


def downgrade():
    op.drop_table("case_name")
