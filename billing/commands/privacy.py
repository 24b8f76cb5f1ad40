"""`billing privacy …`: what is held about a person, and whose data is to go."""

import base64
import json as json_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import Json, books, day, print_json, table
from billing.commands.printing import out, told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.filing import Folder
    from billing.views.privacy import Held, Obstacle, PrivacyDue

app = typer.Typer(no_args_is_help=True, help="Personal data: all that is held about somebody, and whose is to go.")
Who = Annotated[
    str,
    typer.Argument(
        metavar="CODE|CONTACT", autocompletion=completion.customers, help="A customer, a contact by name, or an agent."
    ),
]
Of = Annotated[
    str | None,
    typer.Option(
        "--customer", autocompletion=completion.customers, help="Whose contact it is, by the customer's code."
    ),
]


@app.command()
def export(
    who: Who,
    customer: Of = None,
    out_: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="A folder for the JSON, the papers and the files.")
    ] = None,
    json: Json = False,
) -> None:
    """Export all that is held about a customer, a contact or an agent: JSON, the papers and the kept files (P3).

    Without a folder it says how much there is. What a person is answered is in docs/privacy.md.

    Example: billing privacy export ALPINA -o alpina
    """
    from billing.requests.privacy import AskHeld
    from billing.views.codec import to_json

    held = books().ask(AskHeld(who=who, customer=customer))
    if out_ is not None:
        _write_all(held, out_)
    if json:
        print_json(to_json(held))
        return
    out(_counted(held))
    if out_ is not None:
        out(say("Written to {file}.", file=out_))


def _write_all(held: "Held", folder: Path) -> None:
    """Writes the JSON, a PDF of each paper, and the files that were kept."""
    from billing.filing import Folder
    from billing.requests.invoicing import AskFiles
    from billing.views.codec import to_json

    with Folder(folder) as target:
        target.put("held.json", (json_.dumps(to_json(held), ensure_ascii=False, indent=1) + "\n").encode())
        for number in held.documents:
            for made in books().ask(AskFiles(numbers=(number,))):
                target.put(f"{made.number}.pdf", made.data)
        for number in held.quotes:
            for made in books().ask(AskFiles(numbers=(number,), of="quote")):
                target.put(f"{made.number}.pdf", made.data)
        _write_kept(held, target)


def _write_kept(held: "Held", target: "Folder") -> None:
    """Writes the files that agents kept with cases and quotes, each with its position before its name."""
    texts = {(row["seq"], row["field"]): f"{row['value']}" for each in held.tables if each.table == "personal"
             for row in each.rows}  # fmt: skip
    for (seq, field), value in sorted(texts.items(), key=str):
        if field == "file":
            name = "".join(
                sign if sign.isalnum() or sign in "-_." else "_" for sign in texts.get((seq, "file-name"), "")
            )
            target.put(f"{seq}-{name}", base64.b64decode(value))


def _counted(held: "Held") -> str:
    rows = [(each.table, len(each.rows), each.about) for each in held.tables]
    return table((say("table"), say("rows"), say("what it is for")), rows, right=(1,))


@app.command()
def due(
    at: Annotated[str | None, typer.Option(help="As of a day; default: today.")] = None,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """Show whose data is to be erased, three years after the relationship ended, and what stands in the way (P1);
    and the papers that are to lose their recipients, ten years after their financial year (P2).

    Example: billing privacy due --at 2028-01-01
    """
    from billing.requests.privacy import AskDue

    report(AskDue(at=day(at)), _due, json, csv, xlsx, output)


def _due(a: "PrivacyDue") -> Text | str:
    if not a.customers and not a.papers:
        return say("Nothing is due on {day}.", day=a.at)
    parts = []
    if a.customers:
        rows = [(one.customer, one.name, one.ended, one.erased_from, _ways(one.obstacles)) for one in a.customers]
        titles = (say("customer"), say("name"), say("ended"), say("since"), say("in the way"))
        parts.append(table(titles, rows))
    if a.papers:
        papers = [(one.number, one.customer, one.on, one.until) for one in a.papers]
        parts.append(table((say("paper"), say("customer"), say("date"), say("kept until")), papers))
    return "\n\n".join(parts)


def _ways(obstacles: "tuple[Obstacle, ...]") -> str:
    return "; ".join(told(one.text) for one in obstacles)
