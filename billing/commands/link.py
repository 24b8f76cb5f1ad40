"""`billing link …`: links that let somebody in; `customer link` and `agent invite` make them."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands.context import DryRun, Json, books, do, table
from billing.commands.key import STANDINGS
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.errors import BadInput, MailRefusal
from billing.locales.words import word
from billing.locales.words_inside import ROLES
from billing.texts import Do, Text, say

if TYPE_CHECKING:
    from billing.requests.links import MakeLink
    from billing.views.links import LinkMade, LinkRow, Links

app = typer.Typer(no_args_is_help=True, help="Links that let customers and agents in (billing serve): list, revoke.")
URL = "BILLING_URL"  # where the pages are, as people reach them
_HERE = "http://localhost:8086"


@app.command("list")
def list_(csv: Csv = False, xlsx: Xlsx = False, output: Output = None, json: Json = False) -> None:
    """List all links: whose, until when, how often somebody came by each.

    Example: billing link list
    """
    from billing.requests.links import AskLinks

    report(AskLinks(), _table, json, csv, xlsx, output)


@app.command()
def revoke(
    link: Annotated[str, typer.Argument(help="The link's name.")], dry_run: DryRun = False, json: Json = False
) -> None:
    """Revoke a link: from now on it opens nothing, and who came by it is out.

    Example: billing link revoke link-0123456789
    """
    from billing.requests.links import RevokeLink

    do(RevokeLink(link=link), _ended, json, None, dry_run, _ended)


def made(a: "LinkMade") -> Text | str:
    """A new link, with the address that opens."""
    return say(
        "{link} lets {who} in until {day}. It is shown only now:\n{address}",
        link=a.link, who=a.contact or a.customer or a.agent, day=a.expires, address=address(a.token or ""),
    )  # fmt: skip


def mailed(request: "MakeLink", to: str | None, json: bool, id: str | None) -> None:
    """Makes a link and mails it; the server is asked first, so that one that is not there leaves no link behind."""
    from billing.mail import inviting, settings
    from billing.mail.post import Post
    from billing.requests import mailboxes
    from billing.requests.parties import AskCustomer

    shown = books().ask(AskCustomer(customer=request.customer))
    box = mailboxes.read(to or shown.email or "")
    if box is None:
        raise BadInput(
            "bad-input",
            say("there is no address to send it to"),
            say("give --to, or {do}", do=Do("customer change", shown.code, "--email", "…")),
        )
    with Post(settings.read(os.environ)) as post:
        post.open()
        view = do(request, lambda a: say("{link} goes to {to}.", link=a.link, to=box), json, id, False, made_before)
        if view.token is not None:
            name, language = request.contact or shown.name, shown.language or "en"
            try:
                inviting.send(books(), post, view, address(view.token), (name, box), language)
            except MailRefusal:
                books().recorded = False  # what was recorded is revoked: nothing was done
                raise


def made_before(a: "LinkMade") -> Text:
    """One that was made under the same id."""
    return say("{link} was made before; it is not shown again.", link=a.link)


def address(token: str) -> str:
    """Where a token opens: behind the `#`, which no browser sends to a server and no log holds."""
    return f"{os.environ.get(URL, _HERE).rstrip('/')}/c/enter#{token}"


def _ended(a: "LinkRow") -> Text:
    return say("{link} is revoked.", link=a.link)


def _table(a: "Links") -> str:
    rows = [
        (row.link, word(ROLES, row.role), row.customer or row.agent, row.contact, row.expires,
         word(STANDINGS, row.standing), row.uses, row.used and row.used.date())
        for row in a.rows
    ]  # fmt: skip
    head = (say("link"), say("role"), say("whose"), say("contact"), say("until"), say("state"), say("uses"),
            say("last used"))  # fmt: skip
    return table(head, rows, right=(6,))
