"""One delivery at a door, and what it came to; also in a process of its own, which kills itself."""

import contextlib
from dataclasses import dataclass
from typing import Any

from billing import Billing, Refusal, requests
from billing.requests.base import Question
from tests.simulation import agreed, faults
from tests.simulation.steps import Step


@dataclass
class Told:
    """What a delivery came to."""

    view: Any = None
    new: bool = True
    refused: Refusal | None = None
    killed: bool = False
    struck: bool = False  # whether the fault came

    @property
    def failed(self) -> bool:
        """Whether it ended by the fault and not by a rule."""
        database = self.refused is not None and self.refused.code == "no-database"
        return self.killed or (self.struck and database)


def kind(step: Step) -> str:
    """What its id is remembered under."""
    kind: str = getattr(getattr(requests, step.of), "KIND", step.of)
    return kind


def delivered(door: Billing, asked: Any, key: str | None) -> Told:
    """Does or asks it at a door."""
    try:
        if isinstance(asked, Question):
            return Told(door.ask(asked))
        outcome = door.do(asked, key)
        return Told(outcome.view, outcome.new)
    except Refusal as refused:
        return Told(refused=refused)


def do_and_die(url: str, given: dict[str, Any]) -> None:
    """In a process of its own: does a step, and is killed where its fault says."""
    step = Step.of_json(given)
    assert step.fault is not None
    door = Billing.open(url, today=step.today, tariffs=[agreed.HERE, agreed.SHIPPED], made=False, by=step.by)
    with faults.sabotaged(door.setting.engine, step.fault), contextlib.suppress(Refusal):
        door.do(step.asked, step.key)
    door.close()
