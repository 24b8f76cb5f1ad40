"""Which requests about sales and money which module does."""

from typing import Any

from billing.office.payments import own_money, sales, write_offs
from billing.office.transaction import Act

ACTS: dict[Any, Act] = {**sales.ACTS, **own_money.ACTS, **write_offs.ACTS}
