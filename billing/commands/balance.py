"""`billing balance` and `billing statement`."""

from importlib import import_module
from typing import Annotated, Any

import typer

from billing.commands import printing, sheets
from billing.commands.context import Json, ask, books, day, logo, needed_day, one_answer, print_json, write_file
from billing.commands.options import Code, Language
from billing.commands.replying import Copy, copied
from billing.errors import BadInput
from billing.texts import say


def register(app: typer.Typer) -> None:
    for command in (balance, statement):
        app.command(rich_help_panel="What customers get")(command)


def balance(
    code: Code,
    at: Annotated[str | None, typer.Option(help="The day; default: today.")] = None,
    reply: Annotated[
        bool, typer.Option("--reply", help="As sentences for a reply, in the customer's language.")
    ] = False,
    copy: Copy = False,
    format_: Annotated[str, typer.Option("--format", help="For --reply: text, html or markdown.")] = "text",
    language: Language = None,
    json: Json = False,
) -> None:
    """Show what a customer has left.

    Example: billing balance ALPINA --reply --language fr
    """
    from billing.commands import speech
    from billing.requests.balances import AskBalance

    if format_ not in ("text", "html", "markdown"):
        raise BadInput("bad-input", say("format {format!r}: known are text, html, markdown", format=format_))
    reply = reply or copy
    wanted = language if reply or language else "en" if json else printing.language()
    human = (lambda a: getattr(a, format_).rstrip("\n")) if reply else speech.balance
    view = ask(AskBalance(customer=code, at=day(at), language=wanted, reply=reply), human, json)
    if copy:
        copied(getattr(view, format_))


def statement(
    code: Code,
    from_: Annotated[str, typer.Option("--from", help="The first day.")],
    to: Annotated[str, typer.Option("--to", help="The last day.")],
    pdf: Annotated[str | None, typer.Option(help="Write it as a PDF to this file.")] = None,
    csv: Annotated[str | None, typer.Option(help="Write it as CSV to this file; - is stdout.")] = None,
    xlsx: Annotated[str | None, typer.Option(help="Write it as a workbook to this file; - is stdout.")] = None,
    money: Annotated[
        bool, typer.Option("--money", help="Of money: invoices, notes, payments, and what is open at the end.")
    ] = False,
    language: Language = None,
    json: Json = False,
) -> None:
    """Show every minute of a period, or with --money its invoices and payments: opening balance to closing balance.

    Example: billing statement ALPINA --from 2025-01-01 --to 2025-12-31 --pdf alpina.pdf
    """
    from billing.requests.account import AskAccount
    from billing.requests.statements import AskStatement
    from billing.views.codec import to_json

    for file in (pdf, csv, xlsx):
        one_answer(file, json)
    sheets.workbook(False, xlsx is not None, xlsx)
    asked: dict[str, Any] = {"customer": code, "first": needed_day(from_), "last": needed_day(to), "language": language}
    view = books().ask(AskAccount(**asked)) if money else books().ask(AskStatement(**asked))
    documents = f"billing.documents.{'account' if money else 'statement'}"
    if pdf:
        write_file(pdf, import_module(f"{documents}_pdf").render(view, logo(view.issuer.head)))
    words = import_module(f"{documents}_text")
    if csv:
        write_file(csv, words.csv(view))
    if xlsx:
        from billing.exchange.sheets import writing

        write_file(xlsx, writing.xlsx_of(f"{view.customer} {view.first} {view.last}", *words.table(view)))
    if json:
        print_json(to_json(view))
    elif "-" not in (csv, pdf, xlsx):
        file = pdf or csv or xlsx
        printing.out(say("Written to {file}.", file=file) if file else words.text(view))
