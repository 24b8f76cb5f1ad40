"""the index by which a case's events are found, by their kind too: SQLite took another in half of the databases"""

from alembic import op

revision = "0045"
down_revision = "0044"
WAS, IS = ["customer_id", "case"], ["customer_id", "case", "kind"]


def upgrade():
    _indexed(WAS, IS)


def downgrade():
    _indexed(IS, WAS)


def _indexed(before, after):
    op.drop_index(_name(before), table_name="case_event")
    op.create_index(_name(after), "case_event", after)


def _name(columns):
    return f"ix_case_event_{'_'.join(columns)}"
