"""What was recorded and how to see it, for who gets no answer: the terminal was full, a file could not be written.

Read off the view of the request, whose answer was lost (A2: what opens, as a key, is shown once and is lost with it).
"""

from billing.core.naming import spans
from billing.texts import Do, Text, say
from billing.views.documents import DocumentShown, MonthRun
from billing.views.hooks import HookMade
from billing.views.keys import KeyMade
from billing.views.links import LinkMade
from billing.views.payments import Sold
from billing.views.quotes import QuoteInvoiced

# By what names it in a view: how it is called, and the command that shows it.
_SHOWN = (
    ("entry", "why"), ("quote", "quote show"), ("invoice", "invoice show"), ("case", "case show"),
    ("customer", "customer show"),
)  # fmt: skip


def recorded(view: object) -> Text | None:
    """What a request came to and the command that shows it; None where the view names nothing."""
    match view:
        case MonthRun() if view.invoices:
            issued = spans(document.number for document in view.invoices)
            return say("issued: {numbers}; {do} writes one, {list} shows them", numbers=issued,
                       do=Do("invoice pdf", "NUMBER"), list=Do("invoice list"))  # fmt: skip
        case DocumentShown():
            return _issued(view.number)
        case Sold():
            return _issued(view.invoice)
        case QuoteInvoiced() if view.invoice:
            return _issued(view.invoice)
        case KeyMade() if view.key:
            return _once(view.name, Do("key revoke", view.name))
        case LinkMade() if view.token:
            return _once(view.link, Do("link revoke", view.link))
        case HookMade() if view.secret:
            return _once(f"{view.hook}", Do("hook remove", view.hook))
    for name, command in _SHOWN:
        found = getattr(view, name, None)
        if isinstance(found, str):
            return say("{do} shows it", do=Do(command, found))
    return None


def _issued(number: str) -> Text:
    return say("issued: {numbers}; {do} writes its file", numbers=number, do=Do("invoice pdf", number))


def _once(name: str, ends: Do) -> Text:
    return say("what opens it is shown once and is lost: end {name} with {do} and make another", name=name, do=ends)
