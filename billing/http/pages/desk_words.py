"""What the fixed words of views are called at the desk."""

from collections.abc import Mapping

from billing.texts import Text, say, say_as

HAPPENED: Mapping[str, Text] = {
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
REPORTS: Mapping[str, Text] = {
    "vat": say("VAT"),
    "receivables": say_as("a report", "Open invoices by age"),
    "revenue": say_as("a report", "Revenue"),
    "deferred": say_as("a report", "Deferred revenue"),
    "journal": say_as("a report", "Journal"),
}
STANDINGS: Mapping[str, Text] = {
    "running": say_as("of a target", "running"),
    "paused": say_as("of a target", "paused"),
    "met": say_as("of a target", "kept"),
    "late": say_as("of a target", "late"),
}
CREDIT: Mapping[str, Text] = {
    "low": say_as("a shortage", "running out"),
    "contract": say_as("a shortage", "contract ends"),
    "pack": say_as("a shortage", "pack ends"),
    "add-on": say_as("a shortage", "add-on ends"),
    "goodwill": say_as("a shortage", "goodwill ends"),
    "grace": say_as("a shortage", "ended, comes back if paid"),
    "unpaid": say_as("a shortage", "waits for payment"),
    "no-contract": say_as("a shortage", "waits for renewal"),
    "owed": say_as("a shortage", "owed"),
}
