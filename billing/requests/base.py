"""What all requests and questions are: frozen values that know the view which answers them."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from billing.requests import fields
from billing.values import dataclass

V = TypeVar("V", covariant=True)
FileName = Annotated[str, fields.Letters(4096)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Generic[V]):
    """Something to be done, answered by a view of type V. The constructor refuses what no surface may let through."""

    KIND: ClassVar[str]  # of what its id is the id, and what the place in the chain is called (L5, L6)
    LINE: ClassVar[str | None] = None  # its `type` in a bulk load
    WARNS: ClassVar[bool] = False  # whether only its view holds the warnings, which a bulk load repeats
    ADDS: ClassVar[bool] = False  # whether all that it does is added to chains, so that many of it are written at once
    ALONE: ClassVar[bool] = False  # whether of earlier work it asks for sums, and for no entry by itself

    def __post_init__(self) -> None:
        fields.check(self)

    def content(self) -> dict[str, Any]:
        """What its id stands for: the same id with other content is refused (L5)."""
        return fields.content(self)

    def earlier(self) -> Iterable[dict[str, Any]]:
        """Contents for which earlier versions took the same request, so that the ids of then stay valid (L5)."""
        return ()

    def key(self, given: str | None) -> str | None:
        """The id that it is asked with; some carry their own."""
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFile(Request[V]):
    """What writes a file and signs it. Nothing changes in the database.

    `key_file` is the file of the secret key, made on first use; by default it is beside a SQLite file. A file that is
    there is replaced only by `force`.
    """

    file: FileName
    key_file: FileName | None = None
    force: bool = fields.option(False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[V]):
    """Something to be looked up, answered by a view of type V; nothing changes."""

    STANDS: ClassVar[bool] = False  # whether its answer stands as long as the books and the day do

    def __post_init__(self) -> None:
        fields.check(self)
