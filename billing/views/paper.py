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
class OnPaper:
    """What a letter's head says about somebody."""

    name: str
    country: str = ""
    vat_id: str | None = None
    siren: str | None = None
    tax_number: str | None = field(None, omit=True)  # where there is no VAT id (BT-32)
    address: Address = Address()


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(OnPaper):
    """The issuer or a customer on a statement."""

    iban: str | None = None
    code: str | None = field(None, omit=True)  # the customer's
