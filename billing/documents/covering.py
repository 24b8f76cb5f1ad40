"""What a mail says of the papers that are attached to it, as text and as HTML, in the customer's language (M20).

It decides nothing: amounts, days and what is open come from the papers. A mail depends on nothing but them, so that a
draft that is written again is the same bytes.
"""

from decimal import Decimal
from html import escape

from billing.documents import invoice_pdf, letterhead, locale, words
from billing.law.identifiers import Iban
from billing.locales import spoken
from billing.texts import Text
from billing.values import dataclass
from billing.views.documents import Document
from billing.views.paper import OnPaper
from billing.views.reminders import Letter
from billing.views.sending import Cover
from billing.views.statements import Statement

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Covering:
    """A mail's words: its subject on one line, its text, the same as HTML."""

    subject: str
    text: str
    html: str


def of_document(cover: Cover, statement: Statement | None = None) -> Covering:
    """What goes with an invoice or a credit note, and with the `statement` that is attached to the same mail."""
    document, language = cover.document, spoken(cover.language)
    said = words.said(language, document.issuer.country)
    title = f"{said(invoice_pdf.title(document))} {document.number}"
    attached = words.MAIL_NOTE if document.is_note else words.MAIL_INVOICE
    first = said(attached).format(
        number=document.number,
        date=locale.long_day(document.on, language),
        amount=_money(document, abs(document.total), language),
    )
    parts = [f"{first} {_asked(cover, language)}".rstrip()]
    if cover.formats:
        parts.append(said(words.MAIL_XML))
    if statement is not None:
        parts.append(_stated(words.MAIL_STATEMENT_TOO, statement, language))
    return _covering(title, parts, _facts(cover, language), document.issuer, language)


def of_reminder(letter: Letter) -> Covering:
    """What goes with a reminder: its own words, the invoices that are open, the letter itself attached."""
    language = spoken(letter.language)
    said, country = words.said(language), letter.issuer.country

    def money(amount: Decimal) -> str:
        return locale.money(amount, letter.currency, language, country)

    invoice, due = said(words.REMINDER_INVOICE), said(words.REMINDER_DUE)
    rows = [
        (f"{invoice} {row.number} ({due} {locale.day(row.due, language, country)})", money(row.open))
        for row in letter.invoices
    ]
    rows.append((said(words.REMINDER_SUM), money(letter.total)))
    rows.append((said(words.REMINDER_DEADLINE), locale.long_day(letter.deadline, language)))
    rows += _account(letter.issuer.iban, None)
    parts = [letter.opening, said(words.MAIL_LETTER), letter.closing]
    numbers = ", ".join(row.number for row in letter.invoices[:3]) + (", …" if len(letter.invoices) > 3 else "")
    return _covering(f"{letter.title} {numbers}", parts, rows, letter.issuer, language)


def of_statement(statement: Statement) -> Covering:
    """What goes with a time statement."""
    language = spoken(statement.language)
    said = words.said(language)
    parts = [_stated(words.MAIL_STATEMENT, statement, language)]
    rows = [
        (said(words.STATEMENT_OPENING), locale.duration(statement.opening, language)),
        (said(words.STATEMENT_CLOSING), locale.duration(statement.closing, language)),
    ]
    title = f"{said(words.STATEMENT_TITLE)} {locale.month(f'{statement.first:%Y-%m}', language)}"
    return _covering(title, parts, rows, statement.issuer, language)


# What stands in it


def _money(document: Document, amount: Decimal, language: str) -> str:
    return locale.money(amount, document.currency, language, document.issuer.country)


def _asked(cover: Cover, language: str) -> str:
    """What is to be paid and by when, or that nothing is."""
    document, said = cover.document, words.said(language)
    if document.is_note:
        return said(words.MAIL_CORRECTS).format(number=document.corrects) if document.corrects else ""
    if cover.open <= 0:
        return said(words.MAIL_NOTHING_LEFT)
    left, whole = _money(document, cover.open, language), cover.open == document.total
    if document.due is None:
        return said(words.MAIL_PAY_NOW if whole else words.MAIL_PAY_REST_NOW).format(amount=left)
    due = locale.long_day(document.due, language)
    return said(words.MAIL_PAY_BY if whole else words.MAIL_PAY_REST_BY).format(amount=left, due=due)


def _facts(cover: Cover, language: str) -> Rows:
    """The figures of a document, one a row."""
    document, said = cover.document, words.said(language)
    total = words.INVOICE_TOTAL_CREDIT if document.is_note or cover.open != document.total else words.INVOICE_TOTAL
    rows = [
        (said(words.INVOICE_DATE), locale.long_day(document.on, language)),
        (said(words.INVOICE_ORDER), document.order or ""),
        (said(total), _money(document, document.total, language)),
    ]
    if not document.is_note and cover.open > 0:
        if cover.open != document.total:
            rows.append((said(words.MAIL_OPEN), _money(document, cover.open, language)))
        if document.due is not None:
            rows.append((said(words.INVOICE_DUE), locale.long_day(document.due, language)))
        paid_by = document.payment
        iban = (paid_by and paid_by.iban) or document.issuer.iban
        rows += _account(iban, (paid_by and paid_by.reference) or document.number, said(words.SLIP_REFERENCE))
    return [(name, value) for name, value in rows if value]


def _account(iban: str | None, reference: str | None, name: str = "") -> Rows:
    if not iban:
        return []
    return [("IBAN", Iban.read(iban).grouped()), *([(name, reference)] if reference else [])]


def _stated(sentence: Text, statement: Statement, language: str) -> str:
    said = words.said(language)
    first, last = (locale.long_day(on, language) for on in (statement.first, statement.last))
    return said(sentence).format(first=first, last=last, minutes=locale.duration(statement.closing, language))


# How it looks


def _covering(title: str, parts: list[str], rows: Rows, issuer: OnPaper, language: str) -> Covering:
    """The whole mail: greeting, sentences, figures, who sends it."""
    said = words.said(language)
    subject = " ".join(f"{title} – {issuer.name}".split())
    greeting, closing = said(words.MAIL_GREETING), said(words.MAIL_CLOSING)
    parts = [" ".join(locale.elided(part, language).split()) for part in parts]
    sender = _sender(issuer, language)
    return Covering(
        subject,
        _text(greeting, parts, rows, closing, sender, f"{locale.FIXED}:" if language == "fr" else ":"),
        _html(subject, greeting, parts, rows, closing, sender, language),
    )


def _sender(issuer: OnPaper, language: str) -> list[str]:
    """Who sends it, as on the letterhead: a mail of a company is a business letter, and has its particulars too."""
    lines = [issuer.name, *letterhead.about(issuer, language), *letterhead.reached(issuer), *issuer.head.legal]
    return [" ".join(line.split()) for line in lines]


def _text(greeting: str, parts: list[str], rows: Rows, closing: str, sender: list[str], colon: str) -> str:
    names = [f"{name}{colon}" for name, _ in rows]
    width = max(map(len, names), default=0)
    figures = "\n".join(f"{name:<{width}} {value}" for name, (_, value) in zip(names, rows, strict=True))
    signature = "\n".join(sender)
    return "\n\n".join([greeting, parts[0], figures, *parts[1:], closing, signature]) + "\n"


_BODY = "font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;color:#1d2733;margin:0;padding:24px"
_NAME = "padding:4px 24px 4px 0;color:#5b6673;vertical-align:top"
_VALUE = "padding:4px 0;text-align:right;white-space:nowrap;font-weight:bold"


def _html(
    subject: str, greeting: str, parts: list[str], rows: Rows, closing: str, sender: list[str], language: str
) -> str:
    figures = "\n".join(
        f'<tr><td style="{_NAME}">{escape(name)}</td><td style="{_VALUE}">{escape(value)}</td></tr>'
        for name, value in rows
    )
    table = f'<table role="presentation" style="border-collapse:collapse;margin:8px 0 16px">\n{figures}\n</table>'
    rest = [f"<p>{escape(part)}</p>" for part in parts[1:]]
    name, *address = map(escape, sender)
    signature = "<br>\n".join([f"<strong>{name}</strong>", *address])
    return "\n".join([
        "<!DOCTYPE html>",
        f'<html lang="{language}">',
        f'<head><meta charset="utf-8"><title>{escape(subject)}</title></head>',
        f'<body style="{_BODY}">',
        f"<p>{escape(greeting)}</p>",
        f"<p>{escape(parts[0])}</p>",
        table,
        *rest,
        f"<p>{escape(closing)}</p>",
        f'<p style="color:#5b6673;font-size:13px">{signature}</p>',
        "</body>",
        "</html>",
        "",
    ])  # fmt: skip
