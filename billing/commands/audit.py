"""`billing audit` and `billing prove`."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands.context import Json, ask, day, progress
from billing.texts import Do

if TYPE_CHECKING:
    from billing.views.audit import Audited
    from billing.views.proofs import Proof


def register(app: typer.Typer) -> None:
    for command in (audit, prove):
        app.command(rich_help_panel="Files")(command)


def audit(json: Json = False) -> None:
    """Recompute every chain, decision, document and number, and name each row that does not hold; exit 1 if any."""
    from billing.requests.audit import AskAudit

    found = ask(AskAudit(), _audited, json, progress("customers"))
    if not found.ok:
        raise typer.Exit(1)


def _audited(found: "Audited") -> str:
    c = found.checked
    checked = f"{c.customers} customers, {c.facts} facts, {c.charges} charges, {c.documents} documents"
    return "\n".join([*found.faults, f"{'All holds' if found.ok else f'{len(found.faults)} fault(s)'}: {checked}."])


def prove(
    position: Annotated[str, typer.Argument(help="As a reply or a statement prints it: 42-7c1f09ab.")],
    at: Annotated[str | None, typer.Option(help="The day of the reply; default: that of the position.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="For a statement: its first day.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="For a statement: its last day.")] = None,
    customer: Annotated[str | None, typer.Option(help="Where several chains, or none, have the position.")] = None,
    language: Annotated[str | None, typer.Option(help="fr, de, it or en; default: the customer's.")] = None,
    json: Json = False,
) -> None:
    """Show word for word what was told at a position, and whether the chain still leads there; exit 1 if not (L9).

    Example: billing prove 42-7c1f09ab --at 2025-03-31
    """
    from billing.requests.proofs import AskProof

    question = AskProof(
        position=position, customer=customer, at=day(at), first=day(from_), last=day(to), language=language
    )
    if not ask(question, _proved, json).holds:
        raise typer.Exit(1)


def _proved(found: "Proof") -> str:
    about = f"Position {found.position} of {found.customer}"
    if found.recorded_at is not None:
        about += f", recorded {found.recorded_at.isoformat(' ', 'minutes')}"
    verdict = "the chain leads to it" if found.holds else "the chain does not lead to it"
    told = [] if found.text is None else [found.text, ""]
    more = [] if found.holds else [f"What else does not hold: {Do('audit')}"]
    return "\n".join([*told, f"{about}: {verdict}.", *(f"  {fault}" for fault in found.faults), *more])
