"""Which charge of an entry stands: the last one that was recorded of it, unless that takes the entry back."""

from billing.store.sql import and_, exists, or_, schema

_ch, _later = schema.charge.c, schema.charge.alias().c

STANDS = and_(
    or_(_ch.free.is_(None), _ch.free != "void"),
    ~exists().where(
        _later.customer_id == _ch.customer_id,
        _later.entry == _ch.entry,
        or_(_later.seq > _ch.seq, and_(_later.seq == _ch.seq, _later.n > _ch.n)),
    ),
)
