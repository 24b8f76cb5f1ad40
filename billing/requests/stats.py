"""A database in figures."""

from dataclasses import dataclass

from billing.requests.base import Question
from billing.views.stats import Stats


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStats(Question[Stats]):
    """How large the database is, how fast it grows, how long reading takes, and which limits come near."""
