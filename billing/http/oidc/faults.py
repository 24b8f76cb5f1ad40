"""How a log-in fails: a code for each kind, and what is said of it. Nothing of what the provider said is in either."""

from collections.abc import Mapping
from typing import Literal

from billing.texts import Text, say

Code = Literal["oidc-away", "oidc-late", "oidc-state", "oidc-refused", "oidc-token", "oidc-email"]
_AGAIN = say("begin again; or ask for a link")
SAID: Mapping[Code, tuple[int, Text, Text]] = {
    "oidc-away": (502, say("the log-in does not answer now"), say("try again in a moment; or ask for a link")),
    "oidc-late": (403, say("this log-in was not begun here, or too long ago"), _AGAIN),
    "oidc-state": (403, say("this log-in was not begun here, or too long ago"), _AGAIN),
    "oidc-refused": (403, say("the provider of the log-in did not let you in"), _AGAIN),
    "oidc-token": (403, say("what the provider of the log-in said cannot be trusted"), _AGAIN),
    "oidc-email": (403, say("the provider of the log-in has no verified e-mail address of yours"), _AGAIN),
}


class Fault(Exception):
    """A log-in that fails: its code, and in words of ours which check it was, for the log."""

    def __init__(self, code: Code, why: str) -> None:
        super().__init__(code, why)
        self.code: Code = code
        self.why = why
