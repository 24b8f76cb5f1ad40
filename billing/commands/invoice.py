"""`billing invoice …`"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import (
    DryRun,
    Id,
    Json,
    ask,
    books,
    day,
    doubts,
    make_folder,
    one_answer,
    progress,
    show,
    table,
    write_file,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from billing.views.documents import Checked, DocumentShown, MonthRun

app = typer.Typer(no_args_is_help=True, help="Invoices and credit notes: the monthly run, list, show, PDF, XML.")
Number = Annotated[str, typer.Argument(autocompletion=completion.invoices, help="The document's number.")]
AT_ONCE = 50  # files that are asked for together


@app.command()
def run(
    month: Annotated[str, typer.Argument(help="The month to bill, as 2025-03.")],
    on: Annotated[str | None, typer.Option(help="The issue date; default: today.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the documents as PDFs into this folder.")] = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Invoice all that was charged up to the month's end, and credit what was taken back.

    Run again, it issues only what is new: nothing twice, no number left out.

    Example: billing invoice run 2025-03 --on 2025-03-31 --out invoices/
    """
    from billing.requests import inputs
    from billing.requests.invoicing import RunMonth
    from billing.views.codec import to_json

    first = inputs.month(month)
    if out and not dry_run:
        make_folder(out)
    outcome = books().do(RunMonth(month=first, on=day(on)), id, dry_run=dry_run, progress=progress("invoicing"))
    answer = to_json(outcome.view) | ({} if outcome.new else {"unchanged": True})
    if out and not dry_run:
        answer["files"] = _write_all(first, out)
    show(answer, json, lambda a: _ran(outcome.view, dry_run, a))


@app.command("list")
def list_(
    month: Annotated[str | None, typer.Option(help="Issued in this month, as 2025-03.")] = None,
    customer: Annotated[str | None, typer.Option(autocompletion=completion.customers, help="Of this customer.")] = None,
    json: Json = False,
) -> None:
    """List invoices and credit notes."""
    from billing.requests import inputs
    from billing.requests.invoicing import AskDocuments

    first = None if month is None else inputs.month(month)
    ask(AskDocuments(month=first, customer=customer), lambda a: _table(a.invoices), json)


@app.command("show")
def show_(number: Number, json: Json = False) -> None:
    """Show an invoice or a credit note."""
    from billing.requests.invoicing import AskDocument

    ask(AskDocument(number=number), _shown, json)


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
    from billing.requests.invoicing import AskFiles

    one_answer(out, json)
    target = out or f"{number}.pdf"
    (made,) = books().ask(AskFiles(numbers=(number,), format="plain" if plain else "pdf"))
    write_file(target, made.data)
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
    from billing.requests.invoicing import AskFiles, xml_format

    (made,) = books().ask(AskFiles(numbers=(number,), format=xml_format(format)))
    if out == "-" and json:
        show({"number": number, "format": format, "xml": made.data.decode()}, json, str)
        return
    write_file(out, made.data)
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
    from billing.requests.invoicing import CheckDocument
    from billing.views.codec import to_json

    view = books().ask(CheckDocument(number=number, format=format))
    show(to_json(view), json, lambda _: _checked(view))
    if not view.ok:
        raise typer.Exit(1)


def _write_all(month: "date", out: Path) -> int:
    """Writes the PDFs of a month's runs that are not there yet: how many documents there are."""
    from billing.requests.invoicing import AskFiles, AskRunNumbers

    numbers = books().ask(AskRunNumbers(month=month)).numbers
    lacking = [number for number in numbers if not _is_there(out / f"{number}.pdf")]
    tell = progress("writing PDFs")
    for start in range(0, len(lacking), AT_ONCE):
        for made in books().ask(AskFiles(numbers=tuple(lacking[start : start + AT_ONCE]))):
            write_file(str(out / f"{made.number}.pdf"), made.data)
        if tell:
            tell(min(start + AT_ONCE, len(lacking)), len(lacking))
    return len(numbers)


def _is_there(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _checked(view: "Checked") -> str:
    sums = "every amount holds to the cent" if not view.faults else f"{len(view.faults)} fault(s)"
    lines = [f"{view.number}: {sums}; issued as {view.issued_as}.", *(f"  {fault}" for fault in view.faults)]
    for row in view.formats:
        lines.append(f"{row.format}: {'yes' if row.possible else 'no'}")
        lines += [f"  {missing}" for missing in row.missing]
    return "\n".join(lines)


def _shown(view: "DocumentShown") -> str:
    from billing.commands.printing import told
    from billing.commands.speech import minutes
    from billing.texts import say

    corrects = f", corrects {view.corrects}" if view.corrects else ""
    due = f", due {view.due}" if view.due else ""
    rows = [
        (line.label, minutes(line.minutes) if line.minutes is not None else line.quantity,
         line.rate if line.rate is not None else line.unit_price, f"{line.vat_rate} %", line.amount)
        for line in view.lines
    ]  # fmt: skip
    sums: list[tuple[object, ...]] = [("net", "", "", "", view.net)]
    sums += [(f"VAT {v.category} {v.rate} %", "", "", f"on {v.base}", v.amount) for v in view.vat]
    if view.rounding:
        sums.append(("rounding", "", "", "", view.rounding))
    sums.append((f"total {view.currency}", "", "", "", view.total))
    head = f"{view.number}, {view.kind} to {view.customer}, {view.on}{due}{corrects}"
    state = "" if view.kind == "credit-note" else f"\n{view.status}, paid {view.paid}"
    if view.to_refund:
        state = f"\n{told(say('to refund: {amount}', amount=view.to_refund))}"
    return f"{head}\n\n{table(('', 'time', 'price', 'VAT', 'amount'), [*rows, *sums], right=(1, 2, 3, 4))}{state}"


def _table(found: "Sequence[DocumentShown]") -> str:
    if not found:
        return "No documents."
    rows = [
        (d.number, d.on, d.customer, d.currency, d.net, d.total, f"corrects {d.corrects}" if d.corrects else d.status)
        for d in found
    ]
    return table(("number", "date", "customer", "", "net", "total", "status"), rows, right=(4, 5))


def _ran(view: "MonthRun", dry_run: bool, answer: dict[str, object]) -> str:
    if "unchanged" in answer:
        return "Done before; nothing changed."
    parts = [_table(view.invoices)] if view.invoices else []
    verb = "would be issued" if dry_run else "issued"
    parts.append(f"{len(view.invoices)} document(s) {verb}.")
    parts += [f"Held: {held.customer}: {held.reason}; {held.command}" for held in view.held]
    return "\n".join([*parts, *doubts(answer)])
