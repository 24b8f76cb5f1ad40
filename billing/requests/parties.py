"""Who: the issuer of the books, and the customers."""

import re
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from billing.core.units import in_cents
from billing.errors import BadInput
from billing.law import countries, issuers
from billing.law.identifiers import Iban
from billing.locales import languages
from billing.requests import fields as bounds
from billing.requests.base import Question, Request
from billing.requests.fields import Amount, Capitals, Currency, Letters, Name, Reason, Whole, Word, option
from billing.requests.letterhead import Accent, Legal, LogoBytes, check_lines
from billing.requests.working_hours import Hours
from billing.texts import Text, say
from billing.values import dataclass
from billing.views.paper import Party
from billing.views.parties import Added, Changed, Customers, CustomerShown, Held, Issuer, LogoFile

EINVOICES = ("none", "factur-x", "cii", "ubl")  # what an issuer can demand; not set: Factur-X where the data suffice


@dataclass(frozen=True, slots=True, eq=False)
class Optional:
    """Text like a word, or none at all: what was there is taken away by an empty one."""

    def check(self, value: Any, name: str) -> None:
        if value != "":
            Letters(200, drawn=True).check(value, name)


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """A customer's code, its name in every command."""

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", value):
            raise BadInput(
                "bad-input",
                say("customer code {code!r}: use up to 40 letters from A to Z, digits, '.', '-' and '_'", code=value),
            )


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]
    wrong: Text

    def check(self, value: Any, name: str) -> None:
        if value not in self.words:
            raise BadInput("bad-input", self.wrong.of(value=value, known=self.words))


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """Days to pay: at most a year."""

    def check(self, value: Any, name: str) -> None:
        Whole().check(value, name)
        if not 0 <= value <= 365:
            raise BadInput("bad-input", say("terms {days}: give 0 to 365 days", days=value))


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """A bank account with the check digits of one; empty for none. A QR-IBAN takes QR references and nothing else, an
    ordinary one never does: each has its own place."""

    takes_qr_references: bool = False

    def check(self, value: Any, name: str) -> None:
        Optional().check(value, name)
        account, key = Iban.read(value), name.replace("_", "-")
        if account.value and account.fault:
            raise BadInput(
                "bad-input",
                say("{key} {value!r} is no IBAN: {wrong}", key=key, value=value, wrong=account.fault),
                say("copy it from the bank"),
            )
        if account.value and self.takes_qr_references and not account.takes_qr_references:
            raise BadInput(
                "bad-input",
                say(
                    "qr-iban {value!r} is no QR-IBAN: it begins with CH or LI and has 30000 to 31999 from its fifth "
                    "digit on",
                    value=value,
                ),
                say("an ordinary account is given with --iban"),
            )
        if account.value and account.takes_qr_references and not self.takes_qr_references:
            raise BadInput(
                "bad-input",
                say(
                    "{key} {value!r} is a QR-IBAN, which takes payments with a QR reference alone", key=key, value=value
                ),
                say("it is given with --qr-iban"),
            )


Cleared = Annotated[str, Optional()]
Land = Annotated[str, Capitals(2, say("give two letters, as CH or FR"))]
Language = Annotated[str, OneOf(tuple(languages()), say("language {value!r}: known are {known}"))]
VatBasis = Annotated[str, OneOf(("invoice", "payment"), say("vat basis {value!r}: invoice or payment"))]
_NO_EINVOICE = say("e-invoice format {value!r}: known are {known}")
Einvoice = Annotated[str, OneOf(EINVOICES, _NO_EINVOICE)]
Terms = Annotated[int, Days()]
_PLACE = ("street", "house_number", "second_line", "postcode", "city")
_PAPER = ("phone", "email", "web", "contact", "accent", "logo", "legal")
_NUMBERS = ("vat_id", "siren", "electronic_address", "vat_basis", "round_total", "einvoice")
UNSET_OF_ISSUER = (
    "region",
    "iban",
    "qr_iban",
    "bic",
    *_NUMBERS,
    *_PLACE,
    "write_off_limit",
    "reminder_minimum",
    "tax_number",
    *_PAPER,
)
UNSET_OF_CUSTOMER = ("language", "email", *_NUMBERS, *_PLACE, "terms", "order", "buyer_reference", "attention", "hours")


_NAMES = ("code", "customer", "unset", "vat_basis_from")  # who it is, and from when: not what is kept of a party


def given(request: Any) -> dict[str, Any]:
    """What was given of a party, by its field, as it is kept: codes in capitals, money in cents, yes and no 1 and 0.

    What is taken away is there with None.
    """
    values = {f.name: getattr(request, f.name) for f in fields(request) if f.name not in _NAMES}
    kept = {name: _kept(name, value) for name, value in values.items() if value is not None}
    taken: dict[str, Any] = dict.fromkeys(getattr(request, "unset", ()))
    return kept | taken


def _check_unset(request: "SetIssuer | ChangeCustomer") -> None:
    both = [name for name in request.unset if getattr(request, name) is not None]
    if both:
        raise BadInput(
            "bad-input", say("{names} is given and taken away: one of both", names=[n.replace("_", "-") for n in both])
        )


def _kept(name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return in_cents(value)
    if isinstance(value, bool):
        return int(value)
    return value.upper() if name in ("country", "currency") else value


@dataclass(frozen=True, slots=True, kw_only=True)
class SetIssuer(Request[Issuer]):
    """The issuer's data, in a database that is made if there is none; what is not given stays as it is."""

    KIND: ClassVar[str] = "issuer"
    LINE: ClassVar[str | None] = "issuer"
    WARNS: ClassVar[bool] = True
    name: Name | None = None
    country: Land | None = None
    currency: Currency | None = None
    timezone: Word | None = None
    region: Cleared | None = None  # whose holidays count; empty for none
    language: Language | None = None
    iban: Annotated[str, Account()] | None = None
    qr_iban: Annotated[str, Account(takes_qr_references=True)] | None = None
    bic: Cleared | None = None
    vat_id: Cleared | None = None
    siren: Cleared | None = None
    electronic_address: Cleared | None = None
    street: Cleared | None = option(line="address.street")
    house_number: Cleared | None = option(line="address.house_number")
    postcode: Cleared | None = option(line="address.postcode")
    city: Cleared | None = option(line="address.city")
    vat_basis: VatBasis | None = None
    vat_basis_from: date | None = option(late=True)  # by default today; all days, while nothing is issued (M16)
    round_total: Amount | None = None
    write_off_limit: Amount | None = option(late=True)
    reminder_minimum: Amount | None = option(late=True)  # below which nobody is reminded
    exempt: bool | None = option(late=True)  # from VAT, by law (M18)
    tax_number: Cleared | None = option(late=True)
    terms: Terms | None = None
    einvoice: Einvoice | None = None
    unset: tuple[Annotated[str, bounds.OneOf(UNSET_OF_ISSUER)], ...] = option((), late=True)
    second_line: Cleared | None = option(late=True, line="address.second_line")
    phone: Cleared | None = option(late=True)
    email: Cleared | None = option(late=True)
    web: Cleared | None = option(late=True)
    contact: Cleared | None = option(late=True)  # whom or what to ask for; else its name (BT-41)
    accent: Accent | None = option(late=True)  # the colour of its paper
    logo: LogoBytes | None = option(late=True, line="")  # a file, which no line of a load has
    legal: tuple[Legal, ...] | None = option(late=True)  # lines at the foot, each with its language in front or none

    def __post_init__(self) -> None:
        super(SetIssuer, self).__post_init__()
        _check_unset(self)
        if self.country is not None:
            _check_issuers_country(self.country.upper())
        if self.vat_basis_from is not None and self.vat_basis is None and "vat_basis" not in self.unset:
            raise BadInput("bad-input", say("from when does what count? give --vat-basis too"))
        if self.timezone is not None:
            _check_timezone(self.timezone, countries.of(self.country).timezone)
        check_lines(self.legal or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCustomer(Request[Added]):
    """A customer; its code is its name in every command."""

    KIND: ClassVar[str] = "customer"
    LINE: ClassVar[str | None] = "customer"
    WARNS: ClassVar[bool] = True
    code: Annotated[str, Code()]
    name: Name
    country: Land
    language: Language | None = None
    email: Word | None = None
    vat_id: Word | None = None
    siren: Word | None = None
    electronic_address: Word | None = None
    street: Name | None = option(line="address.street")
    house_number: Name | None = option(line="address.house_number")
    postcode: Name | None = option(line="address.postcode")
    city: Name | None = option(line="address.city")
    terms: Terms | None = None
    round_total: Amount | None = None
    vat_basis: VatBasis | None = None
    consumer: bool | None = None
    order: Name | None = option(late=True)  # the customer's own number, on each of its documents (BT-13)
    buyer_reference: Name | None = option(late=True)  # a service code, a Leitweg-ID (BT-10)
    einvoice: Einvoice | None = option(late=True)  # in place of the issuer's
    second_line: Name | None = option(late=True, line="address.second_line")
    attention: Name | None = option(late=True)  # whom its documents are for (BT-56)
    hours: Annotated[str, Hours()] | None = option(late=True)  # in which it works (S10)

    def content(self) -> dict[str, Any]:
        """Its code, and what is kept of what was given."""
        return {"code": self.code, **given(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCustomer(Request[Changed]):
    """Other data of a customer; what is not given stays, what is empty or unset is taken away.

    Documents stay as issued (M8).
    """

    KIND: ClassVar[str] = "customer-change"
    WARNS: ClassVar[bool] = True
    customer: Word
    name: Name | None = None
    country: Land | None = None
    language: Language | None = None
    email: Cleared | None = None
    vat_id: Cleared | None = None
    siren: Cleared | None = None
    electronic_address: Cleared | None = None
    street: Cleared | None = None
    house_number: Cleared | None = None
    postcode: Cleared | None = None
    city: Cleared | None = None
    terms: Terms | None = None
    round_total: Amount | None = None
    vat_basis: VatBasis | None = None
    consumer: bool | None = None
    order: Cleared | None = option(late=True)
    buyer_reference: Cleared | None = option(late=True)
    einvoice: Annotated[str, OneOf(("", *EINVOICES), _NO_EINVOICE)] | None = option(late=True)
    second_line: Cleared | None = option(late=True)
    attention: Cleared | None = option(late=True)
    hours: Annotated[str, Hours()] | None = option(late=True)
    unset: tuple[Annotated[str, bounds.OneOf(UNSET_OF_CUSTOMER)], ...] = ()  # which go back to the issuer's, or to none

    def __post_init__(self) -> None:
        super(ChangeCustomer, self).__post_init__()
        _check_unset(self)

    def content(self) -> dict[str, Any]:
        """Its code, and what is kept of what was given."""
        return {"customer": self.customer, **given(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Request[Held]):
    """A customer's documents held back for a reason, until it is released (M7)."""

    KIND: ClassVar[str] = "hold"
    customer: Word
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Request[Held]):
    """The end of a hold: the next run invoices the customer again (M7)."""

    KIND: ClassVar[str] = "release"
    customer: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCustomers(Question[Customers]):
    """All customers, each with the contract it has today; or those of whose code or name a text is a part."""

    part: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCustomer(Question[CustomerShown]):
    """A customer: data, contracts, documents, payments, its own money, the balance with titles in a language."""

    customer: Word
    language: Language = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHead(Question[Party]):
    """The issuer as papers and pages show him, in a language, by default his own."""

    language: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLogo(Question[LogoFile]):
    """The bytes of a logo by the digest that a letterhead has, for who draws it."""

    digest: Word


def _check_issuers_country(code: str) -> None:
    known = issuers.possible()
    if code not in known:
        raise BadInput(
            "bad-input",
            say("issuers in {country} are not supported", country=code),
            say("supported: {known}", known=known),
        )


def _check_timezone(name: str, near: str | None) -> None:
    """Refuses what is no time zone, and names some that are; `near` is one that lies close by."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise BadInput("bad-input", say("{zone!r} is no time zone", zone=name), _zones_like(name, near)) from None


def _zones_like(name: str, near: str | None) -> Text:
    import difflib  # a booking does without

    likely = difflib.get_close_matches(name, sorted(available_timezones()), n=3, cutoff=0.8)
    if not likely and near is not None:
        likely = [near]
    if not likely:
        return say("write one as Europe/Zurich or Europe/Paris")
    if len(likely) == 1:
        return say("did you mean {zone}?", zone=likely[0])
    return say("did you mean {first} or {last}?", first=" or ".join(likely[:-1]), last=likely[-1])
