"""`billing case approve`: minutes over what is prepaid that the customer approves before they are worked (R5)."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands.case_options import Case
from billing.commands.context import DryRun, Id, Json, day, do
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.approvals import Overrun


def register(app: typer.Typer) -> None:
    app.command()(approve)


def approve(
    case: Case,
    minutes: Annotated[int, typer.Argument(help="How many more minutes may be billed.")],
    by: Annotated[str, typer.Option(help="Who of the customer approves it.")],
    on: Annotated[str | None, typer.Option(help="The day of the approval; default: today.")] = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Keep that the customer approves minutes over what is prepaid, before they are worked (R5).

    A tariff with overage = "ask" refuses what goes past what is approved of a case; on his pages the customer approves
    it himself.

    Example: billing case approve T-17 30 --by "Anna Ast"
    """
    from billing.requests.approvals import ApproveOverage

    do(ApproveOverage(case=case, minutes=minutes, by=by, on=day(on)), _told, json, id, dry_run, _told)


def _told(a: "Overrun") -> Text:
    return say(
        "{case}: {approved} min over what is prepaid are approved, {billed} of them billed.",
        case=a.case, approved=a.approved, billed=a.billed,
    )  # fmt: skip
