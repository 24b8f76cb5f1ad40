"""Who sends a paper and to whom, as it is printed."""

from dataclasses import dataclass

from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where somebody is; parts may be missing."""

    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The issuer or a customer."""

    name: str
    country: str
    vat_id: str | None = None
    siren: str | None = None
    iban: str | None = None
    address: Address = Address()
    code: str | None = field(None, omit=True)  # the customer's
