"""`billing send …`"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import Dask, DryRun, Id, Json, Workers, books, day, make_folder, progress, show, table
from billing.commands.groups import WithDefault
from billing.commands.printing import told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.locales.words import word
from billing.locales.words_inside import SENDINGS
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typer._click.core import Context
    from typer._click.shell_completion import CompletionItem

    from billing.mail.sending import Wanted, Way
    from billing.mail.settings import Settings
    from billing.requests.sending import AskOutbox
    from billing.views.sending import ReturnsRead, Sending, SendingRun


class _Group(WithDefault):
    """A month or a number in the place of a command means `documents`."""

    default = "documents"

    def shell_complete(self, ctx: "Context", incomplete: str) -> "list[CompletionItem]":
        """Commands, and the numbers of documents that may stand in their place."""
        numbers = self.commands[self.default].params[0].shell_complete(ctx, incomplete)
        return [*super().shell_complete(ctx, incomplete), *numbers]


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    subcommand_metavar="MONTH|NUMBER… | COMMAND [ARGS]...",
    help="Send documents, reminders and statements by mail, or write them as drafts. "
    "`billing send 2025-03` is `billing send documents 2025-03`. The mail server is named by BILLING_SMTP_HOST, or in "
    "a file that BILLING_MAIL names: see docs/sending.md.",
)  # fmt: skip
MAIL = ("BILLING_MAIL", "BILLING_SMTP_HOST")  # what names a mail server; drafts do without
Drafts = Annotated[Path | None, typer.Option(help="Write the mails as files (.eml) into this folder; send none.")]
Again = Annotated[bool, typer.Option("--again", help="Also what was sent before, or may have been.")]
SettingsFile = Annotated[
    Path | None, typer.Option(help="A file with the mail server's settings; default: BILLING_MAIL.")
]
Papers = Annotated[
    list[str],
    typer.Argument(
        metavar="MONTH|NUMBER...", autocompletion=completion.invoices, help="A month, as 2025-03, or documents."
    ),
]


@app.command()
def documents(
    what: Papers,
    drafts: Drafts = None,
    statement: Annotated[
        bool, typer.Option("--statement", help="With each customer's first document, the month's time statement.")
    ] = False,
    again: Again = False,
    settings: SettingsFile = None,
    workers: Workers = None,
    dask: Dask = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Send invoices and credit notes: those of a month (its runs, and what was issued in it beside), or by number.

    Each goes once, with its PDF and the e-invoices (XML) that it is fit for. Run again, only what is new is sent;
    exit status 1 where a mail could not be sent.

    Example: billing send 2025-03 --dry-run
    """
    from billing.requests import inputs
    from billing.requests.sending import AskOutbox

    months, numbers = inputs.months_and_numbers(what)
    outbox = AskOutbox(months=months, numbers=numbers, again=again)
    _send(outbox, drafts, statement, settings, id, dry_run, json, workers, dask)


@app.command()
def reminders(
    on: Annotated[str | None, typer.Option(help="The day of the reminders; default: today.")] = None,
    drafts: Drafts = None,
    again: Again = False,
    settings: SettingsFile = None,
    workers: Workers = None,
    dask: Dask = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Send the reminders of a day, which `billing remind` made.

    Example: billing send reminders --on 2025-05-06 --drafts drafts/
    """
    from billing.requests.sending import AskOutbox

    outbox = AskOutbox(paper="reminder", on=day(on), again=again)
    _send(outbox, drafts, False, settings, id, dry_run, json, workers, dask)


@app.command()
def statements(
    month: Annotated[str, typer.Argument(help="The month, as 2025-03.")],
    customers: Annotated[
        list[str] | None,
        typer.Argument(autocompletion=completion.customers, help="To these; default: all whose time moved."),
    ] = None,
    drafts: Drafts = None,
    again: Again = False,
    settings: SettingsFile = None,
    workers: Workers = None,
    dask: Dask = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Send the time statements of a month.

    Example: billing send statements 2025-03 ALPINA
    """
    from billing.requests import inputs
    from billing.requests.sending import AskOutbox

    outbox = AskOutbox(paper="statement", months=(inputs.month(month),), customers=tuple(customers or ()), again=again)
    _send(outbox, drafts, False, settings, id, dry_run, json, workers, dask)


@app.command()
def bounces(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Mailboxes (mbox, maildir), folders or .eml.")],
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Read mails that came back: each report names its document, and that it did not arrive is recorded, once.

    Example: billing send bounces /var/mail/billing
    """
    from billing.mail import returns
    from billing.views.codec import to_json

    view = returns.read(books(), files, id, dry_run)
    show(to_json(view), json, lambda _: _read(view, dry_run))


@app.command()
def mark(
    what: Papers,
    how: Annotated[str, typer.Option(help="How: post, the name of a platform, …")] = "post",
    on: Annotated[str | None, typer.Option(help="The day; default: today.")] = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Say that customers were given documents in another way: they count as sent. Those that were sent stay so.

    Example: billing send mark INV-2025-00003 --how post
    """
    from billing.requests import inputs
    from billing.requests.sending import AskSendings, HandOverPaper
    from billing.views.codec import to_json
    from billing.views.sending import Sendings

    months, numbers = inputs.months_and_numbers(what)
    given, found = day(on), []
    for one in books().ask(AskSendings(months=months, numbers=numbers)).papers:
        key = id and f"{id}/{one.code}"
        found.append(books().do(HandOverPaper(number=one.code, how=how, on=given), key, dry_run=dry_run).view)
    show(to_json(Sendings(tuple(found))), json, lambda _: _table(found))


@app.command("list")
def list_(what: Papers, csv: Csv = False, xlsx: Xlsx = False, output: Output = None, json: Json = False) -> None:
    """List how documents stand: sent to whom and when, written as a draft, come back, not sent.

    Example: billing send list 2025-03
    """
    from billing.requests import inputs
    from billing.requests.sending import AskSendings

    months, numbers = inputs.months_and_numbers(what)
    report(AskSendings(months=months, numbers=numbers), lambda found: _table(found.papers), json, csv, xlsx, output)


def _send(
    outbox: "AskOutbox",
    drafts: Path | None,
    statement: bool,
    settings: Path | None,
    id: str | None,
    dry_run: bool,
    json: bool,
    workers: int | None = None,
    dask: str | None = None,
) -> None:
    """Sends what is ready, or says what would be, and prints it."""
    from billing.crew import crew_for
    from billing.mail import sending
    from billing.views.codec import to_json

    def at_once(count: int) -> int:
        return books().draw_with(count, workers, dask)

    wanted = sending.Wanted(outbox, statement, id, at_once, lambda count: crew_for(count, workers, dask))
    if dry_run:
        view = sending.look_ahead(books(), wanted)
    elif drafts is not None:
        make_folder(drafts).close()
        named = settings is not None or any(map(os.environ.get, MAIL))
        view = _run(wanted, sending.AsDrafts(drafts, _settings(settings) if named else None))
    else:
        from billing.mail.post import Post

        with Post(_settings(settings)) as post:
            view = _run(wanted, sending.ByPost(post))
    show(to_json(view), json, lambda _: _sent(view, dry_run))
    if not view.is_whole:
        books().recorded = False  # each mail was a request of its own; the exit status is the run's
        raise typer.Exit(1)


def _run(wanted: "Wanted", way: "Way") -> "SendingRun":
    from billing.mail import sending

    return sending.run(books(), wanted, way, progress(told(say("sending"))))


def _settings(file: Path | None) -> "Settings":
    from billing.mail import settings

    return settings.read(os.environ, None if file is None else str(file))


# In words


def _sent(view: "SendingRun", dry_run: bool) -> str:
    parts: list[Text | str] = []
    if view.mails:
        rows = [(one.code, one.customer, one.to, word(SENDINGS, one.state), one.file or one.said) for one in view.mails]
        head = say("document"), say("customer"), say_as("a mail", "to"), say("status"), ""
        whole = any(row[-1] for row in rows)
        parts.append(table(head, rows) if whole else table(head[:-1], [row[:-1] for row in rows]))
    count = sum(one.state in ("sent", "draft", "ready") for one in view.mails)
    drafts = any(one.state == "draft" for one in view.mails)
    told_ = say("{count} {count:mail|mails} would be sent.") if dry_run else say("{count} {count:mail|mails} sent.")
    parts.append((say("{count} {count:draft|drafts} written.") if drafts else told_).of(count=count))
    if view.known:
        parts.append(say("{count} sent before; --again sends {count:it|them} again.", count=view.known))
    for held in view.held:
        known = {"code": held.code, "customer": held.customer, "reason": held.reason, "command": held.command}
        parts.append(say("Held: {code} for {customer}: {reason}; {command}", **known))
    for one in view.unsure:
        status = word(SENDINGS, one.state)
        parts.append(say("To look at: {code}, {status}; {command}", code=one.code, status=status, command=one.command))
    if view.stopped is not None:
        parts.append(say("Stopped: {why}; {count} left for the next run.", why=view.stopped, count=view.left))
    return "\n".join(map(told, parts))


def _table(found: "Iterable[Sending]") -> Text | str:
    known = list(found)
    if not known:
        return say("No documents.")
    rows = [(one.code, one.customer, word(SENDINGS, one.state), one.on, one.to or one.status) for one in known]
    head = say("document"), say("customer"), say("status"), say("date"), say_as("a mail", "to")
    see_to = [
        say("{code}: {why}; {command}", code=one.code, why=one.said or word(SENDINGS, one.state), command=one.command)
        for one in known
        if one.command is not None
    ]
    return "\n".join([table(head, rows), *map(told, see_to)])


def _read(view: "ReturnsRead", dry_run: bool) -> str:
    parts: list[Text | str] = []
    for one in view.bounced:
        known = {
            "code": one.code,
            "customer": one.customer,
            "to": one.to,
            "said": one.said or one.status or "?",
            "command": one.command,
        }
        parts.append(say("{code} for {customer} did not reach {to}: {said}; {command}", **known))
    parts += [
        say("{place}: {reason}: {subject}", place=o.place, reason=o.reason, subject=o.subject) for o in view.others
    ]
    counts = {"count": len(view.bounced), "known": len(view.known), "others": len(view.others)}
    told_ = say("{count} {count:report|reports} would be recorded, {known} known, {others} other {others:mail|mails}.")
    parts.append(
        (
            told_
            if dry_run
            else say("{count} {count:report|reports} recorded, {known} known, {others} other {others:mail|mails}.")
        ).of(**counts)
    )
    return "\n".join(map(told, parts))
