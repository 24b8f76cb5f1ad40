"""The files of documents: made when they are first asked for, kept, and given back unchanged ever after (L10).

Nothing is made while numbers are given: who issues many documents holds the lock of their series no longer than before.
A file that two ask for at the same moment is the one that was kept first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from billing.errors import BadInput, one_of
from billing.office.invoicing import einvoices
from billing.office.transaction import Setting, Transaction, done, look
from billing.store import documents, files, quotes
from billing.store.documents import Content
from billing.store.engine import kept_open
from billing.store.files import Format, Paper

AT_ONCE = 50  # documents in a transaction: a commit costs as much as ten
Progress = Callable[[int, int], None]  # documents done, documents in all
Made = dict[Format, bytes]


def pdf(setting: Setting, number: str, plain: bool = False) -> bytes:
    """The PDF of a document: made once, byte for byte the same ever after (M8, L10)."""
    return _one(setting, number, "plain" if plain else "pdf")


def quote_pdf(setting: Setting, number: str) -> bytes:
    """The PDF of a quote, made once too (S8, L10)."""
    return _one(setting, number, "pdf", is_quote=True)


def xml(setting: Setting, number: str, format: str) -> bytes:
    """The e-invoice of a document, CII or UBL: made once, or refused with what the document lacks (L10)."""
    if format not in ("cii", "ubl"):
        raise BadInput("bad-input", f"format {format!r}: cii or ubl")
    return _one(setting, number, format)  # type: ignore[arg-type]


def pdfs(setting: Setting, numbers: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """The PDFs of many documents in their order, with their numbers; those that lack one get it now."""
    for number, found in _each(setting, numbers, ("pdf",)):
        yield number, found["pdf"]


def complete(setting: Setting, progress: Progress | None = None) -> int:
    """Makes all files of the documents whose PDF was never made; how many documents those were.

    A database of a time before files were kept gets them so: what may have been given out is made while this program
    still makes it as it was.
    """
    with look(setting) as tx:
        lacking = files.without(tx.connection)
    for count, _ in enumerate(_each(setting, lacking, None), 1):
        if progress:
            progress(count, len(lacking))
    return len(lacking)


def of_run(setting: Setting, month: str) -> list[str]:
    """The numbers of the documents that a month's runs have issued."""
    with look(setting) as tx:
        return files.of_run(tx.connection, month)


def _one(setting: Setting, number: str, format: Format, is_quote: bool = False) -> bytes:
    with look(setting) as tx:
        paper = files.papers(tx.connection, [number]).get(number)
        if paper is None or _is_quote(paper.content) != is_quote:
            known = quotes.numbers(tx.connection) if is_quote else documents.numbers(tx.connection)
            raise one_of("quote" if is_quote else "invoice", number, known)
    return next(_each(setting, [number], (format,)))[1][format]


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
            made = {number: _made(papers[number].content, wanted, found[number]) for number in some}
            if any(made.values()):
                found = done(quick, partial(_keep, papers=papers, made=made), bulk=True)
            yield from ((number, found[number]) for number in some)


def _made(content: Content, wanted: Sequence[Format] | None, found: Made) -> Made:
    """The wanted files of a document that are not there yet."""
    made: Made = {}
    for format in _possible(content) if wanted is None else wanted:
        if format not in found:
            made |= _written(content, format, found | made)
    return made


def _possible(content: Content) -> list[Format]:
    """What a document may have been given out as: its PDF, and each XML for which it lacks nothing."""
    if _is_quote(content):
        return ["pdf"]
    possible: list[Format] = ["pdf"]
    if not einvoices.missing_for(content, "cii"):
        possible.append("cii")
    if not einvoices.missing_for(content, "ubl"):
        possible.append("ubl")
    return possible


def _written(content: Content, format: Format, there: Made) -> Made:
    """A file of a document, and the XML inside it where it has one: the same bytes as the XML by itself."""
    if _is_quote(content):
        from billing.documents import quote_pdf

        return {"pdf": quote_pdf.render(content)}
    if format in ("cii", "ubl"):
        return {format: einvoices.xml(content, format)}
    if format == "pdf" and einvoices.has_xml(content):
        inside = there.get("cii") or einvoices.xml(content, "cii")
        return {"pdf": einvoices.pdf(content, inside=inside), "cii": inside}
    return {format: einvoices.pdf(content, plain=True)}


def _is_quote(content: Content) -> bool:
    return bool(content["kind"] == "quote")


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
