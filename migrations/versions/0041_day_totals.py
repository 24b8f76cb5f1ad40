"""sums by day over charges and draws, and indexes by which nothing walks a customer's whole book

The sums are made from the ledger here as the program makes them (`billing.store.totals`): they hold nothing else.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"

_INDEXES = (
    ("ix_day_overage_customer_id_day", "day_overage", ("customer_id", "day"), None),
    ("ix_entry_agent_customer_id_seq", "entry", ("agent", "customer_id", "seq"), None),
    ("ix_entry_customer_id_contract_category_seq", "entry", ("customer_id", "contract", "category", "seq"), None),
    ("ix_correction_customer_id_entry", "correction", ("customer_id", "entry"), None),
    ("ix_correction_customer_id_case", "correction", ("customer_id", "case"), None),
    ("ix_document_customer_id_issued_on_seq", "document", ("customer_id", "issued_on", "seq"), None),
    ("ix_charge_corrected_on", "charge", ("customer_id", "dated_on", "entry"), "free = 'void'"),
    ("ix_document_billed", "document", ("customer_id", "seq", "billed_to", "issued_on"), "billed_to IS NOT NULL"),
)
_SUMS = (
    """
    INSERT INTO day_overage (customer_id, since, day, category, rate, minutes)
    SELECT c.customer_id, coalesce((SELECT max(d.seq) FROM document d WHERE d.customer_id = c.customer_id
                                    AND d.seq < c.seq AND d.billed_to IS NOT NULL), 0),
           c.dated_on, c.category, c.rate, sum(c.overage)
    FROM charge c WHERE c.overage > 0 AND c.rate IS NOT NULL GROUP BY 1, 2, 3, 4, 5
    """,
    """
    INSERT INTO day_drawn (customer_id, "grant", day, minutes, returns)
    SELECT customer_id, "grant", dated_on, sum(minutes), sum(CASE WHEN minutes < 0 THEN 1 ELSE 0 END)
    FROM draw GROUP BY 1, 2, 3
    """,
    """
    INSERT INTO day_owed (customer_id, day, minutes)
    SELECT customer_id, day, sum(minutes) FROM (
        SELECT customer_id, dated_on AS day, owed AS minutes FROM charge WHERE owed > 0
        UNION ALL
        SELECT customer_id, dated_on, -minutes FROM draw WHERE kind = 'settle'
    ) AS part GROUP BY 1, 2
    """,
)


def upgrade():
    number, day, name = sa.Integer(), sa.String(length=10), sa.String(length=200)
    _table("day_overage", {"since": number, "day": day, "category": name, "rate": sa.BigInteger()})
    _table("day_drawn", {"grant": number, "day": day}, sa.Column("returns", number, nullable=False))
    _table("day_owed", {"day": day})
    op.drop_index("ix_entry_customer_id_contract_category", "entry")
    for index, table, columns, where in _INDEXES:
        only = {} if where is None else {f"{kind}_where": sa.text(where) for kind in ("sqlite", "postgresql")}
        op.create_index(index, table, list(columns), **only)
    for statement in _SUMS:
        op.execute(statement)


def _table(table, key, *more):
    op.create_table(
        table,
        sa.Column("customer_id", sa.Integer(), nullable=False),
        *(sa.Column(column, kind, nullable=False) for column, kind in key.items()),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f(f"fk_{table}_customer")),
        sa.PrimaryKeyConstraint("customer_id", *key, name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )


def downgrade():
    for index, table, _, _ in reversed(_INDEXES[1:]):
        op.drop_index(index, table)
    op.create_index("ix_entry_customer_id_contract_category", "entry", ["customer_id", "contract", "category"])
    for table in ("day_owed", "day_drawn", "day_overage"):
        op.drop_table(table)
