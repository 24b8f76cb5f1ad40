"""An invoice or a credit note as a PDF, from the content that was stored when it was issued (B3, M5, M8).

Every amount, date and sentence comes from the document; nothing is computed here but sums of minutes in the annex, and
nothing else has a say in the bytes. A payment that comes later than the document is not shown.
"""

from datetime import date
from decimal import Decimal

from billing.documents import annex, blocks, epc_block, letterhead, locale, payment_part, qrbill, words
from billing.documents.page import GREY, LEFT, MM, RIGHT, Sheets
from billing.documents.table import Head, Row, Table
from billing.law import countries
from billing.law.identifiers import Iban
from billing.locales import spoken
from billing.texts import Text
from billing.views.documents import Document, DocumentLine


def render(document: Document, logo: bytes | None = None) -> bytes:
    """The document's PDF: letter, lines, VAT, totals, payment, mentions; then the annex; a Swiss payment part.

    `logo` are the bytes that the issuer's head names.
    """
    return drawn(document, logo).pdf()


def drawn(document: Document, logo: bytes | None = None) -> Sheets:
    """The document laid out on sheets, with its footers, before it is written."""
    language = spoken(document.language)
    issuer = document.issuer
    name = f"{words.said(language, issuer.country)(title(document))} {document.number}"
    sheets = letterhead.sheets_for(name, issuer, language)
    y = letterhead.draw(sheets, issuer, document.recipient, _facts(document, language), name, logo)
    y = _lines(sheets, document, y)
    y = _totals(sheets, document, y - 5 * MM)
    y = _payment(sheets, document, y - 8 * MM)
    y = _mentions(sheets, document.mentions, y - 5 * MM)
    room = [(sheets.now, y)]
    if document.annex:
        y = annex.draw(sheets, document.annex, document.issuer.country, document.customer)
        room.append((sheets.now, y))
    if document.paid_by == "qr-bill":
        payment_part.place(sheets, qrbill.bill_of(qrbill.Payable.of(document)), room)
    sheets.footers()
    return sheets


def title(document: Document) -> Text:
    """What a document is called."""
    return words.INVOICE_CREDIT_NOTE if document.is_note else words.INVOICE_INVOICE


def _facts(document: Document, language: str) -> list[tuple[str, str]]:
    """What stands beside the address: names and values; what does not apply is left out."""
    country = document.issuer.country
    said = words.said(language, country)
    facts = [(said(words.INVOICE_DATE), locale.long_day(document.on, language))]
    if document.due and not document.is_note and document.paid_on is None:
        facts.append((said(words.INVOICE_DUE), locale.long_day(document.due, language)))
        facts.append((said(words.INVOICE_TERMS), _terms(document.terms_days, language)))
    facts.append((said(words.INVOICE_PERIOD), _period(document, language)))
    if document.corrects:
        what = document.corrects
        if document.corrects_on:
            on = locale.day(document.corrects_on, language, country)
            what = said(words.INVOICE_CORRECTS_WHAT).format(number=what, date=on)
        facts.append((said(words.INVOICE_CORRECTS), what))
    facts.append((said(words.INVOICE_CUSTOMER), document.customer))
    facts.append((said(words.INVOICE_ORDER), document.order or ""))
    if document.einvoice is not None:
        facts.append((said(words.INVOICE_BUYER_REFERENCE), document.einvoice.buyer_reference or ""))
    facts += letterhead.customer_numbers(document.issuer, document.recipient, language)
    return [(name, value) for name, value in facts if value]


def _period(document: Document, language: str) -> str:
    """The month that is billed; in German usage the days of the work, which the law wants (§ 14 UStG, 4 no. 6)."""
    country = document.issuer.country
    days = [on for line in document.lines for on in (line.first, line.last) if on]
    if countries.of(country).usage == "german" and days:
        return _days(min(days), max(days), language, country)
    return locale.month(document.period, language) if document.period else ""


def _terms(days: int | None, language: str) -> str:
    return "" if days is None else words.terms(days, language)


def _lines(sheets: Sheets, document: Document, y: float) -> float:
    said = words.said(sheets.language)
    heads: list[Head] = [
        (said(words.INVOICE_DESCRIPTION), "wrap"),
        (said(words.INVOICE_QUANTITY), "right"),
        (f"{said(words.INVOICE_PRICE)} {document.currency}", "right"),
        (said(words.INVOICE_VAT), "right"),
        (f"{said(words.INVOICE_AMOUNT)} {document.currency}", "right"),
    ]
    rows = [_line(line, sheets.language, document.issuer.country) for line in document.lines]
    return Table(sheets, heads, LEFT, RIGHT, size=9, leading=11.5, gap=6).draw(y, rows)


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
        note=" · ".join(p for p in (_days(line.first, line.last, language, country), line.validity) if p),
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
        return words.said(language)(words.INVOICE_PER_HOUR).format(rate=locale.number(line.rate, language, country))
    if line.unit_price is not None:
        return locale.number(line.unit_price, language, country)
    return ""


def _days(first: date | None, last: date | None, language: str, country: str) -> str:
    """The days of the work or sale that a line stands for."""
    ends = [locale.day(on, language, country) for on in (first, last) if on]
    if len(set(ends)) < 2:
        return ends[0] if ends else ""
    return words.said(language)(words.INVOICE_FROM_TO).format(first=ends[0], last=ends[1])


def _totals(sheets: Sheets, document: Document, y: float) -> float:
    """The VAT table at the left, the totals at the right; both on one page."""
    sums = _sums(document, sheets.language)
    height = max(len(sums) * 14 + 30, len(document.vat) * 14 + 34)
    if y - height < sheets.bottom:
        y = sheets.turn()
    return min(_vat_table(sheets, document, y), _sum_block(sheets, document, sums, y))


def _vat_table(sheets: Sheets, document: Document, y: float) -> float:
    said, language, country = words.said(sheets.language), sheets.language, document.issuer.country
    sheets.text(LEFT, y - 8, said(words.INVOICE_VAT_TABLE), 7.5, GREY, True)
    heads: list[Head] = [
        (said(words.INVOICE_VAT_CODE), "whole"),
        (said(words.INVOICE_VAT_RATE), "right"),
        (f"{said(words.INVOICE_VAT_BASE)} {document.currency}", "right"),
        (f"{said(words.INVOICE_VAT_AMOUNT)} {document.currency}", "right"),
    ]
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
    return Table(sheets, heads, LEFT, LEFT + 82 * MM, size=7.5, leading=9.5).draw(y - 13, rows)


def _sums(document: Document, language: str) -> list[tuple[str, str]]:
    """Net, VAT by rate, rounding where there is any."""
    said, country = words.said(language), document.issuer.country
    sums: list[tuple[str, Decimal]] = [(said(words.INVOICE_NET), document.net)]
    for row in document.vat:
        name = blocks.vat_name(row.category, row.rate, language, country)
        sums.append((f"{said(words.INVOICE_VAT)} {name}", row.amount))
    if document.rounding:
        sums.append((said(words.INVOICE_ROUNDING), document.rounding))
    if document.paid_on is not None:
        sums.append((said(words.INVOICE_TOTAL_CREDIT), document.total))
        sums.append((said(words.INVOICE_PAID), -document.paid_before))
    return [(name, locale.number(amount, language, country)) for name, amount in sums]


def _sum_block(sheets: Sheets, document: Document, sums: list[tuple[str, str]], y: float) -> float:
    y = blocks.sums(sheets, sums, y)
    name = words.INVOICE_TOTAL_CREDIT if document.total < 0 else words.INVOICE_TOTAL
    left = document.total - document.paid_before
    return blocks.total(sheets, words.said(sheets.language)(name), _money(document, left), y - 24)


def _money(document: Document, amount: Decimal) -> str:
    return locale.money(amount, document.currency, document.language, document.issuer.country)


def _payment(sheets: Sheets, document: Document, y: float) -> float:
    """How to pay, or that nothing is to be paid."""
    total = document.total
    if document.reason:
        said = words.said(sheets.language)(words.INVOICE_REASON).format(reason=document.reason)
        y = blocks.paragraph(sheets, said, y, 8.5) - 2
    if total < 0:
        return blocks.paragraph(sheets, words.said(sheets.language)(words.INVOICE_CREDITED), y, 8.5)
    paid_on = document.paid_on
    if paid_on is not None:
        said = words.said(sheets.language)(words.INVOICE_PAID_ON).format(date=locale.long_day(paid_on, sheets.language))
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
    said = words.said(language)
    with_slip = document.paid_by == "qr-bill"
    if document.due:
        how = words.INVOICE_PAY_BY_SLIP if with_slip else words.INVOICE_PAY_BY
    else:
        how = words.INVOICE_PAY_NOW_SLIP if with_slip else words.INVOICE_PAY_NOW
    asked = said(how).format(
        amount=_money(document, document.total),
        number=qrbill.quoted(document.payment, document.number),
        due=locale.long_day(document.due, language) if document.due else "",
    )
    return f"{said(words.INVOICE_PAY)}{asked}"


def _mentions(sheets: Sheets, mentions: tuple[str, ...], y: float) -> float:
    for mention in mentions:
        y = blocks.paragraph(sheets, mention, y, 7.5) - 2
    return y
