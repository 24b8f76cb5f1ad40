"""`billing mail …`: the balance in each mail that goes out (A4, B1)."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Annotated

import typer

from billing import given
from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, books, do, opened, show, table
from billing.commands.printing import err, out_data
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.errors import BadInput
from billing.locales.words import word
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing.mail.post import Post
    from billing.mail.settings import Settings
    from billing.views.incoming import Dropped, MailTaken, WaitingMails

app = typer.Typer(
    no_args_is_help=True,
    help="The balance in each mail that goes out: stamp, relay; mails that come in: in, unknown. See docs/mail.md.",
)
Inside = Annotated[
    list[str] | None,
    typer.Option(
        envvar="BILLING_MAIL_INSIDE",
        metavar="DOMAIN",
        help="A domain of ours, beside that of the issuer's e-mail; several times.",
    ),
]
Marker = Annotated[
    str | None, typer.Option(envvar="BILLING_MAIL_MARKER", help="What the sentence replaces, if a mail has it.")
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(help="A file with the settings of the server that takes our answers; default: BILLING_MAIL."),
]
WAITS = {
    "unknown": say_as("a mail", "no customer's address"),
    "ours": say_as("a mail", "from one of ours"),
    "automatic": say_as("a mail", "from a machine or a list"),
    "odd": say_as("a mail", "from nobody that can be read"),
    "refused": say_as("a mail", "refused"),
}
TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: whoever gave the mail keeps it


@app.command()
def stamp(
    recipients: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RECIPIENT]...", help="To whom it goes, each; default: whom its headers name."),
    ] = None,
    sender: Annotated[str | None, typer.Option("--from", help="Who sends it; default: whom its headers name.")] = None,
    inside: Inside = None,
    marker: Marker = None,
) -> None:
    """Add the balance to a mail: from standard input to standard output, by the customer to whom it goes (A4).

    A mail that goes to nobody outside or not to one customer alone, that is signed, encrypted, automatic or of a list,
    that has the sentence or is doubted, comes out as it went in. The reason is told on standard error.

    Example: billing mail stamp --from ana@acme.example -- anna@alpina.example
    """
    from billing.mail import stamping
    from billing.mail.placing import MARKER

    data = given.begun_stdin(given.MAIL)
    if len(data) > given.MAIL:
        _pass_on(data)
        return
    named = stamping.named(data)
    envelope = stamping.Envelope(sender or named.sender, tuple(recipients or named.recipients))
    found = stamping.stamp(books, data, envelope, inside or (), marker or MARKER)
    try:
        sys.stdout.buffer.write(found.data)
        sys.stdout.buffer.flush()
    except OSError:
        raise typer.Exit(TRY_AGAIN) from None
    if found.customer is None:
        err(say("as it came: {why}", why=found.why))
    else:
        err(say("with the balance of {customer} at {position}", customer=found.customer, position=found.position))


def _pass_on(data: bytes) -> None:
    """Hands on a mail that is larger than any, as it comes."""
    try:
        sys.stdout.buffer.write(data)
        copyfileobj(sys.stdin.buffer, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except OSError:
        raise typer.Exit(TRY_AGAIN) from None
    err(say("as it came: {why}", why=say("it is larger than any mail")))


@app.command()
def relay(
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="The address to listen on.")] = "127.0.0.1:10025",
    next: Annotated[str, typer.Option(metavar="HOST:PORT", help="Who takes the mails next.")] = "127.0.0.1:10026",
    inside: Inside = None,
    marker: Marker = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="NETWORK", help="Whose mails are taken, as 10.0.0.0/24; default: this machine's."),
    ] = None,
    lmtp: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Where mails are brought in, as by billing mail in.")
    ] = None,
    settings: SettingsFile = None,
) -> None:
    """Add the balance to the mails that pass through, as a content filter of a mail server or as a smart host (A4).

    Nothing is kept here: a mail counts as taken once the next hop took it; where that is away the client tries again.

    Example: billing mail relay --listen 127.0.0.1:10025 --next 127.0.0.1:10026
    """
    try:
        from billing.mail import inbox
        from billing.mail import relay as relaying
        from billing.mail.placing import MARKER
    except ModuleNotFoundError as missing:
        raise BadInput(
            "bad-input",
            say("{name} is not installed", name=missing.name),
            say("pip install 'support-billing[mail]'"),
        ) from None
    way = relaying.Way(
        relaying.hop(listen), relaying.hop(next), tuple(inside or ()), marker or MARKER,
        tuple(map(relaying.network, allow)) if allow else relaying.LOOPBACK,
        lmtp=None if lmtp is None else relaying.hop(lmtp), settings=_settings(settings),
    )  # fmt: skip
    inbox.run(way, opened)


@app.command("in")
def in_(
    sender: Annotated[
        str | None, typer.Option("--from", help="The sender of the envelope; empty for that of a machine.")
    ] = None,
    settings: SettingsFile = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take a mail in, from standard input: it opens a case, becomes the customer's answer on his, or waits (A4).

    The same mail twice is one. Exit status 75 where it is to be brought again: the books or the mail server are away.

    Example: billing mail in --from anna@alpina.example
    """
    from billing.errors import Refusal
    from billing.mail import arriving
    from billing.views.codec import to_json

    data = given.stdin(given.MAIL)
    try:
        with _post(settings) as post:
            found = arriving.look_ahead(books(), data) if dry_run else arriving.receive(books(), data, post, sender)
    except Refusal as refused:
        if not isinstance(refused, arriving.AWAY):
            raise
        err(refused.text)
        raise typer.Exit(TRY_AGAIN) from None
    show(to_json(found), json, lambda _: _taken(found))


@app.command()
def unknown(
    number: Annotated[int | None, typer.Argument(help="One of them; without it, all are listed.")] = None,
    customer: Annotated[
        str | None, typer.Option(autocompletion=completion.customers, help="Whose it is: it is taken in as his.")
    ] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Nobody wants it.")] = False,
    settings: SettingsFile = None,
    id: Id = None,
    dry_run: DryRun = False,
    csv: Csv = False,
    xlsx: Xlsx = False,
    output: Output = None,
    json: Json = False,
) -> None:
    """List the mails that wait for somebody to look at them; take one in as a customer's, or drop it.

    A number alone prints that mail. `billing customer address add` makes the next ones come in by themselves.

    Example: billing mail unknown 3 --customer ALPINA
    """
    from billing.mail import arriving
    from billing.requests.incoming import AskWaiting, AskWaitingMail, DropWaiting
    from billing.views.codec import to_json

    if number is None:
        report(AskWaiting(), _table, json, csv, xlsx, output)
    elif drop:
        do(DropWaiting(number=number), _dropped, json, id, dry_run)
    elif customer is None:
        out_data(books().ask(AskWaitingMail(number=number)).data)
    else:
        data = books().ask(AskWaitingMail(number=number)).data
        if dry_run:
            found = arriving.look_ahead(books(), data, customer)
        else:
            with _post(settings) as post:
                found = arriving.receive(books(), data, post, None, customer)
            if found.case is not None:
                books().do(DropWaiting(number=number), id)
        show(to_json(found), json, lambda _: _taken(found))


@contextmanager
def _post(file: Path | None) -> "Iterator[Post | None]":
    """The mail server that takes our answers; none where none is named."""
    from billing.mail.post import Post

    found = _settings(file)
    if found is None:
        yield None
        return
    with Post(found) as post:
        yield post


def _settings(file: Path | None) -> "Settings | None":
    from billing.mail import settings

    named = file is not None or any(map(os.environ.get, (settings.FILE, settings.VARIABLES["host"])))
    return settings.read(os.environ, None if file is None else str(file)) if named else None


def _taken(a: "MailTaken") -> Text:
    known = {"case": a.case, "customer": a.customer}
    match a.result:
        case "opened":
            return say("Case {case} of {customer} is opened.", **known)
        case "answered":
            return say("{customer} answered on case {case}.", **known)
        case "known":
            return say("It came in before, on case {case} of {customer}.", **known)
        case "waiting":
            return say("It waits: {why}.", why=word(WAITS, a.why) if a.why in WAITS else a.why)
        case "bounced":
            return say("A mail came back.")
    return say("Nothing is made of it: {why}.", why=a.why)


def _table(a: "WaitingMails") -> str:
    rows = [(m.number, m.at.date(), m.sender, m.subject, m.detail or word(WAITS, m.why)) for m in a.mails]
    return table(("", say("date"), say("from"), say("subject"), say("why it waits")), rows, right=(0,))


def _dropped(a: "Dropped") -> Text:
    return say("Mail {number} is dropped.", number=a.number)
