"""A database in figures."""

from billing.requests.base import Question
from billing.values import dataclass
from billing.views.stats import IssuerInShort, Stats


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStats(Question[Stats]):
    """How large the database is, how fast it grows, how long reading takes, and which limits come near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskIssuer(Question[IssuerInShort]):
    """The issuer in short: its name, how many customers it has, the last month that was run."""
