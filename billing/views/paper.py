"""Who sends a paper and to whom, as it is printed."""

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where somebody is; parts may be missing."""

    street: str | None = None
    house_number: str | None = None
    second_line: str | None = field(None, omit=True)  # a building, a floor, a department
    postcode: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What makes an issuer's paper its own, as it was on the day; the logo by the digest of its bytes."""

    phone: str | None = field(None, omit=True)
    email: str | None = field(None, omit=True)
    web: str | None = field(None, omit=True)
    contact: str | None = field(None, omit=True)
    accent: str | None = field(None, omit=True)
    logo: str | None = field(None, omit=True)
    legal: tuple[str, ...] = field((), omit=True)  # in the paper's language


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """What a letter's head says about somebody."""

    name: str
    country: str = ""
    vat_id: str | None = None
    siren: str | None = None
    tax_number: str | None = field(None, omit=True)  # where there is no VAT id (BT-32)
    address: Address = Address()
    attention: str | None = field(None, omit=True)  # whom a paper is for
    head: Letterhead = field(Letterhead(), omit=True)  # of who sends it


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(OnPaper):
    """The issuer or a customer on a statement."""

    iban: str | None = None
    code: str | None = field(None, omit=True)  # the customer's
