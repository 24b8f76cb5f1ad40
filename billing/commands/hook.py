"""`billing hook …`: who is told what happens, over HTTP."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands.context import DryRun, Id, Json, books, do, table
from billing.commands.printing import err, out, out_json, told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.errors import BadInput
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.hooks import HookMade, HookRemoved, Hooks, Replayed

app = typer.Typer(no_args_is_help=True, help="Webhooks: add, list, test, replay, remove. See docs/webhooks.md.")
Number = Annotated[int, typer.Argument(help="The hook's number.", metavar="HOOK", min=1)]


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where its listener is, as https://desk.example/hooks.")],
    events: Annotated[
        str, typer.Option(help="Events or families of them, with commas between, as balance.*,invoice.paid.")
    ] = "*",
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Tell a listener what happens, and print the secret that signs each message, once.

    Example: billing hook add https://desk.example.org/hooks --events 'balance.*,case.*'
    """
    from billing.requests.hooks import AddHook

    request = AddHook(url=url, events=tuple(word.strip() for word in events.split(",")))
    _require_outside(url)
    again = lambda a: say("Hook {hook} was made before; its secret is not shown again.", hook=a.hook)  # noqa: E731
    do(request, _made, json, id, dry_run, again)


@app.command("list")
def list_(csv: Csv = False, xlsx: Xlsx = False, output: Output = None, json: Json = False) -> None:
    """List all hooks, what waits for each, and the messages that were given up.

    Example: billing hook list
    """
    from billing.requests.hooks import AskHooks

    report(AskHooks(), _table, json, csv, xlsx, output)


@app.command()
def test(hook: Number, json: Json = False) -> None:
    """Send a listener a message that says nothing, and tell what it answers.

    Example: billing hook test 1
    """
    from billing.outgoing import courier
    from billing.requests.hooks import AskTrial

    answer = courier.send(books().ask(AskTrial(hook=hook)))
    if json:
        out_json({"hook": hook, "taken": answer.taken, "status": answer.status, "said": answer.said})
        return
    if not answer.taken:
        status = answer.status or say("no answer")
        raise BadInput("bad-input", say("hook {hook} took nothing: {status}: {said}", hook=hook, status=status,
                                        said=answer.said))  # fmt: skip
    out(told(say("Hook {hook} took the message ({status}).", hook=hook, status=answer.status)))


@app.command()
def replay(
    message: Annotated[str | None, typer.Argument(help="One message; without, all that were given up.")] = None,
    hook: Annotated[int | None, typer.Option(help="Only this hook's.", min=1)] = None,
    since: Annotated[str | None, typer.Option(help="All from this day on, also those that were delivered.")] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Deliver messages again that were given up, under the ids that they had.

    Example: billing hook replay --hook 1 --since 2025-03-01
    """
    from billing.requests import inputs
    from billing.requests.hooks import ReplayMessages

    request = ReplayMessages(message=message, hook=hook, since=None if since is None else inputs.day(since))
    do(request, _replayed, json, None, dry_run, _replayed)


@app.command()
def remove(hook: Number, dry_run: DryRun = False, json: Json = False) -> None:
    """Remove a hook: its secret and what waits for it are gone.

    Example: billing hook remove 1
    """
    from billing.requests.hooks import RemoveHook

    do(RemoveHook(hook=hook), _removed, json, None, dry_run)


def _require_outside(url: str) -> None:
    """Refuses a listener inside the network before it is kept; one that cannot be looked up now may be there later."""
    from billing.outgoing import client

    try:
        client.check(url)
    except client.Refused as refused:
        raise BadInput("bad-input", str(refused)) from None
    except OSError as failed:
        err(say("warning: {url} cannot be looked up now: {why}", url=url, why=failed.strerror or "?"))


def _made(a: "HookMade") -> Text | str:
    last = say("Hook {hook} tells {url} of {events}. Its secret is shown only now:", hook=a.hook, url=a.url,
               events=", ".join(a.events))  # fmt: skip
    return say("{told}\n{key}", told=last, key=a.secret)


def _removed(a: "HookRemoved") -> Text:
    return say("Hook {hook} is removed; {count} {count:message|messages} waited for it.", hook=a.hook, count=a.waited)


def _replayed(a: "Replayed") -> Text:
    return say("Messages that are delivered again: {count}.", count=a.messages)


def _table(a: "Hooks") -> str:
    head = say("hook"), say("address"), say("events"), say("waiting"), say("given up")
    rows = [(h.hook, h.url, ", ".join(h.events), h.waiting, h.dead) for h in a.hooks]
    text = table(head, rows, right=(0, 3, 4))
    if not a.letters:
        return text
    titles = say("message"), say("hook"), say("event"), say("customer"), say("since"), say("tries"), say("said")
    letters = [(d.message, d.hook, d.event, d.customer, d.at.date(), d.tries, d.said) for d in a.letters]
    return f"{text}\n\n{table(titles, letters, right=(1, 5))}"
