"""`billing hours`."""

from datetime import datetime
from typing import Annotated

import typer

from billing.commands import completion
from billing.commands.context import Answer, Json, setting, show


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
    from billing.office.cases import service

    show(service.hours(setting(made=False), tariff, priority, at), json, _said)


def _said(answer: Answer) -> str:
    if not answer["open"]:
        return f"closed; opens on {_moment(answer['opens'])}."
    return f"open until {_moment(answer['until'])}." if answer["until"] else "open at all times."


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    return f"{at:%a} {at.day} {at:%b %Y} at {at:%H:%M}"
