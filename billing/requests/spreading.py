"""One issuer's books spread over machines by customer."""

from typing import Annotated, ClassVar

from billing.requests.base import Question, Request
from billing.requests.fields import OneOf, option
from billing.values import dataclass
from billing.views.spreading import Spreading


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSpreading(Question[Spreading]):
    """How books are spread, which is by customer. With `here` refused where the database is none that can be; else
    none is needed."""

    here: bool = option(False)
    by: Annotated[str, OneOf(("customer",))] = option("customer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread(Request[Spreading]):
    """Spreads the books over the machines of a PostgreSQL with Citus, by customer: all of it or nothing."""

    KIND: ClassVar[str] = "spread"
