"""`billing anchor`: what is kept elsewhere, so that a chain that was made again shows."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import printing
from billing.commands.context import Json, books, make_folder, one_answer, show
from billing.commands.printing import out_data, told
from billing.errors import BadInput
from billing.texts import Do, Text, say
from billing.views.codec import to_json

if TYPE_CHECKING:
    from billing.views.anchors import Anchored

KEY, FOLDER, MAIL, HOOK = "BILLING_ANCHOR_KEY", "BILLING_ANCHORS", "BILLING_ANCHOR_MAIL", "BILLING_ANCHOR_HOOK"
_PIECE = 1 << 20  # bytes
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Files")(anchor)


def anchor(
    file: Annotated[
        str | None, typer.Option("--out", "-o", help="The file; - is stdout, the default where it goes nowhere else.")
    ] = None,
    mail: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Send it to this address.")] = None,
    hook: Annotated[
        bool, typer.Option("--hook", help="Tell the hooks that listen to anchor.made its digest and signature.")
    ] = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Write down where every chain and series ends, signed, to be kept elsewhere: `billing audit --anchor FILE`
    then shows what was changed or cut off since, also where the chain was made again (L6).

    The key is that of BILLING_ANCHOR_KEY, made on first use; without, one beside the SQLite file. See docs/backup.md.

    Example: billing anchor -o 2025-03-31.anchor
    """
    if file is None and not mail and not hook:
        file = "-"
    one_answer(file, json)
    if file is not None and file != "-":
        made = _made(Path(file), force)
        _told(made, Path(file), mail, hook)
        show(to_json(made) if json else made, json, _written)
        return
    with TemporaryDirectory() as folder:
        place = Path(folder) / "anchor"
        made = _made(place, force)
        _told(made, place, mail, hook)
        if file is None:
            show(to_json(made) if json else made, json, _sent)
            return
        with place.open("rb") as opened:
            while some := opened.read(_PIECE):
                out_data(some)


def daily() -> Path | None:
    """The anchor of today in the folder of BILLING_ANCHORS, sent as the environment says; none where it is there.

    It has its name when it was sent, so that one which could not be is made again.
    """
    given = os.environ.get(FOLDER)
    if not given:
        return None
    folder = Path(given)
    make_folder(folder)
    target = folder / f"{books().today.isoformat()}.anchor"
    if target.exists():
        return None
    with TemporaryDirectory(dir=folder, prefix=".") as beside:
        place = Path(beside) / target.name
        made = _made(place, False)
        _told(made, place, os.environ.get(MAIL) or None, bool(os.environ.get(HOOK)))
        place.replace(target)
    return target


def key_file() -> str | None:
    """The file of the secret key, where one is named."""
    return os.environ.get(KEY) or None


def _made(file: Path, force: bool) -> "Anchored":
    from billing.requests.anchors import MakeAnchor

    made = books().do(MakeAnchor(file=str(file), key_file=key_file(), force=force)).view
    books().recorded = False  # a file was made; what fails from here on has changed nothing in the books
    return made


def _told(made: "Anchored", file: Path, mail: str | None, hook: bool) -> None:
    if mail:
        _mail(made, file, mail)
    if hook:
        _hooks(made)


def _mail(made: "Anchored", file: Path, to: str) -> None:
    from billing.mail import anchored, settings
    from billing.mail.post import Post
    from billing.requests import mailboxes

    box = mailboxes.read(to)
    if box is None:
        raise BadInput(
            "bad-input", say("{address!r} is no mail address", address=to), say("give one, as a@example.org")
        )
    subject, text = anchored.words(made)
    data = file.read_bytes() if file.stat().st_size <= anchored.MOST_BYTES else None
    with Post(settings.read(os.environ)) as post:
        post.open()
        anchored.send(books(), post, made, data, box, (told(subject), told(text)))


def _hooks(made: "Anchored") -> None:
    from billing.outgoing import courier
    from billing.requests.hooks import AskAnchorMessages

    asked = AskAnchorMessages(made_at=made.made_at, digest=made.digest, signature=made.signature, key=made.key)
    messages = books().ask(asked).messages
    if not messages:
        raise BadInput("bad-input", say("no hook listens to {event}", event="anchor.made"),
                       say("{do} adds one", do=Do("hook add", "URL", "--events", "anchor.made")))  # fmt: skip
    for message in messages:
        answer = courier.send(message)
        if not answer.taken:
            status = answer.status or say("no answer")
            raise BadInput("bad-input", say("hook {hook} took nothing: {status}: {said}", hook=message.hook,
                                            status=status, said=answer.said))  # fmt: skip


def _written(a: "Anchored") -> Text:
    return say(
        "{file}: {lines} {lines:line|lines} of {issuer}, {moment}, signed by the key {key} of "
        "{key_file}. Keep it where nobody who can change the database can change it.",
        file=a.file, lines=a.lines, issuer=a.issuer, moment=printing.moment(a.made_at), key=a.key,
        key_file=a.key_file,
    )  # fmt: skip


def _sent(a: "Anchored") -> Text:
    return say("The anchor of {issuer}, {moment}, is sent: {digest}, signed by the key {key} of {key_file}.",
               issuer=a.issuer, moment=printing.moment(a.made_at), digest=a.digest, key=a.key,
               key_file=a.key_file)  # fmt: skip
