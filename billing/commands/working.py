"""What an agent worked on: `billing day` and `week`."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import Json, agent, day, table
from billing.commands.printing import told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.work import Work, WorkedOn

Agent = Annotated[
    str | None, typer.Option("--agent", autocompletion=completion.agents, help="Whose; default: BILLING_AGENT.")
]
_NOTE = 40  # letters of a note in a table


def register(app: typer.Typer) -> None:
    for command in (day_, week):
        app.command("day" if command is day_ else None, rich_help_panel="At the desk")(command)


def day_(
    agent_: Agent = None,
    on: Annotated[str | None, typer.Option(help="Which day; default: today. `yesterday` works.")] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """Your own entries of a day: to whom, on which case, how long, and what each was charged to.

    Example: billing day --on yesterday
    """
    from billing.commands.noticing import nobodys
    from billing.requests.work import AskWork

    report(AskWork(agent=agent(agent_), on=day(on)), _work, json, csv, xlsx, output)
    nobodys(agent(agent_), json)


def week(
    agent_: Agent = None,
    on: Annotated[str | None, typer.Option(help="A day of the week; default: today.")] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """Your own entries of a week, Monday to Sunday, as `day` shows them.

    Example: billing week --agent ana --on 2025-03-04
    """
    from billing.requests.work import AskWork

    report(AskWork(agent=agent(agent_), on=day(on), week=True), _work, json, csv, xlsx, output)


def _work(a: "Work") -> str:
    """The entries as a table, and what they add up to."""
    from billing.commands.speech import day, minutes, raw
    from billing.commands.timing import shown

    period = day(a.first) if a.first == a.last else f"{day(a.first)} – {day(a.last)}"
    who = a.agent or told(say("nobody"))
    top = f"{told(shown(a.running))}\n\n" if a.running else ""
    if not a.entries:
        return top + told(say("{agent}, {period}: nothing was logged.", agent=who, period=period))
    titles = (say("entry"), say("day"), say("customer"), say("case"), say("category"), say("gap"), say("time"),
              say("charged"), say("how"), say("note"))  # fmt: skip
    rows = [
        (e.entry, day(e.worked_on), e.customer, e.case, e.category, e.gap_seconds and raw(e.gap_seconds // 60 * 60),
         raw(e.raw_seconds), minutes(e.charged), ", ".join(told(part) for part in _how(e)), _short(e.note))
        for e in a.entries
    ]  # fmt: skip
    total = say(
        "{agent}, {period}: {time} worked, {charged} charged.",
        agent=who, period=period, time=raw(a.raw_seconds), charged=minutes(a.charged),
    )  # fmt: skip
    return f"{top}{table(titles, rows, right=(5, 6, 7))}\n\n{told(total)}"


def _how(e: "WorkedOn") -> list[Text | str]:
    """What an entry was charged to, in a few words."""
    from billing.commands import logged, speech

    how: list[Text | str] = []
    if e.free:
        how.append(logged.free(e))
    how += [each.grant for each in e.drawn]
    if e.overage:
        how.append(say("{amount} to invoice", amount=speech.money(e.overage.amount, e.overage.currency)))
    if e.owed:
        how.append(say("{minutes} owed", minutes=speech.minutes(e.owed)))
    return how


def _short(note: str | None) -> str:
    line = " ".join((note or "").split())
    return line if len(line) <= _NOTE else f"{line[: _NOTE - 1]}…"
