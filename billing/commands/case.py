"""`billing case …` and `billing queue`."""

from functools import partial
from typing import Annotated

import typer

from billing.commands import approving, attached, calling, completion, correcting, exporting, history
from billing.commands.case_events import plain, record, telling
from billing.commands.case_options import Agent, At, Case, Note, when
from billing.commands.context import DryRun, Id, Json, Yes, agent, ask, do, one_note
from billing.commands.options import Code
from billing.commands.replying import Copy, Reply
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.texts import say

app = typer.Typer(no_args_is_help=True, help="Cases: open, take, ask, reply, resolve, close, and their history.")
Customer = Annotated[str | None, typer.Option(autocompletion=completion.customers, help="Only this customer's.")]
Mine = Annotated[bool, typer.Option("--mine", help="Only yours: BILLING_AGENT's.")]
Owner = Annotated[str | None, typer.Option("--agent", autocompletion=completion.agents, help="Only this agent's.")]
Tariff = Annotated[str | None, typer.Option(autocompletion=completion.tariffs, help="Only those under this tariff.")]
Priority = Annotated[str | None, typer.Option(autocompletion=completion.priorities, help="Only of this priority.")]
Late = Annotated[bool, typer.Option("--late", help="Only those with an overdue target.")]
State = Annotated[str | None, typer.Option(help="open, taken, waiting, resolved, closed or logged.")]
Page = Annotated[int, typer.Option(min=1, help="Which 40 lines to show; JSON has all.")]


def register(root: typer.Typer) -> None:
    root.command(rich_help_panel="At the desk")(queue)


@app.command("open")
def open_(
    code: Code,
    case: Annotated[str, typer.Argument(help="A reference of yours; asked again with it, nothing is done twice.")],
    priority: Annotated[
        str | None, typer.Option(autocompletion=completion.priorities, help="Default: the tariff's usual one.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(autocompletion=completion.categories, help="Default: the tariff's first.")
    ] = None,
    channel: Annotated[
        str | None, typer.Option(autocompletion=completion.channels, help="How it came: phone, mail, portal, …")
    ] = None,
    contact: Annotated[
        str | None, typer.Option(autocompletion=completion.contacts, help="The customer's contact.")
    ] = None,
    at: At = None,
    agent_: Agent = None,
    subject: Annotated[
        str | None, typer.Option(help="What it is about, in one line; default: the first line of the note.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="What was asked, in full.")] = None,
    agreed_with: Annotated[
        str | None,
        typer.Option("--agreed-with", autocompletion=completion.contacts, help="Who agreed to it, of the customer."),
    ] = None,
    yes: Yes = False,
    id: Annotated[str | None, typer.Option(help="An id of yours; default: the reference.")] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Open a case: its clock starts (S4).

    Example: billing case open ALPINA T-17 --priority urgent --channel phone --subject "VAT report does not open"
    """
    from billing.requests.cases import OpenCase

    request = OpenCase(
        customer=code, case=case, priority=priority, category=category, channel=channel, contact=contact,
        at=when(at), agent=agent(agent_), note=note or None, subject=subject or None, agreed_with=agreed_with,
        typed=True, yes=yes,
    )  # fmt: skip
    do(request, history.told_of, json, id, dry_run, history.again)


@app.command()
def take(
    case: Case,
    told: Annotated[
        bool, typer.Option("--told", help="The customer was told: where the tariff says so, it counts only then.")
    ] = False,
    at: At = None,
    agent_: Agent = None,
    note: Note = None,
    reply: Reply = False,
    copy: Copy = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take a case up: it is yours, and its time counts from now on (S4, S10).

    Example: billing case take T-17 --told
    """
    record("take", case, note, id, dry_run, json, reply, copy, told=told, at=when(at), agent=agent(agent_))


telling(app, "ask", "Ask the customer: the case waits, and its resolution clock stops, until he answers (S3).")
telling(
    app,
    "ask-files",
    "Ask the customer for files: the case waits until they arrive; where the tariff says so, it is closed.",
)
telling(app, "files", "The customer's files arrived: a case that waited, was resolved or was swept goes on (S5).")
telling(app, "workaround", "Resolve a case for the time being; it counts like a fix (S3).")
telling(app, "resolve", "Resolve a case: its resolution clock stops.")
telling(app, "close", "Close a case by agreement with the customer; his thanks still come into its history (S5).")
telling(app, "reopen", "Open a resolved or closed case again.")


plain(
    app,
    "answer",
    "answer",
    """Record what the customer says: a case that waited, was resolved or swept goes on (S5).

    After a closing by agreement it is a word of thanks, and the case stays closed. What you say to him is `reply`.

    Example: billing case answer T-17 --note "it prints again"
    """,
)


@app.command("reply")
def reply_(
    case: Case,
    channel: Annotated[str | None, typer.Option(autocompletion=completion.channels, help="How: phone, mail, …")] = None,
    at: At = None,
    agent_: Agent = None,
    note: Note = None,
    reply: Reply = False,
    copy: Copy = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record what you say to the customer: the first time, the case is yours, and its first reply is met (S2, S10).

    Example: billing case reply T-17 --note "the update of Monday mends it"
    """
    record("reply", case, note, id, dry_run, json, reply, copy, channel=channel, at=when(at), agent=agent(agent_))


@app.command("note")
def note_(
    case: Case,
    text: Annotated[str | None, typer.Argument(metavar="[NOTE]", help="What only we are to know, as --note.")] = None,
    at: At = None,
    agent_: Agent = None,
    note: Note = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Keep an internal note with a case: it moves no clock, and the customer never sees it (S14).

    Example: billing case note T-17 "their server is the old one"
    """
    record("note", case, one_note(text, note), id, dry_run, json, at=when(at), agent=agent(agent_))


@app.command()
def attempt(
    case: Case,
    channel: Annotated[
        str | None, typer.Option(autocompletion=completion.channels, help="How: phone, voicemail, …")
    ] = None,
    at: At = None,
    agent_: Agent = None,
    note: Note = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record an attempt to reach the customer that failed; three may close the case (S5).

    Example: billing case attempt T-17 --channel voicemail
    """
    record("attempt", case, note, id, dry_run, json, channel=channel, at=when(at), agent=agent(agent_))


@app.command("hand-over")
def hand_over(
    case: Case,
    to: Annotated[str | None, typer.Option(help="The agent who owns it from now on; default: --agent.")] = None,
    at: At = None,
    agent_: Annotated[
        str | None,
        typer.Option("--agent", autocompletion=completion.agents, help="Who hands it over; without --to, to whom."),
    ] = None,
    note: Note = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Hand a case over to another agent, who owns it from then on (S10).

    Example: billing case hand-over T-17 --to ben
    """
    by = agent(agent_) if to or agent_ else None  # without a name, nobody means to hand it over to himself
    record("hand-over", case, note, id, dry_run, json, to=to, at=when(at), agent=by)


@app.command()
def priority(
    case: Case,
    to: Annotated[
        str | None, typer.Argument(metavar="[PRIORITY]", autocompletion=completion.priorities, help="The new one.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why, as agreed with the customer.")] = None,
    agreed_with: Annotated[
        str | None,
        typer.Option("--agreed-with", autocompletion=completion.contacts, help="Who agreed to it, of the customer."),
    ] = None,
    at: At = None,
    agent_: Agent = None,
    note: Annotated[str | None, typer.Option(help="The same as --reason; or `urgent: reason`.")] = None,
    yes: Yes = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Change the priority of a case, with a reason; its targets are those of the new one (S10).

    Example: billing case priority T-17 urgent --reason "nobody can invoice; agreed by phone"
    """
    record(
        "priority", case, reason or note, id, dry_run, json, priority=to, at=when(at), agent=agent(agent_),
        agreed_with=agreed_with, typed=True, yes=yes,
    )  # fmt: skip


@app.command()
def authorise(
    case: Case,
    note: Annotated[str, typer.Option(help="Who gave it, for what, and where it is kept.")],
    at: At = None,
    agent_: Agent = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Keep the customer's written authorisation with the case: access to his data, changes to it (S12).

    Example: billing case authorise T-17 --note "mail of Marie, 4 March: correct the invoice dates"
    """
    record("authorisation", case, note, id, dry_run, json, at=when(at), agent=agent(agent_))


@app.command()
def attach(
    case: Case,
    file: attached.File = None,
    get: attached.Get = None,
    output: attached.Target = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Keep a file with a case, told by what is in it; the same file twice is one. `case show` lists them.

    Examples: billing case attach T-17 screen.png; billing case attach T-17 --get 1 -o screen.png
    """
    from billing.requests.attachments import AskAttachment, AttachToCase

    attached.keep_or_write(
        file, get, output, id, dry_run, json,
        keep=lambda name, data: AttachToCase(case=case, name=name, data=data),
        ask=lambda number: AskAttachment(case=case, file=number),
    )  # fmt: skip


app.add_typer(calling.app, name="callback")
approving.register(app)
correcting.register(app)
exporting.register(app)


@app.command("show")
def show_(case: Case, at: At = None, json: Json = False) -> None:
    """Show a case: who owns it, its targets, and its whole history in order, with who and when.

    Example: billing case show T-17
    """
    from billing.requests.cases import AskCase

    ask(AskCase(case=case, at=when(at)), history.shown, json)


@app.command("list")
def list_(
    customer: Customer = None,
    state: State = None,
    mine: Mine = False,
    agent_: Owner = None,
    tariff: Tariff = None,
    priority: Priority = None,
    late: Late = False,
    page: Page = 1,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """List the cases in the order in which they came, with those that were only logged on.

    Example: billing case list --customer ALPINA --state waiting
    """
    from billing.requests.cases import ListCases

    question = ListCases(
        customer=customer, state=state, agent=owner(mine, agent_), tariff=tariff, priority=priority, late=late
    )
    report(question, partial(history.listed, page=page), json, csv, xlsx, output)


@app.command()
def sweep(
    at: At = None,
    id: Id = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be closed; change nothing.")] = False,
    json: Json = False,
) -> None:
    """Close what the tariffs' rules close, and say why: failed attempts, no answer, files asked for (S5).

    Example: billing case sweep --dry-run
    """
    from billing.requests.cases import AskSweep, SweepCases

    if dry_run:
        ask(AskSweep(at=when(at)), history.would_be_swept, json)
    else:
        do(SweepCases(at=when(at)), history.swept, json, id)


def queue(
    at: At = None,
    customer: Customer = None,
    state: State = None,
    mine: Mine = False,
    agent_: Owner = None,
    tariff: Tariff = None,
    priority: Priority = None,
    late: Late = False,
    page: Page = 1,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """Show the open cases, the next one first: Support+, call-backs, late and urgent ones, then by deadline (S6).

    What waits for the customer or has no target comes last.

    Example: billing queue --mine
    """
    from billing.requests.cases import AskQueue

    question = AskQueue(
        at=when(at), customer=customer, state=state, agent=owner(mine, agent_), tariff=tariff, priority=priority,
        late=late,
    )  # fmt: skip
    report(question, partial(history.queued, page=page), json, csv, xlsx, output)


def owner(mine: bool, given: str | None) -> str | None:
    """Whose cases are asked for; `--mine` without a name of one's own is refused."""
    from billing.errors import BadInput

    if not mine or given is not None:
        return given
    if (name := agent(None)) is None:
        raise BadInput("bad-input", say("--mine: whose? set BILLING_AGENT, or name one with --agent"))
    return name
