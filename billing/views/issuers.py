"""Many issuers of one database: which there are, and what a month's run over all of them came to."""

from decimal import Decimal

from billing.texts import Text
from billing.values import dataclass
from billing.views.documents import Held
from billing.views.fields import field


@dataclass(frozen=True, slots=True)
class Failed:
    """Why an issuer could not be asked: the code and the sentence of the refusal."""

    code: str
    message: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerListed:
    """An issuer with where its books are; without a name it is the database's own. What it has only if it was read."""

    issuer: str | None
    database: str
    name: str | None = None
    country: str | None = None
    currency: str | None = None
    customers: int | None = None
    last_run: str | None = None
    failed: Failed | None = field(None, omit=True)


@dataclass(frozen=True, slots=True)
class Issuers:
    """All issuers, by name; the database's own first."""

    issuers: tuple[IssuerListed, ...]


@dataclass(frozen=True, slots=True)
class RunSum:
    """What a run's documents of one currency come to."""

    currency: str
    documents: int
    net: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerRan:
    """What the month's run came to at one issuer; `failed` if it was refused, with nothing or a part recorded."""

    issuer: str | None
    documents: int = 0
    sums: tuple[RunSum, ...] = ()
    held: tuple[Held, ...] = ()
    warnings: tuple[Text, ...] = field((), omit=True)
    files: int | None = field(None, omit=True)
    failed: Failed | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuersRan:
    """A month's run over all issuers, with the sums by currency."""

    month: str
    issuers: tuple[IssuerRan, ...]
    sums: tuple[RunSum, ...]
