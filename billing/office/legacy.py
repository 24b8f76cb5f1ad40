"""Requests that are not typed yet: done in a transaction of their own. Goes away with the last of them."""

from collections.abc import Callable
from typing import Any

from billing.office.transaction import Setting, Transaction, done

Answer = dict[str, Any]


def record(setting: Setting, do: Callable[..., tuple[bool, Answer]], **request: Any) -> Answer:
    """Does one request; the answer says if nothing was new."""

    def answer(tx: Transaction) -> Answer:
        new, answer = do(tx, **request)
        return answer if new else answer | {"unchanged": True}

    return done(setting, answer)
