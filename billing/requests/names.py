"""The names that exist, for whoever types one."""

from dataclasses import dataclass
from typing import Literal

from billing.requests.base import Question
from billing.requests.fields import Word
from billing.views.names import Names

Kind = Literal[
    "customers", "cases", "categories", "products", "tiers", "priorities", "entries", "invoices", "quotes",
    "maintenance", "tariffs", "contacts", "agents",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AskNames(Question[Names]):
    """Names of a kind that begin with a text, whatever its letter case: the first of them, in order.

    Customers are found by any part of their code or name, contacts are those of `customer`.
    """

    kind: Kind
    start: str = ""
    customer: Word | None = None
