"""`billing remind`."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from billing.commands.context import Answer, Json, day, make_folder, setting, show, table, write_file


def register(root: typer.Typer) -> None:
    root.command(rich_help_panel="Month-end")(remind)


def remind(
    on: Annotated[str | None, typer.Option(help="The day of the reminders; default: today.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the day's reminders as PDFs into this folder.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent; change nothing.")] = False,
    json: Json = False,
) -> None:
    """Remind customers of invoices that are overdue, in three steps: one letter a customer and currency.

    Run again on the same day, it sends nothing twice and writes the day's PDFs again, byte for byte.

    Example: billing remind --on 2025-05-01 --out reminders/
    """
    from billing.office.payments import reminders

    now = setting()
    if out and not dry_run:
        make_folder(out)
    answer = reminders.remind(now, day(on) or now.today, dry_run)
    if out and not dry_run:
        _write_all(now, answer, out)
    show(answer, json, lambda a: _reminded(a, dry_run))


def _write_all(now: Any, answer: Answer, out: Path) -> None:
    """Writes the PDFs of all reminders of the day, and says in the answer where they are."""
    from billing.documents import reminder_pdf
    from billing.office.payments import reminders
    from billing.requests import inputs

    files = {}
    for content in reminders.letters(now, inputs.day(answer["on"])):
        file = out / f"reminder-{content['reminder']}.pdf"
        write_file(str(file), reminder_pdf.render(content))
        files[content["reminder"]] = str(file)
    for letter in [*answer["reminders"], *answer["sent"]]:
        letter["pdf"] = files.get(letter["reminder"])


def lines(reminders: list[Answer]) -> list[str]:
    """Reminders as a table, an invoice a row."""
    if not reminders:
        return []
    rows = [
        (r["customer"], row["number"], row["due"], row["days_late"], row["step"], r["currency"], row["open"])
        for r in reminders
        for row in r["invoices"]
    ]
    return [table(("customer", "invoice", "due", "days late", "step", "", "open"), rows, right=(3, 4, 6))]


def _reminded(answer: Answer, dry_run: bool) -> str:
    parts = lines(answer["reminders"])
    parts += [
        f"{r['customer']}: the law adds {r['currency']} "
        + " and ".join(f"{r[what]} of {what}" for what in ("interest", "indemnity") if r[what] != "0.00")
        + "."
        for r in answer["reminders"]
        if (r["interest"], r["indemnity"]) != ("0.00", "0.00")
    ]
    parts += [_own_money(r) for r in answer["reminders"] if r["own_money"] != "0.00"]
    verb = "would be sent" if dry_run else "sent"
    parts.append(f"{len(answer['reminders'])} reminder(s) {verb}.")
    parts += [f"Held: {h['customer']}: {h['reason']}; {h['command']}" for h in answer["held"]]
    parts += [f"Already sent on {answer['on']}: {r['reminder']}, step {r['step']}" for r in answer["sent"]]
    return "\n".join(parts)


def _own_money(reminder: Answer) -> str:
    """That the customer paid too much elsewhere, with the command that uses it."""
    first, own = reminder["invoices"][0], reminder["own_money"]
    amount = min(own, first["open"], key=Decimal)
    return (
        f"{reminder['customer']} has {own} of its own; "
        f"billing pay {first['number']} --own-money --amount {amount} uses it."
    )
