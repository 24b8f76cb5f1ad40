"""Names that exist."""

from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """Some names, in order; `about` says what each is, where that is more than the name."""

    names: tuple[str, ...]
    about: tuple[str, ...] = ()
