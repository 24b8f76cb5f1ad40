"""`billing contract …`: sign, renew, change the tier, cancel, grant goodwill."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, On, Yes, amount, day, do, needed_day
from billing.commands.options import Code
from billing.commands.printing import told
from billing.locales.words import word
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.contracts import Agreed

app = typer.Typer(no_args_is_help=True, help="Contracts: sign, renew, change the tier, cancel, grant goodwill.")
Invoice = Annotated[bool, typer.Option("--invoice", help="Invoice its fee for the term, to be earned over it.")]
InvoiceOn = Annotated[str | None, typer.Option(help="The invoice's date; default: today, or --on of a renewal.")]


@app.command()
def sign(
    code: Code,
    tariff: Annotated[str, typer.Option(autocompletion=completion.tariffs, help="The tariff's name.")],
    tier: Annotated[str | None, typer.Option(help="The tariff's tier, where it has any.")] = None,
    module: Annotated[list[str] | None, typer.Option(help="A module of the licence; again for more.")] = None,
    fee: Annotated[str | None, typer.Option(help="The annual fee, where the allowance depends on it.")] = None,
    start: Annotated[str | None, typer.Option(help="The first day; default: today.")] = None,
    invoice: Invoice = False,
    invoice_on: InvoiceOn = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Sign a contract.

    Example: billing contract sign ALPINA --tariff q3 --tier profi --module COFI --fee 480 --start 2025-01-01
    """
    from billing.requests.contracts import Sign

    request = Sign(
        customer=code, tariff=tariff, tier=tier, modules=tuple(module or ()), fee=amount(fee, "fee"), start=day(start),
        invoice=invoice, invoice_on=day(invoice_on),
    )  # fmt: skip
    do(request, _signed, json, id, dry_run, _again)


@app.command()
def renew(
    code: Code,
    on: On = None,
    invoice: Invoice = False,
    invoice_on: InvoiceOn = None,
    yes: Yes = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Renew the contract by its next year; after a gap, by the one that contains the day.

    Example: billing contract renew ALPINA --invoice
    """
    from billing.requests.contracts import Renew

    request = Renew(customer=code, on=day(on), invoice=invoice, invoice_on=day(invoice_on), typed=not yes)
    do(request, _renewed, json, id, dry_run, _again)


@app.command()
def tier(
    code: Code,
    tier: Annotated[str, typer.Argument(autocompletion=completion.tiers, help="The new tier.")],
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Change the tier: an upgrade counts at once, a downgrade from the next term."""
    from billing.requests.contracts import ChangeTier

    def human(a: "Agreed") -> str:
        return _lines(say("{code}: tier {tier} from {day}.", code=code, tier=tier, day=a.effective_from), a)

    request = ChangeTier(customer=code, tier=tier, on=day(on))
    do(request, human, json, id, dry_run, _again)


@app.command()
def cancel(
    code: Code,
    on: Annotated[str, typer.Option(help="The contract's last day, as 2025-03-31.")],
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Cancel the contract; that day is its last, and all its grants end with it."""
    from billing.requests.contracts import Cancel

    request = Cancel(customer=code, on=day(on))
    do(request, _cancelled, json, id, dry_run, _again)


@app.command()
def goodwill(
    code: Code,
    duration: Annotated[str, typer.Argument(help="How much, as 30m or 1h.")],
    expires: Annotated[str, typer.Option(help="The last day on which it can be used.")],
    reason: Annotated[str, typer.Option(help="Why; the statement shows it.")],
    covers: Annotated[list[str] | None, typer.Option(help="A category; again for more. Default: all.")] = None,
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Grant goodwill minutes.

    Example: billing contract goodwill ALPINA 30m --expires 2025-06-30 --reason "for the long wait"
    """
    from billing.requests import inputs
    from billing.requests.contracts import Goodwill

    request = Goodwill(
        customer=code, minutes=inputs.minutes(duration), expires=needed_day(expires), reason=reason, on=day(on),
        covers=tuple(covers or ()),
    )  # fmt: skip
    do(request, _given, json, id, dry_run, _again)


def _signed(a: "Agreed") -> str:
    return _lines(say("{code}: {tariff} signed, {term}.", code=a.customer, tariff=a.tariff, term=_term(a)), a)


def _renewed(a: "Agreed") -> str:
    return _lines(say("{code}: renewed, {term}.", code=a.customer, term=_term(a)), a)


def _cancelled(a: "Agreed") -> str:
    return _lines(say("{code}: cancelled, last day {day}.", code=a.customer, day=a.cancelled), a)


def _given(a: "Agreed") -> str:
    return _lines(say("{code}: goodwill.", code=a.customer), a)


def _lines(first: Text, a: "Agreed") -> str:
    """What was agreed, and a line for each grant that came of it."""
    from billing.commands import speech
    from billing.views.balances import GRANTS

    lines = [first]
    for g in a.granted:
        what = {"minutes": g.minutes, "kind": word(GRANTS, g.kind), "first": g.starts, "last": g.expires}
        lines.append(say("Granted {minutes} min ({kind}), {first} to {last}.", **what))
    if a.invoice and a.total is not None and a.currency:
        lines.append(say("Invoice {number}: {total}.", number=a.invoice, total=speech.money(a.total, a.currency)))
    return "\n".join(map(told, lines))


def _term(a: "Agreed") -> Text:
    if a.last:
        return say("from {first} until {last}", first=a.first, last=a.last)
    return say("from {first} until cancelled", first=a.first)


def _again(a: "Agreed") -> Text:
    return say("{code}: done before; nothing changed.", code=a.customer)
