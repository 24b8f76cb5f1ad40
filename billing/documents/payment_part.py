"""Draws the Swiss payment part with its receipt (Style Guide QR-bill): 210 x 105 mm at the foot of a page.

All measures are the standard's, in millimetres from the lower left corner of the sheet; sizes of type are in points.
What is printed is what the code says, in black, in one of the fonts that the standard allows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product

from billing.documents import fonts, qr_code, qrbill, words
from billing.documents.page import FOOT, MM, Colour, Page, Sheets, wrap
from billing.documents.qrbill import Address, Bill
from billing.law.identifiers import CreditorReference, Iban
from billing.texts import Text
from billing.values import dataclass

HEIGHT = 105 * MM
_ABOVE = 3 * MM  # between the payment part and the page's foot
_INK: Colour = (0.0, 0.0, 0.0)
_RECEIPT, _CODE_AT, _DETAILS = 5 * MM, 67 * MM, 118 * MM  # where columns begin
_CODE = 46 * MM
_ASCENT = 0.73  # of a capital, in ems: sections begin with the top of their letters
_AMOUNT_TOP = 37 * MM


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with its lines, or with an empty field for the payer's pen."""

    heading: str
    lines: tuple[str, ...]
    field: tuple[float, float] | None = None


def place(sheets: Sheets, bill: Bill, room: Iterable[tuple[Page, float]]) -> None:
    """Draws the payment part at the foot of the first page with room below its y, else on a page of its own."""
    page = next((page for page, y in room if y >= HEIGHT + _ABOVE + sheets.foot_height(page)), None)
    if page is None:
        sheets.turn()
        page = sheets.now
    before, sheets.now = sheets.now, page
    page.foot = HEIGHT + _ABOVE - FOOT
    _draw(sheets, bill)
    sheets.now = before


def _draw(sheets: Sheets, bill: Bill) -> None:
    said = words.said(bill.language)
    sheets.stamp(_LINES)
    _text(sheets, _RECEIPT, 100 * MM, said(words.SLIP_RECEIPT), 11, True)
    _column(sheets, _receipt(bill, said), _RECEIPT, 93 * MM, 56 * MM, 52 * MM, (8, 7, 6))
    _amount(sheets, bill, said, _RECEIPT, 12 * MM, 8)
    point = said(words.SLIP_ACCEPTANCE)
    _text(sheets, 57 * MM - fonts.width(point, True, "slip") * 6, 23 * MM, point, 6, True)
    _text(sheets, _CODE_AT, 100 * MM, said(words.SLIP_PAYMENT_PART), 11, True)
    sheets.stamp(qr_code.operators(qr_code.matrix(qrbill.payload(bill)), _CODE_AT, 42 * MM, _CODE))
    sheets.stamp(_CROSS)
    _amount(sheets, bill, said, _CODE_AT, 15 * MM, 10)
    _column(sheets, [_payment(bill, said)], _DETAILS, 100 * MM, 85 * MM, 87 * MM, (10, 9, 8, 7, 6))


def _text(sheets: Sheets, x: float, top: float, text: str, size: float, bold: bool = False) -> None:
    sheets.text(x, top - _ASCENT * size, text, size, _INK, bold, "slip")


def _amount(sheets: Sheets, bill: Bill, said: Callable[[Text], str], x: float, aside: float, size: float) -> None:
    """Currency and amount, under their headings."""
    amount = f"{int(bill.amount[:-3]):,}{bill.amount[-3:]}".replace(",", " ")
    for at, heading, value in ((x, words.SLIP_CURRENCY, bill.currency), (x + aside, words.SLIP_AMOUNT, amount)):
        _text(sheets, at, _AMOUNT_TOP, said(heading), size - 2, True)
        _text(sheets, at, _AMOUNT_TOP - (size + 3), value, size)


# What stands in the columns


def _payment(bill: Bill, said: Callable[[Text], str]) -> list[Block]:
    info = [Block(said(words.SLIP_INFORMATION), (bill.message,))] if bill.message else []
    return [*_account(bill, said, True), *info, _payer(bill, said, True, (65 * MM, 25 * MM))]


def _receipt(bill: Bill, said: Callable[[Text], str]) -> list[list[Block]]:
    """The receipt's blocks, and what may stand there instead where it is too long: without streets."""
    field = (52 * MM, 20 * MM)
    return [
        [*_account(bill, said, creditor), _payer(bill, said, debtor, field)]
        for creditor, debtor in ((True, True), (True, False), (False, False))
    ]


def _account(bill: Bill, said: Callable[[Text], str], street: bool) -> list[Block]:
    abroad = bill.debtor is not None and bill.debtor.country != bill.creditor.country
    blocks = [Block(said(words.SLIP_ACCOUNT), (Iban(bill.account).grouped(), *_lines(bill.creditor, street, abroad)))]
    if bill.reference:
        shown = _fives(bill.reference) if bill.reference_type == "QRR" else CreditorReference(bill.reference).grouped()
        blocks.append(Block(said(words.SLIP_REFERENCE), (shown,)))
    return blocks


def _payer(bill: Bill, said: Callable[[Text], str], street: bool, field: tuple[float, float]) -> Block:
    if bill.debtor is None:
        return Block(said(words.SLIP_PAYABLE_BY_WHOM), (), field)
    abroad = bill.debtor.country != bill.creditor.country
    return Block(said(words.SLIP_PAYABLE_BY), _lines(bill.debtor, street, abroad))


def _lines(found: Address, street: bool, abroad: bool) -> tuple[str, ...]:
    """An address under each other; with the country where payer and payee are in two."""
    place = f"{found.postcode} {found.city}"
    second = f"{found.street} {found.house}".strip() if street else ""
    return (found.name, *([second] if second else []), f"{found.country}-{place}" if abroad else place)


def _fives(reference: str) -> str:
    """A QR reference as it is printed: two digits, then groups of five."""
    return " ".join([reference[:2], *(reference[n : n + 5] for n in range(2, 27, 5))])


# Setting a column


def _column(
    sheets: Sheets,
    versions: Sequence[list[Block]],
    x: float,
    top: float,
    height: float,
    room: float,
    sizes: tuple[float, ...],
) -> None:
    """Blocks under each other, an empty line between them: the first size and version with air enough, else the last.

    Headings are two points smaller than what they head, but never below the standard's 6; lines are a point apart.
    """
    assert versions and sizes
    for size, blocks in product(sizes, versions):
        wrapped = [_wrapped(block, size, room) for block in blocks]
        gap = _gap(wrapped, height, size + 1)
        if gap >= (size + 1) / 2:
            break
    _set(sheets, wrapped, x, top, size, max(gap, 1))


def _wrapped(block: Block, size: float, room: float) -> Block:
    lines = tuple(part for line in block.lines for part in wrap(line, size, room, False, "slip"))
    return replace(block, lines=lines)


def _gap(blocks: list[Block], height: float, leading: float) -> float:
    """What is left between blocks, at most a line."""
    used = sum((1 + len(b.lines)) * leading + (b.field[1] if b.field else 0) for b in blocks)
    return min(leading, (height - used) / (len(blocks) - 1))


def _set(sheets: Sheets, blocks: list[Block], x: float, top: float, size: float, gap: float) -> None:
    leading = size + 1
    for block in blocks:
        _text(sheets, x, top, block.heading, max(6, size - 2), True)
        top -= leading
        for line in block.lines:
            _text(sheets, x, top + 1, line, size)
            top -= leading
        if block.field:
            _corners(sheets, x, top - block.field[1], *block.field)
            top -= block.field[1]
        top -= gap


def _corners(sheets: Sheets, x: float, y: float, width: float, height: float) -> None:
    """The four corners of an empty field, 3 mm long."""
    arm = 3 * MM
    for at, inwards in ((x, arm), (x + width, -arm)):
        for foot, upwards in ((y, arm), (y + height, -arm)):
            sheets.rule([(at + inwards, foot), (at, foot), (at, foot + upwards)], _INK, 0.75)


# Drawings that are always the same


def _scissors(x: float, y: float, turn: str) -> str:
    """Scissors that cut from x, y along a line, to the right or downwards."""
    matrix = {"right": "1 0 0 1", "down": "0 -1 1 0"}[turn]
    blade = "0.95 {0} m 1.45 {1} l 4.4 {2} l 3.9 {3} l h"
    blades = " ".join(blade.format(*(f"{side * at:.2f}" for at in (0.5, 0.8, -0.55, -0.65))) for side in (1, -1))
    rings = f"{_ring(0.75, 0.85, 0.6)} {_ring(0.75, -0.85, 0.6)}"
    return f"q {matrix} {x:.3f} {y:.3f} cm {_IN_MM} 0 0 0 rg 0 0 0 RG 0.28 w {rings} S {blades} f Q"


def _ring(x: float, y: float, radius: float) -> str:
    """A circle, of four curves."""
    bend = radius * 0.5523
    path = [f"{x + radius:.3f} {y:.3f} m"]
    for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):  # from the right, against the clock
        near = f"{x + dx * radius - dy * bend:.3f} {y + dy * radius + dx * bend:.3f}"
        far = f"{x - dy * radius + dx * bend:.3f} {y + dx * radius + dy * bend:.3f}"
        path.append(f"{near} {far} {x - dy * radius:.3f} {y + dx * radius:.3f} c")
    return " ".join([*path, "h"])


def _cross() -> str:
    """The Swiss cross in the middle of the code: 7 mm with its white edge."""
    short, long = 7 / 6, 35 / 9
    bars = " ".join(f"{-w / 2:.4f} {-h / 2:.4f} {w:.4f} {h:.4f} re" for w, h in ((short, long), (long, short)))
    middle = f"1 0 0 1 {_CODE_AT + _CODE / 2:.3f} {42 * MM + _CODE / 2:.3f} cm"
    return f"q {middle} {_IN_MM} 1 1 1 rg -3.5 -3.5 7 7 re f 0 0 0 rg -3 -3 6 6 re f 1 1 1 rg {bars} f Q"


def _separators() -> str:
    """The lines along which the receipt and the payment part are cut off, with scissors on both."""
    right, receipt = 210 * MM, 62 * MM
    path = f"0 {HEIGHT:.3f} m {right:.3f} {HEIGHT:.3f} l {receipt:.3f} 0 m {receipt:.3f} {HEIGHT:.3f} l"
    cuts = f"{_scissors(5 * MM, HEIGHT, 'right')}\n{_scissors(receipt, HEIGHT - 4 * MM, 'down')}"
    return f"q 0 0 0 RG 0.5 w {path} S Q\n{cuts}"


_IN_MM = f"{MM:.5f} 0 0 {MM:.5f} 0 0 cm"
_CROSS = _cross()
_LINES = _separators()
