"""A statement as text for the terminal or a mail, and as CSV for a spreadsheet (B2)."""

import csv as csv_
import io
import unicodedata
from typing import Any

from billing.core.correction import UNDONE
from billing.documents import locale
from billing.documents.words import why_free, words
from billing.locales import spoken

Statement = dict[str, Any]
FIELDS = (
    "kind", "date", "minutes", "balance", "entry", "case", "category", "label", "grant", "agent", "text",
    "raw_seconds", "charged", "free", "overage_minutes", "rate", "amount", "currency",
)  # fmt: skip
_FREE_TEXT = ("case", "category", "label", "agent", "text", "grant")


def text(statement: Statement) -> str:
    """The statement in plain lines: movements with the running balance, what is left, free work, overage."""
    check(statement)
    language = spoken(statement["language"])
    said, country = words(language), _country(statement)
    days = [locale.day(statement[key], language, country) for key in ("from", "to")]
    title = said["invoice.from-to"].format(first=days[0], last=days[1])
    name = statement.get("customer_name") or statement["customer"]
    parts = [f"{said['statement.title']} {title}\n{name} ({statement['customer']})", _movements(statement, language)]
    parts += _sections(statement, language)
    if statement.get("position"):
        parts.append(f"{said['statement.position']}: {statement['position']}")
    return "\n\n".join(parts) + "\n"


def csv(statement: Statement) -> str:
    """The statement as CSV (RFC 4180, comma, CRLF): ISO dates, whole minutes, one row a movement.

    `minutes` sums up from the opening row to the closing one; rows of free work and overage leave it empty.
    """
    check(statement)
    balance = statement["opening"]
    rows: list[dict[str, Any]] = [{"kind": "opening", "date": statement["from"], "balance": balance}]
    for movement in statement["movements"]:
        balance += movement["minutes"]
        rows.append({**movement, "balance": balance, "text": reason(movement, spoken(statement["language"]))})
    rows.append({"kind": "closing", "date": statement["to"], "balance": statement["closing"]})
    rows += [{**entry, "kind": "free"} for entry in statement["free"]]
    rows += [
        {**entry, "kind": "overage", "minutes": None, "overage_minutes": entry["minutes"]}
        for entry in statement["overage"]
    ]
    out = io.StringIO()
    writer = csv_.DictWriter(out, FIELDS, extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows([_safe(row) for row in rows])
    return out.getvalue()


def check(statement: Statement) -> None:
    """Asserts that opening and movements make the closing balance (B2): the engine's mistake if they do not."""
    moved = sum(movement["minutes"] for movement in statement["movements"])
    assert statement["opening"] + moved == statement["closing"], (statement["customer"], moved)


def described(movement: dict[str, Any], language: str) -> str:
    """A movement in words: its kind, the category, the case, the agent, and the text that came with it."""
    parts = [words(language)[f"movement.{movement['kind']}"]]
    for told in (movement.get("label"), movement.get("case"), movement.get("agent"), reason(movement, language)):
        value = " ".join(str(told or "").split())
        if value and value not in parts:
            parts.append(value)
    return " · ".join(parts)


def reason(movement: dict[str, Any], language: str) -> str:
    """Why minutes moved: as somebody wrote it, and what the program writes in the language of the paper (B2)."""
    text = str(movement.get("text") or "")
    return words(language)["movement.undo"] if text == UNDONE and movement["kind"] == "correction" else text


def grant_name(movement: dict[str, Any], statement: Statement) -> str:
    """The name of the grant that a movement touched, as the statement knows it, else what the movement says."""
    grant = movement.get("grant")
    if grant is None:
        return ""
    if movement.get("grant_label"):
        return str(movement["grant_label"])
    names = {str(known["id"]): str(known.get("label") or known["id"]) for known in statement["grants"]}
    return names.get(str(grant), f"#{grant}" if str(grant).isdigit() else str(grant))


def _country(statement: Statement) -> str:
    return str(statement["issuer"].get("country") or "")


def _movements(statement: Statement, language: str) -> str:
    said, country = words(language), _country(statement)
    balance = statement["opening"]
    rows = [_balance_row(statement, "from", "opening", language)]
    for movement in statement["movements"]:
        balance += movement["minutes"]
        rows.append(
            (
                locale.day(movement["date"], language, country),
                described(movement, language),
                grant_name(movement, statement),
                locale.signed(movement["minutes"], language),
                locale.duration(balance, language),
            )
        )
    rows.append(_balance_row(statement, "to", "closing", language))
    keys = ("invoice.date", "statement.what", "statement.grant", "statement.minutes", "statement.balance")
    return _aligned([tuple(said[key] for key in keys), *rows], figures=2)


def _balance_row(statement: Statement, day: str, which: str, language: str) -> tuple[str, ...]:
    on = locale.day(statement[day], language, _country(statement))
    return (on, words(language)[f"statement.{which}"], "", "", locale.duration(statement[which], language))


def _sections(statement: Statement, language: str) -> list[str]:
    """What follows the movements; a section without rows is left out."""
    said, country = words(language), _country(statement)
    grants: list[tuple[str, ...]] = [
        (
            str(g.get("label") or g["id"]),
            locale.duration(g["remaining"], language),
            _until(g["expires"], language, country),
        )
        for g in statement["grants"]
    ]
    free: list[tuple[str, ...]] = [
        (*_worked(e, language, country), why_free(e, language), locale.stopwatch(e["raw_seconds"], language))
        for e in statement["free"]
    ]
    overage: list[tuple[str, ...]] = [
        (
            *_worked(e, language, country),
            locale.duration(e["minutes"], language),
            "" if e["rate"] is None else f"{locale.number(e['rate'], language, country)} / h",
            locale.money(e["amount"], e["currency"], language, country),
        )
        for e in statement["overage"]
    ]
    on = locale.long_day(statement["to"], language)
    sections: list[tuple[str, list[tuple[str, ...]], int]] = [
        (locale.elided(said["statement.grants"].format(date=on), language), grants, 2),
        (said["statement.free"], free, 1),
        (said["statement.overage"], overage, 3),
    ]
    return [f"{title}\n{_aligned(rows, figures)}" for title, rows, figures in sections if rows]


def _until(expires: str | None, language: str, country: str) -> str:
    if expires is None or locale.never_ends(expires):
        return words(language)["statement.open-end"]
    return locale.day(expires, language, country)


def _worked(entry: dict[str, Any], language: str, country: str) -> tuple[str, ...]:
    what = (entry.get("case"), entry.get("label") or entry.get("category"), entry.get("agent"))
    return (locale.day(entry["date"], language, country), *(" ".join(str(part or "").split()) for part in what))


def _aligned(rows: list[tuple[str, ...]], figures: int) -> str:
    """Rows in columns two blanks apart; the last `figures` columns end at the right."""
    widths = [max(_wide(cell) for cell in column) for column in zip(*rows, strict=True)]
    left = len(widths) - figures
    return "\n".join(
        "  ".join(
            cell + " " * (wide - _wide(cell)) if n < left else " " * (wide - _wide(cell)) + cell
            for n, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _wide(cell: str) -> int:
    """The columns that a text takes on a terminal."""
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in cell)
    return wide - sum(1 for c in cell if unicodedata.combining(c))


def _safe(row: dict[str, Any]) -> dict[str, Any]:
    """A row in which no text is taken for a formula by a spreadsheet."""
    return {key: f"'{value}" if key in _FREE_TEXT and _is_formula(value) else value for key, value in row.items()}


def _is_formula(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
