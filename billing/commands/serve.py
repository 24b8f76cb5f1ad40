"""`billing serve`: the API over HTTP."""

import os
from typing import Annotated

import typer

from billing import waiting
from billing.commands.context import books
from billing.errors import BadInput
from billing.texts import say


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Setting up")(serve)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; TLS is a proxy's business.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8086,
    rate: Annotated[int, typer.Option(min=1, help="How many requests a minute each key may make.")] = 1200,
) -> None:
    """Serve the API over HTTP until it is stopped; who asks needs a key (billing key add). See docs/http.md.

    Example: billing serve --port 8086
    """
    from billing.service import Billing

    try:
        from billing.http import server
        from billing.http.oidc import settings
    except ModuleNotFoundError as missing:
        raise BadInput(
            "bad-input",
            say("{name} is not installed", name=missing.name),
            say("pip install 'support-billing[web]'"),
        ) from None
    here = books()
    if not isinstance(here, Billing):
        raise BadInput(
            "bad-input", say("a server needs the database itself"), say("set BILLING_DB to it, no address of a server")
        )
    waiting.tell = None  # who waits is told over HTTP
    server.run(here, host, port, rate, settings.read(os.environ))
