"""A statement as a PDF: the chart, every movement with the running balance, free work, overage, what is left (B2)."""

from typing import Any

from billing.documents import chart, fonts, letterhead, locale, statement_text
from billing.documents.page import ACCENT, BOTTOM, LEFT, MM, RIGHT, Sheets
from billing.documents.table import Row, Table, columns
from billing.documents.words import why_free, words
from billing.locales import spoken

Statement = dict[str, Any]


def render(statement: Statement) -> bytes:
    """The statement's PDF."""
    return drawn(statement).pdf()


def drawn(statement: Statement) -> Sheets:
    """The statement laid out on sheets, before it is written."""
    statement_text.check(statement)
    language, issuer = spoken(statement["language"]), statement["issuer"]
    said = words(language)
    title = f"{said['statement.title']} {_period(statement, language)}"
    sheets = Sheets(f"{title} – {statement['customer']}", str(issuer.get("name") or ""), language)
    y = letterhead.draw(sheets, issuer, statement["recipient"], _facts(statement, language), title)
    y = _heading(sheets, said["statement.chart"], y + 4, room=60 * MM)
    y = chart.draw(sheets, statement, y, LEFT, RIGHT)
    y = _movements(sheets, statement, y - 4 * MM)
    y = _grants(sheets, statement, y - 7 * MM)
    y = _free(sheets, statement, y - 7 * MM)
    _overage(sheets, statement, y - 7 * MM)
    sheets.footers(letterhead.footer(issuer, language))
    return sheets


def _period(statement: Statement, language: str) -> str:
    country = _country(statement)
    first, last = (locale.day(statement[key], language, country) for key in ("from", "to"))
    return words(language)["invoice.from-to"].format(first=first, last=last)


def _country(statement: Statement) -> str:
    return str(statement["issuer"].get("country") or "")


def _facts(statement: Statement, language: str) -> list[tuple[str, str]]:
    said = words(language)
    facts = [
        (said["invoice.customer"], str(statement["customer"])),
        (said["statement.opening"], locale.duration(statement["opening"], language)),
        (said["statement.closing"], locale.duration(statement["closing"], language)),
    ]
    if statement.get("position"):
        facts.append((said["statement.position"], str(statement["position"])))
    return facts


def _heading(sheets: Sheets, text: str, y: float, room: float = 60) -> float:
    """A heading that is not left alone at the foot of a page."""
    if y - room < BOTTOM:
        y = sheets.turn()
    sheets.text(LEFT, y - 9, fonts.clean(text), 10, ACCENT, True)
    return y - 15


def _movements(sheets: Sheets, statement: Statement, y: float) -> float:
    said, language, country = words(sheets.language), sheets.language, _country(statement)
    heads = columns(
        LEFT,
        RIGHT,
        (said["invoice.date"], 20, "whole"),
        (said["statement.what"], 78, "wrap"),
        (said["statement.grant"], 38, "wrap"),
        (said["statement.minutes"], 20, "right"),
        (said["statement.balance"], 22, "right"),
    )
    rows = [_balance_row(statement["from"], "opening", statement, language)]
    balance = statement["opening"]
    for movement in statement["movements"]:
        balance += movement["minutes"]
        rows.append(
            Row(
                (
                    locale.day(movement["date"], language, country),
                    statement_text.described(movement, language),
                    statement_text.grant_name(movement, statement),
                    locale.signed(movement["minutes"], language),
                    locale.duration(balance, language),
                )
            )
        )
    rows.append(_balance_row(statement["to"], "closing", statement, language))
    y = _heading(sheets, said["statement.movements"], y)
    return Table(sheets, heads, size=7.5, leading=9.5, gap=3).draw(y, rows)


def _balance_row(on: str, which: str, statement: Statement, language: str) -> Row:
    return Row(
        (
            locale.day(on, language, _country(statement)),
            words(language)[f"statement.{which}"],
            "",
            "",
            locale.duration(statement[which], language),
        ),
        bold=True,
    )


def _grants(sheets: Sheets, statement: Statement, y: float) -> float:
    if not statement["grants"]:
        return y + 7 * MM
    said, language, country = words(sheets.language), sheets.language, _country(statement)
    heads = columns(
        LEFT,
        LEFT + 120 * MM,
        (said["statement.grant"], 60, "wrap"),
        (said["statement.remaining"], 25, "right"),
        (said["statement.expires"], 35, "right"),
    )
    rows = [
        Row(
            (
                str(grant.get("label") or grant["id"]),
                locale.duration(grant["remaining"], language),
                said["statement.open-end"]
                if locale.never_ends(grant["expires"])
                else locale.day(grant["expires"], language, country),
            )
        )
        for grant in statement["grants"]
    ]
    title = said["statement.grants"].format(date=locale.long_day(statement["to"], language))
    y = _heading(sheets, locale.elided(title, language), y)
    return Table(sheets, heads, size=7.5, leading=9.5, gap=3).draw(y, rows)


def _free(sheets: Sheets, statement: Statement, y: float) -> float:
    if not statement["free"]:
        return y + 7 * MM
    said, language, country = words(sheets.language), sheets.language, _country(statement)
    heads = columns(
        LEFT,
        RIGHT,
        (said["invoice.date"], 20, "whole"),
        (said["annex.case"], 30, "wrap"),
        (said["annex.category"], 38, "wrap"),
        (said["annex.agent"], 30, "wrap"),
        (said["statement.why"], 38, "wrap"),
        (said["annex.raw"], 22, "right"),
    )
    rows = [
        Row(
            (
                *_worked(entry, language, country),
                why_free(entry, language),
                locale.stopwatch(entry["raw_seconds"], language),
            )
        )
        for entry in statement["free"]
    ]
    y = _heading(sheets, said["statement.free"], y)
    return Table(sheets, heads, size=7.5, leading=9.5, gap=3).draw(y, rows)


def _overage(sheets: Sheets, statement: Statement, y: float) -> float:
    if not statement["overage"]:
        return y + 7 * MM
    said, language, country = words(sheets.language), sheets.language, _country(statement)
    heads = columns(
        LEFT,
        RIGHT,
        (said["invoice.date"], 20, "whole"),
        (said["annex.case"], 30, "wrap"),
        (said["annex.category"], 36, "wrap"),
        (said["annex.agent"], 28, "wrap"),
        (said["statement.minutes"], 18, "right"),
        (said["statement.rate"], 20, "right"),
        (said["invoice.amount"], 26, "right"),
    )
    rows = [
        Row(
            (
                *_worked(entry, language, country),
                locale.duration(entry["minutes"], language),
                "" if entry["rate"] is None else locale.number(entry["rate"], language, country),
                fonts.clean(locale.money(entry["amount"], entry["currency"], language, country)),
            )
        )
        for entry in statement["overage"]
    ]
    y = _heading(sheets, said["statement.overage"], y)
    return Table(sheets, heads, size=7.5, leading=9.5, gap=3).draw(y, rows)


def _worked(entry: dict[str, Any], language: str, country: str) -> tuple[str, str, str, str]:
    return (
        locale.day(entry["date"], language, country),
        str(entry.get("case") or ""),
        str(entry.get("label") or entry.get("category") or ""),
        str(entry.get("agent") or ""),
    )
