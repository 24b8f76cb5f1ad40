"""The files of documents: made when they are first asked for, kept, and given back unchanged ever after (L10).

Nothing is made while numbers are given: who issues many documents holds the lock of their series no longer than before.
A file that two ask for at the same moment is the one that was kept first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from billing import interrupts
from billing.errors import one_of
from billing.interrupts import keeping
from billing.office.invoicing.drawing import Drawing, Fresh, Made, drawn
from billing.office.transacting import done, look
from billing.office.transaction import Setting, Transaction
from billing.store import files, near, parties
from billing.store.engine import kept_open
from billing.store.files import Format, Paper
from billing.sweeping import sweep
from billing.texts import Text, say

AT_ONCE = 50  # documents in a transaction: a commit costs as much as ten
Progress = Callable[[int, int], None]  # documents done, documents in all


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


def _kept_of(count: int) -> Text | None:
    """What is said of files whose making was stopped; nothing where there are none."""
    if not count:
        return None
    return say("the files of {count} {count:document|documents} were kept: run it again for the rest", count=count)


def _require(setting: Setting, numbers: Sequence[str], is_quote: bool) -> None:
    """Refuses the first number that no document of the kind has."""
    with look(setting) as tx:
        for start in range(0, len(numbers), AT_ONCE):
            kinds = files.kinds(tx.connection, numbers[start : start + AT_ONCE])
            for number in numbers[start : start + AT_ONCE]:
                if kinds.get(number) is not is_quote:
                    known = (near.quotes if is_quote else near.documents)(tx.connection, number)
                    raise one_of("quote" if is_quote else "invoice", number, known)


def _each(
    setting: Setting, numbers: Sequence[str], wanted: Sequence[Format] | None
) -> Iterator[tuple[str, dict[Format, bytes]]]:
    """The wanted files of documents, some documents in each transaction; `None` wants all that a document can have.

    What is not there yet is drawn by the crew, between transactions.
    """
    at_once = AT_ONCE * setting.crew.at_once
    with kept_open(setting.engine) as engine:
        quick = replace(setting, engine=engine)
        for start in range(0, len(numbers), at_once):
            sweep()
            some = numbers[start : start + at_once]
            parts = [some[place : place + AT_ONCE] for place in range(0, len(some), AT_ONCE)]
            with look(quick) as tx:
                found = files.of(tx.connection, some)
                lacking = [[number for number in part if _lacks(found[number], wanted)] for part in parts]
                papers = files.papers(tx.connection, [number for part in lacking for number in part])
                pictures = parties.pictures(tx.connection) if papers else {}
            drawings = setting.crew.map(drawn, [
                Drawing([papers[number] for number in part], wanted, {number: found[number] for number in part},
                        pictures) for part in lacking if part
            ])  # fmt: skip
            for part, drawn_too in zip(parts, lacking, strict=True):
                made = next(drawings) if drawn_too else {}
                if any(made.values()):
                    found |= done(quick, partial(keep, papers=papers, made=made), bulk=True)
                yield from ((number, found[number]) for number in part)


def _lacks(there: Made, wanted: Sequence[Format] | None) -> bool:
    return wanted is None or any(format not in there for format in wanted)


def keep(tx: Transaction, papers: Mapping[str, Paper], made: dict[str, Fresh]) -> dict[str, Made]:
    """Records files that were made, but for those that another kept first; all that there are, by number.

    Each document has a position of its own, so that the chain is the same however often the making was stopped.
    """
    codes = {number: tx.customer_by_id(papers[number].customer_id, lock=False).code for number in made}
    for code in sorted(set(codes.values())):  # as a run locks them
        tx.customer(code)
    there = files.of(tx.connection, list(made))
    for number in made:
        new = {format: one for format, one in made[number].items() if format not in there[number]}
        if new:
            rows = [one.row(number, format) for format, one in new.items()]
            tx.appender.append(tx.customer(codes[number]), "file", tx.today, [], rows)
            there[number] |= {format: one.data for format, one in new.items()}
    return there
