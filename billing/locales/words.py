"""What the fixed words of answers are called by people, customers too: a status, a state; in JSON they are codes."""

from collections.abc import Mapping

from billing.texts import Text, say_as

STATUSES = {
    "open": say_as("of an invoice", "open"),
    "paid": say_as("of an invoice", "paid"),
    "credited": say_as("of an invoice", "credited"),
}
CASES = {
    "open": say_as("of a case", "open"),
    "taken": say_as("of a case", "taken"),
    "waiting": say_as("of a case", "waiting"),
    "resolved": say_as("of a case", "resolved"),
    "closed": say_as("of a case", "closed"),
    "logged": say_as("of a case", "logged"),
}
CALLS = {
    "due": say_as("of a call-back", "due"),
    "done": say_as("of a call-back", "done"),
    "missed": say_as("of a call-back", "missed"),
    "withdrawn": say_as("of a call-back", "withdrawn"),
}
TARGETS = {
    "take-up": say_as("a target", "Taken up"),
    "reply": say_as("a target", "First answer"),
    "resolution": say_as("a target", "Solution"),
}
STANDINGS = {
    "running": say_as("of a target", "running"),
    "paused": say_as("of a target", "waiting for you"),
    "met": say_as("of a target", "kept"),
    "late": say_as("of a target", "late"),
}
QUOTES = {
    "draft": say_as("of a quote", "draft"),
    "sent": say_as("of a quote", "to be decided"),
    "approved": say_as("of a quote", "approved"),
    "accepted": say_as("of a quote", "accepted"),
    "refused": say_as("of a quote", "refused"),
    "invoiced": say_as("of a quote", "invoiced"),
}


def word(known: Mapping[str, Text], code: str | None) -> Text | str:
    """What a code is called; itself where nobody has named it."""
    return known.get(code, code) if code else ""
