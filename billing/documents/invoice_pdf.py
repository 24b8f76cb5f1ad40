"""An invoice or a credit note as a PDF, from the content that was stored when it was issued (B3, M5, M8).

Every amount, date and sentence comes from `content`; nothing is computed here but sums of minutes in the annex, and
nothing else has a say in the bytes. A payment that comes later than the document is not shown.
"""

from decimal import Decimal
from typing import Any

from billing.documents import annex, blocks, epc_block, letterhead, locale, payment_part, qrbill
from billing.documents.page import BOTTOM, GREY, LEFT, MM, RIGHT, Sheets
from billing.documents.table import Row, Table, columns
from billing.documents.words import words
from billing.law import countries
from billing.law.identifiers import Iban
from billing.locales import spoken

Content = dict[str, Any]


def render(content: Content) -> bytes:
    """The document's PDF: letter, lines, VAT, totals, payment, mentions; then the annex; a Swiss payment part."""
    sheets = drawn(content)
    return sheets.pdf()


def drawn(content: Content) -> Sheets:
    """The document laid out on sheets, with its footers, before it is written."""
    language = spoken(content["language"])
    issuer = content["issuer"]
    title = f"{words(language)[_title_key(content)]} {content['number']}"
    sheets = Sheets(title, str(issuer.get("name") or ""), language)
    y = letterhead.draw(sheets, issuer, content["recipient"], _facts(content, language), title)
    y = _lines(sheets, content, y)
    y = _totals(sheets, content, y - 5 * MM)
    y = _payment(sheets, content, y - 8 * MM)
    y = _mentions(sheets, content["mentions"], y - 5 * MM)
    room = [(sheets.now, y)]
    if content["annex"]:
        y = annex.draw(sheets, content["annex"], _country(content))
        room.append((sheets.now, y))
    if _paid_by(content) == "qr-bill":
        payment_part.place(sheets, qrbill.bill_of(content), room)
    sheets.footers(letterhead.footer(issuer, language))
    return sheets


def _country(content: Content) -> str:
    return str(content["issuer"].get("country") or "")


def _is_note(content: Content) -> bool:
    return bool(content["kind"] == "credit-note")


def _paid_by(content: Content) -> str | None:
    """The kind of code that the document is paid with: `qr-bill`, `epc`, or none."""
    kind = (content.get("payment") or {}).get("kind")
    return None if kind is None else str(kind)


def _paid_on(content: Content) -> str | None:
    """The day on which it was paid, for what was paid before it was issued."""
    day = (content.get("einvoice") or {}).get("paid_on")
    return None if day is None else str(day)


def _title_key(content: Content) -> str:
    if _is_note(content) and countries.of(_country(content)).credit_note == "avoir":
        return "invoice.credit-note-fr"
    return f"invoice.{content['kind']}"


def _facts(content: Content, language: str) -> list[tuple[str, str]]:
    """What stands beside the address: names and values; what does not apply is left out."""
    said, country = words(language), _country(content)
    facts = [(said["invoice.date"], locale.long_day(content["date"], language))]
    if content["due"] and not _is_note(content) and _paid_on(content) is None:
        facts.append((said["invoice.due"], locale.long_day(content["due"], language)))
        facts.append((said["invoice.terms"], _terms(content.get("terms_days"), language)))
    if content["period"]:
        facts.append((said["invoice.period"], locale.month(content["period"], language)))
    if content["corrects"]:
        what = str(content["corrects"])
        if content["corrects_date"]:
            on = locale.day(content["corrects_date"], language, country)
            what = said["invoice.corrects-what"].format(number=what, date=on)
        facts.append((said["invoice.corrects"], what))
    facts.append((said["invoice.customer"], str(content["customer"])))
    if content["recipient"].get("vat_id"):
        named = letterhead.customer_vat_id(country, language)
        facts.append((named, letterhead.vat_id(content["recipient"], language)))
    return [(name, value) for name, value in facts if value]


def _terms(days: int | None, language: str) -> str:
    if days is None:
        return ""
    key = {0: "terms-now", 1: "terms-day"}.get(days, "terms-days")
    return words(language)[f"invoice.{key}"].format(days=days)


def _lines(sheets: Sheets, content: Content, y: float) -> float:
    said = words(sheets.language)
    heads = columns(
        LEFT,
        RIGHT,
        (said["invoice.description"], 64, "wrap"),
        (said["invoice.quantity"], 22, "right"),
        (f"{said['invoice.price']} {content['currency']}", 34, "right"),
        (said["invoice.vat"], 18, "right"),
        (f"{said['invoice.amount']} {content['currency']}", 34, "right"),
    )
    rows = [_line(line, sheets.language, _country(content)) for line in content["lines"]]
    return Table(sheets, heads, size=9, leading=11.5, gap=6).draw(y, rows)


def _line(line: dict[str, Any], language: str, country: str) -> Row:
    name = line.get("label") or line.get("product") or line.get("category") or ""
    return Row(
        (
            str(name),
            _quantity(line, language),
            _price(line, language, country),
            blocks.vat_name(line["vat_category"], line["vat_rate"], language, country),
            locale.number(line["amount"], language, country),
        ),
        note=_days(line.get("from"), line.get("to"), language, country),
    )


def _quantity(line: dict[str, Any], language: str) -> str:
    """Minutes where they are what is priced, else pieces."""
    if line.get("quantity") is not None and line["kind"] == "product":
        return str(line["quantity"])
    if line.get("minutes") is not None:
        return locale.duration(line["minutes"], language)
    return "" if line.get("quantity") is None else str(line["quantity"])


def _price(line: dict[str, Any], language: str, country: str) -> str:
    if line.get("rate") is not None:
        return words(language)["invoice.per-hour"].format(rate=locale.number(line["rate"], language, country))
    if line.get("unit_price") is not None:
        return locale.number(line["unit_price"], language, country)
    return ""


def _days(first: str | None, last: str | None, language: str, country: str) -> str:
    """The days of the work or sale that a line stands for."""
    ends = [locale.day(on, language, country) for on in (first, last) if on]
    if len(set(ends)) < 2:
        return ends[0] if ends else ""
    return words(language)["invoice.from-to"].format(first=ends[0], last=ends[1])


def _totals(sheets: Sheets, content: Content, y: float) -> float:
    """The VAT table at the left, the totals at the right; both on one page."""
    sums = _sums(content, sheets.language)
    height = max(len(sums) * 14 + 30, len(content["vat"]) * 14 + 34)
    if y - height < BOTTOM:
        y = sheets.turn()
    return min(_vat_table(sheets, content, y), _sum_block(sheets, content, sums, y))


def _vat_table(sheets: Sheets, content: Content, y: float) -> float:
    said, language, country = words(sheets.language), sheets.language, _country(content)
    sheets.text(LEFT, y - 8, said["invoice.vat-table"], 7.5, GREY, True)
    heads = columns(
        LEFT,
        LEFT + 82 * MM,
        (said["invoice.vat-code"], 13, "whole"),
        (said["invoice.vat-rate"], 15, "right"),
        (f"{said['invoice.vat-base']} {content['currency']}", 28, "right"),
        (f"{said['invoice.vat-amount']} {content['currency']}", 26, "right"),
    )
    rows = [
        Row(
            (
                row["category"],
                locale.percent(row["rate"], language, country),
                locale.number(row["base"], language, country),
                locale.number(row["amount"], language, country),
            )
        )
        for row in content["vat"]
    ]
    return Table(sheets, heads, size=7.5, leading=9.5).draw(y - 13, rows)


def _sums(content: Content, language: str) -> list[tuple[str, str]]:
    """Net, VAT by rate, rounding where there is any."""
    said, country = words(language), _country(content)
    sums = [(said["invoice.net"], content["net"])]
    for row in content["vat"]:
        name = blocks.vat_name(row["category"], row["rate"], language, country)
        sums.append((f"{said['invoice.vat']} {name}", row["amount"]))
    if Decimal(content["rounding"]):
        sums.append((said["invoice.rounding"], content["rounding"]))
    if _paid_on(content) is not None:
        sums.append((said["invoice.total-credit"], content["total"]))
        sums.append((said["invoice.paid"], f"-{content['einvoice']['paid']}"))
    return [(name, locale.number(amount, language, country)) for name, amount in sums]


def _sum_block(sheets: Sheets, content: Content, sums: list[tuple[str, str]], y: float) -> float:
    y = blocks.sums(sheets, sums, y)
    key = "invoice.total-credit" if content["total"].startswith("-") else "invoice.total"
    left = Decimal(content["total"]) - (Decimal(content["einvoice"]["paid"]) if _paid_on(content) else 0)
    return blocks.total(sheets, words(sheets.language)[key], _money(content, str(left)), y - 24)


def _money(content: Content, amount: str) -> str:
    return locale.money(amount, content["currency"], content["language"], _country(content))


def _payment(sheets: Sheets, content: Content, y: float) -> float:
    """How to pay, or that nothing is to be paid."""
    total = Decimal(content["total"])
    if total < 0:
        return blocks.paragraph(sheets, words(sheets.language)["invoice.credited"], y, 8.5)
    paid_on = _paid_on(content)
    if paid_on is not None:
        said = words(sheets.language)["invoice.paid-on"].format(date=locale.long_day(paid_on, sheets.language))
        return blocks.paragraph(sheets, said, y, 8.5, bold=True)
    if not total:
        return y
    kind, how = _paid_by(content), _how_to_pay(content, sheets.language)
    if kind == "epc":
        return epc_block.draw(sheets, content, locale.elided(how, sheets.language), y)
    y = blocks.paragraph(sheets, how, y, 8.5)
    if content["issuer"].get("iban") and kind is None:
        y = blocks.paragraph(sheets, f"IBAN {Iban.read(content['issuer']['iban']).grouped()}", y, 8.5, bold=True)
    return y


def _how_to_pay(content: Content, language: str) -> str:
    """What to pay by when, and how to say what it is for."""
    said = words(language)
    key = "invoice.pay-by" if content["due"] else "invoice.pay-now"
    how = said[f"{key}-slip" if _paid_by(content) == "qr-bill" else key].format(
        amount=_money(content, content["total"]),
        number=content["number"],
        due=locale.long_day(content["due"], language) if content["due"] else "",
    )
    return f"{said['invoice.pay']}{how}"


def _mentions(sheets: Sheets, mentions: list[str], y: float) -> float:
    for mention in mentions:
        y = blocks.paragraph(sheets, mention, y, 7.5) - 2
    return y
