"""`billing audit` and `billing prove`."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import printing
from billing.commands.context import Json, ask, day, progress
from billing.commands.printing import told
from billing.texts import Do, Text, say

if TYPE_CHECKING:
    from billing.views.audit import AnchorSeen, Audited
    from billing.views.proofs import Proof


def register(app: typer.Typer) -> None:
    for command in (audit, prove):
        app.command(rich_help_panel="Files")(command)


def audit(
    anchor: Annotated[
        str | None, typer.Option(metavar="FILE", help="Compare with this anchor: what was cut off or made again shows.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="The public key that must have signed the anchor; default: the one used here.")
    ] = None,
    json: Json = False,
) -> None:
    """Recompute every chain, decision, document and number, and name each row that does not hold; exit 1 if any.

    Example: billing audit --anchor 2025-03-31.anchor
    """
    from billing.commands.anchor import key_file
    from billing.requests.anchors import AskAnchored
    from billing.requests.audit import AskAudit

    tell = progress(told(say("customers")))
    if anchor is None:
        found = ask(AskAudit(), _audited, json, tell, made=False)  # the issuer may be what was changed
    else:
        asked = AskAnchored(anchor=anchor, key_file=key_file(), expected=key)
        found = ask(asked, _audited, json, tell, made=False)
    if not found.ok:
        raise typer.Exit(1)


def _audited(found: "Audited") -> str:
    c = found.checked
    checked = say(
        "{customers} {customers:customer|customers}, {facts} {facts:fact|facts}, {charges} "
        "{charges:charge|charges}, {documents} {documents:document|documents}",
        customers=c.customers, facts=c.facts, charges=c.charges, documents=c.documents,
    )  # fmt: skip
    said = say("All holds: {checked}.", checked=checked)
    if not found.ok:
        said = say("{count} {count:fault|faults}: {checked}.", count=len(found.faults), checked=checked)
    lines: list[Text | str] = [*found.faults, said]
    if found.anchor is not None:
        lines += _anchored(found.anchor)
    else:
        lines.append(say("What was cut off at an end does not show without an anchor: {command}",
                         command=Do("audit", "--anchor", "FILE")))  # fmt: skip
    return "\n".join(map(told, lines))


def _anchored(seen: "AnchorSeen") -> list[Text]:
    """What the anchor was, and what became more since."""
    lines = [
        say("The anchor of {issuer}, {moment}: {customers} {customers:customer|customers}, {series} series.",
            issuer=seen.issuer, moment=printing.moment(seen.made_at), customers=seen.customers,
            series=seen.series),
        say("Customers of whom more was recorded since: {longer}", longer=seen.longer),
    ]  # fmt: skip
    if seen.changed:
        lines.append(say("Changed beside the chains, as it may: {tables}", tables=", ".join(seen.changed)))
    signed = say("It is signed by the key {key}, which is the one expected.", key=seen.key)
    if seen.expected is None:
        signed = say(
            "It is signed by the key {key}; whether that is yours cannot be told here: give --key", key=seen.key
        )
    elif not seen.expected:
        signed = say("It is signed by the key {key}, which is not the one expected.", key=seen.key)
    lines.append(signed)
    return lines


def prove(
    position: Annotated[str, typer.Argument(help="As a reply or a statement prints it: 17-3EC8-E097-…")],
    at: Annotated[str | None, typer.Option(help="The day of the reply; default: that of the position.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="For a statement: its first day.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="For a statement: its last day.")] = None,
    customer: Annotated[str | None, typer.Option(help="Where several chains, or none, have the position.")] = None,
    language: Annotated[str | None, typer.Option(help="fr, de, it, nl or en; default: the customer's.")] = None,
    json: Json = False,
) -> None:
    """Show word for word what was told at a position, and whether the chain still leads there; exit 1 if not (L9).

    Example: billing prove 17-3EC8-E097-5M2D-84QY-6ZT1-0HKB-W3RP --at 2025-03-31
    """
    from billing.requests.proofs import AskProof

    question = AskProof(
        position=position, customer=customer, at=day(at), first=day(from_), last=day(to), language=language
    )
    if not ask(question, _proved, json).holds:
        raise typer.Exit(1)


def _proved(found: "Proof") -> str:
    known = {"position": found.position, "customer": found.customer}
    about = say("Position {position} of {customer}", **known)
    if found.recorded_at is not None:
        when = printing.moment(found.recorded_at)
        about = say("Position {position} of {customer}, recorded {moment}", **known, moment=when)
    lines = [] if found.text is None else [found.text, ""]
    if found.earlier is not None:
        lines += [told(say("Until November 2026 the program put it so:")), found.earlier, ""]
    weak = []
    if found.weak:
        little = say(
            "It names {bits} bits of the hash, as papers did until November 2026. That proves little: another chain "
            "that leads to it can be made in minutes.",
            bits=found.bits,
        )
        weak = [told(little)]
    if found.holds:
        return "\n".join([*lines, told(say("{about}: the chain leads to it.", about=about)), *weak])
    lines += [told(say("{about}: the chain does not lead to it.", about=about))]
    lines += [f"  {fault}" for fault in found.faults] + weak
    return "\n".join([*lines, told(say("What else does not hold: {command}", command=Do("audit")))])
