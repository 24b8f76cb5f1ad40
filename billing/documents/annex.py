"""The annex of an invoice: every entry with what it was charged, drew, what is billed, or why it is free (M5)."""

from collections.abc import Sequence

from billing.documents import locale, words
from billing.documents.page import ACCENT, LEFT, RIGHT, Sheets
from billing.documents.table import Row, Table, columns
from billing.documents.words import why_free
from billing.views.documents import AnnexRow


def draw(sheets: Sheets, entries: Sequence[AnnexRow], country: str) -> float:
    """Draws the annex on pages of its own; gives the y below it."""
    said = words.said(sheets.language)
    y = sheets.turn()
    sheets.text(LEFT, y, said(words.ANNEX_TITLE), 12, ACCENT, True)
    heads = columns(
        LEFT,
        RIGHT,
        (said(words.ANNEX_ENTRY), 19, "wrap"),
        (said(words.INVOICE_DATE), 18.5, "whole"),
        (said(words.ANNEX_CASE), 19, "wrap"),
        (said(words.ANNEX_CATEGORY), 22, "wrap"),
        (said(words.ANNEX_AGENT), 18, "wrap"),
        (said(words.ANNEX_RAW), 24, "right"),
        (said(words.ANNEX_CHARGED), 17.5, "right"),
        (said(words.ANNEX_COVERED), 30, "wrap"),
        (said(words.ANNEX_BILLED), 25, "right"),
    )
    rows = [_row(entry, sheets.language, country) for entry in entries]
    return Table(sheets, heads, size=6.6, leading=8.2, gap=2.6).draw(y - 14, [*rows, _sum(entries, sheets.language)])


def _row(entry: AnnexRow, language: str, country: str) -> Row:
    return Row(
        (
            entry.entry,
            locale.day(entry.on, language, country),
            entry.case or "",
            entry.label or entry.category,
            entry.agent or "",
            locale.stopwatch(entry.raw_seconds, language),
            locale.duration(entry.charged, language),
            covered(entry, language),
            _billed(entry, language, country),
        ),
        struck=entry.free == "void",
    )


def covered(entry: AnnexRow, language: str) -> str:
    """From which grants an entry was taken, what is owed for it, or why it is free."""
    parts = [f"{locale.duration(d.minutes, language)} {d.label or d.grant}" for d in entry.drawn]
    if entry.owed:
        owed = locale.duration(entry.owed, language)
        parts.append(words.said(language)(words.ANNEX_OWED).format(minutes=owed))
    if entry.free:
        parts.insert(0, why_free(entry.free, entry.quote, language))
    return "; ".join(parts)


def _billed(entry: AnnexRow, language: str, country: str) -> str:
    if not entry.billed:
        return ""
    billed = locale.duration(entry.billed, language)
    if entry.rate is None:
        return billed
    return f"{billed} × {locale.number(entry.rate, language, country)}"


def _sum(entries: Sequence[AnnexRow], language: str) -> Row:
    raw = sum(entry.raw_seconds for entry in entries if entry.free != "void")
    charged = sum(entry.charged for entry in entries)
    billed = sum(entry.billed for entry in entries)
    return Row(
        (
            "",
            words.said(language)(words.ANNEX_TOTAL),
            "",
            "",
            "",
            locale.stopwatch(raw, language),
            locale.duration(charged, language),
            "",
            locale.duration(billed, language),
        ),
        bold=True,
    )
