"""The names that exist, for whoever types one."""

from typing import Literal

from billing.requests.base import Question
from billing.requests.fields import Language, Word
from billing.values import dataclass
from billing.views.names import Names

Kind = Literal[
    "customers", "cases", "categories", "products", "tiers", "priorities", "entries", "invoices", "quotes",
    "maintenance", "tariffs", "contacts", "agents", "channels",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AskNames(Question[Names]):
    """Names of a kind that begin with a text, whatever its letter case: the first of them, in order.

    `customer` is a customer's code or one of his cases: contacts are his, and so are cases, categories, products,
    tiers and priorities where he is named. Customers are found by any part of their code or name, the cases of a
    customer by any part of what they are about.
    """

    kind: Kind
    start: str = ""
    customer: Word | None = None
    language: Language = "en"  # of what a priority means
