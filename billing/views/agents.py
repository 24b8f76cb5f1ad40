"""Who works."""

from datetime import date

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentShown:
    """An agent; `listed` is false of one who has logged work and is not on the list; `email` and `role` are of one
    who logs in at a provider.
    """

    agent: str
    name: str | None
    last: date | None  # day of work
    listed: bool = True
    added: bool = field(False, omit=True)  # now, for the first time
    email: str | None = field(None, omit=True)
    role: str | None = field(None, omit=True)


@dataclass(frozen=True, slots=True)
class Agents:
    """The agents of an issuer, by code."""

    agents: tuple[AgentShown, ...]
