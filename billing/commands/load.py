"""`billing load`."""

from typing import Annotated

import typer

from billing import given
from billing.commands.context import Answer, Json, Yes, books, progress, show, warn
from billing.commands.printing import told
from billing.errors import BadInput
from billing.texts import Text, say


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Files")(load)


def load(
    file: Annotated[str, typer.Argument(help="A file of JSON Lines; - is stdin.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every line; change nothing.")] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Load many records at once, all or none: JSON Lines, each with a `type`.

    Example: billing load 2025.jsonl --dry-run
    """
    from billing.lines import bulk

    answer = bulk.load(books(), _lines(file), dry_run, progress(told(say("lines"))), typed=not yes)

    def human(a: Answer) -> Text:
        counts = {"lines": a["lines"], "applied": a["applied"], "unchanged": a["unchanged"]}
        if dry_run:
            return say("{lines} lines: {applied} would be applied, {unchanged} known already.", **counts)
        return say("{lines} lines: {applied} applied, {unchanged} known already.", **counts)

    show(answer, json, human)
    warn(answer, json)


def _lines(file: str) -> list[str]:
    data = given.stdin(given.LINES) if file == given.STDIN else given.read(file, given.LINES)
    try:
        return data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as failed:
        line = data[: failed.start].count(b"\n") + 1
        raise BadInput(
            "bad-input",
            say("line {line}: no UTF-8 text in {file}: {reason}", line=line, file=file, reason=failed.reason),
        ) from None
