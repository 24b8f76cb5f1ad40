"""Which function answers which question about persons' data."""

from collections.abc import Callable
from typing import Any

from billing.office.privacy import ending, erasing, holding, pruning, replaying
from billing.requests.privacy import AskDue, AskErasures, AskHeld, Erase, KeepErasures, PrunePapers, ReplayErasures

QUESTIONS: dict[Any, Callable[..., Any]] = {AskHeld: holding.held, AskDue: ending.due, AskErasures: replaying.every}
WHOLE: dict[Any, Callable[..., tuple[Any, bool]]] = {
    Erase: erasing.erase,
    KeepErasures: replaying.keep,
    PrunePapers: pruning.prune,
    ReplayErasures: replaying.replay,
}
