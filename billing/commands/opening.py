"""`billing opening …`: what customers bring from another system, taken over, shown, taken back (G14)."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from billing import given
from billing.commands import speech
from billing.commands.context import Answer, DryRun, Id, Json, Yes, ask, books, do, progress, show, table, warn
from billing.commands.groups import WithDefault
from billing.commands.load import lines_of
from billing.commands.printing import out_data, told
from billing.errors import BadInput
from billing.locales.words import word
from billing.locales.words_inside import OPENINGS
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.openings import Opened, OpeningOf, Openings, OpeningTakenBack, SumOf


class _OrFile(WithDefault):
    """A group where a file can stand in place of a command: it is taken over."""

    default = "take"


app = typer.Typer(
    cls=_OrFile,
    no_args_is_help=True,
    help="Opening balances: what customers bring from another system. A FILE in place of a command is taken over.",
)
DateOrder = Annotated[str | None, typer.Option(metavar="dmy|mdy", help="How dates such as 04/05/2025 are read.")]


@app.command()
def take(
    file: Annotated[
        str, typer.Argument(help="A workbook of `billing opening template`, CSV, or JSON Lines; - is stdin.")
    ],
    date_order: DateOrder = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Take over what customers bring, all or none, and show what each will read in the morning.

    Example: billing opening start.xlsx --dry-run
    """
    from billing.exchange import sheets
    from billing.lines import bulk, opening
    from billing.views.codec import to_json

    data = given.stdin(given.LINES) if file == given.STDIN else given.read(file, given.LINES)
    tell = progress(told(say("lines")))
    if sheets.is_sheet(file, data):
        asked, known = opening.asked_of_book(sheets.read(file, data), date_order, typed=not yes)
    else:
        asked, known = bulk.asked_of(lines_of(file, data), typed=not yes)
    batch, view = opening.take(books(), asked, known, dry_run, tell)
    counted: Answer = {"lines": batch.applied + batch.unchanged, "applied": batch.applied, "unchanged": batch.unchanged}
    more = {"warnings": list(batch.warnings)} if batch.warnings else {}

    def human(_: Answer) -> str:
        done = say("{lines} {lines:line|lines}: {applied} applied, {unchanged} known already.", **counted)
        if dry_run:
            done = say("{lines} {lines:line|lines}: {applied} would be applied, {unchanged} known already.", **counted)
        return "\n\n".join([_preview(view), told(done)])

    show(counted | to_json(view) | more, json, human)
    warn(more, json)


@app.command()
def template(
    output: Annotated[str | None, typer.Option("--output", "-o", help="The file; default: stdout.")] = None,
) -> None:
    """Make a workbook to be filled in: a sheet a kind, explained, with lists of tariffs, tiers and products.

    Example: billing opening template > start.xlsx
    """
    import sys

    from billing.commands.context import write_file
    from billing.commands.opening_sheets import workbook

    if output is None and sys.stdout is not None and sys.stdout.isatty():
        raise BadInput("bad-input", say("a workbook is nothing for a terminal"), say("give a file: -o start.xlsx"))
    data = workbook()
    if output is None:
        out_data(data)
    else:
        write_file(output, data)


@app.command("show")
def show_(
    code: Annotated[str | None, typer.Argument(help="One customer's code; default: all who brought something.")] = None,
    json: Json = False,
) -> None:
    """Show what customers brought, with the ids by which it can be taken back.

    Example: billing opening show BEAT
    """
    from billing.requests.openings import AskOpenings

    ask(AskOpenings(customers=() if code is None else (code,)), _shown, json)


@app.command()
def void(
    opening: Annotated[str, typer.Argument(help="Its id; `billing opening show` lists them.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take an opening back that was wrong, as long as nothing hangs on it.

    Example: billing opening void BEAT-3 --reason "the pack was used up"
    """
    from billing.requests.openings import VoidOpening

    do(VoidOpening(opening=opening, reason=reason), _voided, json, id, dry_run)


def _voided(a: "OpeningTakenBack") -> Text:
    return say("{customer}: opening {opening} is taken back.", customer=a.customer, opening=a.opening)


def _preview(a: "Openings") -> str:
    """What each customer reads, and the sums to be compared with the other system's."""
    return "\n\n".join(["\n".join(_of_customer(one)) for one in a.customers] + [_totals(a)])


def _of_customer(one: "OpeningOf") -> list[str]:
    on = say("{customer}, as of {on}:", customer=f"{one.customer} {one.customer_name}", on=one.on)
    lines = [told(on), *(f"  {line}" for line in one.text.splitlines())]
    for invoice in one.invoices:
        amount, due = speech.money(invoice.open, invoice.currency), invoice.due or invoice.on
        lines.append(
            "  " + told(say("open: {number}, {amount}, due {due}", number=invoice.number, amount=amount, due=due))
        )
    if one.own_money:
        lines.append("  " + told(say("own money: {amount}", amount=_sums(one.own_money))))
    return lines


def _totals(a: "Openings") -> str:
    t = a.totals
    lines = [
        say("{n} {n:customer|customers}: {minutes} min left, {owed} min owed",
            n=t.customers, minutes=t.minutes, owed=t.owed),
        say("open invoices: {amount}", amount=_sums(t.open)),
        say("own money: {amount}", amount=_sums(t.own_money)),
        say("prepaid, still to be earned: {amount}", amount=_sums(t.deferred)),
    ]  # fmt: skip
    return "\n".join(map(told, lines))


def _sums(sums: "tuple[SumOf, ...]") -> str:
    return ", ".join(speech.money(one.amount, one.currency) for one in sums) or "0"


def _shown(a: "Openings") -> str:
    if not a.customers:
        return told(say("No customer brought anything from another system."))
    rows = [_row(opening) for one in a.customers for opening in one.openings]
    titles = (say("opening"), say("customer"), say("day"), say("kind"), say("what"), say("left"), "",
              say("amount"))  # fmt: skip
    return table(titles, rows, right=(5, 7)) + "\n\n" + _totals(a)


def _row(opening: "Opened") -> tuple[Any, ...]:
    return (opening.opening, opening.customer, opening.on, word(OPENINGS, opening.kind), opening.what, opening.minutes,
            opening.currency, opening.amount)  # fmt: skip
