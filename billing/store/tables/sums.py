"""Sums over the ledger by day, so that nothing walks what is not invoiced yet; made anew from it at any time (L2)."""

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table

from billing.store.tables.columns import cents, day, label, metadata, number

day_overage = Table(
    "day_overage", metadata, number("customer_id"),
    number("since"),  # the position of the last run's document before the charges, 0 if there was none
    day("day"), label("category"), cents("rate"), cents("minutes"),
    PrimaryKeyConstraint("customer_id", "since", "day", "category", "rate"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]), sqlite_with_rowid=False,
)  # fmt: skip
day_drawn = Table(
    "day_drawn", metadata, number("customer_id"), number("grant"), day("day"), cents("minutes"),
    number("returns"),  # how many of the draws brought minutes back
    PrimaryKeyConstraint("customer_id", "grant", "day"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]), sqlite_with_rowid=False,
)  # fmt: skip
day_owed = Table(  # what came to be owed on a day, less what was settled
    "day_owed", metadata, number("customer_id"), day("day"), cents("minutes"),
    PrimaryKeyConstraint("customer_id", "day"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]), sqlite_with_rowid=False,
)  # fmt: skip
DERIVED = (day_overage, day_drawn, day_owed)
Index(None, day_overage.c.customer_id, day_overage.c.day)
