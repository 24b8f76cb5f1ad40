"""What a customer has left."""

from dataclasses import dataclass
from datetime import date

from billing.errors import BadInput
from billing.requests.base import Question
from billing.requests.fields import Language, Word
from billing.texts import say
from billing.views.balances import Balance, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class AskBalance(Question[Balance]):
    """The balance on a day, by default today; with titles in a language, by default the customer's (B1).

    `reply` asks for the sentences too: text, HTML and Markdown.
    """

    customer: Word
    at: date | None = None
    language: Language | None = None
    reply: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReply(Question[Reply]):
    """The balance as the sentences that a reply has, of a customer or of whose case it is (B1, L9)."""

    customer: Word | None = None
    case: Word | None = None
    at: date | None = None
    language: Language | None = None

    def __post_init__(self) -> None:
        super(AskReply, self).__post_init__()
        if self.customer is None and self.case is None:
            raise BadInput("bad-input", say("whose balance?"), say("give a customer or a case"))
