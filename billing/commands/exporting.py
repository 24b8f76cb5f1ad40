"""`billing case export`: a case on paper for the customer."""

from typing import Annotated

import typer

from billing.commands import printing
from billing.commands.case_options import Case
from billing.commands.context import Json, books, logo, one_answer, print_json, write_file
from billing.commands.options import Language
from billing.texts import say


def register(app: typer.Typer) -> None:
    app.command()(export)


def export(
    case: Case,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="As a PDF, to CASE.pdf where no file is named; so is a file .pdf.")
    ] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown; the default.")] = False,
    out_: Annotated[str | None, typer.Option("--out", "-o", help="The file; - is stdout.")] = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """Print a case for the customer: what was asked, answered and done, the time on it, and what is left (S14).

    Internal notes, who owned it and what was void are not there.

    Example: billing case export T-17 --pdf -o T-17.pdf
    """
    from billing.errors import BadInput
    from billing.requests.cases import AskCasePaper
    from billing.views.codec import to_json

    if pdf and markdown:
        raise BadInput("bad-input", say("--pdf and --markdown: give one of both"))
    one_answer(out_, json)
    pdf = pdf or (not markdown and (out_ or "").lower().endswith(".pdf"))
    paper = books().ask(AskCasePaper(case=case, language=language))
    target = out_ or (f"{_plain(paper.case)}.pdf" if pdf else None)
    if pdf:
        from billing.documents import case_pdf

        data: bytes | str = case_pdf.render(paper, logo(paper.issuer.head))
    else:
        from billing.documents import case_text

        data = case_text.markdown(paper)
    if target is not None:
        write_file(target, data)
    if json:
        print_json(to_json(paper))
    elif target is None:
        printing.out(str(data).removesuffix("\n"))
    elif target != "-":
        printing.out(say("Written to {file}.", file=target))


def _plain(case: str) -> str:
    """A reference as the name of a file in this folder: what leads elsewhere is gone."""
    return "".join(sign if sign.isalnum() or sign in "-_. " else "_" for sign in case).lstrip(". ") or "case"
