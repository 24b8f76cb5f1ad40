"""Draws the framed block of an invoice in euro that is paid by scanning: the EPC's code, and beside it what it says."""

from billing.documents import epc, fonts, qr_code, words
from billing.documents.page import BLACK, GREY, LEFT, MM, RIGHT, RULE, Sheets, fit, shrunk, wrap
from billing.documents.qrbill import Payable
from billing.law.identifiers import Iban

_SIZE = 26 * MM  # with its usual 41 to 45 modules each is 0.6 mm: well above what a telephone can read
_PAD = 3 * MM


def draw(sheets: Sheets, payable: Payable, sentence: str, y: float) -> float:
    """The block from y downwards, whole on one page; gives the y below it. `sentence` says how much is due when."""
    rows = qr_code.matrix(epc.payload(payable))
    edge = max(_PAD, qr_code.quiet_zone(rows, _SIZE))
    height = _SIZE + 2 * edge
    if y - height < sheets.bottom:
        y = sheets.turn()
    foot, left = y - height, LEFT + height
    sheets.rule([(LEFT, foot), (RIGHT, foot), (RIGHT, y), (LEFT, y), (LEFT, foot)], RULE, 0.5)
    sheets.stamp(qr_code.operators(rows, LEFT + edge, foot + edge, _SIZE))
    _say(sheets, payable, sentence, left, y - edge)
    return foot


def _say(sheets: Sheets, payable: Payable, sentence: str, left: float, top: float) -> None:
    said, room = words.said(sheets.language), RIGHT - left - _PAD
    title = said(words.INVOICE_SCAN)
    size = shrunk(title, 9.5, room, True)
    y = top - size * 0.8
    sheets.text(left, y, title, size, sheets.accent, True)
    y -= 15
    for line in wrap(fonts.clean(sentence), 8.5, room, False)[:2]:
        sheets.text(left, y, line, 8.5)
        y -= 11
    facts = [
        (said(words.INVOICE_PAYEE), epc.payee(payable), False),
        ("IBAN", Iban.read(payable.payment.iban).grouped(), True),
        (said(words.INVOICE_REFERENCE), payable.quoted, False),
    ]
    aside = left + 4 * MM + max(fonts.width(name, False) for name, *_ in facts) * 7.5
    y -= 3
    for name, value, bold in facts:
        value = fonts.clean(value)
        size = shrunk(value, 8.5, RIGHT - _PAD - aside, bold)
        sheets.text(left, y, name, 7.5, GREY)
        sheets.text(aside, y, fit(value, size, RIGHT - _PAD - aside, bold), size, BLACK, bold)
        y -= 11.5
