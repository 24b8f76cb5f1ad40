"""`billing remind`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands.context import DryRun, Id, Json, books, day, make_folder, print_json, table, write_file

if TYPE_CHECKING:
    from billing.views.reminders import Reminded, Reminder


def register(root: typer.Typer) -> None:
    root.command(rich_help_panel="Month-end")(remind)


def remind(
    on: Annotated[str | None, typer.Option(help="The day of the reminders; default: today.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the day's reminders as PDFs into this folder.")] = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Remind customers of invoices that are overdue, in three steps: one letter a customer and currency.

    Run again on the same day, it sends nothing twice and writes the day's PDFs again, byte for byte.

    Example: billing remind --on 2025-05-01 --out reminders/
    """
    from billing.requests.reminders import Remind
    from billing.views.codec import to_json

    request = Remind(on=day(on))
    if out and not dry_run:
        make_folder(out)
    outcome = books().do(request, id, dry_run=dry_run)
    view = _written(outcome.view, out) if out and not dry_run else outcome.view
    if json:
        print_json(to_json(view) | ({} if outcome.new else {"unchanged": True}))
    else:
        print(_reminded(view, dry_run))


def _written(reminded: "Reminded", out: Path) -> "Reminded":
    """The reminders of the day with the PDFs of all of them, which it writes."""
    from billing.documents import reminder_pdf
    from billing.requests.reminders import AskLetters

    files = {}
    for letter in books().ask(AskLetters(on=reminded.on)).letters:
        file = out / f"reminder-{letter.reminder}.pdf"
        write_file(str(file), reminder_pdf.render(letter))
        files[letter.reminder] = str(file)

    def named(reminders: "tuple[Reminder, ...]") -> "tuple[Reminder, ...]":
        return tuple(replace(reminder, pdf=files.get(reminder.reminder)) for reminder in reminders)

    return replace(reminded, reminders=named(reminded.reminders), sent=named(reminded.sent))


def _lines(reminders: "tuple[Reminder, ...]") -> list[str]:
    """Reminders as a table, an invoice a row."""
    if not reminders:
        return []
    rows = [
        (r.customer, row.number, row.due, row.days_late, row.step, r.currency, row.open)
        for r in reminders
        for row in r.invoices
    ]
    return [table(("customer", "invoice", "due", "days late", "step", "", "open"), rows, right=(3, 4, 6))]


def _reminded(reminded: "Reminded", dry_run: bool) -> str:
    parts = _lines(reminded.reminders)
    for r in reminded.reminders:
        added = [f"{sum_} of {what}" for sum_, what in ((r.interest, "interest"), (r.indemnity, "indemnity")) if sum_]
        parts += [f"{r.customer}: the law adds {r.currency} {' and '.join(added)}."] if added else []
    parts += [_own_money(r) for r in reminded.reminders if r.own_money]
    verb = "would be sent" if dry_run else "sent"
    parts.append(f"{len(reminded.reminders)} reminder(s) {verb}.")
    parts += [f"Held: {h.customer}: {h.reason}; {h.command}" for h in reminded.held]
    parts += [f"Already sent on {reminded.on}: {r.reminder}, step {r.step}" for r in reminded.sent]
    return "\n".join(parts)


def _own_money(reminder: "Reminder") -> str:
    """That the customer paid too much elsewhere, with the command that uses it."""
    first, own = reminder.invoices[0], reminder.own_money
    return (
        f"{reminder.customer} has {own} of its own; "
        f"billing pay {first.number} --own-money --amount {min(own, first.open)} uses it."
    )
