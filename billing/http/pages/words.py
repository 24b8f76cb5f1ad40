"""What the fixed words of views are called on a page that customers read too."""

from collections.abc import Mapping

from billing.texts import Text, say_as

STATUSES: Mapping[str, Text] = {
    "open": say_as("of an invoice", "open"),
    "paid": say_as("of an invoice", "paid"),
    "credited": say_as("of an invoice", "credited"),
}
CASES: Mapping[str, Text] = {
    "open": say_as("of a case", "open"),
    "taken": say_as("of a case", "taken"),
    "waiting": say_as("of a case", "waiting"),
    "resolved": say_as("of a case", "resolved"),
    "closed": say_as("of a case", "closed"),
    "logged": say_as("of a case", "logged"),
}
CALLS: Mapping[str, Text] = {
    "due": say_as("of a call-back", "due"),
    "done": say_as("of a call-back", "done"),
    "missed": say_as("of a call-back", "missed"),
    "withdrawn": say_as("of a call-back", "withdrawn"),
}
TARGETS: Mapping[str, Text] = {
    "take-up": say_as("a target", "Taken up"),
    "reply": say_as("a target", "First answer"),
    "resolution": say_as("a target", "Solution"),
}
STANDINGS: Mapping[str, Text] = {
    "running": say_as("of a target", "running"),
    "paused": say_as("of a target", "waiting for you"),
    "met": say_as("of a target", "kept"),
    "late": say_as("of a target", "late"),
}
QUOTES: Mapping[str, Text] = {
    "draft": say_as("of a quote", "draft"),
    "sent": say_as("of a quote", "to be decided"),
    "approved": say_as("of a quote", "approved"),
    "accepted": say_as("of a quote", "accepted"),
    "refused": say_as("of a quote", "refused"),
    "invoiced": say_as("of a quote", "invoiced"),
}


def word(of: Mapping[str, Text], code: str) -> Text | str:
    """What a code is called; the code itself where nobody gave it a word."""
    return of.get(code, code)
