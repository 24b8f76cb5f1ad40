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
    quote,
    remind,
    report,
    sale,
    service,
    setup,
    tariff,
)
from billing.commands.context import close, hidden, state, wants_json
from billing.errors import Refusal

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
    """Runs the command line; whatever goes wrong is one line on stderr, never a traceback."""
    gc.set_threshold(100_000)  # looking for garbage while libraries come in took a tenth of a command's time
    try:
        _check_arguments()
        app()
    except Refusal as refused:
        _fail(refused.code, refused.message)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has gone
        sys.exit(1)
    except Exception as unexpected:
        if os.environ.get("BILLING_DEBUG"):
            raise
        what = hidden(f"{type(unexpected).__name__}: {unexpected}".splitlines()[0])
        _fail("internal", f"this is a fault of the program ({what}); BILLING_DEBUG=1 shows where")
    finally:
        close()


def _check_arguments() -> None:
    """Refuses arguments that are no text, by the option before them; a file may be called what it likes."""
    from billing.requests import inputs

    for before, argument in pairwise(["", *sys.argv[1:]]):
        name, given, value = argument.partition("=")
        if not _is_path(value if given else argument):
            what = before if before.startswith("--") else name if given else "argument"
            inputs.fit(argument, what, lines=what in _PROSE)


_PROSE = ("--note", "--reason", "--text", "--title", "--by")  # what may be written on several lines


def _is_path(argument: str) -> bool:
    try:
        return Path(argument).exists()
    except (OSError, ValueError):  # longer than any name, in a folder that may not be entered
        return False


def _fail(code: str, message: str) -> None:
    line = " ".join(message.split())
    print(json.dumps({"error": {"code": code, "message": line}}) if wants_json() else f"error: {line}", file=sys.stderr)
    sys.exit(1)
