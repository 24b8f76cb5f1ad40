"""`billing privacy …`: what is held about a person, and whose data is to go."""

import base64
import json as json_
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import DryRun, Json, books, day, do, print_json, server, state, table
from billing.commands.printing import err, out, told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.core.naming import spans
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.filing import Folder
    from billing.views.privacy import Erased, Held, Obstacle, PrivacyDue, Pruned, Replayed

LOG = "BILLING_ERASURES"
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


@app.command()
def erase(
    who: Who,
    reason: Annotated[str, typer.Option(help="Why, without names: it stays.")],
    customer: Of = None,
    yes: Annotated[bool, typer.Option("--yes", help="Also before the three years are over.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Erase what is held about a customer, a contact or an agent who left, papers apart (P1, P4).

    It is a fact in the customer's chain, without personal data, and the files of the database are written anew.
    What stands in the way is named, that is kept too, and the exit status is 1.

    Example: billing privacy erase ALPINA --reason "three years over"
    """
    from billing.requests.privacy import Erase

    request = Erase(who=who, customer=customer, reason=reason, yes=yes)
    view = do(request, _erased, json, None, dry_run, _erased)
    if view.erased and not dry_run and not view.scrubbed:
        err(say("warning: others were reading, so that the database's files may hold it still: erase again"))
    if not dry_run:
        keep_log(json)
    if view.obstacles:
        books().recorded = False  # that somebody wanted to is kept; what was asked was not done
        raise typer.Exit(1)


def keep_log(quiet: bool) -> None:
    """Writes the log outside the database up to date; it names who must name a file for it (P4)."""
    from billing.requests.privacy import KeepErasures

    if server():  # whose own tick does it
        return
    kept = books().do(KeepErasures(file=_log())).view
    if kept.file is None and kept.lines:
        err(say("warning: the log of erasures is to be outside the database: name a file in {variable}", variable=LOG))
    elif kept.added and not quiet:
        out(say("The log of erasures: {file}", file=kept.file))


def _log() -> str | None:
    """The file that is named for the log; with an issuer chosen one of its own beside, for codes are an issuer's."""
    given = os.environ.get(LOG) or None
    if given is None or state.issuer is None:
        return given
    file = Path(given) / "erasures.jsonl" if Path(given).is_dir() else Path(given)
    return str(file.with_name(f"{file.stem}.{state.issuer}{file.suffix}"))


@app.command()
def prune(
    at: Annotated[str | None, typer.Option(help="As of a day that has passed; default: today.")] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take recipients, texts and files from the papers that are past their ten years: number, dates and amounts stay,
    with the digest (P2). `privacy due` names them.

    Example: billing privacy prune --dry-run
    """
    from billing.requests.privacy import PrunePapers

    do(PrunePapers(at=day(at)), _pruned, json, None, dry_run, _pruned)
    if not dry_run:
        keep_log(json)


def _pruned(a: "Pruned") -> Text:
    if not a.papers and not a.movements:
        return say("No paper from before {day} has its recipient still.", day=a.before)
    return say("{count} {count:paper|papers} from before {day} lost {count:its recipient|their recipients}, "
               "{movements} {movements:movement its payer|movements their payers}.",
               count=len(a.papers), day=a.before, movements=a.movements)  # fmt: skip


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The log of erasures, as BILLING_ERASURES names it.")],
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Do the erasures of the log again that the database does not have, as after a backup was put back (P4).

    Example: billing privacy replay billing.db.erasures
    """
    from billing.requests.privacy import ReplayErasures

    do(ReplayErasures(file=f"{file}"), _replayed, json, None, dry_run, _replayed)
    if not dry_run:
        keep_log(json)


def _replayed(a: "Replayed") -> Text:
    return say("Done again: {done}; there already: {known}; of what is not in this database: {strange}.",
               done=a.done, known=a.known, strange=a.strange)  # fmt: skip


def _erased(a: "Erased") -> Text:
    if a.obstacles:
        return say("{who} is not erased: {obstacles}.", who=a.who, obstacles=_ways(a.obstacles))
    if not a.erased:
        return say("Of {who} nothing is left to erase.", who=a.who)
    if a.kind == "agent":
        return say("{who}: the name and the address are erased.", who=a.who)
    known = {"who": a.who, "count": a.positions, "position": a.position}
    if a.papers:
        return say(
            "{who} is erased, at {count} {count:position|positions}; recorded at {position}. The name "
            "stays on {papers}, for ten years from the end of their financial year.",
            **known,
            papers=spans(a.papers),
        )
    return say("{who} is erased, at {count} {count:position|positions}; recorded at {position}.", **known)
