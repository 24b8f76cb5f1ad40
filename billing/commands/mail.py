"""`billing mail …`: the balance in each mail that goes out (A4, B1)."""

import sys
from typing import Annotated

import typer

from billing.commands.context import books, opened
from billing.commands.printing import err
from billing.errors import BadInput
from billing.texts import say

app = typer.Typer(no_args_is_help=True, help="The balance in each mail that goes out: stamp, relay. See docs/mail.md.")
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

    Example: billing mail stamp --from ana@acme.example -- anna@alpina.example <mail.eml >out.eml
    """
    from billing.mail import stamping
    from billing.mail.placing import MARKER

    data = sys.stdin.buffer.read()
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
) -> None:
    """Add the balance to the mails that pass through, as a content filter of a mail server or as a smart host (A4).

    Nothing is kept here: a mail counts as taken once the next hop took it; where that is away the client tries again.

    Example: billing mail relay --listen 127.0.0.1:10025 --next 127.0.0.1:10026
    """
    try:
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
    )  # fmt: skip
    relaying.run(way, opened)
