"""events of cases that void others, settle call-backs, or are call-backs themselves"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = "0025"
down_revision = "0024"
WAS = "(kind = 'callback') = (from_at IS NOT NULL)"
CHECKS = {
    "callback": "kind <> 'callback' OR from_at IS NOT NULL",
    "void": "kind <> 'void' OR detail IS NOT NULL",
    "refers": "(kind IN ('void', 'callback-done', 'callback-withdrawn')) = (refers IS NOT NULL)",
    "earlier": "refers < seq",
}


def upgrade():
    migrate.unguard(op.get_bind(), ["case_event"])
    with op.batch_alter_table("case_event") as case_event:
        case_event.add_column(sa.Column("refers", sa.Integer(), nullable=True))
        case_event.drop_constraint(op.f("ck_case_event_callback"), type_="check")
        for name, condition in CHECKS.items():
            case_event.create_check_constraint(op.f(f"ck_case_event_{name}"), condition)
    migrate.guard(op.get_bind())


def downgrade():
    migrate.unguard(op.get_bind(), ["case_event"])
    with op.batch_alter_table("case_event") as case_event:
        for name in reversed(CHECKS):
            case_event.drop_constraint(op.f(f"ck_case_event_{name}"), type_="check")
        case_event.create_check_constraint(op.f("ck_case_event_callback"), WAS)
        case_event.drop_column("refers")
