"""The program: the options before a command, the commands, and how a refusal is printed."""

import gc
import json
import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from billing import __version__
from billing.commands import (
    audit,
    balance,
    case,
    contract,
    customer,
    desk,
    export,
    invoice,
    load,
    maintenance,
    printing,
    quote,
    remind,
    report,
    sale,
    service,
    setup,
    tariff,
)
from billing.commands.context import close, hidden, state, wants_json
from billing.commands.printing import err, told
from billing.errors import Refusal
from billing.texts import Text, say

app = typer.Typer(
    name="billing",
    help="Prepaid support time: what was bought, what was worked, what is left, what is invoiced.",
    no_args_is_help=True,
    rich_markup_mode=None,  # rich takes longer to import than all the rest of the help
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"billing {__version__}")
        raise typer.Exit


@app.callback()
def options(
    db: Annotated[
        str, typer.Option(envvar="BILLING_DB", help="The database: a SQLAlchemy URL for SQLite or PostgreSQL.")
    ] = "sqlite:///billing.db",
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Prepaid support time: what was bought, what was worked, what is left, what is invoiced."""
    state.db = db


for module in (setup, desk, case, service, balance, sale, report, remind, load, audit):
    module.register(app)
for name, group in (
    ("case", case.app),
    ("customer", customer.app),
    ("contract", contract.app),
    ("quote", quote.app),
    ("invoice", invoice.app),
    ("payments", report.payments),
    ("maintenance", maintenance.app),
    ("report", report.app),
    ("tariff", tariff.app),
    ("export", export.app),
):
    app.add_typer(group, name=name)


def main() -> None:
    """Runs the command line; whatever goes wrong is one line on stderr, never a traceback.

    Once a request is recorded the status is 0, whatever becomes of its answer: who sees another does it again.
    """
    gc.set_threshold(100_000)  # looking for garbage while libraries come in took a tenth of a command's time
    printing.prepare()
    try:
        status = _status()
        done = state.books is not None and state.books.recorded
    finally:
        close()
    sys.exit(0 if done else status)


def _status() -> int:
    try:
        _check_arguments()
        app(prog_name="billing")  # also as `python cli.py`
    except SystemExit as ended:
        return _ended(ended.code)
    except Refusal as refused:
        return _fail(refused.code, refused.text)
    except BrokenPipeError:
        return _ended(1)  # whoever read us has gone
    except Exception as unexpected:
        if os.environ.get("BILLING_DEBUG"):
            raise
        printing.lost()
        if isinstance(unexpected, OSError) and unexpected.filename is None:
            return _fail("bad-input", say("the answer cannot be written: {why}", why=unexpected.strerror or "?"))
        what = hidden(f"{type(unexpected).__name__}: {unexpected}".splitlines()[0])
        return _fail("internal", say("this is a fault of the program ({what}); BILLING_DEBUG=1 shows where", what=what))
    return _ended(0)


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
    from billing.requests import inputs

    for before, argument in pairwise(["", *sys.argv[1:]]):
        name, given, value = argument.partition("=")
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


def _fail(code: str, message: Text | str) -> int:
    """Says why a request was refused. Of one that was recorded before that it says so: its answer is all that fails."""
    if state.books is not None and state.books.recorded:
        err(say("warning: recorded, but {what}", what=message))
    elif wants_json():
        err(json.dumps({"error": {"code": code, "message": " ".join(str(message).split())}}))
    else:
        err(" ".join(told(say("error: {message}", message=message)).split()))
    return 1
