"""What a customer is told of a mail of his that became a case: the case, until when he hears more, what he has left."""

from html import escape

from billing.documents import case_text, locale, words
from billing.documents.covering import Covering
from billing.locales import spoken
from billing.views.balances import Reply
from billing.views.cases import CaseShown

_TARGETS = {"reply": words.TAKEN_REPLY, "take-up": words.TAKEN_TAKE_UP, "resolution": words.TAKEN_RESOLUTION}


def render(case: CaseShown, reply: Reply, issuer: str) -> Covering:
    """The mail that goes back, in the customer's language (S2, B1)."""
    language = spoken(reply.language)
    said = words.said(reply.language)
    about = " ".join((case.subject or "").split())
    parts = [said(words.TAKEN).format(case=case.case)]
    due = [target for target in case.targets if target.due is not None and target.met is None]
    for target in due:
        assert target.due is not None
        when = case_text.moment(target.due, reply.language, "")
        parts.append(said(_TARGETS[target.kind]).format(when=when))
    parts.append(said(words.TAKEN_ANSWER).format(case=f"[{case.case}]"))
    parts = [locale.elided(part, reply.language) for part in parts]
    greeting, closing = said(words.MAIL_GREETING), said(words.MAIL_CLOSING)
    text = "\n\n".join([greeting, "\n".join(parts), reply.text, closing, issuer]) + "\n"
    lines = "<br>\n".join(map(escape, parts))
    html = "\n".join([
        "<!DOCTYPE html>", f'<html lang="{language}">',
        f'<head><meta charset="utf-8"><title>{escape(case.case)}</title></head>',
        "<body>", f"<p>{escape(greeting)}</p>", f"<p>{lines}</p>", reply.html.rstrip("\n"),
        f"<p>{escape(closing)}<br>\n{escape(issuer)}</p>", "</body></html>", "",
    ])  # fmt: skip
    return Covering(f"[{case.case}] {about}".strip(), text, html)
