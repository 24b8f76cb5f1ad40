"""An invoice or a credit note as a PDF, from the content that was stored when it was issued (B3, M5, M8).

Every amount, date and sentence comes from the document; nothing is computed here but sums of minutes in the annex, and
nothing else has a say in the bytes. A payment that comes later than the document is not shown.
"""

from datetime import date
from decimal import Decimal

from billing.documents import annex, blocks, epc_block, letterhead, locale, payment_part, qrbill
from billing.documents.page import BOTTOM, GREY, LEFT, MM, RIGHT, Sheets
from billing.documents.table import Row, Table, columns
from billing.documents.words import words
from billing.law import countries
from billing.law.identifiers import Iban
from billing.locales import spoken
from billing.views.documents import Document, DocumentLine


def render(document: Document) -> bytes:
    """The document's PDF: letter, lines, VAT, totals, payment, mentions; then the annex; a Swiss payment part."""
    sheets = drawn(document)
    return sheets.pdf()


def drawn(document: Document) -> Sheets:
    """The document laid out on sheets, with its footers, before it is written."""
    language = spoken(document.language)
    issuer = document.issuer
    title = f"{words(language)[_title_key(document)]} {document.number}"
    sheets = Sheets(title, issuer.name, language)
    y = letterhead.draw(sheets, issuer, document.recipient, _facts(document, language), title)
    y = _lines(sheets, document, y)
    y = _totals(sheets, document, y - 5 * MM)
    y = _payment(sheets, document, y - 8 * MM)
    y = _mentions(sheets, document.mentions, y - 5 * MM)
    room = [(sheets.now, y)]
    if document.annex:
        y = annex.draw(sheets, document.annex, document.issuer.country)
        room.append((sheets.now, y))
    if document.paid_by == "qr-bill":
        payment_part.place(sheets, qrbill.bill_of(qrbill.Payable.of(document)), room)
    sheets.footers(letterhead.footer(issuer, language))
    return sheets


def _title_key(document: Document) -> str:
    if document.is_note and countries.of(document.issuer.country).credit_note == "avoir":
        return "invoice.credit-note-fr"
    return f"invoice.{document.kind}"


def _facts(document: Document, language: str) -> list[tuple[str, str]]:
    """What stands beside the address: names and values; what does not apply is left out."""
    said, country = words(language), document.issuer.country
    facts = [(said["invoice.date"], locale.long_day(document.on, language))]
    if document.due and not document.is_note and document.paid_on is None:
        facts.append((said["invoice.due"], locale.long_day(document.due, language)))
        facts.append((said["invoice.terms"], _terms(document.terms_days, language)))
    if document.period:
        facts.append((said["invoice.period"], locale.month(document.period, language)))
    if document.corrects:
        what = document.corrects
        if document.corrects_on:
            on = locale.day(document.corrects_on, language, country)
            what = said["invoice.corrects-what"].format(number=what, date=on)
        facts.append((said["invoice.corrects"], what))
    facts.append((said["invoice.customer"], document.customer))
    if document.recipient.vat_id:
        named = letterhead.customer_vat_id(country, language)
        facts.append((named, letterhead.vat_id(document.recipient, language)))
    return [(name, value) for name, value in facts if value]


def _terms(days: int | None, language: str) -> str:
    if days is None:
        return ""
    key = {0: "terms-now", 1: "terms-day"}.get(days, "terms-days")
    return words(language)[f"invoice.{key}"].format(days=days)


def _lines(sheets: Sheets, document: Document, y: float) -> float:
    said = words(sheets.language)
    heads = columns(
        LEFT,
        RIGHT,
        (said["invoice.description"], 64, "wrap"),
        (said["invoice.quantity"], 22, "right"),
        (f"{said['invoice.price']} {document.currency}", 34, "right"),
        (said["invoice.vat"], 18, "right"),
        (f"{said['invoice.amount']} {document.currency}", 34, "right"),
    )
    rows = [_line(line, sheets.language, document.issuer.country) for line in document.lines]
    return Table(sheets, heads, size=9, leading=11.5, gap=6).draw(y, rows)


def _line(line: DocumentLine, language: str, country: str) -> Row:
    name = line.label or line.name
    return Row(
        (
            name,
            _quantity(line, language),
            _price(line, language, country),
            blocks.vat_name(line.vat_category, line.vat_rate, language, country),
            locale.number(line.amount, language, country),
        ),
        note=_days(line.first, line.last, language, country),
    )


def _quantity(line: DocumentLine, language: str) -> str:
    """Minutes where they are what is priced, else pieces."""
    if line.quantity is not None and line.kind == "product":
        return str(line.quantity)
    if line.minutes is not None:
        return locale.duration(line.minutes, language)
    return "" if line.quantity is None else str(line.quantity)


def _price(line: DocumentLine, language: str, country: str) -> str:
    if line.rate is not None:
        return words(language)["invoice.per-hour"].format(rate=locale.number(line.rate, language, country))
    if line.unit_price is not None:
        return locale.number(line.unit_price, language, country)
    return ""


def _days(first: date | None, last: date | None, language: str, country: str) -> str:
    """The days of the work or sale that a line stands for."""
    ends = [locale.day(on, language, country) for on in (first, last) if on]
    if len(set(ends)) < 2:
        return ends[0] if ends else ""
    return words(language)["invoice.from-to"].format(first=ends[0], last=ends[1])


def _totals(sheets: Sheets, document: Document, y: float) -> float:
    """The VAT table at the left, the totals at the right; both on one page."""
    sums = _sums(document, sheets.language)
    height = max(len(sums) * 14 + 30, len(document.vat) * 14 + 34)
    if y - height < BOTTOM:
        y = sheets.turn()
    return min(_vat_table(sheets, document, y), _sum_block(sheets, document, sums, y))


def _vat_table(sheets: Sheets, document: Document, y: float) -> float:
    said, language, country = words(sheets.language), sheets.language, document.issuer.country
    sheets.text(LEFT, y - 8, said["invoice.vat-table"], 7.5, GREY, True)
    heads = columns(
        LEFT,
        LEFT + 82 * MM,
        (said["invoice.vat-code"], 13, "whole"),
        (said["invoice.vat-rate"], 15, "right"),
        (f"{said['invoice.vat-base']} {document.currency}", 28, "right"),
        (f"{said['invoice.vat-amount']} {document.currency}", 26, "right"),
    )
    rows = [
        Row(
            (
                row.category,
                locale.percent(row.rate, language, country),
                locale.number(row.base, language, country),
                locale.number(row.amount, language, country),
            )
        )
        for row in document.vat
    ]
    return Table(sheets, heads, size=7.5, leading=9.5).draw(y - 13, rows)


def _sums(document: Document, language: str) -> list[tuple[str, str]]:
    """Net, VAT by rate, rounding where there is any."""
    said, country = words(language), document.issuer.country
    sums: list[tuple[str, Decimal]] = [(said["invoice.net"], document.net)]
    for row in document.vat:
        name = blocks.vat_name(row.category, row.rate, language, country)
        sums.append((f"{said['invoice.vat']} {name}", row.amount))
    if document.rounding:
        sums.append((said["invoice.rounding"], document.rounding))
    if document.paid_on is not None:
        sums.append((said["invoice.total-credit"], document.total))
        sums.append((said["invoice.paid"], -document.paid_before))
    return [(name, locale.number(amount, language, country)) for name, amount in sums]


def _sum_block(sheets: Sheets, document: Document, sums: list[tuple[str, str]], y: float) -> float:
    y = blocks.sums(sheets, sums, y)
    key = "invoice.total-credit" if document.total < 0 else "invoice.total"
    left = document.total - document.paid_before
    return blocks.total(sheets, words(sheets.language)[key], _money(document, left), y - 24)


def _money(document: Document, amount: Decimal) -> str:
    return locale.money(amount, document.currency, document.language, document.issuer.country)


def _payment(sheets: Sheets, document: Document, y: float) -> float:
    """How to pay, or that nothing is to be paid."""
    total = document.total
    if total < 0:
        return blocks.paragraph(sheets, words(sheets.language)["invoice.credited"], y, 8.5)
    paid_on = document.paid_on
    if paid_on is not None:
        said = words(sheets.language)["invoice.paid-on"].format(date=locale.long_day(paid_on, sheets.language))
        return blocks.paragraph(sheets, said, y, 8.5, bold=True)
    if not total:
        return y
    kind, how = document.paid_by, _how_to_pay(document, sheets.language)
    if kind == "epc":
        return epc_block.draw(sheets, qrbill.Payable.of(document), locale.elided(how, sheets.language), y)
    y = blocks.paragraph(sheets, how, y, 8.5)
    if document.issuer.iban and kind is None:
        y = blocks.paragraph(sheets, f"IBAN {Iban.read(document.issuer.iban).grouped()}", y, 8.5, bold=True)
    return y


def _how_to_pay(document: Document, language: str) -> str:
    """What to pay by when, and how to say what it is for."""
    said = words(language)
    key = "invoice.pay-by" if document.due else "invoice.pay-now"
    how = said[f"{key}-slip" if document.paid_by == "qr-bill" else key].format(
        amount=_money(document, document.total),
        number=document.number,
        due=locale.long_day(document.due, language) if document.due else "",
    )
    return f"{said['invoice.pay']}{how}"


def _mentions(sheets: Sheets, mentions: tuple[str, ...], y: float) -> float:
    for mention in mentions:
        y = blocks.paragraph(sheets, mention, y, 7.5) - 2
    return y
