"""What is answered: frozen values by noun. JSON is made of them in one place (`codec`); words at the surfaces."""

from typing import TYPE_CHECKING

from billing import lazily

# What there is, by noun; `python tools/api.py` writes it.
if TYPE_CHECKING:
    from billing.views.audit import Audited, Checked
    from billing.views.balances import Balance, GrantLeft, Unbilled
    from billing.views.bank import Booked, Imported, NotTaken, OpenItem, OpenItems, Returned, Settled
    from billing.views.contracts import Agreed, Granted
    from billing.views.entries import Change, Charged, Corrected, Drawn, Explained, Overage
    from billing.views.explaining import Why
    from billing.views.maintenance import Acknowledged, Acknowledgement, Announcements, Planned
    from billing.views.names import Names
    from billing.views.paper import Address, Party
    from billing.views.parties import (
        Added,
        Changed,
        ContractRow,
        CustomerRow,
        Customers,
        CustomerShown,
        DocumentRow,
        Held,
        Issuer,
        OwnMoney,
        PaymentRow,
    )
    from billing.views.payments import Paid, Sold, TakenBack
    from billing.views.proofs import Proof
    from billing.views.reminders import (
        HeldBack,
        LateInvoice,
        LawCharge,
        Letter,
        Letters,
        Reminded,
        RemindedInvoice,
        Reminder,
    )
    from billing.views.reports import (
        Deferred,
        DeferredSale,
        DeferredTotal,
        OpenInvoice,
        OpenTotal,
        Receivables,
        RemindedOn,
        VatReport,
        VatSum,
    )
    from billing.views.statements import Freed, Lasting, Moved, Over, Statement

__all__ = [
    "Acknowledged",
    "Acknowledgement",
    "Added",
    "Address",
    "Agreed",
    "Announcements",
    "Audited",
    "Balance",
    "Booked",
    "Change",
    "Changed",
    "Charged",
    "Checked",
    "ContractRow",
    "Corrected",
    "CustomerRow",
    "CustomerShown",
    "Customers",
    "Deferred",
    "DeferredSale",
    "DeferredTotal",
    "DocumentRow",
    "Drawn",
    "Explained",
    "Freed",
    "GrantLeft",
    "Granted",
    "Held",
    "HeldBack",
    "Imported",
    "Issuer",
    "Lasting",
    "LateInvoice",
    "LawCharge",
    "Letter",
    "Letters",
    "Moved",
    "Names",
    "NotTaken",
    "OpenInvoice",
    "OpenItem",
    "OpenItems",
    "OpenTotal",
    "Over",
    "Overage",
    "OwnMoney",
    "Paid",
    "Party",
    "PaymentRow",
    "Planned",
    "Proof",
    "Receivables",
    "Reminded",
    "RemindedInvoice",
    "RemindedOn",
    "Reminder",
    "Returned",
    "Settled",
    "Sold",
    "Statement",
    "TakenBack",
    "Unbilled",
    "VatReport",
    "VatSum",
    "Why",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(
        __name__,
        {
            "audit": ["Audited", "Checked"],
            "balances": ["Balance", "GrantLeft", "Unbilled"],
            "bank": ["Booked", "Imported", "NotTaken", "OpenItem", "OpenItems", "Returned", "Settled"],
            "contracts": ["Agreed", "Granted"],
            "entries": ["Change", "Charged", "Corrected", "Drawn", "Explained", "Overage"],
            "explaining": ["Why"],
            "maintenance": ["Acknowledged", "Acknowledgement", "Announcements", "Planned"],
            "names": ["Names"],
            "paper": ["Address", "Party"],
            "parties": [
                "Added",
                "Changed",
                "ContractRow",
                "CustomerRow",
                "CustomerShown",
                "Customers",
                "DocumentRow",
                "Held",
                "Issuer",
                "OwnMoney",
                "PaymentRow",
            ],
            "payments": ["Paid", "Sold", "TakenBack"],
            "proofs": ["Proof"],
            "reminders": [
                "HeldBack",
                "LateInvoice",
                "LawCharge",
                "Letter",
                "Letters",
                "Reminded",
                "RemindedInvoice",
                "Reminder",
            ],
            "reports": [
                "Deferred",
                "DeferredSale",
                "DeferredTotal",
                "OpenInvoice",
                "OpenTotal",
                "Receivables",
                "RemindedOn",
                "VatReport",
                "VatSum",
            ],
            "statements": ["Freed", "Lasting", "Moved", "Over", "Statement"],
        },
    )
