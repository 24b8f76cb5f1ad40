"""`billing report time`, `open`, `sla` and `errors`: what the head of support wants to know."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from billing.commands import case, history, speech
from billing.commands.case_options import when
from billing.commands.context import Json, day, table
from billing.commands.printing import told
from billing.commands.sheets import Csv, Output, Xlsx, below, report, weekly
from billing.locales.words import CALLS, word
from billing.locales.words_inside import CHANNELS, PRIORITIES, SHORTAGES, VERDICTS
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.views.cases import Miss, ProgramErrors, Sla
    from billing.views.reviews import CallBacks, Credit, TimeReport, TimeRow

From = Annotated[str | None, typer.Option("--from", help="The first day; default: 1 January.")]
To = Annotated[str | None, typer.Option("--to", help="The last day; default: today.")]


def register(app: typer.Typer) -> None:
    app.command()(time)
    app.command()(credit)
    app.command()(callbacks)
    app.command()(errors)
    app.command("open")(open_cases)
    app.command()(sla)


def time(
    from_: From = None,
    to: To = None,
    by: Annotated[
        list[str] | None,
        typer.Option(help="agent, customer, category, channel, week or case; again for several. Default: agent."),
    ] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """What was worked, and what became of it: drawn from what was bought, billed, owed, free, or on a quote.

    Example: billing report time --from 2025-03-01 --to 2025-03-31 --by customer --by category
    """
    from billing.requests.reviews import AskTime

    keys: Any = tuple(by) if by else ("agent",)
    report(AskTime(first=day(from_), last=day(to), by=keys), _time, json, csv, xlsx, output)


_KEYS = {
    "agent": say("agent"), "customer": say("customer"), "category": say("category"), "channel": say("channel"),
    "week": say("week"), "case": say("case"), "priority": say("priority"),
}  # fmt: skip


def _named(key: str, value: str | None) -> Text | str | None:
    """What a row is of, where that is a code."""
    return word({"priority": PRIORITIES, "channel": CHANNELS}.get(key, {}), value)


def _time(a: "TimeReport") -> str:
    rows = [(*(_named(key, getattr(row, key)) for key in a.by), *_figures(row)) for row in a.rows]
    rows.append((told(say("in all")), *([None] * (len(a.by) - 1)), *_figures(a.total)))
    head = (
        *(_KEYS[key] for key in a.by), say("entries"), say_as("of time", "worked"), say_as("of time", "charged"),
        say_as("of time", "drawn"), say_as("of time", "billed"), say_as("of time", "owed"), say_as("of time", "free"),
        say_as("of time", "on quotes"),
    )  # fmt: skip
    title = say("Time worked, {first} to {last}", first=a.first, last=a.last)
    shown = table(head, rows, right=range(len(a.by), len(head)))
    if a.by != ("week",):
        return f"{told(title)}\n\n{shown}"
    worked = [(row.week or "", row.raw_seconds) for row in a.rows]
    return f"{told(title)}\n\n{below(shown, weekly(worked, lambda seconds: speech.raw(int(seconds))))}"


def _figures(row: "TimeRow") -> tuple[str | int, ...]:
    charged = (row.charged, row.drawn, row.billed, row.owed)
    free = (row.free_seconds, row.quoted_seconds)
    return (
        row.entries, speech.raw(row.raw_seconds), *map(speech.minutes, charged), *(speech.raw(each) for each in free),
    )  # fmt: skip


def credit(
    below: Annotated[str, typer.Option(help="What of bought time is little, as 1h or 90m.")] = "1h",
    within: Annotated[str, typer.Option(help="How near an end is told, as 30d.")] = "30d",
    at: Annotated[str | None, typer.Option("--at", help="The day; default: today.")] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """Show whose time runs out, what ends soon, what waits for a payment or renewal, and what is owed.

    Example: billing report credit --below 2h --within 60d
    """
    from billing.requests import inputs
    from billing.requests.reviews import AskCredit

    question = AskCredit(below=inputs.minutes(below), within=inputs.days(within), at=day(at))
    report(question, _credit, json, csv, xlsx, output)


def _credit(a: "Credit") -> Text | str:
    known = {"minutes": speech.minutes(a.below), "at": a.at, "until": a.until}
    if not a.rows:
        return say("On {at} nobody has less than {minutes} left, and nothing ends until {until}.", **known)
    rows = [
        (word(SHORTAGES, r.kind), r.customer, r.customer_name, r.name or r.invoice or r.grant,
         "" if r.minutes is None else speech.minutes(r.minutes), r.last, r.command)
        for r in a.rows
    ]  # fmt: skip
    head = "", say("customer"), say("name"), "", say_as("minutes", "time"), say("until"), say("command")
    title = say("Less than {minutes} left on {at}, or ending by {until}", **known)
    return f"{told(title)}\n\n{table(head, rows, right=(4,))}"


def callbacks(
    from_: From = None,
    to: Annotated[str | None, typer.Option("--to", help="The last day; default: in 30 days.")] = None,
    by: Annotated[str, typer.Option(help="agent or customer.")] = "agent",
    calls: Annotated[bool, typer.Option("--calls", help="Only each call-back, in CSV too.")] = False,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """Show the call-backs whose window begins in a period: due, done, missed or withdrawn, by agent or customer.

    Example: billing report callbacks --from 2025-03-01 --by customer
    """
    from billing.requests.reviews import AskCallBacks

    question = AskCallBacks(first=day(from_), last=day(to), by=cast(Any, by))  # the request says which are known
    report(question, _calls if calls else _callbacks, json, csv, xlsx, output, "calls" if calls else None)


def _callbacks(a: "CallBacks") -> str:
    if not a.rows:
        return told(_calls(a))
    head = (
        _KEYS[a.by], CALLS["due"], CALLS["done"], say_as("of a call-back", "of them late"), CALLS["missed"],
        CALLS["withdrawn"],
    )  # fmt: skip
    rows = [(getattr(r, a.by), r.due, r.done, r.late, r.missed, r.withdrawn) for r in a.rows]
    return f"{table(head, rows, right=range(1, 6))}\n\n{told(_calls(a))}"


def _calls(a: "CallBacks") -> Text | str:
    if not a.calls:
        return say("No call-backs from {first} to {last}.", first=a.first, last=a.last)
    rows = [
        (c.id, c.customer, c.agent, f"{history.moment(c.first)}–{c.last:%H:%M}", word(CALLS, c.state),
         history.moment(c.done), c.done_by, c.customer_name, c.subject)
        for c in a.calls
    ]  # fmt: skip
    head = (
        say("call-back"), say("customer"), say("agent"), say_as("a moment", "when"), say("state"),
        say_as("of a call-back", "done"), say_as("of a call-back", "by"), say("name"), say("subject"),
    )  # fmt: skip
    return table(head, rows)


def errors(
    from_: Annotated[str | None, typer.Option("--from", help="The first day; default: a year ago.")] = None,
    to: To = None,
    others: Annotated[
        bool, typer.Option("--others", help="Also what was misuse, bad data or the customer's computer.")
    ] = False,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """List the verified program errors, for quality control: what they were about, and what was found.

    Example: billing report errors --from 2025-01-01 --others
    """
    from billing.requests.cases import AskProgramErrors

    question = AskProgramErrors(first=day(from_), last=day(to), others=others)
    report(question, partial(_program_errors, others=others), json, csv, xlsx, output)


def _program_errors(a: "ProgramErrors", others: bool) -> Text | str:
    if not a.errors and not others:
        return say("No program errors from {first} to {last}.", first=a.first, last=a.last)
    if not a.errors:
        return say("Nothing was verified from {first} to {last}.", first=a.first, last=a.last)
    kind = (say_as("of a verdict", "it was"),) if others else ()
    head: tuple[Text | str, ...] = (
        say_as("a day", "verified"), *kind, say("case"), say("customer"), say("category"), "min", say("about"),
        say_as("of a verdict", "found"),
    )  # fmt: skip
    rows = [
        (r.date, *((word(VERDICTS, r.kind),) if others else ()), r.case, r.customer, r.category, r.raw,
         r.subject or r.note, " / ".join((r.found or "").splitlines()))
        for r in a.errors
    ]  # fmt: skip
    return table(head, rows, right=(4 + len(kind),))


def open_cases(
    at: Annotated[str | None, typer.Option(help="A moment, as 2025-03-04T12:15; default: now.")] = None,
    customer: case.Customer = None,
    state: case.State = None,
    mine: case.Mine = False,
    agent: case.Owner = None,
    tariff: case.Tariff = None,
    priority: case.Priority = None,
    late: case.Late = False,
    page: case.Page = 1,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """List the unresolved cases for the weekly meeting: what about, owner, age, what happened last, what is due next.

    Example: billing report open --tariff moveon
    """
    from billing.requests.cases import AskOpenCases

    question = AskOpenCases(
        at=when(at), customer=customer, state=state, agent=case.owner(mine, agent), tariff=tariff,
        priority=priority, late=late,
    )  # fmt: skip
    report(question, partial(history.opened, page=page), json, csv, xlsx, output)


def sla(
    month: Annotated[str | None, typer.Argument(help="As 2025-03; default: this month.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="In place of a month: the first day.")] = None,
    to: To = None,
    by: Annotated[str, typer.Option(help="priority, week, agent or customer.")] = "priority",
    misses: Annotated[bool, typer.Option("--misses", help="Only what was missed, in CSV too.")] = False,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """Show how the cases opened in a month or period kept their targets, and name each that was missed, by how much.

    Example: billing report sla --from 2025-01-01 --to 2025-03-31 --by week
    """
    from billing.requests import inputs
    from billing.requests.reviews import AskSla

    of, key = None if month is None else inputs.month(month), cast(Any, by)  # the request says which are known
    question = AskSla(month=of, first=day(from_), last=day(to), by=key)
    report(question, _misses if misses else _sla, json, csv, xlsx, output, "misses" if misses else None)


def _sla(a: "Sla") -> str:
    parts: list[Text | str] = [say("No targets from {first} to {last}.", first=a.first, last=a.last)]
    if a.rows:
        rows = [
            (
                _named(a.by, getattr(r, a.by)),
                word(history.TARGETS, r.kind),
                r.met,
                r.missed,
                r.running,
                r.median,
                r.worst,
            )
            for r in a.rows
        ]
        head = (
            _KEYS[a.by], say("target"), say_as("of targets", "met"), say_as("of targets", "missed"),
            say_as("of targets", "running"), say("median min"), say("worst min"),
        )  # fmt: skip
        parts = [below(table(head, rows, right=(2, 3, 4, 5, 6)), _missed_by_week(a))]
    if a.misses:
        parts.append(_misses(a))
    if a.logged:
        parts.append(say("Not counted: {count} {count:case that was|cases that were} only logged on.", count=a.logged))
    return "\n\n".join(map(told, parts))


def _missed_by_week(a: "Sla") -> str:
    """A chart of how many targets were missed of each week's cases."""
    sums: dict[str, int] = {}
    for row in a.rows if a.by == "week" else ():
        sums[row.week or ""] = sums.get(row.week or "", 0) + row.missed
    return weekly(sums.items(), lambda count: told(say("{count} missed", count=int(count))))


def _misses(a: "Sla") -> Text | str:
    if not a.misses:
        return say("Nothing was missed from {first} to {last}.", first=a.first, last=a.last)
    rows = [
        (m.case, m.customer, m.agent, word(PRIORITIES, m.priority), word(history.TARGETS, m.kind),
         history.moment(m.due), history.moment(m.met) if m.met else say("not yet"), _late_by(m), m.customer_name,
         m.subject)
        for m in a.misses
    ]  # fmt: skip
    head = (
        say("case"), say("customer"), say("agent"), say("priority"), say("target"), say_as("a moment", "due"),
        say_as("of targets", "met"), say("late by"), say("name"), say("subject"),
    )  # fmt: skip
    return table(head, rows)


def _late_by(miss: "Miss") -> Text:
    """By how much, in which sort of time."""
    time = speech.minutes(miss.late_by)
    if miss.unit == "business":
        return say("{time} of business time", time=time)
    return say("{time} of the calendar", time=time)
