"""`billing invoice …`"""

from pathlib import Path
from typing import Annotated, Any

import typer

from billing.commands import completion
from billing.commands.context import Answer, Json, day, make_folder, progress, setting, show, table, write_file

app = typer.Typer(no_args_is_help=True, help="Invoices and credit notes: the monthly run, list, show, PDF.")
Number = Annotated[str, typer.Argument(autocompletion=completion.invoices, help="The document's number.")]


@app.command()
def run(
    month: Annotated[str, typer.Argument(help="The month to bill, as 2025-03.")],
    on: Annotated[str | None, typer.Option(help="The issue date; default: today.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be issued; change nothing.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the documents as PDFs into this folder.")] = None,
    json: Json = False,
) -> None:
    """Invoice all that was charged up to the month's end, and credit what was taken back.

    Run again, it issues only what is new: nothing twice, no number left out.

    Example: billing invoice run 2025-03 --on 2025-03-31 --out invoices/
    """
    from billing.office import documents, inputs

    first, now = inputs.month(month), setting()
    if out and not dry_run:
        make_folder(out)
    answer = documents.run(now, first, day(on) or now.today, dry_run, progress("invoicing"))
    if out and not dry_run:
        answer["files"] = _write_all(now, month, out)
    show(answer, json, lambda a: _ran(a, dry_run))


@app.command("list")
def list_(
    month: Annotated[str | None, typer.Option(help="Issued in this month, as 2025-03.")] = None,
    customer: Annotated[str | None, typer.Option(autocompletion=completion.customers, help="Of this customer.")] = None,
    json: Json = False,
) -> None:
    """List invoices and credit notes."""
    from billing.office import documents, inputs

    if month is not None:
        inputs.month(month)
    show(documents.list_documents(setting(), month, customer), json, lambda a: _table(a["invoices"]))


@app.command("show")
def show_(number: Number, json: Json = False) -> None:
    """Show an invoice or a credit note."""
    from billing.commands import speech
    from billing.office import documents

    show(documents.show(setting(), number), json, speech.document)


@app.command()
def pdf(
    number: Number,
    out: Annotated[str | None, typer.Option("--out", "-o", help="The file; - is stdout; default: NUMBER.pdf.")] = None,
    json: Json = False,
) -> None:
    """Write a document as PDF: byte for byte the same, however often."""
    from billing.documents import invoice_pdf
    from billing.office import documents

    target = out or f"{number}.pdf"
    write_file(target, invoice_pdf.render(documents.content(setting(), number)))
    if target != "-":
        show({"number": number, "file": target}, json, lambda a: f"Written to {target}.")


def _write_all(now: Any, month: str, out: Path) -> int:
    """Writes the PDFs of a month's runs that are not there yet: how many documents there are."""
    from billing.documents import invoice_pdf
    from billing.office import documents

    count = 0
    tell = progress("writing PDFs")
    for content in documents.of_run(now, month):
        file = out / f"{content['number']}.pdf"
        if not file.exists():
            write_file(str(file), invoice_pdf.render(content))
        count += 1
        if tell:
            tell(count)
    return count


def _table(documents: list[Answer]) -> str:
    if not documents:
        return "No documents."
    rows = [
        (
            d["number"],
            d["date"],
            d["customer"],
            d["currency"],
            d["net"],
            d["total"],
            f"corrects {d['corrects']}" if d["corrects"] else d["status"],
        )
        for d in documents
    ]
    return table(("number", "date", "customer", "", "net", "total", "status"), rows, right=(4, 5))


def _ran(answer: Answer, dry_run: bool) -> str:
    parts = []
    if answer["invoices"]:
        parts.append(_table(answer["invoices"]))
    verb = "would be issued" if dry_run else "issued"
    parts.append(f"{len(answer['invoices'])} document(s) {verb}.")
    parts += [f"Held: {h['customer']}: {h['reason']}; {h['command']}" for h in answer["held"]]
    return "\n".join(parts)
