"""Names that exist."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """Some names, in order."""

    names: tuple[str, ...]
