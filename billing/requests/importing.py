"""What files hold that is taken in: time from other tools; customers and their contracts."""

import hashlib
from datetime import date
from typing import Annotated, Any, ClassVar

from billing.errors import BadInput
from billing.requests import fields
from billing.requests.base import Question, Request
from billing.requests.fields import Amount, Month, Name, OneOf, Word, option
from billing.requests.parties import Code, Einvoice, Land, Language, Terms, VatBasis
from billing.requests.working_hours import Hours
from billing.texts import Text, say
from billing.values import dataclass
from billing.views.importing import CustomersImported, ImportedBefore, TimeImported

TOOLS = (
    "clockify", "freshdesk", "glpi", "harvest", "jira", "kimai", "klog", "odoo", "redmine", "tempo", "timewarrior",
    "toggl", "watson", "zammad", "zendesk",
)  # fmt: skip
Tool = Annotated[str, OneOf(TOOLS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTime(Request[TimeImported]):
    """The time of a file of another tool: each of its rows once, in however many files it comes (L5).

    What was changed there is changed here (C1); what is there no more, of the `period` or of the days that the file
    has, is named, and voided with `delete`. `own` is the company's map, `order` how its dates are written (`dmy`,
    `mdy`). `yes` says that work of over a year ago is meant (M19). `cursor` is up to where an API was read.
    """

    KIND: ClassVar[str] = "time-import"
    tool: Tool
    file: Word  # its name
    data: bytes
    own: bytes | None = None
    period: Month | None = None
    order: Annotated[str, OneOf(("dmy", "mdy"))] | None = None
    delete: bool = False
    cursor: Word | None = None
    yes: bool = option(False, aside=True)

    def content(self) -> dict[str, Any]:
        """The file itself, whatever it is called (L5)."""
        return {"sha256": hashlib.sha256(self.data).hexdigest(), "tool": self.tool, "delete": self.delete}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskImported(Question[ImportedBefore]):
    """Up to where the API of a tool was read; `own` is the company's map, which may give the tool another name."""

    tool: Tool
    own: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenData:
    """What a row gives of a customer's data; what is None is not given."""

    name: Name | None = None
    country: Land | None = None
    language: Language | None = None
    email: Word | None = None
    vat_id: Word | None = None
    siren: Word | None = None
    electronic_address: Word | None = None
    street: Name | None = None
    house_number: Name | None = None
    postcode: Name | None = None
    city: Name | None = None
    terms: Terms | None = None
    round_total: Amount | None = None
    vat_basis: VatBasis | None = None
    consumer: bool | None = None
    order: Name | None = None
    buyer_reference: Name | None = None
    einvoice: Einvoice | None = None
    second_line: Name | None = None
    attention: Name | None = None
    hours: Annotated[str, Hours()] | None = None

    def __post_init__(self) -> None:
        fields.check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenContract:
    """What a row, which stands at `place`, gives of a contract; what is None is not given."""

    place: Text | str
    tariff: Word | None = None
    tier: Word | None = None
    modules: tuple[Word, ...] | None = None
    fee: Amount | None = None
    start: date | None = None

    def __post_init__(self) -> None:
        fields.check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What of a file could not be read: what is wrong, its place in front, and what would work."""

    code: Annotated[str, OneOf(BadInput.codes)]
    wrong: Text | str
    remedy: Text | str | None = None

    def __post_init__(self) -> None:
        fields.check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCustomer:
    """A customer of a file, whose row stands at `place`; of what is `unread` there is nothing else, the code included.

    Without `data` it is one that there is.
    """

    code: Annotated[str, Code()] | None
    place: Text | str
    data: GivenData | None = None
    contract: GivenContract | None = None
    unread: tuple[Unread, ...] = ()

    def __post_init__(self) -> None:
        fields.check(self)
        if self.data is None and self.contract is None and not self.unread:
            raise BadInput("bad-input", say("nothing is said of {code}", code=self.code), say("leave the row out"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCustomers(Request[CustomersImported]):
    """The customers of a file and their contracts: who is new is made, what differs is changed, the rest stays.

    A contract is signed where none runs; of one that runs the tier can change, and nothing else (G8). All of it is done
    or nothing is; what is wrong is told at once, with what whoever read the file left `unread`.
    """

    KIND: ClassVar[str] = "customer-import"
    customers: tuple[GivenCustomer, ...]

    def __post_init__(self) -> None:
        super(ImportCustomers, self).__post_init__()
        known = set[str | None]()
        for code in (one.code for one in self.customers if one.code is not None):
            if code in known:
                raise BadInput("bad-input", say("{code} is there twice", code=code), say("give each customer one row"))
            known.add(code)
