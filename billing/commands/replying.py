"""The customer's sentence below an answer (`--reply`), and on the terminal's clipboard (`--copy`).

The clipboard is the terminal's: it is asked in its own language (OSC 52), so that it works through ssh and needs no
program; a terminal that does not know it ignores it.
"""

import base64
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from billing.commands.context import Answer, books
from billing.commands.printing import err, told
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.balances import Balance
    from billing.views.cases import CaseShown

Reply = Annotated[bool, typer.Option("--reply", help="Below it the customer's sentence, in his language.")]
Copy = Annotated[bool, typer.Option("--copy", help="As --reply, and on the terminal's clipboard (OSC 52).")]
V = TypeVar("V")


def below(human: Callable[[V], Text | str], sentence: Callable[[V], str]) -> Callable[[V], str]:
    """What puts a view in words, with the customer's sentence below."""
    return lambda view: "\n".join(filter(None, (told(human(view)), _apart(sentence(view)))))


def _apart(sentence: str) -> str:
    return f"\n{sentence}" if sentence else ""


def of(balance: "Balance | None", dry_run: bool = False) -> str:
    """The sentence of a balance, if it was asked for; a dry run has no place in the chain that could be proved."""
    if balance is None or not balance.text:
        return ""
    if dry_run:
        from billing.documents import reply

        return reply.text(replace(balance, position=""), balance.language)
    return balance.text


class OfCase:
    """What the customer of a case is told: asked for when his case is known, and once."""

    def __init__(self) -> None:
        self._told: Balance | None = None

    def balance(self, case: "CaseShown") -> "Balance":
        from billing.requests.balances import AskBalance

        if self._told is None:
            self._told = books().ask(AskBalance(customer=case.customer, reply=True))
        return self._told

    def sentence(self, case: "CaseShown") -> str:
        return self.balance(case).text

    def beside(self, case: "CaseShown") -> Answer:
        """What stands beside the case in JSON."""
        from billing.views.codec import to_json

        return {"balance": to_json(self.balance(case))}


def copied(sentence: str) -> None:
    """Puts a sentence on the clipboard of the terminal; where there is none, says so."""
    if sentence and not _written(f"\x1b]52;c;{base64.b64encode(sentence.encode()).decode()}\x07"):
        err(say("warning: there is no terminal with a clipboard; the sentence was not copied"))


def _written(signs: str) -> bool:
    """Writes to the terminal, past whatever our answer is piped into."""
    with suppress(OSError), Path(os.ctermid()).open("w") as terminal:
        terminal.write(signs)
        return True
    if sys.stderr is not None and sys.stderr.isatty():
        with suppress(OSError):
            sys.stderr.write(signs)
            sys.stderr.flush()
            return True
    return False
