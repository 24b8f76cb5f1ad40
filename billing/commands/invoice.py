"""`billing invoice …`"""

from pathlib import Path
from typing import Annotated, Any

import typer

from billing.commands import completion
from billing.commands.context import (
    Answer,
    Json,
    day,
    doubts,
    make_folder,
    one_answer,
    progress,
    setting,
    show,
    table,
    write_file,
)

app = typer.Typer(no_args_is_help=True, help="Invoices and credit notes: the monthly run, list, show, PDF, XML.")
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
    from billing.office.invoicing import documents
    from billing.requests import inputs

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
    from billing.office.invoicing import documents
    from billing.requests import inputs

    if month is not None:
        inputs.month(month)
    show(documents.list_documents(setting(), month, customer), json, lambda a: _table(a["invoices"]))


@app.command("show")
def show_(number: Number, json: Json = False) -> None:
    """Show an invoice or a credit note."""
    from billing.commands import speech
    from billing.office.invoicing import documents

    show(documents.show(setting(), number), json, speech.document)


@app.command()
def pdf(
    number: Number,
    out: Annotated[str | None, typer.Option("--out", "-o", help="The file; - is stdout; default: NUMBER.pdf.")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Without the e-invoice inside.")] = False,
    json: Json = False,
) -> None:
    """Write a document as PDF: made once, byte for byte the same ever after.

    An invoice in EUR whose data suffice is a Factur-X: a PDF/A-3 with the e-invoice inside.
    """
    from billing.office.invoicing import files

    one_answer(out, json)
    target = out or f"{number}.pdf"
    write_file(target, files.pdf(setting(), number, plain))
    if target != "-":
        show({"number": number, "file": target}, json, lambda a: f"Written to {target}.")


@app.command()
def xml(
    number: Number,
    format: Annotated[str, typer.Option(help="cii (EN 16931, as in Factur-X) or ubl (Peppol BIS Billing 3).")] = "cii",
    out: Annotated[str, typer.Option("--out", "-o", help="The file; default: - , stdout.")] = "-",
    json: Json = False,
) -> None:
    """Write a document as an e-invoice's XML.

    Example: billing invoice xml INV-2025-00001 --format ubl -o invoice.xml
    """
    from billing.office.invoicing import files

    written = files.xml(setting(), number, format)
    if out == "-" and json:
        show({"number": number, "format": format, "xml": written.decode()}, json, str)
        return
    write_file(out, written)
    if out != "-":
        show({"number": number, "format": format, "file": out}, json, lambda a: f"Written to {out}.")


@app.command()
def check(
    number: Number,
    format: Annotated[str | None, typer.Option(help="This must be possible: pdf, factur-x, cii or ubl.")] = None,
    json: Json = False,
) -> None:
    """Check every amount of a document to the cent, and in which formats it can be issued.

    Exit status 1 where an amount does not hold, or where something is missing for the format that you or the issuer's
    settings demand (where neither does: for any XML). It says what, and which command fills it for documents to come.

    Example: billing invoice check INV-2025-00001
    """
    from billing.office.invoicing import einvoices

    answer = einvoices.check(setting(), number, format)
    show(answer, json, _checked)
    if not answer["ok"]:
        raise typer.Exit(1)


def _write_all(now: Any, month: str, out: Path) -> int:
    """Writes the PDFs of a month's runs that are not there yet: how many documents there are."""
    from billing.office.invoicing import files

    numbers = files.of_run(now, month)
    lacking = [number for number in numbers if not _is_there(out / f"{number}.pdf")]
    tell = progress("writing PDFs")
    for count, (number, made) in enumerate(files.pdfs(now, lacking), 1):
        write_file(str(out / f"{number}.pdf"), made)
        if tell:
            tell(count, len(lacking))
    return len(numbers)


def _is_there(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _checked(answer: Answer) -> str:
    sums = "every amount holds to the cent" if not answer["faults"] else f"{len(answer['faults'])} fault(s)"
    lines = [f"{answer['number']}: {sums}; issued as {answer['issued_as']}.", *(f"  {f}" for f in answer["faults"])]
    for row in answer["formats"]:
        lines.append(f"{row['format']}: {'yes' if row['possible'] else 'no'}")
        lines += [f"  {missing}" for missing in row["missing"]]
    return "\n".join(lines)


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
    return "\n".join([*parts, *doubts(answer)])
