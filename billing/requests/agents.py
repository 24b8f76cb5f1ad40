"""Agents: put on the list, taken off at their last day, listed (P4)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from billing.requests.base import Question, Request
from billing.requests.fields import Word, option
from billing.views.agents import Agents, AgentShown


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAgent(Request[AgentShown]):
    """An agent on the list, by the code that entries hold; again, it changes the name or takes back the end (P4)."""

    KIND: ClassVar[str] = "agent"
    LINE: ClassVar[str | None] = "agent"
    code: Word
    name: Word | None = None
    last: date | None = None  # day of work


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAgent(Request[AgentShown]):
    """An agent's last day of work, by default today: work after it is asked back."""

    KIND: ClassVar[str] = "agent"
    code: Word
    on: date | None = option(line="date")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgents(Question[Agents]):
    """The agents on the list, and who has logged work without being on it."""
