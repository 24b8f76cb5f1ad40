"""Whose mail is whose (A4)."""

from datetime import datetime

from billing.core.addressing import By, Kind
from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True)
class AddressKept:
    """An address, a domain or a help desk's name that is a customer's."""

    customer: str
    address: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class AddressGone:
    """What was a customer's and is nobody's now."""

    customer: str
    address: str


@dataclass(frozen=True, slots=True)
class AddressRow:
    """What is kept of an address: whose it is, by whom and since when. An `email` is that of the customer's data."""

    customer: str
    address: str
    kind: By
    added: datetime | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a customer or of all, by customer and address."""

    rows: tuple[AddressRow, ...] = field(key="addresses")


@dataclass(frozen=True, slots=True)
class AddressOwner:
    """Whose an address is, and by what: nobody's where nothing or more than one customer claims it."""

    address: str
    customer: str | None
    by: By | None


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose some addresses are, and the one customer whose all of them are."""

    customer: str | None
    addresses: tuple[AddressOwner, ...]
