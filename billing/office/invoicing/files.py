"""The files of documents: made when they are first asked for, kept, and given back unchanged ever after (L10).

Nothing is made while numbers are given: who issues many documents holds the lock of their series no longer than before.
A file that two ask for at the same moment is the one that was kept first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from billing import interrupts
from billing.errors import Unknown, one_of
from billing.office.invoicing import einvoices
from billing.office.parties import on_paper
from billing.office.transaction import Setting, Transaction, done, keeping, look
from billing.store import documents, files, near, quotes
from billing.store.engine import kept_open
from billing.store.files import Format, Paper
from billing.texts import Do, Text, say
from billing.views.documents import Document
from billing.views.paper import Letterhead

AT_ONCE = 50  # documents in a transaction: a commit costs as much as ten
Progress = Callable[[int, int], None]  # documents done, documents in all
Made = dict[Format, bytes]
LogoOf = Callable[[Letterhead], bytes | None]


def of(
    setting: Setting, numbers: Sequence[str], format: Format = "pdf", is_quote: bool = False
) -> Iterator[tuple[str, bytes]]:
    """The files of documents in their order, with their numbers; those that lack one get it now (M8, L10)."""
    if numbers:
        _require(setting, numbers, is_quote)
    for number, found in _each(setting, numbers, (format,)):
        yield number, found[format]


def every(setting: Setting, numbers: Sequence[str]) -> Iterator[tuple[str, Made]]:
    """All files that documents and quotes have, with their numbers; a PDF that was never made is made now (L10)."""
    return _each(setting, numbers, ("pdf",))


def lacking(setting: Setting) -> int:
    """How many documents have no PDF yet."""
    with look(setting) as tx:
        return len(files.without(tx.connection))


def complete(setting: Setting, progress: Progress | None = None) -> int:
    """Makes all files of the documents whose PDF was never made; how many documents those were.

    A database of a time before files were kept gets them so: what may have been given out is made while this program
    still makes it as it was.
    """
    with look(setting) as tx:
        lacking = files.without(tx.connection)
    count = 0
    with keeping(lambda: _kept_of(count)):
        for count, _ in enumerate(_each(setting, lacking, None), 1):
            if progress:
                progress(count, len(lacking))
            interrupts.check()
    return len(lacking)


def is_whole(paper: Paper) -> bool:
    """Whether a paper is whole: one that was pruned names nobody (P2)."""
    read = quotes.read if paper.is_quote else documents.read
    return bool(read(paper.text, paper.code).recipient.name)


def _kept_of(count: int) -> Text | None:
    """What is said of files whose making was stopped; nothing where there are none."""
    if not count:
        return None
    return say("the files of {count} document(s) were kept: run it again for the rest", count=count)


def _require(setting: Setting, numbers: Sequence[str], is_quote: bool) -> None:
    """Refuses the first number that no document of the kind has."""
    with look(setting) as tx:
        for start in range(0, len(numbers), AT_ONCE):
            papers = files.papers(tx.connection, numbers[start : start + AT_ONCE])
            for number in numbers[start : start + AT_ONCE]:
                if number not in papers or papers[number].is_quote != is_quote:
                    known = (near.quotes if is_quote else near.documents)(tx.connection, number)
                    raise one_of("quote" if is_quote else "invoice", number, known)


def _each(
    setting: Setting, numbers: Sequence[str], wanted: Sequence[Format] | None
) -> Iterator[tuple[str, dict[Format, bytes]]]:
    """The wanted files of documents, some documents in each transaction; `None` wants all that a document can have."""
    with kept_open(setting.engine) as engine:
        quick = replace(setting, engine=engine)
        for start in range(0, len(numbers), AT_ONCE):
            some = numbers[start : start + AT_ONCE]
            with look(quick) as tx:
                papers, found = files.papers(tx.connection, some), files.of(tx.connection, some)
                logo_of = cache(partial(on_paper.logo, tx.connection))
                made = {number: _made(papers[number], wanted, found[number], logo_of) for number in some}
            if any(made.values()):
                found = done(quick, partial(_keep, papers=papers, made=made), bulk=True)
            yield from ((number, found[number]) for number in some)


def _made(paper: Paper, wanted: Sequence[Format] | None, found: Made, logo_of: LogoOf) -> Made:
    """The wanted files of a document that are not there yet."""
    if not is_whole(paper):
        raise Unknown("not-found", say("{number} is past its ten years: its paper is gone", number=paper.code),
                      say("{do} shows what is left of it", do=Do("invoice show", paper.code)))  # fmt: skip
    if paper.is_quote:
        return {} if "pdf" in found else {"pdf": _quote(paper, logo_of)}
    document, made = documents.read(paper.text, paper.code), Made()
    for format in _possible(document) if wanted is None else wanted:
        if format not in found:
            made |= _written(document, format, found | made, logo_of)
    return made


def _possible(document: Document) -> list[Format]:
    """What a document may have been given out as: its PDF, and each XML for which it lacks nothing."""
    xml: tuple[einvoices.Xml, ...] = ("cii", "ubl")
    return ["pdf", *(format for format in xml if not einvoices.missing_for(document, format))]


def _written(document: Document, format: Format, there: Made, logo_of: LogoOf) -> Made:
    """A file of a document, and the XML inside it where it has one: the same bytes as the XML by itself."""
    if format == "cii" or format == "ubl":
        return {format: einvoices.xml(document, format)}
    if format == "pdf" and document.format == "factur-x":
        inside = there.get("cii") or einvoices.xml(document, "cii")
        return {"pdf": einvoices.pdf(document, inside=inside, logo=logo_of(document.issuer.head)), "cii": inside}
    return {format: einvoices.pdf(document, plain=True, logo=logo_of(document.issuer.head))}


def _quote(paper: Paper, logo_of: LogoOf) -> bytes:
    from billing.documents import quote_pdf

    quote = quotes.read(paper.text, paper.code)
    return quote_pdf.render(quote, logo_of(quote.issuer.head))


def _keep(tx: Transaction, papers: dict[str, Paper], made: dict[str, Made]) -> dict[str, Made]:
    """Records files that were made, but for those that another kept first; all that there are, by number.

    Each document has a position of its own, so that the chain is the same however often the making was stopped.
    """
    codes = {number: tx.customer_by_id(papers[number].customer_id, lock=False).code for number in made}
    for code in sorted(set(codes.values())):  # as a run locks them
        tx.customer(code)
    there = files.of(tx.connection, list(made))
    for number in made:
        new = {format: data for format, data in made[number].items() if format not in there[number]}
        if new:
            rows = [files.row_of(number, format, data) for format, data in new.items()]
            tx.appender.append(tx.customer(codes[number]), "file", tx.today, [], rows)
            there[number] |= new
    return there
