"""What a simulation counts: a run that tried nothing proves nothing."""

import time
from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.steps import Fault, Step


@dataclass
class Figures:
    """Counts of one run or of many."""

    steps: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)  # that came
    deliveries: Counter[str] = field(default_factory=Counter)  # again, late, with other content, beside another
    compared: int = 0  # balances that the model predicted
    unsure: int = 0  # and that it did not
    looks: int = 0
    other_code: int = 0
    began: float = field(default_factory=time.monotonic)

    def count(self, step: Step) -> None:
        self.steps += 1
        self.asked[step.of] += 1
        if step.beside is not None:
            self.deliveries["two doors at once"] += 1
            self.asked[step.beside.of] += 1
        if step.why != "new":
            self.deliveries[step.why] += 1

    def accepted(self, step: Step) -> None:
        self.done[step.of] += 1

    def refused(self, code: str) -> None:
        self.refusals[code] += 1

    def struck(self, fault: Fault | None) -> None:
        if fault is not None:
            self.faults[fault.kind] += 1

    def __add__(self, other: "Figures") -> "Figures":
        found = Figures(began=min(self.began, other.began))
        for name in ("steps", "compared", "unsure", "looks", "other_code"):
            setattr(found, name, getattr(self, name) + getattr(other, name))
        for name in ("asked", "done", "refusals", "faults", "deliveries"):
            setattr(found, name, getattr(self, name) + getattr(other, name))
        return found

    def told(self) -> str:
        """In a few lines."""

        def some(counts: Counter[str]) -> str:
            return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"

        return "\n".join([
            f"{self.steps} steps in {time.monotonic() - self.began:.0f} s, {self.compared} balances as predicted, "
            f"{self.unsure} not predicted, {self.looks} times all was audited",
            f"asked: {some(self.asked)}",
            f"accepted: {some(self.done)}",
            f"refused: {some(self.refusals)}",
            f"faults: {some(self.faults)}",
            f"deliveries: {some(self.deliveries)}",
        ])  # fmt: skip
