"""who agreed to the urgency of a case"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0028"
down_revision = "0027"


def upgrade():
    migrate.unguard(op.get_bind(), ["case_event"])
    with op.batch_alter_table("case_event") as case_event:
        case_event.add_column(sa.Column("agreed", sa.Integer(), nullable=True))
        case_event.create_check_constraint(
            op.f("ck_case_event_agreed"), "agreed IS NULL OR kind IN ('open', 'priority')"
        )
    migrate.guard(op.get_bind())


def downgrade():
    migrate.unguard(op.get_bind(), ["case_event"])
    with op.batch_alter_table("case_event") as case_event:
        case_event.drop_constraint(op.f("ck_case_event_agreed"), type_="check")
        case_event.drop_column("agreed")
    migrate.guard(op.get_bind())
