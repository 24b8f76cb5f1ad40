"""A quote as a PDF, from what was kept when it was drafted (S8): offer, price with VAT, acceptance.

Nothing is computed here; the acceptance is to be signed on paper, or answered by mail.
"""

from billing.documents import blocks, fonts, letterhead, locale, words
from billing.documents.page import BLACK, GREY, LEFT, MM, RIGHT, RULE, Sheets, wrap
from billing.documents.table import Head, Row, Table
from billing.locales import spoken
from billing.views.quotes import QuotePaper

_ACCEPTANCE = 58 * MM  # the height of the block to sign


def render(paper: QuotePaper, logo: bytes | None = None) -> bytes:
    """The quote's PDF: letter, what is offered, its price, VAT and total, mentions, the block to sign."""
    language = spoken(paper.language)
    said = words.said(language, paper.issuer.country)
    title = f"{said(words.QUOTE_QUOTE)} {paper.number}"
    sheets = letterhead.sheets_for(title, paper.issuer, language)
    y = letterhead.draw(sheets, paper.issuer, paper.recipient, _facts(paper, language), title, logo)
    y = blocks.paragraph(sheets, said(words.QUOTE_INTRO), y, 9) - 3 * MM
    y = _offer(sheets, paper, y)
    y = _totals(sheets, paper, y - 3 * MM)
    y = _remarks(sheets, paper, y - 7 * MM)
    _acceptance(sheets, paper, y - 6 * MM)
    sheets.footers()
    return sheets.pdf()


def _facts(paper: QuotePaper, language: str) -> list[tuple[str, str]]:
    said = words.said(language, paper.issuer.country)
    facts = [
        (said(words.INVOICE_DATE), locale.long_day(paper.on, language)),
        (said(words.QUOTE_VALID), locale.long_day(paper.valid_until, language)),
        (said(words.QUOTE_CASE), paper.case or ""),
        (said(words.INVOICE_CUSTOMER), paper.customer),
    ]
    facts += letterhead.customer_numbers(paper.issuer, paper.recipient, language)
    return [(name, value) for name, value in facts if value]


def _offer(sheets: Sheets, paper: QuotePaper, y: float) -> float:
    """One line: what is offered, of which kind, how long it takes, its price."""
    said, language, country = words.said(sheets.language, paper.issuer.country), sheets.language, paper.issuer.country
    heads: list[Head] = [
        (said(words.INVOICE_DESCRIPTION), "wrap"),
        (said(words.QUOTE_TIME), "right"),
        (said(words.INVOICE_VAT), "right"),
        (f"{said(words.INVOICE_AMOUNT)} {paper.currency}", "right"),
    ]
    cells = (
        paper.title,
        "" if paper.minutes is None else locale.duration(paper.minutes, language),
        blocks.vat_name(paper.vat_category, paper.vat_rate, language, country),
        locale.number(paper.net, language, country),
    )
    return Table(sheets, heads, LEFT, RIGHT, size=9, leading=11.5, gap=6).draw(
        y, [Row(cells, note=_note(paper, language))]
    )


def _note(paper: QuotePaper, language: str) -> str:
    """The kind of evolution, and how the price comes from the cost."""
    said = words.said(language, paper.issuer.country)
    kind = words.QUOTE_KINDS.get(paper.evolution)
    parts = [said(kind)] if kind else []
    if paper.cost != paper.net:
        cost = locale.money(paper.cost, paper.currency, language, paper.issuer.country)
        part = words.QUOTE_PART if paper.share is None else words.QUOTE_SHARE
        share = "" if paper.share is None else locale.percent(paper.share, language, paper.issuer.country)
        parts.append(said(part).format(share=share, cost=cost))
    return "; ".join(parts)


def _totals(sheets: Sheets, paper: QuotePaper, y: float) -> float:
    """Net, VAT, rounding where there is any, and the total, at the right."""
    said, language, country = words.said(sheets.language, paper.issuer.country), sheets.language, paper.issuer.country
    sums = [(said(words.INVOICE_NET), paper.net)]
    for row in paper.vat:
        name = blocks.vat_name(row.category, row.rate, language, country)
        sums.append((f"{said(words.INVOICE_VAT)} {name}", row.amount))
    if paper.rounding:
        sums.append((said(words.INVOICE_ROUNDING), paper.rounding))
    if y - len(sums) * 14 - 30 < sheets.bottom:
        y = sheets.turn()
    y = blocks.sums(sheets, [(name, locale.number(amount, language, country)) for name, amount in sums], y)
    name = said(words.QUOTE_TOTAL if paper.is_taxed else words.INVOICE_TOTAL_CREDIT)
    return blocks.total(sheets, name, locale.money(paper.total, paper.currency, language, country), y - 24)


def _remarks(sheets: Sheets, paper: QuotePaper, y: float) -> float:
    """What the price stands on, how long it can be accepted, and what the law wants said."""
    said, language = words.said(sheets.language, paper.issuer.country), sheets.language
    valid = said(words.QUOTE_VALID_UNTIL).format(date=locale.long_day(paper.valid_until, language))
    valid += f" {said(words.QUOTE_VAT)}" if paper.is_taxed else ""
    y = blocks.paragraph(sheets, valid, y, 8.5)
    y -= 3
    for mention in paper.mentions:
        y = blocks.paragraph(sheets, mention, y, 7.5) - 2
    return y


def _acceptance(sheets: Sheets, paper: QuotePaper, y: float) -> float:
    """The block that the customer fills in and signs, kept on one page."""
    said = words.said(sheets.language, paper.issuer.country)
    if y - _ACCEPTANCE < sheets.bottom:
        y = sheets.turn()
    bottom = y - _ACCEPTANCE
    for edge in ([(LEFT, y), (RIGHT, y), (RIGHT, bottom), (LEFT, bottom), (LEFT, y)],):
        sheets.rule(edge, RULE, 0.6)
    inner = LEFT + 5 * MM
    sheets.text(inner, y - 6.5 * MM, fonts.clean(said(words.QUOTE_ACCEPTANCE)), 10, sheets.accent, True)
    amount = locale.money(paper.total, paper.currency, sheets.language, paper.issuer.country)
    if paper.is_taxed:
        sentence = words.QUOTE_AGREED
    else:
        sentence = words.QUOTE_AGREED_UNTAXED if paper.total else words.QUOTE_AGREED_FREE
    agreed = said(sentence).format(number=paper.number, amount=amount)
    at = y - 9.5 * MM
    for line in wrap(fonts.clean(agreed), 8.5, RIGHT - LEFT - 10 * MM, False):
        sheets.text(inner, at - 8.5, line, 8.5, BLACK)
        at -= 8.5 * 1.4
    middle = LEFT + (RIGHT - LEFT) / 2 + 2 * MM
    for name, x, right, up in (
        (words.QUOTE_PLACE_DATE, inner, middle - 6 * MM, 27 * MM),
        (words.QUOTE_NAME, middle, RIGHT - 5 * MM, 27 * MM),
        (words.QUOTE_SIGNATURE, inner, RIGHT - 5 * MM, 8 * MM),
    ):
        sheets.rule([(x, bottom + up), (right, bottom + up)], GREY, 0.5)
        sheets.text(x, bottom + up - 3.6 * MM, fonts.clean(said(name)), 7.5, GREY)
    return bottom
