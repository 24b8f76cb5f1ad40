"""`billing hours`."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion, printing
from billing.commands.context import Json, ask
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.views.cases import Hours


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="At the desk")(hours)


def hours(
    tariff: Annotated[str, typer.Option(autocompletion=completion.tariffs, help="The tariff whose hours count.")],
    priority: Annotated[str | None, typer.Option(help="Default: the tariff's default priority.")] = None,
    at: Annotated[
        str | None, typer.Option(help="A moment in the tariff's time zone, as 2025-03-04T12:15; default: now.")
    ] = None,
    json: Json = False,
) -> None:
    """Say whether the line is open, until when, or when it opens next.

    Example: billing hours --tariff visualqie --priority urgent --at 2025-03-04T12:15
    """
    from billing.requests.cases import AskHours
    from billing.requests.moments import when

    ask(AskHours(tariff=tariff, priority=priority, at=None if at is None else when(at)), _said, json, made=False)


def _said(a: "Hours") -> Text:
    if a.opens is not None:
        return say("closed; opens on {moment}.", moment=_moment(a.opens))
    return say("open until {moment}.", moment=_moment(a.until)) if a.until else say("open at all times.")


def _moment(at: datetime) -> Text:
    """A moment with its weekday, which English shortens."""
    from billing.locales import formats

    spoken = printing.language()
    weekday = formats.habits(spoken).weekdays[at.weekday()]
    day = formats.long_day(at.date(), spoken)
    if spoken == "en":
        weekday, day = weekday[:3], formats.day(at.date(), spoken)
    return say_as("a weekday", "{weekday} {day} at {time}", weekday=weekday, day=day, time=f"{at:%H:%M}")
