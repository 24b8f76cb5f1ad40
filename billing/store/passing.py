"""What has a life of its own and is no fact: taken away when that is over (P5)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select

from billing.store import alerts, schema
from billing.store.alerts import Key
from billing.store.appending import instant
from billing.store.rows import instant_text


def forget(connection: Connection, before: datetime, still: Collection[Key]) -> None:
    """Takes away which mails were of which case, mails that nobody looked at, what desks were shown and alerts from
    before a moment, but for alerts that hold still: they would be told again.
    """
    for column in (schema.mail_thread.c.at, schema.mail_waiting.c.at, schema.desk_push.c.pushed_at):
        connection.execute(delete(column.table).where(column < instant(before)))
    a, now = schema.alert.c, {alerts.kept(key) for key in still}
    old = select(a.kind, a.about).where(a.told_at < instant_text(before))
    for kind, about in connection.execute(old).all():
        if (kind, about) not in now:
            connection.execute(delete(schema.alert).where(a.kind == kind, a.about == about))
