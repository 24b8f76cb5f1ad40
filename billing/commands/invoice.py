"""`billing invoice …`"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from billing.commands import completion
from billing.commands.context import (
    Dask,
    DryRun,
    Id,
    Json,
    Workers,
    Yes,
    ask,
    books,
    day,
    do,
    make_folder,
    one_answer,
    progress,
    show,
    table,
    write_file,
)
from billing.commands.printing import told, written
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.locales.words import STATUSES, word
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from billing.commands.writing import Writing
    from billing.errors import Refusal
    from billing.requests.invoicing import AskRunFiles
    from billing.views.documents import (
        Checked,
        DocumentHead,
        DocumentLine,
        DocumentShown,
        Ended,
        FormatChecked,
        MonthRun,
    )

app = typer.Typer(no_args_is_help=True, help="Invoices and credit notes: the monthly run, list, show, PDF, XML.")
Number = Annotated[str, typer.Argument(autocompletion=completion.invoices, help="The document's number.")]


@app.command()
def run(
    month: Annotated[str, typer.Argument(help="The month to bill, as 2025-03.")],
    on: Annotated[str | None, typer.Option(help="The issue date; default: today.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the PDFs, and the XML beside, into this folder.")] = None,
    xml: Annotated[
        str | None, typer.Option(help="Beside each PDF: cii, ubl or none; default: what is demanded, or inside it.")
    ] = None,
    workers: Workers = None,
    dask: Dask = None,
    yes: Yes = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Invoice all that was charged up to the month's end, and credit what was taken back.

    Run again, it issues only what is new: nothing twice, no number left out. Files that are there are compared with
    what was issued: a torn one is made whole, another file of that name is left and refused.

    Example: billing invoice run 2025-03 --on 2025-03-31 --out invoices/
    """
    from billing.commands.writing import Writing
    from billing.requests import inputs
    from billing.requests.invoicing import AskRunFiles, RunMonth
    from billing.views.codec import to_json

    first = inputs.month(month)
    wanted = AskRunFiles(month=first, xml=xml)
    request, tell = RunMonth(month=first, on=day(on), yes=yes), progress(told(say("invoicing")))
    answer: dict[str, Any] = {}
    refused: list[Refusal] = []
    if out is None or dry_run:
        outcome = books().do(request, id, dry_run=dry_run, progress=tell)
    else:
        with make_folder(out) as folder, Writing(folder) as writing:
            with books().drawing_ahead(workers, dask, partial(writing.take, ".pdf")):
                outcome = books().do(request, id, progress=tell)
            if not outcome.view.invoices:  # nothing is new but the files: who lacks one is to see it in the status
                books().recorded = False
            answer["files"] = _write_all(wanted, writing, workers, dask)
        refused += writing.refused
    answer = (to_json(outcome.view) if json else {}) | ({} if outcome.new else {"unchanged": True}) | answer
    done_before = say("Done before; nothing changed.")
    show(answer, json, lambda _: _ran(outcome.view, dry_run) if outcome.new else done_before)
    if refused:
        raise _without(refused)


@app.command()
def credit(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why; it is printed on the note.")],
    line: Annotated[int | None, typer.Option(help="Only this line, counted from 1.")] = None,
    amount: Annotated[str | None, typer.Option(help="Only so much, net of VAT.")] = None,
    drawn: Annotated[bool, typer.Option("--drawn", help="What was used of a pack or an add-on too.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Only reduce the price: what was sold goes on.")] = False,
    on: Annotated[str | None, typer.Option(help="The issue date; default: today.")] = None,
    yes: Yes = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Credit an invoice by a credit note: whole, one line of it, or an amount.

    What it sold ends with it. Of a pack the note is by default the share of the minutes that were not drawn; of an
    add-on that was used, the share of the days to come. Time that was wrong is voided instead: the next run credits it.

    Example: billing invoice credit INV-2025-00003 --reason "sold twice" --dry-run
    """
    from billing.commands.context import amount as money
    from billing.requests.invoicing import CreditInvoice

    request = CreditInvoice(
        invoice=number,
        reason=reason,
        line=line,
        amount=money(amount, "amount"),
        drawn=drawn,
        keep=keep,
        on=day(on),
        yes=yes,
    )  # fmt: skip
    do(request, _credited, json, id, dry_run)


@app.command("list")
def list_(
    month: Annotated[str | None, typer.Option(help="Issued in this month, as 2025-03.")] = None,
    customer: Annotated[str | None, typer.Option(autocompletion=completion.customers, help="Of this customer.")] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """List invoices and credit notes."""
    from billing.requests import inputs
    from billing.requests.invoicing import AskDocuments

    first = None if month is None else inputs.month(month)
    report(AskDocuments(month=first, customer=customer), lambda a: _table(a.invoices), json, csv, xlsx, output)


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
        show({"number": number, "file": target}, json, lambda _: say("Written to {file}.", file=target))


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
        show({"number": number, "format": format, "file": out}, json, lambda _: say("Written to {file}.", file=out))


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


def write_run(month: "date", xml: str | None, out: Path) -> int:
    """Has the files of a month's runs in a folder: how many documents there are. Refuses where a name is taken."""
    from billing.commands.writing import Writing
    from billing.requests.invoicing import AskRunFiles

    with make_folder(out) as folder, Writing(folder) as writing:
        count = _write_all(AskRunFiles(month=month, xml=xml), writing)
    if writing.refused:
        raise _without(writing.refused)
    return count


def _write_all(
    wanted: "AskRunFiles",
    writing: "Writing",
    workers: int | None = None,
    dask: str | None = None,
) -> int:
    """Has the files of a month's runs in a folder, as they were issued (L10): how many documents there are.

    What is there is compared with what was issued; what was written meanwhile is there.
    """
    from billing.requests.invoicing import AskFiles, File

    files = books().ask(wanted)
    kinds: tuple[tuple[File, str, tuple[str, ...]], ...] = (
        ("pdf", ".pdf", files.pdf), ("cii", ".cii.xml", files.cii), ("ubl", ".ubl.xml", files.ubl),
    )  # fmt: skip
    done, count = 0, sum(len(numbers) for _, _, numbers in kinds)
    tell = progress(told(say("writing files")))
    writing.check()
    at_once = books().draw_with(len(files.pdf), workers, dask)
    for format, ending, numbers in kinds:
        lacking = [number for number in numbers if f"{number}{ending}" not in writing.taken]
        done += len(numbers) - len(lacking)
        for start in range(0, len(lacking), at_once):
            some = tuple(lacking[start : start + at_once])
            made = books().ask(AskFiles(numbers=some, format=format))
            writing.take(ending, [(file.number, file.data) for file in made])
            writing.check()
            done += len(some)
            if tell:
                tell(done, count)
    return len(files.pdf)


def _without(refused: "Sequence[Refusal]") -> "Refusal":
    """The refusal of all the files whose names are taken: the first, and how many there are."""
    first, *others = refused
    if not others:
        return first
    return type(first)(first.code, say("{wrong}, and {count} more", wrong=first.what, count=len(others)), first.remedy)


def _checked(view: "Checked") -> str:
    known = {"number": view.number, "format": view.issued_as}
    first = say("{number}: every amount holds to the cent; issued as {format}.", **known)
    if view.faults:
        first = say("{number}: {count} {count:fault|faults}; issued as {format}.", **known, count=len(view.faults))
    lines = [first, *(say("  {line}", line=fault) for fault in view.faults)]
    for row in view.formats:
        lines.append(_possible(row))
        lines += [say("  {line}", line=missing) for missing in row.missing]
    lines += [say("Warning: {warning}", warning=warning) for warning in view.warnings]
    return "\n".join(map(told, lines))


def _possible(row: "FormatChecked") -> Text:
    if not row.possible:
        return say("{format}: no", format=row.format)
    if row.fit is None:
        return say("{format}: yes", format=row.format)
    return say("{format}: yes, {fit}", format=row.format, fit=row.fit)


def _shown(view: "DocumentShown") -> str:
    rows = [*map(_line, view.lines), *_sums(view)]
    head = "", say_as("minutes", "time"), say("price"), say("VAT"), say("amount")
    parts: list[Text | str] = [_title(view), "", table(head, rows, right=(1, 2, 3, 4))]
    if view.to_refund:
        parts.append(say("to refund: {amount}", amount=view.to_refund))
    elif view.written_off:
        status = word(STATUSES, view.status)
        parts.append(
            say("{status}, paid {paid}, written off {amount}", status=status, paid=view.paid, amount=view.written_off)
        )
    elif not view.is_note:
        parts.append(say("{status}, paid {paid}", status=word(STATUSES, view.status), paid=view.paid))
    return "\n".join(map(told, parts))


def _title(view: "DocumentShown") -> Text:
    """What a document is, in one line."""
    known = {"number": view.number, "customer": view.customer, "day": view.on}
    if view.corrects:
        return say("{number}, credit note to {customer}, {day}, corrects {invoice}", **known, invoice=view.corrects)
    if view.is_note:
        return say("{number}, credit note to {customer}, {day}", **known)
    if view.due:
        return say("{number}, invoice to {customer}, {day}, due {due}", **known, due=view.due)
    return say("{number}, invoice to {customer}, {day}", **known)


def _line(line: "DocumentLine") -> tuple[object, ...]:
    from billing.commands.speech import minutes

    count = minutes(line.minutes) if line.minutes is not None else line.quantity
    price = line.rate if line.rate is not None else line.unit_price
    return line.label, count, price, f"{written(line.vat_rate)} %", line.amount


def _sums(view: "DocumentShown") -> "Iterator[tuple[object, ...]]":
    yield say("net"), "", "", "", view.net
    for v in view.vat:
        vat = say("VAT {category} {rate} %", category=v.category, rate=v.rate)
        yield vat, "", "", say_as("a base", "on {amount}", amount=v.base), v.amount
    if view.rounding:
        yield say("rounding"), "", "", "", view.rounding
    yield say("total {currency}", currency=view.currency), "", "", "", view.total


def _credited(view: "DocumentShown") -> str:
    return "\n".join([told(_shown(view)), *(told(_ending(end)) for end in view.ends)])


def _ending(end: "Ended") -> Text:
    match end.kind:
        case "pack" if end.minutes:
            return say("{name}: {minutes} min end on {day}.", name=end.name, minutes=end.minutes, day=end.on)
        case "quote":
            return say("{quote} is open again and can be invoiced anew.", quote=end.name)
    return say("{name} ends on {day}.", name=end.name, day=end.on)


def _table(found: "Sequence[DocumentShown | DocumentHead]") -> Text | str:
    if not found:
        return say("No documents.")
    rows = ((d.number, d.on, d.customer, d.currency, d.net, d.total, _standing(d)) for d in found)
    head = say("number"), say("date"), say("customer"), "", say("net"), say("total"), say("status")
    return table(head, rows, right=(4, 5))


def _standing(d: "DocumentShown | DocumentHead") -> Text | str:
    return say("corrects {invoice}", invoice=d.corrects) if d.corrects else word(STATUSES, d.status)


def _ran(view: "MonthRun", dry_run: bool) -> str:
    from billing.views.documents import heads

    parts: list[Text | str] = [_table(heads(view.invoices))] if view.invoices else []
    issued = (
        say("{count} {count:document|documents} would be issued.")
        if dry_run
        else say("{count} {count:document|documents} issued.")
    )
    parts.append(issued.of(count=len(view.invoices)))
    for held in view.held:
        known = {"customer": held.customer, "reason": held.reason, "command": held.command}
        parts.append(say("Held: {customer}: {reason}; {command}", **known))
    parts += [say("Warning: {warning}", warning=warning) for warning in view.warnings]
    return "\n".join(map(told, parts))
