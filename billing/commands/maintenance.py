"""`billing maintenance …`"""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, ask, day, do, table
from billing.commands.contract import On
from billing.commands.customer import Code

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
    do(request, _announced, json, id, dry_run, lambda a: _announced(a, " before; nothing changed"))


def _announced(a: "Planned", again: str = "") -> str:
    what = "Emergency maintenance" if a.emergency else "Maintenance"
    whom = f"customers on {a.tariff}" if a.tariff else "all customers"
    return f"{a.maintenance}: {what} announced{again}, {a.first.isoformat()} to {a.last.isoformat()}, for {whom}."


@app.command("list")
def list_(
    at: Annotated[str | None, typer.Option(help="What runs at this time, or this day, or later.")] = None,
    json: Json = False,
) -> None:
    """List announced maintenance, and who acknowledged it."""
    from billing.requests.maintenance import ListMaintenance
    from billing.requests.moments import moment_or_day

    ask(ListMaintenance(at=None if at is None else moment_or_day(at)), _listed, json)


def _listed(a: "Announcements") -> str:
    rows = [
        (m.maintenance, m.first.isoformat(), m.last.isoformat(), m.tariff or "all", "emergency" if m.emergency else "",
         m.state, m.text, ", ".join(f"{k.customer} {k.on}" for k in m.acknowledged))
        for m in a.maintenance
    ]  # fmt: skip
    head = ("maintenance", "from", "to", "tariff", "", "state", "text", "acknowledged")
    return table(head, rows) if rows else "No maintenance."


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
    do(request, _acknowledged, json, id, dry_run, lambda a: _acknowledged(a, " before; nothing changed"))


def _acknowledged(a: "Acknowledgement", again: str = "") -> str:
    return f"{a.customer}: {a.maintenance} acknowledged by {a.by} on {a.on}{again}."
