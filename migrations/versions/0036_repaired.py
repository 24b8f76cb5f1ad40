"""databases that an earlier form of a migration made

Three migrations were changed after databases had been made by them. What those lack is made here: wider amounts of
0001 and the digests of its tariff versions (once over their text alone), a table of 0002, and of 0018 the end of the
chain of closings with the settings that count from a day in it, which had a table of their own. Any other stays as it
is.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0036"
down_revision = "0035"

_GENESIS = "0" * 64
_WIDE = {
    "charge": ("rate",), "contract": ("fee",), "document": ("net", "vat", "rounding", "total"),
    "document_line": ("rate", "amount"), "payment": ("amount",), "sale": ("price", "reduced_rate"),
}  # fmt: skip


def upgrade():
    connection = op.get_bind()
    found = sa.inspect(connection)
    if not found.has_table("run_reference"):
        op.create_table(
            "run_reference",
            sa.Column("external_id", sa.String(length=200), nullable=False),
            sa.Column("month", sa.String(length=10), nullable=False),
            sa.Column("issued_on", sa.String(length=10), nullable=True),
            sa.PrimaryKeyConstraint("external_id", name=op.f("pk_run_reference")),
        )
        migrate.guard(connection, ("run_reference",))
    if connection.dialect.name == "postgresql":  # SQLite's integers are all of eight bytes
        _widen(found)
    _digest_versions(connection)
    if "period_n" not in {column["name"] for column in found.get_columns("issuer")}:
        _end_chain_of_closings(connection)


def downgrade():
    """Nothing: what was whole stays whole."""


def _widen(found):
    for table, names in _WIDE.items():
        for column in found.get_columns(table):
            if column["name"] in names and not isinstance(column["type"], sa.BigInteger):
                op.alter_column(table, column["name"], type_=sa.BigInteger())


def _digest_versions(connection):
    """A digest covers a version's name and first day too."""
    rows = connection.execute(sa.text("SELECT id, name, valid_from, digest, text FROM tariff_version")).all()
    old = [row for row in rows if row.digest == _sha256(row.text)]
    if not old:
        return
    migrate.unguard(connection, ("tariff_version",))
    for row in old:
        digest = _sha256(f"{row.name}\n{row.valid_from}\n{row.text}")
        connection.execute(
            sa.text("UPDATE tariff_version SET digest = :digest WHERE id = :id"), {"digest": digest, "id": row.id}
        )
    migrate.guard(connection, ("tariff_version",))


def _end_chain_of_closings(connection):
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("period_n", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("period_hash", sa.String(length=64), nullable=True))
    last = connection.execute(sa.text("SELECT n, hash FROM period ORDER BY n DESC LIMIT 1")).first()
    place, end = last or (0, _GENESIS)
    for row in connection.execute(sa.text("SELECT * FROM issuer_setting ORDER BY n")).mappings().all():
        place += 1
        kept = {
            "n": place, "kind": "setting", "month": row["since"], "on": row["recorded_at"][:10], "reason": None,
            "heads": "{}", "settings": json.dumps({row["name"]: row["value"]}, separators=(",", ":")),
            "names_digest": _sha256("{}"), "postings": "{}", "recorded_at": row["recorded_at"], "external_id": None,
            "request": None,
        }  # fmt: skip
        text = json.dumps([end, list(kept.values()), []], ensure_ascii=False, separators=(",", ":"))
        end = _sha256(text)
        connection.execute(
            sa.insert(sa.table("period", *map(sa.column, (*kept, "names", "hash")))),
            kept | {"names": "{}", "hash": end},
        )
    if place:
        connection.execute(sa.text("UPDATE issuer SET period_n = :n, period_hash = :hash"), {"n": place, "hash": end})
    op.drop_table("issuer_setting")


def _sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()
