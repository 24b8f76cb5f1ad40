"""Files kept with cases and quotes: read from the disk, written back where somebody says."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing import given
from billing.commands.context import books, do, one_answer, print_json, write_file
from billing.commands.printing import out, told
from billing.core.attaching import MOST_BYTES
from billing.errors import BadInput
from billing.filing import Folder
from billing.texts import Text, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.requests.attachments import AskAttachment, AskQuoteAttachment
    from billing.requests.base import Request
    from billing.views.attachments import Attached, Attachment


File = Annotated[Path | None, typer.Argument(help="A picture, PDF, text, archive or office document of 5 MB at most.")]
Get = Annotated[int | None, typer.Option(help="Write the kept file of this number instead.")]
Target = Annotated[str | None, typer.Option("--output", "-o", help="Where to; - is stdout.")]


def keep_or_write(
    file: Path | None,
    get: int | None,
    output: str | None,
    id: str | None,
    dry_run: bool,
    json: bool,
    keep: "Callable[[str, bytes], Request[Attached]]",
    ask: "Callable[[int], AskAttachment | AskQuoteAttachment]",
) -> None:
    """Keeps a file, or writes one that is kept: exactly one of both is asked for."""
    if (file is None) == (get is None):
        raise BadInput("bad-input", say("give a FILE to keep, or --get NUMBER to have one written"))
    if get is not None:
        write(ask(get), output, json)
    elif file is not None:
        do(keep(file.name, read(file)), kept, json, id, dry_run, lambda a: kept(a, again=True))


def read(file: Path) -> bytes:
    """The bytes of a file that is to be kept; of one that is too large, just enough to be refused for it."""
    return given.begun(file, MOST_BYTES)


def write(question: "AskAttachment | AskQuoteAttachment", target: str | None, json: bool) -> None:
    """Writes a kept file where it is asked for, or under its own name into this folder, over nothing that is there."""
    one_answer(target, json)
    kept = books().ask(question)
    name = target or kept.name
    if target is None:
        try:
            with Folder(Path(), make=False) as here:
                here.new(name, kept.data)
        except BadInput as wrong:
            raise BadInput("bad-input", wrong.what, say("say where with -o")) from None
    else:
        write_file(name, kept.data)
    if json:
        print_json({"file": name, "type": kept.type, "size": len(kept.data)})
    elif name != "-":
        out(say("Written to {file}.", file=name))


def kept(a: "Attached", again: bool = False) -> Text:
    """What was kept, and with what."""
    known = {"code": a.case or a.quote, "customer": a.customer, "file": line(a)}
    if again:
        return say("{code} ({customer}): file {file} kept before; nothing changed.", **known)
    return say("{code} ({customer}): file {file} kept.", **known)


def line(a: "Attachment") -> str:
    """A file in a few words: `1 screen.png (png, 12 kB)`."""
    name = a.name or told(say("(erased)"))
    size = f"{a.size} B" if a.size < 1000 else f"{-(-a.size // 1000)} kB"  # up: nothing has no size
    return f"{a.number} {name} ({a.type}, {size})"
