"""The documents of a year and their files, for an archive that is read without this program."""

from collections.abc import Callable, Iterator
from typing import Any

from billing.errors import one_of
from billing.exchange.einvoice import embed
from billing.office.invoicing import drawing, files
from billing.office.transacting import look
from billing.office.transaction import Setting, Transaction
from billing.requests.archive import AskArchive, AskArchived
from billing.store import archived as store
from billing.store import documents, near, quotes
from billing.store import files as kept_files
from billing.store.files import Paper
from billing.views.archive import Archive, Archived

_ENDINGS: dict[kept_files.Format, str] = {"pdf": "pdf", "plain": "plain.pdf", "cii": "cii.xml", "ubl": "ubl.xml"}


def archive(tx: Transaction, question: AskArchive) -> Archive:
    """What was issued in a year."""
    issuer = tx.issuer
    return Archive(
        first=question.first,
        last=question.last,
        issuer=issuer["name"],
        country=issuer["country"],
        language=issuer["language"],
        over=question.last < tx.today,
        documents=tuple(store.issued(tx.connection, question.first, question.last)),
    )


def archived(setting: Setting, question: AskArchived) -> tuple[Archived, ...]:
    """All files of some documents; a PDF that was never made is made and kept now (L10).

    There are none of what is past its ten years (P2).
    """
    with look(setting) as tx:
        papers = kept_files.papers(tx.connection, question.numbers)
        for number in question.numbers:
            if number not in papers:
                likely = [*near.documents(tx.connection, number), *near.quotes(tx.connection, number)]
                raise one_of("invoice", number, likely)
    there = [number for number in question.numbers if drawing.is_whole(papers[number])]
    made = {number: tuple(_files(papers[number], found)) for number, found in files.every(setting, there)}
    return tuple(Archived(number, made.get(number, ())) for number in question.numbers)


def _files(paper: Paper, made: drawing.Made) -> Iterator[tuple[str, bytes]]:
    for format, ending in _ENDINGS.items():
        if format in made:
            yield ending, made[format]
    read = quotes.read if paper.is_quote else documents.read
    long_lived = embed.archived(made["pdf"], read(paper.text, paper.code).on)
    if long_lived not in (None, made["pdf"]):
        yield "pdfa.pdf", long_lived
    yield "json", paper.text.encode()


QUESTIONS: dict[Any, Callable[..., Any]] = {AskArchive: archive}
