"""A reminder as a PDF, from what was kept when it was sent (M8, M10): what is open, what the law adds, how to pay.

Every amount, day and sentence of law comes from the letter; nothing else has a say in the bytes.
"""

from decimal import Decimal

from billing.documents import blocks, epc_block, fonts, letterhead, locale, payment_part, qrbill, words
from billing.documents.page import BLACK, LEFT, MM, RIGHT, Sheets, wrap
from billing.documents.table import Head, Row, Table
from billing.law.identifiers import Iban
from billing.locales import spoken
from billing.views.reminders import LateInvoice, Letter


def render(letter: Letter, logo: bytes | None = None) -> bytes:
    """The reminder's PDF: letter, open invoices, what the law adds, how to pay, a Swiss payment part if any."""
    language, issuer = spoken(letter.language), letter.issuer
    sheets = letterhead.sheets_for(f"{letter.title} {letter.reminder}", issuer, language)
    y = letterhead.draw(sheets, issuer, letter.recipient, _facts(letter, language), letter.title, logo)
    y = blocks.paragraph(sheets, letter.opening, y, 9) - 4 * MM
    y = _invoices(sheets, letter, y)
    y = _total(sheets, letter, y)
    y = _charges(sheets, letter, y)
    y = _payment(sheets, letter, y - 4 * MM)
    y = blocks.paragraph(sheets, letter.closing, y - 4 * MM, 9)
    if _paid_by(letter) == "qr-bill":
        payment_part.place(sheets, qrbill.bill_of(_payable(letter)), [(sheets.now, y)])
    sheets.footers()
    return sheets.pdf()


def _country(letter: Letter) -> str:
    return letter.issuer.country


def _money(letter: Letter, amount: Decimal) -> str:
    return locale.money(amount, letter.currency, letter.language, _country(letter))


def _facts(letter: Letter, language: str) -> list[tuple[str, str]]:
    """What stands beside the address."""
    said = words.said(language)
    return [
        (said(words.REMINDER_DATE), locale.long_day(letter.on, language)),
        (said(words.REMINDER_DEADLINE), locale.long_day(letter.deadline, language)),
        (said(words.REMINDER_NUMBER), str(letter.reminder)),
        (said(words.INVOICE_CUSTOMER), str(letter.customer)),
    ]


def _invoices(sheets: Sheets, letter: Letter, y: float) -> float:
    said, currency = words.said(sheets.language), letter.currency
    heads: list[Head] = [
        (said(words.REMINDER_INVOICE), "wrap"),
        (said(words.REMINDER_DUE), "right"),
        (said(words.REMINDER_DAYS_LATE), "right"),
        (said(words.REMINDER_STEP), "right"),
        (f"{said(words.REMINDER_TOTAL)} {currency}", "right"),
        (f"{said(words.REMINDER_OPEN)} {currency}", "right"),
    ]
    rows = [_row(row, sheets.language, _country(letter)) for row in letter.invoices]
    return Table(sheets, heads, LEFT, RIGHT, size=9, leading=11.5, gap=6).draw(y, rows)


def _row(row: LateInvoice, language: str, country: str) -> Row:
    on = locale.day(row.issued_on, language, country)
    return Row(
        (
            row.number,
            locale.day(row.due, language, country),
            str(row.days_late),
            str(row.step),
            locale.number(row.total, language, country),
            locale.number(row.open, language, country),
        ),
        note=f"{words.said(language)(words.REMINDER_ISSUED)} {on}",
    )


def _total(sheets: Sheets, letter: Letter, y: float) -> float:
    y -= 26
    if y < sheets.bottom:
        y = sheets.turn() - 26
    return blocks.total(sheets, words.said(sheets.language)(words.REMINDER_SUM), _money(letter, letter.total), y)


def _charges(sheets: Sheets, letter: Letter, y: float) -> float:
    """What the law adds: a sentence, then each sum under the words of the law; it is not part of the total."""
    if not letter.charged:
        return y
    y = blocks.paragraph(sheets, letter.charges, y - 4 * MM, 9)
    for charge in letter.charged:
        amount = fonts.clean(_money(letter, charge.amount))
        room = RIGHT - LEFT - fonts.width(amount, False) * 9 - 8 * MM
        lines = wrap(fonts.clean(f"– {charge.text}"), 9, room, False)
        if y - len(lines) * 12.6 < sheets.bottom:
            y = sheets.turn()
        sheets.text_to(RIGHT - 4, y - 9, amount, 9, BLACK)
        for line in lines:
            sheets.text(LEFT, y - 9, line, 9, BLACK)
            y -= 12.6
    return y


def _paid_by(letter: Letter) -> str | None:
    return None if letter.payment is None else letter.payment.kind


def _payable(letter: Letter) -> qrbill.Payable:
    """The one invoice of a reminder as a code pays it: by its own number and reference, what is open."""
    assert letter.payment is not None
    number = letter.invoices[0].number
    return qrbill.Payable(
        number, letter.issuer, letter.recipient, letter.payment, letter.total, letter.currency, letter.language
    )


def _payment(sheets: Sheets, letter: Letter, y: float) -> float:
    kind, one = _paid_by(letter), len(letter.invoices) == 1
    asked = words.REMINDER_PAY_SLIP if kind == "qr-bill" else words.REMINDER_PAY_ONE if one else words.REMINDER_PAY
    how = words.said(sheets.language)(asked).format(
        amount=_money(letter, letter.total),
        due=locale.long_day(letter.deadline, sheets.language),
        number=qrbill.quoted(letter.payment, letter.invoices[0].number),
    )
    if kind == "epc":
        return epc_block.draw(sheets, _payable(letter), locale.elided(how, sheets.language), y)
    y = blocks.paragraph(sheets, how, y, 9)
    if letter.issuer.iban and kind is None:
        y = blocks.paragraph(sheets, f"IBAN {Iban.read(letter.issuer.iban).grouped()}", y, 9, bold=True)
    return y
