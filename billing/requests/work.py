"""What an agent worked on: a day, a week."""

from datetime import date

from billing.requests.base import Question
from billing.requests.fields import Word
from billing.values import dataclass
from billing.views.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWork(Question[Work]):
    """An agent's own live entries of a day, by default today, or with `week` of the week that the day is in.

    Without an agent they are those of nobody.
    """

    agent: Word | None = None
    on: date | None = None
    week: bool = False
