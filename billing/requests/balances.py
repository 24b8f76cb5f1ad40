"""What a customer has left."""

from datetime import date
from typing import Annotated, ClassVar

from billing.errors import BadInput
from billing.requests.addresses import MOST, Email
from billing.requests.base import Question
from billing.requests.fields import Language, Letters, Word
from billing.texts import say
from billing.values import dataclass
from billing.views.balances import Balance, MailReply, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class AskBalance(Question[Balance]):
    """The balance on a day, by default today; with titles in a language, by default the customer's (B1).

    `reply` asks for the sentences too: text, HTML and Markdown.
    """

    STANDS: ClassVar[bool] = True
    customer: Word
    at: date | None = None
    language: Language | None = None
    reply: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReply(Question[Reply]):
    """The balance as the sentences that a reply has, of a customer, of whose case or whose mail it is (B1, A4, L9).

    Of several addresses all must be one customer's, and his who is named beside them.
    """

    customer: Word | None = None
    case: Word | None = None
    email: tuple[Email, ...] = ()
    at: date | None = None
    language: Language | None = None

    def __post_init__(self) -> None:
        super(AskReply, self).__post_init__()
        if self.customer is None and self.case is None and not self.email:
            raise BadInput("bad-input", say("whose balance?"), say("give a customer, a case or an e-mail address"))
        if len(self.email) > MOST:
            raise BadInput("bad-input", say("give 1 to {most} addresses", most=MOST))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskMailReply(Question[MailReply]):
    """The sentences for a mail on its way out, by its envelope: of the one customer whose all outside recipients are,
    or why there are none (A4, B1, L9).

    Inside is the domain of the issuer's e-mail address, and those that are named.
    """

    sender: Annotated[str, Letters(320)] | None = None  # none: a mail that a machine sent
    recipients: tuple[Annotated[str, Letters(320)], ...] = ()
    inside: tuple[Word, ...] = ()
