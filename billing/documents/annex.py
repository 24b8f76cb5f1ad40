"""The annex of an invoice: every entry with what it was charged, drew, what is billed, or why it is free (M5).

In the order of their days; under each what was done, where somebody wrote it down. A column that would be empty is not
there.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from billing.core.units import ZERO
from billing.documents import locale, words
from billing.documents.page import LEFT, RIGHT, Sheets
from billing.documents.table import Head, Row, Table
from billing.documents.words import why_free
from billing.views.documents import AnnexRow

_Cells = list[tuple[Head, Callable[[AnnexRow], str], str]]  # of each column: its head, a row's cell, the sum's


def draw(sheets: Sheets, entries: Sequence[AnnexRow], country: str, customer: str) -> float:
    """Draws the annex on pages of its own; gives the y below it.

    Of ids that begin with the customer's code the rest is enough: the code stands on the first page.
    """
    y = sheets.turn()
    sheets.text(LEFT, y, words.said(sheets.language)(words.ANNEX_TITLE), 12, sheets.accent, True)
    language = sheets.language
    columns = [*_work(entries, language, country, customer), *_money(entries, language, country)]
    listed = sorted(entries, key=lambda entry: entry.on)  # stable: within a day as they were recorded
    rows = [
        Row(
            tuple(cell(entry) for _, cell, _ in columns),
            struck=entry.free == "void",
            note=entry.note or "",
            wide=True,
        )
        for entry in listed
    ]
    rows.append(Row(tuple(total for *_, total in columns), bold=True))
    heads = [head for head, *_ in columns]
    return Table(sheets, heads, LEFT, RIGHT, size=6.5, leading=7.3, gap=1.3).draw(y - 10, rows)


def _work(entries: Sequence[AnnexRow], language: str, country: str, customer: str) -> _Cells:
    said = words.said(language)
    raw = sum(entry.raw_seconds for entry in entries if entry.free != "void")
    charged = sum(entry.charged for entry in entries)
    columns: _Cells = [
        ((said(words.ANNEX_ENTRY), "wrap"), lambda e: e.entry.removeprefix(f"{customer}-"), said(words.ANNEX_TOTAL)),
        ((said(words.INVOICE_DATE), "whole"), lambda e: locale.day(e.on, language, country), ""),
        ((said(words.ANNEX_CASE), "wrap"), lambda e: e.case or "", ""),
        ((said(words.ANNEX_CATEGORY), "wrap"), lambda e: e.label or e.category, ""),
        ((said(words.ANNEX_AGENT), "wrap"), lambda e: e.agent or "", ""),
        ((said(words.ANNEX_CLOCK), "right"), lambda e: locale.clock(e.raw_seconds), locale.clock(raw)),
        (
            (said(words.ANNEX_CHARGED), "right"),
            lambda e: locale.duration(e.charged, language),
            locale.duration(charged, language),
        ),
        ((said(words.ANNEX_COVERED), "wrap"), lambda e: covered(e, language, country), ""),
    ]
    empty = {words.ANNEX_CASE: not any(e.case for e in entries), words.ANNEX_AGENT: not any(e.agent for e in entries)}
    gone = {said(text) for text, is_empty in empty.items() if is_empty}
    return [column for column in columns if column[0][0] not in gone]


def _money(entries: Sequence[AnnexRow], language: str, country: str) -> _Cells:
    """What is billed: minutes, their rate where there are several, which the document's lines do not tell, the sum."""
    said = words.said(language)
    billed = [entry for entry in entries if entry.billed]
    columns: _Cells = []
    if billed:
        minutes = locale.duration(sum(entry.billed for entry in billed), language)
        columns.append(
            (
                (said(words.ANNEX_BILLED), "right"),
                lambda e: locale.duration(e.billed, language) if e.billed else "",
                minutes,
            )
        )
    if len({entry.rate for entry in billed}) > 1:
        columns.append(
            (
                (said(words.STATEMENT_RATE), "right"),
                lambda e: locale.number(e.rate, language, country) if e.billed and e.rate is not None else "",
                "",
            )
        )
    if any(entry.amount is not None for entry in entries):
        amount: Decimal = sum((entry.amount or ZERO for entry in entries), ZERO)
        columns.append(
            (
                (said(words.ANNEX_AMOUNT), "right"),
                lambda e: "" if e.amount is None else locale.number(e.amount, language, country),
                locale.number(amount, language, country),
            )
        )
    return columns


def covered(entry: AnnexRow, language: str, country: str) -> str:
    """From which grants an entry was taken, what is owed for it, or why it is free."""
    parts = [f"{locale.duration(d.minutes, language)} {d.label or d.grant}" for d in entry.drawn]
    if len(parts) == 1 and entry.drawn[0].minutes == entry.charged:
        parts = [entry.drawn[0].label or entry.drawn[0].grant]
    if entry.owed:
        owed = locale.duration(entry.owed, language)
        parts.append(words.said(language)(words.ANNEX_OWED).format(minutes=owed))
    if entry.free:
        parts.insert(0, why_free(entry.free, entry.quote, language, country))
    return "; ".join(parts)
