"""`billing contract …` and `billing goodwill`."""

from typing import Annotated

import typer

from billing.commands import completion
from billing.commands.context import Answer, Json, amount, day, setting, show
from billing.commands.customer import Code

app = typer.Typer(no_args_is_help=True, help="Contracts: sign, renew, change the tier, cancel, grant goodwill.")
On = Annotated[str | None, typer.Option(help="The day, as 2025-03-31; default: today.")]
Id = Annotated[str | None, typer.Option(help="An id of yours: asked again with it, nothing is done twice.")]


def _granted(answer: Answer) -> str:
    return "".join(
        f"\nGranted {g['minutes']} min ({g['kind']}), {g['starts']} to {g['expires']}."
        for g in answer.get("granted", ())
    )


def _term(answer: Answer) -> str:
    until = f" until {answer['to']}" if answer.get("to") else " until cancelled"
    return f"from {answer['from']}{until}"


def _told(answer: Answer, done: str) -> str:
    return (
        f"{answer['customer']}: done before; nothing changed." if answer.get("unchanged") else done + _granted(answer)
    )


@app.command()
def sign(
    code: Code,
    tariff: Annotated[str, typer.Option(autocompletion=completion.tariffs, help="The tariff's name.")],
    tier: Annotated[str | None, typer.Option(help="The tariff's tier, where it has any.")] = None,
    module: Annotated[list[str] | None, typer.Option(help="A module of the licence; again for more.")] = None,
    fee: Annotated[str | None, typer.Option(help="The annual fee, where the allowance depends on it.")] = None,
    start: Annotated[str | None, typer.Option(help="The first day; default: today.")] = None,
    id: Id = None,
    json: Json = False,
) -> None:
    """Sign a contract.

    Example: billing contract sign ALPINA --tariff q3 --tier profi --module COFI --fee 480 --start 2025-01-01
    """
    from billing.office.contracts import contracts

    answer = contracts.record(
        setting(), contracts.sign, customer=code, tariff=tariff, tier=tier, modules=tuple(module or ()),
        fee=amount(fee, "fee"), start=day(start), id=id,
    )  # fmt: skip
    show(answer, json, lambda a: _told(a, f"{code}: {tariff} signed, {_term(a)}." if "from" in a else ""))


@app.command()
def renew(code: Code, on: On = None, id: Id = None, json: Json = False) -> None:
    """Renew the contract by its next year; after a gap, by the one that contains the day."""
    from billing.office.contracts import contracts

    answer = contracts.record(setting(), contracts.renew, customer=code, on=day(on), id=id)
    show(answer, json, lambda a: _told(a, f"{code}: renewed, {_term(a)}." if "from" in a else ""))


@app.command()
def tier(
    code: Code,
    tier: Annotated[str, typer.Argument(autocompletion=completion.tiers, help="The new tier.")],
    on: On = None,
    id: Id = None,
    json: Json = False,
) -> None:
    """Change the tier: an upgrade counts at once, a downgrade from the next term."""
    from billing.office.contracts import contracts

    answer = contracts.record(setting(), contracts.tier, customer=code, tier=tier, on=day(on), id=id)
    show(answer, json, lambda a: _told(a, f"{code}: tier {tier} from {a.get('effective_from')}."))


@app.command()
def cancel(
    code: Code,
    on: Annotated[str, typer.Option(help="The contract's last day, as 2025-03-31.")],
    id: Id = None,
    json: Json = False,
) -> None:
    """Cancel the contract; that day is its last, and all its grants end with it."""
    from billing.office.contracts import contracts

    answer = contracts.record(setting(), contracts.cancel, customer=code, on=day(on), id=id)
    show(answer, json, lambda a: _told(a, f"{code}: cancelled, last day {a.get('cancelled')}."))


@app.command()
def goodwill(
    code: Code,
    duration: Annotated[str, typer.Argument(help="How much, as 30m or 1h.")],
    expires: Annotated[str, typer.Option(help="The last day on which it can be used.")],
    reason: Annotated[str, typer.Option(help="Why; the statement shows it.")],
    covers: Annotated[list[str] | None, typer.Option(help="A category; again for more. Default: all.")] = None,
    on: On = None,
    id: Id = None,
    json: Json = False,
) -> None:
    """Grant goodwill minutes."""
    from billing.errors import BadInput
    from billing.office.contracts import contracts
    from billing.requests import inputs

    seconds = inputs.duration(duration)
    if seconds % 60:
        raise BadInput("bad-duration", f"{duration}: give whole minutes")
    last = day(expires)
    answer = contracts.record(
        setting(), contracts.goodwill, customer=code, minutes=seconds // 60, expires=last, reason=reason,
        on=day(on), covers=tuple(covers or ()), id=id,
    )  # fmt: skip
    show(answer, json, lambda a: _told(a, f"{code}: goodwill."))
