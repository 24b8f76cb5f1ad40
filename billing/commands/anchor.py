"""`billing anchor`: what is kept elsewhere, so that a chain that was made again shows."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands.context import Json, books, do, one_answer
from billing.commands.printing import out_data
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.anchors import Anchored

KEY = "BILLING_ANCHOR_KEY"
_PIECE = 1 << 20  # bytes
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Files")(anchor)


def anchor(
    file: Annotated[str, typer.Option("--out", "-o", help="The file; - is stdout, the default.")] = "-",
    force: Force = False,
    json: Json = False,
) -> None:
    """Write down where every chain and series ends, signed, to be kept elsewhere: `billing audit --anchor FILE`
    then shows what was changed or cut off since, also where the chain was made again (L6).

    The key is that of BILLING_ANCHOR_KEY, made on first use; without it, one beside the SQLite file.

    Example: billing anchor -o 2025-03-31.anchor
    """
    from tempfile import TemporaryDirectory

    from billing.requests.anchors import MakeAnchor

    one_answer(file, json)
    if file != "-":
        do(MakeAnchor(file=file, key_file=key_file(), force=force), told_of, json)
        return
    with TemporaryDirectory() as folder:
        place = Path(folder) / "anchor"
        books().do(MakeAnchor(file=str(place), key_file=key_file()))
        with place.open("rb") as made:
            while some := made.read(_PIECE):
                out_data(some)


def key_file() -> str | None:
    """The file of the secret key, where one is named."""
    return os.environ.get(KEY) or None


def told_of(a: "Anchored") -> Text:
    return say(
        "{file}: {lines} lines of {issuer}, {moment}, signed by the key {key} of {key_file}. "
        "Keep it where nobody who can change the database can change it.",
        file=a.file, lines=a.lines, issuer=a.issuer, moment=a.made_at.isoformat(" ", "minutes"), key=a.key,
        key_file=a.key_file,
    )  # fmt: skip
