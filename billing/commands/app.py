"""The program: the options before a command, the commands, and how a refusal is printed."""

import gc
import os
import sys
from copy import copy
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer
from typer._click.exceptions import ClickException

from billing import __version__, interrupts, waiting
from billing.commands import completion, offered, printing, shells
from billing.commands.context import close, hidden, state, wants_json
from billing.commands.printing import as_typed, err
from billing.errors import UNCHANGED, Refusal
from billing.texts import Do, Text, say

# Which module has which command. Only that of the command which is asked for comes in: to build them all takes longer
# than to log a minute.
_COMMANDS = {
    "setup": ("init", "shard", "demo"),
    "entry": ("log", "void", "undo", "verify", "why"),
    "editing": ("edit",),
    "working": ("day", "week"),
    "timing": ("start", "stop", "pause", "resume", "status", "cancel"),
    "case": ("queue",),
    "tick": ("tick",),
    "service": ("hours",),
    "balance": ("balance", "statement"),
    "sale": ("buy", "pay", "refund", "write-off", "bounce"),
    "month": ("month",),
    "remind": ("remind",),
    "period": ("close", "reopen"),
    "load": ("load",),
    "importing": ("import",),
    "audit": ("audit", "prove"),
    "journal": ("journal",),
    "anchor": ("anchor",),
    "backup": ("backup", "restore"),
    "archive": ("archive",),
    "stats": ("stats",),
    "serve": ("serve",),
}
# Groups of commands, each the `app` of the module of its name.
_GROUPS = (
    "agent", "case", "customer", "contract", "quote", "invoice", "send", "payments", "maintenance", "report", "tariff",
    "export", "key", "link", "hook", "mail", "desk", "privacy", "opening", "issuer",
)  # fmt: skip


def program(name: str | None = None, second: str | None = None) -> typer.Typer:
    """The command line: whole, or with one command alone, or one group, of it too one command if that comes second."""
    app = _without_commands()
    for module, commands in _COMMANDS.items():
        if name is None or name in commands:
            import_module(f"billing.commands.{module}").register(app)
    if name is not None:
        app = _with_one(app, name)
    for group in _GROUPS:
        if name in (None, group):
            its = import_module(f"billing.commands.{group}").app
            app.add_typer(its if second is None else _with_one(its, second), name=group)
    return app


def _with_one(group: typer.Typer, name: str) -> typer.Typer:
    """Commands of which only one is built, if it is one of them."""
    found = [one for one in group.registered_commands if one.callback and name == (one.name or one.callback.__name__)]
    if not found:
        return group
    alone = copy(group)
    alone.registered_commands, alone.registered_groups = found, []
    return alone


def overview() -> typer.Typer:
    """What all commands are called and what each is for, as written down: for help, and to complete a command."""
    app = _without_commands()
    for name, purpose in offered.COMMANDS.items():
        app.command(name, help=purpose)(_unseen)
    for name, purpose in offered.GROUPS.items():
        app.add_typer(typer.Typer(help=purpose, rich_markup_mode=None), name=name)
    return app


def _without_commands() -> typer.Typer:
    shells.prepare()
    app = typer.Typer(
        name="billing",
        help=options.__doc__,
        no_args_is_help=True,
        rich_markup_mode=None,  # rich takes longer to import than all the rest of the help
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options)
    return app


def _unseen() -> None:
    raise AssertionError("only its name and its help were wanted")


def _is_overview(arguments: list[str]) -> bool:
    """Whether no command is asked for: help, or, where a shell completes, the command's own name."""
    return arguments in ([], ["-h"], ["--help"])


def _asked(arguments: list[str]) -> tuple[str | None, str | None]:
    """The command that is asked for, if it is one, and the word after it: options of the program may come before."""
    words = iter(arguments)
    for word in words:
        if word in ("--db", "--issuer", "--wait"):
            next(words, None)
        elif not word.startswith(("--db=", "--issuer=", "--wait=")):
            known = word in _GROUPS or any(word in commands for commands in _COMMANDS.values())
            return (word, next(words, None)) if known else (None, None)
    return None, None


def _completed() -> list[str]:
    """The words of the line that a shell completes, before the one at the cursor; none where none does."""
    if "_BILLING_COMPLETE" not in os.environ:
        return []
    return shells.typed(os.environ.get(shells.LINE) or os.environ.get("COMP_WORDS", ""))[0][1:]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"billing {__version__}")
        raise typer.Exit


def options(
    context: typer.Context,
    db: Annotated[
        str,
        typer.Option(
            envvar="BILLING_DB",
            help="The database: a SQLAlchemy URL for SQLite or PostgreSQL, or https:// of a server.",
        ),
    ] = "sqlite:///billing.db",
    issuer: Annotated[
        str | None,
        typer.Option(
            envvar="BILLING_ISSUER",
            autocompletion=completion.issuers,
            metavar="NAME",
            help="Which of its issuers, where it holds many; see `billing issuer`.",
        ),
    ] = None,
    wait: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=86_400,
            metavar="SECONDS",
            help="How long to wait for another writer; default 60, or BILLING_WAIT.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Prepaid support time: what was bought, what was worked, what is left, what is invoiced."""
    state.db = state.home = db
    state.issuer = None
    if issuer and context.invoked_subcommand != "issuer":  # those commands are about all of them
        from billing.store import places

        state.db, state.issuer = places.of(db, issuer), issuer
    if wait is not None:
        os.environ[waiting.WAIT] = f"{wait}"


def main() -> None:
    """Runs the command line; whatever goes wrong is one line on stderr, never a traceback.

    Once a request is recorded the status is 0, whatever becomes of its answer: who sees another does it again.
    """
    gc.set_threshold(100_000)  # looking for garbage while libraries come in took a tenth of a command's time
    printing.prepare()
    waiting.tell = err
    interrupts.raising()
    try:
        status = _status()
        interrupts.over()
    except interrupts.Stopped as stopped:  # between two of these lines
        status = _stopped(stopped)
    finally:
        interrupts.over()
        done = state.books is not None and state.books.recorded  # of books that are open: afterwards there are none
        close()
    sys.exit(0 if done else status)


def _status() -> int:
    """The exit status of the command; who was stopped has a line of his own, whatever broke by it."""
    try:
        status = _ran()
    except interrupts.Stopped as stopped:
        return _stopped(stopped)
    return status


def _stopped(stopped: "interrupts.Stopped") -> int:
    """Says that a signal ended it, and what was recorded until then."""
    printing.lost()
    if stopped.kept is not None:
        what = stopped.kept
    else:
        what = say("what was recorded until then stays") if interrupts.state.commits else UNCHANGED
    recorded = state.books is not None and state.books.recorded
    _fail("interrupted", say("interrupted") if recorded else say("interrupted; {what}", what=what))
    return stopped.status


def _ran() -> int:
    try:
        _check_arguments()
        asked = sys.argv[1:] or _completed()
        app = overview() if _is_overview(asked) else program(*_asked(asked))
        status = app(prog_name="billing", standalone_mode=False)  # the name also as `python cli.py`
    except SystemExit as ended:
        return _ended(ended.code)
    except ClickException as misused:
        from billing.commands import misuse

        return _ended(misuse.tell(misused))
    except Refusal as refused:
        _check_stopped()
        return _fail(refused.code, _refused(refused))
    except BrokenPipeError:
        return _ended(1)  # whoever read us has gone
    except Exception as unexpected:
        _check_stopped()
        if os.environ.get("BILLING_DEBUG"):
            raise
        printing.lost()
        if isinstance(unexpected, OSError) and unexpected.filename is None:
            return _fail("bad-input", say("the answer cannot be written: {why}", why=unexpected.strerror or "?"))
        what = hidden(f"{type(unexpected).__name__}: {unexpected}".splitlines()[0])
        wrong = say("this is a fault of the program ({what}), or of a database that was changed", what=what)
        return _fail(
            "internal", say("{wrong}; {do} tells which, BILLING_DEBUG=1 shows where", wrong=wrong, do=Do("audit"))
        )
    return _ended(status if isinstance(status, int) else 0)


def _check_stopped() -> None:
    """Raises the signal that what went wrong came of."""
    if interrupts.state.caught is not None:
        raise interrupts.state.caught


def _ended(status: object) -> int:
    """The exit status; what cannot be written to whoever read us is let go."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        status = status or 1
    if status:
        printing.lost()
    return status if isinstance(status, int) else 0 if status is None else 1


def _check_arguments() -> None:
    """Refuses arguments that are no text, by the option before them; a file may be called what it likes."""
    if all(argument.isascii() and argument.isprintable() for argument in sys.argv):
        return  # as most are: what would look at them takes a while to come in
    from billing.requests import inputs

    for before, argument in pairwise(["", *sys.argv[1:]]):
        name, given, value = argument.partition("=")
        if given and name.startswith("-"):
            inputs.fit(name, "argument", lines=False)  # what reads options quotes one that it does not know as it is
        if not _is_path(value if given else argument):
            what = before if before.startswith("--") else name if given else "argument"
            inputs.fit(
                value if what == name and given else argument,
                what.removeprefix("--").replace("-", "_"),
                lines=what in _PROSE,
            )


_PROSE = ("--note", "--reason", "--text", "--title", "--by")  # what may be written on several lines


def _is_path(argument: str) -> bool:
    try:
        return Path(argument).exists()
    except (OSError, ValueError):  # longer than any name, in a folder that may not be entered
        return False


def _refused(refused: Refusal) -> Text | str:
    """Why a request was refused; of one among several, that those before it were recorded."""
    if state.books is None or state.books.recorded or not state.books.before:
        return refused.text
    count = state.books.before
    return refused.having(
        say(
            "{count} {count:request before it was recorded and stays|requests before it were recorded and stay}",
            count=count,
        )
    ).text


def _fail(code: str, message: Text | str) -> int:
    """Says why a request was refused. Of one that was recorded before that it says so: its answer is all that fails."""
    if state.books is not None and state.books.recorded:
        from billing.commands.afterwards import recorded

        seen = recorded(state.books.last)
        what = message if seen is None else say("{wrong}; {remedy}", wrong=message, remedy=seen)
        err(" ".join(as_typed(say("warning: recorded, but {what}", what=what)).split()))
    elif wants_json():
        import json

        err(json.dumps({"error": {"code": code, "message": " ".join(str(message).split())}}))
    else:
        err(" ".join(as_typed(say("error: {message}", message=message)).split()))
    return 1
