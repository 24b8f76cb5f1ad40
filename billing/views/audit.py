"""Whether all that is recorded holds (L7)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was looked at."""

    customers: int
    facts: int
    charges: int
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What an audit found: a line for each thing that does not hold."""

    ok: bool
    checked: Checked
    faults: tuple[str, ...]
