"""`billing tariff …`"""

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion, printing, speech
from billing.commands.context import Json, ask, books, day, progress, table
from billing.commands.printing import told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.errors import BadInput
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from decimal import Decimal

    from billing.views.replay import Came, Replay
    from billing.views.tariffs import TariffChecked, TariffList, TariffShown

app = typer.Typer(no_args_is_help=True, help="Tariffs: list, show, check, replay.")


@app.command("list")
def list_(csv: Csv = False, xlsx: Xlsx = False, output: Output = None, json: Json = False) -> None:
    """List the tariffs that ship and those of your own folders (BILLING_TARIFFS)."""
    from billing.requests.tariffs import ListTariffs

    report(ListTariffs(), _listed, json, csv, xlsx, output, made=False)


def _listed(a: "TariffList") -> str:
    head = (say("tariff"), say_as("a day", "from"), "", say("title"))
    return table(head, [(v.tariff, v.valid_from, v.currency, v.title) for v in a.tariffs])


@app.command("show")
def show_(
    name: Annotated[str, typer.Argument(autocompletion=completion.tariffs)],
    at: Annotated[str | None, typer.Option(help="The version in force on this day; default: today.")] = None,
    language: Annotated[
        str | None, typer.Option(help="Titles in fr, de, it, nl or en; default: the terminal's language.")
    ] = None,
    json: Json = False,
) -> None:
    """Print a tariff so that it can be checked against the policy it comes from."""
    from billing.requests import inputs
    from billing.requests.tariffs import ShowTariff

    on = inputs.day(at, books(made=False).today) if at else None
    wanted = language or ("en" if json else printing.language())
    ask(ShowTariff(name=name, at=on, language=wanted), _described, json, made=False)


def _described(a: "TariffShown") -> str:
    """Section by section what the tariff says, each item with the number of its source below."""
    lines: list[Text | str] = [say("{tariff}, version of {day}", tariff=a.tariff, day=a.valid_from)]
    width = max(len(row.item) for row in a.rows)
    sources = {row.source: 0 for row in a.rows if row.source}
    sources = {source: number for number, source in enumerate(sources, 1)}
    for section, rows in groupby(a.rows, key=lambda row: row.section):
        lines += ["", section]
        for row in rows:
            noted = f"  [{sources[row.source]}]" if row.source else ""
            lines.append(f"  {row.item.ljust(width)}  {row.value}{noted}")
    lines += ["", *(f"[{number}] {source}" for source, number in sources.items())]
    return "\n".join(told(line) for line in lines)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A tariff file, or a folder of them.")], json: Json = False
) -> None:
    """Check a tariff file; each fault names file, line and key, and what would work. Exit 1 if there is any."""
    from billing.requests.tariffs import CheckTariff

    files = tuple(sorted(file.rglob("*.toml"))) if file.is_dir() else (file,)
    if not file.exists() or not files:
        raise BadInput("bad-input", say("there is no tariff file {file}", file=file))

    def human(a: "TariffChecked") -> Text | str:
        clean = say("{file}: no fault in {count} {count:file|files}.", file=file, count=len(files))
        return clean if a.ok else "\n".join(map(str, a.faults))

    found = ask(CheckTariff(files=files), human, json, made=False)
    if not found.ok:
        raise BadInput(
            "bad-tariff",
            say("{count} {count:fault|faults} in {file}", count=len(found.faults), file=file),
            say("the first: {faults}", faults=str(found.faults[0])),
        )


@app.command()
def replay(
    name: Annotated[str, typer.Argument(autocompletion=completion.tariffs)],
    year: Annotated[int, typer.Option(help="The year whose work is rated anew.")],
    customer: Annotated[str | None, typer.Option(autocompletion=completion.customers, help="Only this one.")] = None,
    tier: Annotated[str | None, typer.Option(help="The tier for all; default: each one's own, if it has it.")] = None,
    at: Annotated[str | None, typer.Option(help="The version of this day; default: the year's first day.")] = None,
    json: Json = False,
) -> None:
    """Rate a year's work under another tariff or version, beside what it cost. Nothing is written.

    Example: billing tariff replay moveon --year 2025
    """
    from billing.requests.replay import AskReplay

    question = AskReplay(tariff=name, year=year, customer=customer, tier=tier, at=day(at))
    ask(question, _replayed, json, progress(told(say("rating anew"))))


def _replayed(a: "Replay") -> Text | str:
    if not a.customers:
        return say("No work in {year}.", year=a.year)
    rows = [
        (row.customer, _agreed(row.was), speech.minutes(row.was.charged), _money(row.was, row.was.amount),
         _money(row.was, row.was.sold), _agreed(row.would), speech.minutes(row.would.charged),
         _money(row.would, row.would.amount), speech.minutes(row.would.owed), ", ".join(row.lacking))
        for row in a.customers
    ]  # fmt: skip
    head = (
        say("customer"), say("was"), say("charged"), say("overage"), say("sold"), say("would be"), say("charged"),
        say("overage"), say("owed"), say("rated as default"),
    )  # fmt: skip
    about = say("{year} under {tariff}, version of {day}; net of VAT, nothing is written.", year=a.year,
                tariff=a.tariff, day=speech.day(a.valid_from))  # fmt: skip
    return f"{told(about)}\n\n{table(head, rows, right=(2, 3, 4, 6, 7, 8))}"


def _agreed(came: "Came") -> str:
    return f"{came.tariff} {came.tier or ''}".strip()


def _money(came: "Came", amount: "Decimal") -> str:
    return speech.money(amount, came.currency)
