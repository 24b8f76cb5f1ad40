"""What a customer has left."""

from dataclasses import dataclass
from datetime import date

from billing.requests.base import Question
from billing.requests.fields import Language, Word
from billing.views.balances import Balance


@dataclass(frozen=True, slots=True, kw_only=True)
class AskBalance(Question[Balance]):
    """The balance on a day, by default today; with titles in a language, by default the customer's (B1).

    `reply` asks for the sentences too: text, HTML and Markdown.
    """

    customer: Word
    at: date | None = None
    language: Language | None = None
    reply: bool = False
