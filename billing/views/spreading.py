"""How one issuer's books are spread over machines."""

from billing.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreading:
    """The statements that spread a PostgreSQL with Citus by customer, in their order, in one transaction; of one that
    was asked to be spread those that it lacked."""

    statements: tuple[str, ...]
