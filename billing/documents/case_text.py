"""A case for the customer as Markdown, and the words that its PDF has too (S14)."""

from datetime import datetime

from billing.core.case_history import Told
from billing.core.units import whole_minutes
from billing.documents import locale, reply, words
from billing.documents.words import why_free
from billing.locales import spoken
from billing.texts import Text
from billing.views.case_papers import CaseLine, CasePaper, CaseWork

_WHAT: dict[Told, Text] = {
    "open": words.CASE_ASKED,
    "answer": words.CASE_ANSWER,
    "reply": words.CASE_REPLY,
    "ask": words.CASE_QUESTION,
    "ask-files": words.CASE_WANTED,
    "files": words.CASE_FILES,
    "attempt": words.CASE_ATTEMPT,
    "workaround": words.CASE_WORKAROUND,
    "resolve": words.CASE_SOLUTION,
    "close": words.CASE_CLOSED,
    "reopen": words.CASE_REOPENED,
}


def markdown(paper: CasePaper) -> str:
    """The case in Markdown: its head, what was told, the time on it, and what is left."""
    language = spoken(paper.language)
    said = words.said(language)
    parts = [f"# {_safe(title(paper))}", "\n".join(f"- {name}: {_safe(value)}" for name, value in facts(paper))]
    if paper.history:
        parts.append(f"## {said(words.CASE_HISTORY)}")
        parts += [_line(line, language, paper.issuer.country) for line in paper.history]
    if paper.work:
        parts.append(f"## {said(words.CASE_TIME)}")
        parts.append("\n".join(_row(work, language, paper.issuer.country) for work in paper.work))
        parts.append(f"**{total(paper)}**")
    parts.append(paper.markdown.rstrip())
    return "\n\n".join(parts) + "\n"


def title(paper: CasePaper) -> str:
    """What the paper is called: the case, and what it is about."""
    name = f"{words.said(spoken(paper.language))(words.ANNEX_CASE)} {paper.case}"
    return f"{name} – {paper.subject}" if paper.subject else name


def facts(paper: CasePaper) -> list[tuple[str, str]]:
    """What stands beside the address: whose case, which kind of work, since when, until when."""
    language, country = spoken(paper.language), paper.issuer.country
    said = words.said(language)
    found = [(said(words.INVOICE_CUSTOMER), paper.customer)]
    for name, value in (
        (words.ANNEX_CATEGORY, paper.label),
        (words.CASE_OPENED, paper.opened and moment(paper.opened, language, country)),
        (words.CASE_CLOSED, paper.closed and moment(paper.closed, language, country)),
        (words.INVOICE_DATE, locale.day(paper.day, language, country)),
    ):
        if value:
            found.append((said(name), value))
    return found


def moment(at: datetime, language: str, country: str) -> str:
    """A day and a time of day, to the minute."""
    return f"{locale.day(at.date(), language, country)} {at:%H:%M}"


def heading(line: CaseLine, language: str) -> str:
    """What somebody told or did."""
    return words.said(language)(_WHAT[line.kind])


def charged(work: CaseWork, language: str, country: str) -> str:
    """What an entry was charged, or why nothing."""
    return why_free(work.free, work.quote, language, country) or locale.duration(work.charged, language)


def total(paper: CasePaper) -> str:
    """The time on the case, as it was and as it was charged."""
    language = spoken(paper.language)
    raw = whole_minutes(sum(work.raw_seconds for work in paper.work))
    known = {
        "worked": locale.duration(raw, language),
        "charged": locale.duration(sum(work.charged for work in paper.work), language),
    }
    return words.said(language)(words.CASE_TOTAL).format(**known)


def _line(line: CaseLine, language: str, country: str) -> str:
    head = f"**{moment(line.at, language, country)} – {heading(line, language)}**"
    if line.text is None:
        return head
    return head + "\n\n" + "\\\n".join(f"> {_safe(part)}" for part in line.text.splitlines() if part.strip())


def _row(work: CaseWork, language: str, country: str) -> str:
    parts = [locale.day(work.on, language, country), _safe(work.label), work.agent and _safe(work.agent)]
    time = f"{locale.stopwatch(work.raw_seconds, language)} ({charged(work, language, country)})"
    note = f": {_safe(' '.join(work.note.split()))}" if work.note else ""
    return f"- {', '.join(filter(None, [*parts, time]))}{note}"


def _safe(text: str) -> str:
    """What people wrote, so that no reader of Markdown or HTML takes it for more than words."""
    return reply.escaped(text)
