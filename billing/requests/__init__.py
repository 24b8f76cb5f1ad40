"""What can be asked: requests as frozen values, and the reading of what people write into them."""

from typing import TYPE_CHECKING

from billing import lazily

# What there is, by noun; `python tools/api.py` writes it.
if TYPE_CHECKING:
    from billing.requests.audit import AskAudit
    from billing.requests.balances import AskBalance
    from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
    from billing.requests.books import AskBooks
    from billing.requests.cases import (
        Answer,
        Ask,
        AskCase,
        AskForFiles,
        AskHours,
        AskOpenCases,
        AskProgramErrors,
        AskQueue,
        AskSla,
        AskSweep,
        Attempt,
        Authorise,
        CallBack,
        ChangePriority,
        Close,
        HandOver,
        ListCases,
        OpenCase,
        ReceiveFiles,
        RecordEvent,
        Reopen,
        Resolve,
        SweepCases,
        Take,
        WorkAround,
    )
    from billing.requests.contracts import Cancel, ChangeTier, Goodwill, Renew, Sign
    from billing.requests.entries import Log, Undo, Verify, Void
    from billing.requests.explaining import AskWhy
    from billing.requests.maintenance import Acknowledge, Announce, ListMaintenance
    from billing.requests.names import AskNames
    from billing.requests.parties import (
        AddCustomer,
        AskCustomer,
        AskCustomers,
        ChangeCustomer,
        Hold,
        Release,
        SetIssuer,
    )
    from billing.requests.payments import Bounce, Pay, Sell
    from billing.requests.proofs import AskProof
    from billing.requests.reminders import AskLetters, Remind
    from billing.requests.reports import AskDeferred, AskReceivables, AskVat
    from billing.requests.statements import AskStatement

__all__ = [
    "Acknowledge",
    "AddCustomer",
    "Announce",
    "Answer",
    "Ask",
    "AskAudit",
    "AskBalance",
    "AskBooks",
    "AskCase",
    "AskCustomer",
    "AskCustomers",
    "AskDeferred",
    "AskForFiles",
    "AskHours",
    "AskLetters",
    "AskNames",
    "AskOpenCases",
    "AskOpenItems",
    "AskProgramErrors",
    "AskProof",
    "AskQueue",
    "AskReceivables",
    "AskSla",
    "AskStatement",
    "AskSweep",
    "AskVat",
    "AskWhy",
    "Attempt",
    "Authorise",
    "Bounce",
    "CallBack",
    "Cancel",
    "ChangeCustomer",
    "ChangePriority",
    "ChangeTier",
    "Close",
    "Goodwill",
    "HandOver",
    "Hold",
    "ImportBankFile",
    "ListCases",
    "ListMaintenance",
    "Log",
    "OpenCase",
    "Pay",
    "ReceiveFiles",
    "RecordEvent",
    "Release",
    "Remind",
    "Renew",
    "Reopen",
    "Resolve",
    "Sell",
    "SetIssuer",
    "SettleItem",
    "Sign",
    "SweepCases",
    "Take",
    "Undo",
    "Verify",
    "Void",
    "WorkAround",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(
        __name__,
        {
            "audit": ["AskAudit"],
            "balances": ["AskBalance"],
            "bank": ["AskOpenItems", "ImportBankFile", "SettleItem"],
            "books": ["AskBooks"],
            "cases": [
                "Answer",
                "Ask",
                "AskCase",
                "AskForFiles",
                "AskHours",
                "AskOpenCases",
                "AskProgramErrors",
                "AskQueue",
                "AskSla",
                "AskSweep",
                "Attempt",
                "Authorise",
                "CallBack",
                "ChangePriority",
                "Close",
                "HandOver",
                "ListCases",
                "OpenCase",
                "ReceiveFiles",
                "RecordEvent",
                "Reopen",
                "Resolve",
                "SweepCases",
                "Take",
                "WorkAround",
            ],
            "contracts": ["Cancel", "ChangeTier", "Goodwill", "Renew", "Sign"],
            "entries": ["Log", "Undo", "Verify", "Void"],
            "explaining": ["AskWhy"],
            "maintenance": ["Acknowledge", "Announce", "ListMaintenance"],
            "names": ["AskNames"],
            "parties": ["AddCustomer", "AskCustomer", "AskCustomers", "ChangeCustomer", "Hold", "Release", "SetIssuer"],
            "payments": ["Bounce", "Pay", "Sell"],
            "proofs": ["AskProof"],
            "reminders": ["AskLetters", "Remind"],
            "reports": ["AskDeferred", "AskReceivables", "AskVat"],
            "statements": ["AskStatement"],
        },
    )
