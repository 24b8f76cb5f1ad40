"""A reminder as a PDF, from what was kept when it was sent (M8, M10): what is open, what the law adds, how to pay.

Every amount, day and sentence of law comes from `content`; nothing else has a say in the bytes.
"""

from typing import Any

from billing.documents import blocks, epc_block, fonts, letterhead, locale, payment_part, qrbill
from billing.documents.page import BLACK, BOTTOM, LEFT, MM, RIGHT, Sheets, wrap
from billing.documents.table import Row, Table, columns
from billing.documents.words import words
from billing.law.identifiers import Iban
from billing.locales import spoken

Content = dict[str, Any]


def render(content: Content) -> bytes:
    """The reminder's PDF: letter, open invoices, what the law adds, how to pay, a Swiss payment part if any."""
    language, issuer = spoken(content["language"]), content["issuer"]
    sheets = Sheets(f"{content['title']} {content['reminder']}", str(issuer.get("name") or ""), language)
    y = letterhead.draw(sheets, issuer, content["recipient"], _facts(content, language), content["title"])
    y = blocks.paragraph(sheets, content["opening"], y, 9) - 4 * MM
    y = _invoices(sheets, content, y)
    y = _total(sheets, content, y)
    y = _charges(sheets, content, y)
    y = _payment(sheets, content, y - 4 * MM)
    y = blocks.paragraph(sheets, content["closing"], y - 4 * MM, 9)
    if _paid_by(content) == "qr-bill":
        payment_part.place(sheets, qrbill.bill_of(_payable(content)), [(sheets.now, y)])
    sheets.footers(letterhead.footer(issuer, language))
    return sheets.pdf()


def _country(content: Content) -> str:
    return str(content["issuer"].get("country") or "")


def _money(content: Content, amount: str) -> str:
    return locale.money(amount, content["currency"], content["language"], _country(content))


def _facts(content: Content, language: str) -> list[tuple[str, str]]:
    """What stands beside the address."""
    said = words(language)
    return [
        (said["reminder.date"], locale.long_day(content["date"], language)),
        (said["reminder.deadline"], locale.long_day(content["deadline"], language)),
        (said["reminder.number"], str(content["reminder"])),
        (said["invoice.customer"], str(content["customer"])),
    ]


def _invoices(sheets: Sheets, content: Content, y: float) -> float:
    said, currency = words(sheets.language), content["currency"]
    heads = columns(
        LEFT,
        RIGHT,
        (said["reminder.invoice"], 54, "wrap"),
        (said["reminder.due"], 26, "right"),
        (said["reminder.days-late"], 24, "right"),
        (said["reminder.step"], 18, "right"),
        (f"{said['reminder.total']} {currency}", 25, "right"),
        (f"{said['reminder.open']} {currency}", 25, "right"),
    )
    rows = [_row(row, sheets.language, _country(content)) for row in content["invoices"]]
    return Table(sheets, heads, size=9, leading=11.5, gap=6).draw(y, rows)


def _row(row: dict[str, Any], language: str, country: str) -> Row:
    on = locale.day(row["date"], language, country)
    return Row(
        (
            row["number"],
            locale.day(row["due"], language, country),
            str(row["days_late"]),
            str(row["step"]),
            locale.number(row["total"], language, country),
            locale.number(row["open"], language, country),
        ),
        note=f"{words(language)['reminder.issued']} {on}",
    )


def _total(sheets: Sheets, content: Content, y: float) -> float:
    y -= 26
    if y < BOTTOM:
        y = sheets.turn() - 26
    return blocks.total(sheets, words(sheets.language)["reminder.sum"], _money(content, content["total"]), y)


def _charges(sheets: Sheets, content: Content, y: float) -> float:
    """What the law adds: a sentence, then each sum under the words of the law; it is not part of the total."""
    if not content["charged"]:
        return y
    y = blocks.paragraph(sheets, content["charges"], y - 4 * MM, 9)
    for charge in content["charged"]:
        amount = fonts.clean(_money(content, charge["amount"]))
        room = RIGHT - LEFT - fonts.width(amount, False) * 9 - 8 * MM
        lines = wrap(fonts.clean(f"– {charge['text']}"), 9, room, False)
        if y - len(lines) * 12.6 < BOTTOM:
            y = sheets.turn()
        sheets.text_to(RIGHT - 4, y - 9, amount, 9, BLACK)
        for line in lines:
            sheets.text(LEFT, y - 9, line, 9, BLACK)
            y -= 12.6
    return y


def _paid_by(content: Content) -> str | None:
    return None if content["payment"] is None else str(content["payment"]["kind"])


def _payable(content: Content) -> Content:
    """The one invoice of a reminder as a code pays it: by its own number and reference, what is open."""
    return {**content, "number": content["invoices"][0]["number"]}


def _payment(sheets: Sheets, content: Content, y: float) -> float:
    kind, one = _paid_by(content), len(content["invoices"]) == 1
    key = "pay-slip" if kind == "qr-bill" else "pay-one" if one else "pay"
    how = words(sheets.language)[f"reminder.{key}"].format(
        amount=_money(content, content["total"]),
        due=locale.long_day(content["deadline"], sheets.language),
        number=content["invoices"][0]["number"],
    )
    if kind == "epc":
        return epc_block.draw(sheets, _payable(content), locale.elided(how, sheets.language), y)
    y = blocks.paragraph(sheets, how, y, 9)
    if content["issuer"].get("iban") and kind is None:
        y = blocks.paragraph(sheets, f"IBAN {Iban.read(content['issuer']['iban']).grouped()}", y, 9, bold=True)
    return y
