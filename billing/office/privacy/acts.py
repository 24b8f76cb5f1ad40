"""Which function answers which question about persons' data."""

from collections.abc import Callable
from typing import Any

from billing.office.privacy import ending, holding
from billing.requests.privacy import AskDue, AskHeld

QUESTIONS: dict[Any, Callable[..., Any]] = {AskHeld: holding.held, AskDue: ending.due}
