"""What is said once a day to who sits at a terminal; a file of the user's remembers it, where one can be written."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from billing import filing
from billing.commands.context import books
from billing.commands.printing import err
from billing.errors import Refusal
from billing.texts import say


def nobodys(agent: str | None, json: bool) -> None:
    """Says that work without an agent is nobody's, once a day, and to a terminal alone.

    The variable is the user's own affair, and so is the file that remembers it; where none can be written it is said
    again.
    """
    if agent is not None or json or sys.stderr is None or not sys.stderr.isatty():
        return
    today, file = f"{books().today}", _file()
    with suppress(OSError, ValueError):  # never said
        if file is not None and file.read_text() == today:
            return
    err(say("BILLING_AGENT is not set, so this is nobody's; set it to your code, or give --agent CODE"))
    with suppress(OSError, Refusal):  # cannot be kept: it is said again
        if file is not None:
            filing.make_folder(file.parent)
            filing.write(str(file), today.encode())


def _file() -> Path | None:
    """Where it is kept: among the user's states, if there is a home for them."""
    try:
        states = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    except RuntimeError:
        return None
    return Path(states) / "billing" / "agent-unset"
