"""`billing maintenance …`"""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion, printing
from billing.commands.context import DryRun, Id, Json, On, day, do, table
from billing.commands.options import Code
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.locales.words import word
from billing.locales.words_inside import MAINTENANCE
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.views.maintenance import Acknowledgement, Announcements, Planned

app = typer.Typer(no_args_is_help=True, help="Maintenance: announce it, list it, keep who acknowledged it.")


@app.command()
def announce(
    from_: Annotated[str, typer.Option("--from", help="2025-03-08T22:00, in the issuer's zone, or with an offset.")],
    to: Annotated[str, typer.Option("--to", help="When it ends.")],
    text: Annotated[str, typer.Option(help="What is done and what customers will notice, in their words.")],
    emergency: Annotated[bool, typer.Option("--emergency", help="With less notice than the tariff's.")] = False,
    tariff: Annotated[
        str | None, typer.Option(autocompletion=completion.tariffs, help="Only for customers on it; default: all.")
    ] = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Announce maintenance; replies to the customers concerned say so until it is over.

    Example: billing maintenance announce --from 2025-03-08T22:00 --to 2025-03-09T02:00 --text "Update to version 8"
    """
    from billing.requests.maintenance import Announce
    from billing.requests.moments import moment_or_day

    request = Announce(
        starts=moment_or_day(from_), ends=moment_or_day(to), text=text, emergency=emergency, tariff=tariff
    )
    do(request, _announced, json, id, dry_run, _announced_before)


def _announced(a: "Planned") -> Text:
    return say("{maintenance}: {what} announced, {first} to {last}, for {whom}.", **_planned(a))


def _announced_before(a: "Planned") -> Text:
    return say("{maintenance}: {what} announced before; nothing changed, {first} to {last}, for {whom}.", **_planned(a))


def _planned(a: "Planned") -> dict[str, object]:
    return {
        "maintenance": a.maintenance,
        "what": say("Emergency maintenance") if a.emergency else say("Maintenance"),
        "first": printing.moment(a.first),
        "last": printing.moment(a.last),
        "whom": say("customers on {tariff}", tariff=a.tariff) if a.tariff else say("all customers"),
    }


@app.command("list")
def list_(
    at: Annotated[str | None, typer.Option(help="What runs at this time, or this day, or later.")] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """List announced maintenance, who acknowledged it, and who has not yet (S9)."""
    from billing.requests.maintenance import ListMaintenance
    from billing.requests.moments import moment_or_day

    report(ListMaintenance(at=None if at is None else moment_or_day(at)), _listed, json, csv, xlsx, output)


def _listed(a: "Announcements") -> Text | str:
    rows = [
        (m.maintenance, printing.moment(m.first), printing.moment(m.last), m.tariff or say_as("customers", "all"),
         say("emergency") if m.emergency else "",
         word(MAINTENANCE, m.state), m.text, ", ".join(f"{k.customer} {printing.day(k.on)}" for k in m.acknowledged),
         ", ".join(m.missing or ()))
        for m in a.maintenance
    ]  # fmt: skip
    head = (
        say("maintenance"), say_as("a moment", "from"), say_as("a moment", "to"), say("tariff"), "", say("state"),
        say("text"), say("acknowledged"), say("not yet"),
    )  # fmt: skip
    return table(head, rows) if rows else say("No maintenance.")


@app.command()
def acknowledge(
    code: Code,
    maintenance_: Annotated[str, typer.Argument(metavar="ID", autocompletion=completion.maintenance, help="Its id.")],
    by: Annotated[str, typer.Option(help="Who acknowledged it.")],
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Keep that a customer acknowledged a maintenance and its conditions, as announced.

    Example: billing maintenance acknowledge DUPONT M-2025-00001 --by "M. Dupont"
    """
    from billing.requests.maintenance import Acknowledge

    request = Acknowledge(customer=code, maintenance=maintenance_, by=by, on=day(on))
    do(request, _acknowledged, json, id, dry_run, _acknowledged_before)


def _acknowledged(a: "Acknowledgement") -> Text:
    known = {"customer": a.customer, "maintenance": a.maintenance, "by": a.by, "day": a.on}
    return say("{customer}: {maintenance} acknowledged by {by} on {day}.", **known)


def _acknowledged_before(a: "Acknowledgement") -> Text:
    known = {"customer": a.customer, "maintenance": a.maintenance, "by": a.by, "day": a.on}
    return say("{customer}: {maintenance} acknowledged by {by} on {day} before; nothing changed.", **known)
