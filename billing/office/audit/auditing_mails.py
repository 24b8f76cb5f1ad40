"""Checks mails: each is of a paper that there was, begins once, and ends or comes back only after that (L7, M20)."""

from collections.abc import Iterator

from billing.store.auditing import Position
from billing.store.kept import DocumentRow, MailRow

_FIRST = ("begun", "draft", "handed")


def mail_faults(customer: str, found: list[Position]) -> Iterator[str]:
    """What does not hold in the mails of a customer's papers."""
    papers: set[str] = set()
    begun: dict[str, MailRow] = {}
    for position in found:
        papers |= {row.code for row in position.of(DocumentRow)}
        if position.named("letter"):
            papers.add(f"{customer}-{position.seq}")
        for row in position.of(MailRow):
            where = f"{customer} position {position.seq}: the mail {row.mail}"
            first = begun.setdefault(row.mail, row)
            if (first is row) != (row.event in _FIRST):
                yield f"{where} is {row.event} {'before it began' if first is row else 'when it had begun'}"
            if (row.paper, row.code) != (first.paper, first.code):
                yield f"{where} is of {row.code}, it began with {first.code}"
            is_there = row.code.startswith(f"{customer}/") if row.paper == "statement" else row.code in papers
            if not is_there:
                yield f"{where} is of {row.code}, which there was not"
