"""What corrections leave of the rows of a ticket: less than no time is taken from the time before it, the latest first.

Pure, and of all the rows that are known: in whichever files and order they came, the same is left.
"""

from collections.abc import Iterable

from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """The time of a row, which may be less than none; `at` sorts it, and its id where that is the same."""

    id: str
    at: str
    seconds: int


def left(parts: Iterable[Part]) -> dict[str, int]:
    """What is left of each row of a ticket: none where all was taken; less than none of a correction that found
    nothing to be taken from."""
    found: dict[str, int] = {}
    before: list[str] = []
    for part in sorted(parts, key=_order):
        found[part.id] = part.seconds
        if part.seconds > 0:
            before.append(part.id)
        while found[part.id] < 0 and before:
            last = before[-1]
            taken = min(found[last], -found[part.id])
            found[last] -= taken
            found[part.id] += taken
            if not found[last]:
                before.pop()
    return found


def _order(part: Part) -> tuple[str, int, str]:
    return part.at, int(part.id) if part.id.isdecimal() and part.id.isascii() else 0, part.id
