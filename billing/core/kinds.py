"""What facts and answers call their kinds: words that are one of a few, without what they are kinds of."""

from typing import Literal

GrantKind = Literal["allowance", "pack", "add-on", "goodwill"]
DrawKind = Literal["draw", "settle", "move"]  # moved between a bounced grant and the one credited anew (M10)
Reason = Literal["always", "first", "verified", "quote", "void"]
QuoteStep = Literal["sent", "approved", "accepted", "refused", "delivered", "named", "invoiced", "reopened"]
CaseKind = Literal[
    "open", "take", "ask", "ask-files", "answer", "files", "attempt", "workaround", "resolve", "close", "reopen",
    "hand-over", "priority", "verify", "authorisation", "callback", "callback-done", "callback-withdrawn", "reply",
    "change", "void", "note",
]  # fmt: skip
Sender = Literal["agent", "customer", "sweep"]
WaitingKind = Literal["grace", "unpaid", "no-contract"]
