"""What the fixed words of an answer are called by people: a status, a kind, an age; in JSON they are codes."""

from collections.abc import Mapping

from billing.texts import Text, say, say_as

STATUSES = {
    "open": say_as("of an invoice", "open"),
    "paid": say_as("of an invoice", "paid"),
    "credited": say_as("of an invoice", "credited"),
}
SENDINGS = {
    "ready": say_as("of a mail", "ready"),
    "unsent": say_as("of a mail", "not sent"),
    "unsure": say_as("of a mail", "unsure: it may have gone out"),
    "sent": say_as("of a mail", "sent"),
    "draft": say_as("of a mail", "draft"),
    "refused": say_as("of a mail", "refused"),
    "bounced": say_as("of a mail", "came back"),
}
AGES = {
    "not due": say("not due"),
    "1 to 30 days": say("1 to 30 days"),
    "31 to 60 days": say("31 to 60 days"),
    "61 to 90 days": say("61 to 90 days"),
    "more than 90 days": say("more than 90 days"),
}
CASES = {
    "open": say_as("of a case", "open"),
    "taken": say_as("of a case", "taken"),
    "waiting": say_as("of a case", "waiting"),
    "resolved": say_as("of a case", "resolved"),
    "closed": say_as("of a case", "closed"),
    "logged": say_as("of a case", "logged"),
}
KINDS = {
    "overage": say_as("revenue", "overage"),
    "pack": say_as("revenue", "pack, used"),
    "expired": say_as("revenue", "pack, expired"),
    "add-on": say_as("revenue", "add-on"),
    "quote": say_as("revenue", "quote"),
    "fee": say_as("revenue", "contract fee"),
}
VERDICTS = {
    "program-error": say_as("of a verdict", "program error"),
    "misuse": say_as("of a verdict", "misuse"),
    "bad-data": say_as("of a verdict", "bad data"),
    "customer-computer": say_as("of a verdict", "customer's computer"),
    "configuration": say_as("of a verdict", "configuration or customising"),
}
VAT = {
    "S": say_as("VAT", "{rate} %"),
    "AE": say_as("VAT", "reverse charge"),
    "E": say_as("VAT", "exempt"),
    "O": say_as("VAT", "not taxed here"),
}
BASES = {
    "invoice": say_as("VAT", "due when invoiced"),
    "payment": say_as("VAT", "due when paid"),
}
CALLS = {
    "due": say_as("of a call-back", "due"),
    "done": say_as("of a call-back", "done"),
    "missed": say_as("of a call-back", "missed"),
    "withdrawn": say_as("of a call-back", "withdrawn"),
}
HAPPENED = {
    "open": say("opened"),
    "take": say("taken up"),
    "answer": say("the customer answered"),
    "ask": say("asked the customer"),
    "ask-files": say("asked for files"),
    "files": say("files arrived"),
    "attempt": say("did not reach the customer"),
    "hand-over": say("handed over"),
    "priority": say("another priority"),
    "callback": say("call back"),
    "verify": say_as("of a case", "verified"),
    "workaround": say("resolved by a workaround"),
    "resolve": say("resolved"),
    "close": say("closed"),
    "reopen": say("reopened"),
    "authorisation": say("written authorisation"),
    "reply": say("answered"),
    "note": say("noted, for ourselves"),
    "change": say("changed"),
    "void": say("opened by mistake"),
    "callback-done": say("called back"),
    "callback-withdrawn": say("call-back withdrawn"),
    "work": say("worked"),
}


def word(known: Mapping[str, Text], code: str | None) -> Text | str:
    """What a code is called; itself where nobody has named it."""
    return known.get(code, code) if code else ""
