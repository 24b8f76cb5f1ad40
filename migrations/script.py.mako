"""${message}"""

import sqlalchemy as sa
from alembic import op

from billing.store import migrate

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}
    migrate.guard(op.get_bind())


def downgrade():
    ${downgrades if downgrades else "pass"}
