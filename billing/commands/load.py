"""`billing load`."""

import sys
from typing import Annotated

import typer

from billing.commands.context import Answer, Json, progress, setting, show, warn
from billing.errors import BadInput


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Files")(load)


def load(
    file: Annotated[str, typer.Argument(help="A file of JSON Lines; - is stdin.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every line; change nothing.")] = False,
    json: Json = False,
) -> None:
    """Load many records at once, all or none: JSON Lines, each with a `type`.

    Example: billing load 2025.jsonl --dry-run
    """
    from billing.office import bulk

    answer = bulk.load(setting(), _lines(file), dry_run, progress("lines"))

    def human(a: Answer) -> str:
        would = "would be applied" if dry_run else "applied"
        return f"{a['lines']} lines: {a['applied']} {would}, {a['unchanged']} known already."

    show(answer, json, human)
    warn(answer, json)


def _lines(file: str) -> list[str]:
    try:
        if file == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig").split("\n")
        with open(file, encoding="utf-8-sig", newline="\n") as source:  # noqa: PTH123 a path as typed
            return source.read().split("\n")
    except OSError as failed:
        raise BadInput("bad-input", f"cannot read {file}: {failed.strerror}") from None
    except UnicodeDecodeError as failed:
        raise BadInput("bad-input", f"{file} is no UTF-8 text: {failed.reason} at byte {failed.start}") from None
