"""`billing remind`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import printing
from billing.commands.context import DryRun, Id, Json, Yes, books, day, logo, make_folder, print_json, table
from billing.commands.printing import told
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.filing import Folder
    from billing.views.reminders import Reminded, Reminder


def register(root: typer.Typer) -> None:
    root.command(rich_help_panel="Month-end")(remind)


def remind(
    on: Annotated[str | None, typer.Option(help="The day of the reminders; default: today.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the day's reminders as PDFs into this folder.")] = None,
    yes: Yes = False,
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

    request = Remind(on=day(on), yes=yes)
    folder = make_folder(out) if out and not dry_run else None
    outcome = books().do(request, id, dry_run=dry_run)
    view = outcome.view
    if folder is not None:
        if not view.reminders:  # nothing is new but the files
            books().recorded = False
        with folder:
            view = _written(view, folder)
    if json:
        print_json(to_json(view) | ({} if outcome.new else {"unchanged": True}))
    else:
        printing.out(_reminded(view, dry_run))


def _written(reminded: "Reminded", folder: "Folder") -> "Reminded":
    """The reminders of the day with the PDFs of all of them, which it writes."""
    from billing.documents import reminder_pdf
    from billing.requests.reminders import AskLetters

    files = {}
    for letter in books().ask(AskLetters(on=reminded.on)).letters:
        name = f"reminder-{letter.reminder}.pdf"
        folder.put(name, reminder_pdf.render(letter, logo(letter.issuer.head)))
        files[letter.reminder] = str(folder.path / name)

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
    head = (
        say("customer"), say("invoice"), say_as("a day", "due"), say("days late"), say_as("of reminders", "step"), "",
        say_as("an amount", "open"),
    )  # fmt: skip
    return [table(head, rows, right=(3, 4, 6))]


def _reminded(reminded: "Reminded", dry_run: bool) -> str:
    parts: list[Text | str] = [*_lines(reminded.reminders)]
    parts += [_added(r) for r in reminded.reminders if r.interest or r.indemnity]
    parts += [_own_money(r) for r in reminded.reminders if r.own_money]
    sent = (
        say("{count} {count:reminder|reminders} would be sent.")
        if dry_run
        else say("{count} {count:reminder|reminders} sent.")
    )
    parts.append(sent.of(count=len(reminded.reminders)))
    for h in reminded.held:
        held = {"customer": h.customer, "reason": h.reason, "command": h.command}
        parts.append(say("Held: {customer}: {reason}; {command}", **held))
    for r in reminded.sent:
        known = {"day": reminded.on, "reminder": r.reminder, "step": r.step}
        parts.append(say("Already sent on {day}: {reminder}, step {step}", **known))
    return "\n".join(map(told, parts))


def _added(reminder: "Reminder") -> Text:
    """What the law adds to what is owed."""
    known = {"customer": reminder.customer, "currency": reminder.currency}
    interest, indemnity = reminder.interest, reminder.indemnity
    if not indemnity:
        return say("{customer}: the law adds {currency} {interest} of interest.", **known, interest=interest)
    if not interest:
        return say("{customer}: the law adds {currency} {indemnity} of indemnity.", **known, indemnity=indemnity)
    return say(
        "{customer}: the law adds {currency} {interest} of interest and {indemnity} of indemnity.",
        **known,
        interest=interest,
        indemnity=indemnity,
    )


def _own_money(reminder: "Reminder") -> Text:
    """That the customer paid too much elsewhere, with the command that uses it."""
    first, own = reminder.invoices[0], reminder.own_money
    return say(
        "{customer} has {own} of its own; billing pay {invoice} --own-money --amount {amount} uses it.",
        customer=reminder.customer,
        own=own,
        invoice=first.number,
        amount=str(min(own, first.open)),  # as it is typed
    )
