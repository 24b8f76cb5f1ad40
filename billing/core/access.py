"""Who may ask what (A1, A3): roles, and of each request and question who may make it and what of it is a customer's.

The one table; no surface has a second one. Whose case, document or entry it is, the office looks up.
"""

from datetime import date, timedelta
from typing import Any, Literal

from billing.errors import Forbidden, Refusal, Unknown
from billing.texts import say
from billing.values import dataclass

Role = Literal["reply", "customer", "agent", "head", "accountant", "admin"]
Thing = Literal["customer", "case", "event", "entry", "document", "papers", "quote", "address", "any"]
STAFF: tuple[Role, ...] = ("agent", "head", "accountant", "admin")  # each may what those before it may
Standing = Literal["live", "expired", "revoked"]
SCOPES: dict[str, Role] = {  # of keys
    "reply": "reply",
    "customer": "customer",
    "log": "agent",
    "head": "head",
    "books": "accountant",
    "admin": "admin",
}


KEPT_DAYS = 90  # that what is over of links and sessions is kept


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `customer` bounds him to that customer's things; `contact` says which person there it is."""

    name: str  # an agent's code, or a key's name: what each fact is recorded by (A2)
    role: Role
    customer: str | None = None
    contact: str | None = None
    own_cases: bool = False  # whether he sees only those of the contact, as the customer chose

    def __post_init__(self) -> None:
        assert self.role != "customer" or self.customer is not None, self.name


@dataclass(frozen=True, slots=True)
class Access:
    """Who may make a request or ask a question.

    `least` is the least of the staff. `things` says which fields name something that is a customer's, and what; who is
    bounded to a customer may not ask at all where it is None. `own` are the fields that a customer himself may fill;
    None: it is not for customers. `reply` says whether a key for replies is enough.
    """

    least: Role
    things: tuple[tuple[str, Thing], ...] | None = None
    own: frozenset[str] | None = None
    reply: bool = False


_CUSTOMER: tuple[tuple[str, Thing], ...] = (("customer", "customer"),)
_CASE: tuple[tuple[str, Thing], ...] = (("case", "case"),)
_QUOTE: tuple[tuple[str, Thing], ...] = (("quote", "quote"),)
_NUMBER: tuple[tuple[str, Thing], ...] = (("number", "document"),)
_WORK: tuple[tuple[str, Thing], ...] = (*_CUSTOMER, *_CASE, *_QUOTE)


def _own(*names: str) -> frozenset[str]:
    return frozenset(names)


_AGENT, _HEAD, _BOOKS, _ADMIN = (Access(role) for role in STAFF)
_ON_CASE = Access("agent", _CASE)
_SAID = _own("case", "note", "channel", "sender")
_NARROWED = _own("customer", "contact", "priority", "state", "late")
ACCESS: dict[str, Access] = {
    # What customers ask too
    "AskBalance": Access("agent", _CUSTOMER, _own("customer", "at", "language", "reply"), reply=True),
    "AskReply": Access(
        "agent", (*_CUSTOMER, *_CASE, ("email", "address")), _own("customer", "case", "at", "language"), reply=True
    ),
    "AskStatement": Access("agent", _CUSTOMER, _own("customer", "first", "last", "language")),
    "AskAccount": Access("accountant", _CUSTOMER, _own("customer", "first", "last", "language")),
    "AskProof": Access("agent", _CUSTOMER, _own("position", "customer", "at", "first", "last", "language")),
    "AskWhy": Access("agent", (("what", "any"),), _own("what")),
    "AskHours": Access("agent", (), _own("tariff", "priority", "at")),
    "AskHead": Access("agent", (), _own("language")),
    "AskLogo": Access("agent", (), _own("digest"), reply=True),
    "AskDocuments": Access("accountant", _CUSTOMER, _own("month", "customer", "after", "most")),
    "AskDocument": Access("accountant", _NUMBER, _own("number")),
    "AskFiles": Access("accountant", (("numbers", "papers"),), _own("numbers", "format", "of")),
    "ListQuotes": Access("head", _CUSTOMER, _own("customer")),
    "AskQuote": Access("head", _QUOTE, _own("quote")),
    "AcceptQuote": Access("head", _QUOTE, _own("quote", "by")),
    "RefuseQuote": Access("head", _QUOTE, _own("quote", "reason")),
    "ListMaintenance": Access("agent", (), _own("at")),
    "Acknowledge": Access("agent", _CUSTOMER, _own("customer", "maintenance", "by")),
    "ListCases": Access("agent", _CUSTOMER, _NARROWED),
    "AskCase": Access("agent", _CASE, _own("case", "at")),
    "AskCasePaper": Access("agent", _CASE, _own("case", "language")),
    "OpenCase": Access(
        "agent", _CUSTOMER, _own("customer", "case", "priority", "category", "channel", "contact", "note", "subject")
    ),
    "Answer": Access("agent", _CASE, _SAID),
    "ReceiveFiles": Access("agent", _CASE, _SAID),
    "CallBack": Access("agent", _CASE, _SAID | {"window"}),
    "AskOverage": Access("agent", _CASE, _own("case")),
    "ApproveOverage": Access("agent", _CASE, _own("case", "minutes", "by")),
    # The desk
    "Log": Access("agent", _WORK),
    "Edit": Access("agent", (("entry", "entry"), *_CUSTOMER, *_CASE)),
    "Void": Access("agent", (("entry", "entry"),)),
    "Undo": _AGENT,
    "Verify": _ON_CASE,
    "Start": _ON_CASE,
    "Stop": _AGENT,
    "Pause": _AGENT,
    "Resume": _AGENT,
    "Discard": _AGENT,
    "AskTimers": _AGENT,
    "AskWork": _AGENT,
    "AskAgents": _AGENT,
    "RecordEvent": _ON_CASE,
    "Take": _ON_CASE,
    "Ask": _ON_CASE,
    "AskForFiles": _ON_CASE,
    "Attempt": _ON_CASE,
    "WorkAround": _ON_CASE,
    "Resolve": _ON_CASE,
    "Close": _ON_CASE,
    "Reopen": _ON_CASE,
    "HandOver": _ON_CASE,
    "ChangePriority": _ON_CASE,
    "Authorise": _ON_CASE,
    "Reply": _ON_CASE,
    "NoteDown": _ON_CASE,
    "CalledBack": _ON_CASE,
    "WithdrawCallBack": _ON_CASE,
    "ChangeCase": _ON_CASE,
    "VoidEvent": Access("agent", (("event", "event"),)),
    "AttachToCase": Access("agent", _CASE, _own("case", "name", "data")),
    "AskAttachment": _ON_CASE,
    "AttachToQuote": Access("head", _QUOTE),
    "AskQuoteAttachment": Access("agent", _QUOTE),
    "SweepCases": _AGENT,
    "Tick": _BOOKS,  # it names invoices
    "AskSweep": _AGENT,
    "AskQueue": Access("agent", _CUSTOMER),
    "AskCustomers": _AGENT,
    "AskCustomer": Access("agent", _CUSTOMER),
    "AskNames": _AGENT,
    "AddAddress": Access("agent", _CUSTOMER),
    "RemoveAddress": Access("agent", _CUSTOMER),
    "AskAddresses": Access("agent", _CUSTOMER),
    "AskWhose": _AGENT,
    "AskMailReply": _AGENT,
    "AskArrival": _AGENT,
    "KeepArrival": _AGENT,
    "KeepWaiting": _AGENT,
    "DropWaiting": _AGENT,
    "AskWaiting": _AGENT,
    "AskWaitingMail": _AGENT,
    "ListTariffs": _AGENT,
    "ShowTariff": _AGENT,
    # Who leads the desk
    "Announce": _HEAD,
    "AskOpenCases": Access("head", _CUSTOMER),
    "AskProgramErrors": _HEAD,
    "AskSla": _HEAD,
    "AskCredit": _HEAD,
    "AskCallBacks": _HEAD,
    "AskTime": _HEAD,
    "AskEvolutions": _HEAD,
    "AskReplay": _HEAD,
    "AddQuote": Access("head", (*_CUSTOMER, *_CASE)),
    "ApproveQuote": Access("head", _QUOTE),
    "SendQuote": Access("head", _QUOTE),
    "DeliverQuote": Access("head", _QUOTE),
    "NameSite": Access("head", _QUOTE),
    # The books
    "InvoiceQuote": Access("accountant", _QUOTE),
    "AddCustomer": _BOOKS,
    "ChangeCustomer": Access("accountant", _CUSTOMER),
    "Hold": Access("accountant", _CUSTOMER),
    "Release": Access("accountant", _CUSTOMER),
    "Sign": Access("accountant", _CUSTOMER),
    "Renew": Access("accountant", _CUSTOMER),
    "ChangeTier": Access("accountant", _CUSTOMER),
    "Cancel": Access("accountant", _CUSTOMER),
    "Goodwill": Access("accountant", _CUSTOMER),
    "OpenContract": Access("accountant", _CUSTOMER),
    "OpenGrant": Access("accountant", _CUSTOMER),
    "OpenOwed": Access("accountant", _CUSTOMER),
    "OpenInvoice": _BOOKS,  # its number is of another system
    "OpenMoney": Access("accountant", _CUSTOMER),
    "VoidOpening": _BOOKS,
    "AskOpenings": _BOOKS,
    "Sell": Access("accountant", _CUSTOMER),
    "Pay": _BOOKS,
    "PayOnAccount": Access("accountant", _CUSTOMER),
    "Refund": Access("accountant", _CUSTOMER),
    "Bounce": _BOOKS,
    "WriteOff": Access("accountant", (("invoice", "document"),)),
    "CreditInvoice": Access("accountant", (("invoice", "document"),)),
    "CheckDocument": Access("accountant", _NUMBER),
    "ImportBankFile": _BOOKS,
    "ImportTime": _BOOKS,
    "ImportCustomers": _BOOKS,
    "AskImported": _BOOKS,
    "SettleItem": _BOOKS,
    "AskOpenItems": _BOOKS,
    "RunMonth": _BOOKS,
    "AskRunFiles": _BOOKS,
    "AskArchive": _BOOKS,
    "AskArchived": _BOOKS,
    "KeepFiles": _BOOKS,
    "AskMonthEnd": _BOOKS,
    "CloseMonth": _BOOKS,
    "ReopenMonth": _BOOKS,
    "AskPeriods": _BOOKS,
    "AskChanges": _BOOKS,
    "AskStats": _ADMIN,
    "AskIssuer": _ADMIN,
    "Remind": _BOOKS,
    "AskLetters": _BOOKS,
    "AskOutbox": _BOOKS,
    "AskCovers": _BOOKS,
    "AskSendings": _BOOKS,
    "AskUnsent": _BOOKS,
    "BeginMail": _BOOKS,
    "EndMail": _BOOKS,
    "KeepDraft": _BOOKS,
    "HandOverPaper": _BOOKS,
    "RecordReturn": _BOOKS,
    "AskAudit": _BOOKS,
    "AskBooks": _BOOKS,
    "AskDeferred": _BOOKS,
    "AskIncome": _BOOKS,
    "AskJournal": _BOOKS,
    "AskReceivables": _BOOKS,
    "AskSalesLists": _BOOKS,
    "AskVat": _BOOKS,
    "AskVatReturn": _BOOKS,
    # What only those may who could change the file itself
    "MakeLink": Access("accountant", _CUSTOMER),  # it shows what the books do
    "AskLinks": _BOOKS,
    "RevokeLink": _BOOKS,
    "InviteAgent": _ADMIN,
    "EnterByLink": _ADMIN,
    "EnterByProvider": _ADMIN,
    "EndSession": _ADMIN,
    "AskSession": _ADMIN,
    "AddKey": _ADMIN,
    "RevokeKey": _ADMIN,
    "CountUses": _ADMIN,
    "AskKeys": _ADMIN,
    "AskKey": _ADMIN,
    "AddHook": _ADMIN,
    "RemoveHook": _ADMIN,
    "ReplayMessages": _ADMIN,
    "ClaimMessages": _ADMIN,
    "EndMessage": _ADMIN,
    "AskHooks": _ADMIN,
    "AskTrial": _ADMIN,
    "AskNextTry": _ADMIN,
    "AskAnchorMessages": _ADMIN,
    "AddDesk": _ADMIN,
    "RemoveDesk": _ADMIN,
    "EndPush": _ADMIN,
    "AskDesks": _ADMIN,
    "AskPushes": _ADMIN,
    "AskDesk": _ADMIN,
    "AskDeskEntry": Access("agent"),
    "CheckTariff": _ADMIN,
    "MakeAnchor": _ADMIN,
    "AskSpreading": _ADMIN,
    "BackUp": _ADMIN,
    "Spread": _ADMIN,
    "Restore": _ADMIN,
    "AskAnchored": _ADMIN,
    "AskHeld": _ADMIN,
    "AskDue": _ADMIN,
    "Erase": _ADMIN,
    "KeepErasures": _ADMIN,
    "PrunePapers": _ADMIN,
    "AskErasures": _ADMIN,
    "ReplayErasures": _ADMIN,
    "SetIssuer": _ADMIN,
    "AddAgent": _ADMIN,
    "EndAgent": _ADMIN,
}


# What a contact may ask who sees his own cases alone: nothing that names what others asked or owe.
OWN_CASES = frozenset({
    "AskBalance", "AskReply", "AskHours", "AskHead", "AskLogo", "ListCases", "AskCase", "AskCasePaper", "OpenCase",
    "Answer", "ReceiveFiles", "CallBack", "AttachToCase", "ListMaintenance", "Acknowledge",
    "AskOverage", "ApproveOverage",
})  # fmt: skip


def check(who: Principal, asked: str) -> Access:
    """What is said of a request or a question by its name, if he may make it at all; `not-allowed` else (A1)."""
    access = ACCESS[asked]
    if who.role == "reply":
        allowed = access.reply
    elif who.role == "customer":
        allowed = access.own is not None
    else:
        allowed = STAFF.index(who.role) >= STAFF.index(access.least)
    if who.own_cases and asked not in OWN_CASES:
        raise not_allowed(who, asked)
    if not allowed or (who.customer is not None and access.things is None):
        raise not_allowed(who, asked)
    return access


def check_own(who: Principal, given: dict[str, Any]) -> None:
    """Refuses an entry of somebody else to who is no head: `given` has its agent and who recorded it (A1)."""
    if who.role == "agent" and who.name not in given.values():
        raise Forbidden(
            "not-allowed",
            say("this entry is not yours: an agent changes what he worked or recorded himself"),
            say("ask the head of the desk"),
        )


def standing(expires_on: date, revoked: bool, today: date) -> Standing:
    """How a key stands on a day: it opens up to its last day, unless it was revoked (A2)."""
    if revoked:
        return "revoked"
    return "live" if today <= expires_on else "expired"


def forgotten_before(today: date) -> date:
    """The day before which a link or a session must have ended to be forgotten (P5)."""
    return today - timedelta(days=KEPT_DAYS)


def not_allowed(who: Principal, asked: str) -> Forbidden:
    """The refusal of what a role does not include (A1)."""
    return Forbidden(
        "not-allowed",
        say("{role} may not do that ({asked})", role=who.role, asked=asked),
        say("ask with a key of a wider scope"),
    )


def not_found() -> Unknown:
    """The refusal of what is not there or not to be seen: one sentence for both (A3)."""
    return Unknown("not-found", say("that is not there, or not yours to see"))


def hidden(refused: Refusal) -> Refusal:
    """A refusal as who is bounded to one customer may read it: it names nobody and nothing of others (A3)."""
    if isinstance(refused, Unknown):
        return not_found()
    if refused.code == "conflict":
        return type(refused)("conflict", say("that is there already, or was asked before with other content"))
    return refused
