"""What a simulation does, as plain data: requests and questions, on which day, at which door, and what goes wrong."""

import dataclasses
import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from billing import requests
from billing.remote import wire

Fields = dict[str, Any]
FIRST = date(2024, 1, 1)  # before all days of a simulation


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong while a step is done: its kind, and before the how-manieth statement."""

    kind: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One delivery. Two doors at once are a step and the one that it is done `beside`."""

    of: str  # the request's or the question's name
    fields: Fields  # as the wire writes them
    today: date
    key: str | None = None
    by: str | None = None
    why: str = "new"  # or "again", "late", "other": how it comes to be delivered
    fault: Fault | None = None
    beside: "Step | None" = None

    @property
    def asked(self) -> Any:
        """The request or the question; its own bounds may refuse it."""
        return wire.read(getattr(requests, self.of), self.fields)

    @property
    def is_question(self) -> bool:
        return issubclass(getattr(requests, self.of), requests_base().Question)

    def as_json(self) -> Fields:
        """Plain data, without what is as usual."""
        found: Fields = {"of": self.of, "fields": self.fields, "today": self.today.isoformat()}
        found |= {name: value for name in ("key", "by") if (value := getattr(self, name)) is not None}
        found |= {} if self.why == "new" else {"why": self.why}
        found |= {} if self.fault is None else {"fault": {"kind": self.fault.kind, "at": self.fault.at}}
        return found | ({} if self.beside is None else {"beside": self.beside.as_json()})

    @classmethod
    def of_json(cls, found: Fields) -> "Step":
        """A step of plain data."""
        given = found | {"today": date.fromisoformat(found["today"])}
        if "fault" in found:
            given["fault"] = Fault(**found["fault"])
        if "beside" in found:
            given["beside"] = cls.of_json(found["beside"])
        return cls(**given)

    def alone(self) -> "Step":
        """The same with nothing beside it and nothing going wrong."""
        return replace(self, fault=None, beside=None)


def requests_base() -> Any:
    from billing.requests import base

    return base


def step(asked: Any, today: date, key: str | None = None, **more: Any) -> Step:
    """The step that asks that."""
    usual = {f.name: f.default for f in dataclasses.fields(asked)}
    fields = {name: value for name, value in _written(asked).items() if value is not None and value != usual[name]}
    return Step(type(asked).__name__, fields, today, key, **more)


def _written(asked: Any) -> Fields:
    found: Any = wire.written(asked)
    return {name: value for name, value in found.items() if name != "is"}


def save(file: Path, steps: list[Step], told: dict[str, Any]) -> None:
    """Writes what `--replay` reads, a step on each line."""
    lines = ",\n".join("  " + json.dumps(one.as_json(), ensure_ascii=False) for one in steps)
    head = json.dumps(told, ensure_ascii=False, indent=1)[1:-1].strip()
    file.write_text(f'{{{head},\n "steps": [\n{lines}\n]}}\n', encoding="utf-8")


def load(file: Path) -> list[Step]:
    """The steps of a file."""
    return [Step.of_json(one) for one in json.loads(file.read_text(encoding="utf-8"))["steps"]]
