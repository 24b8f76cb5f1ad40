"""What all requests and questions are: frozen values that know the view which answers them."""

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from billing.requests import fields

V = TypeVar("V", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Generic[V]):
    """Something to be done, answered by a view of type V. The constructor refuses what no surface may let through."""

    KIND: ClassVar[str]  # of what its id is the id, and what the place in the chain is called (L5, L6)
    LINE: ClassVar[str | None] = None  # its `type` in a bulk load

    def __post_init__(self) -> None:
        fields.check(self)

    def content(self) -> dict[str, Any]:
        """What its id stands for: the same id with other content is refused (L5)."""
        return fields.content(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[V]):
    """Something to be looked up, answered by a view of type V; nothing changes."""

    def __post_init__(self) -> None:
        fields.check(self)
