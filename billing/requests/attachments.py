"""Files that are kept with a case or a quote."""

import hashlib
from typing import Annotated, Any, ClassVar

from billing.core import attaching
from billing.requests.base import Question, Request
from billing.requests.fields import Word
from billing.values import dataclass
from billing.views.attachments import Attached, FileKept


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """The bytes of a file that is kept: not too many, of a kind that is told by them."""

    def check(self, value: object, name: str) -> None:
        assert isinstance(value, bytes), name
        attaching.checked_type(value)


FileBytes = Annotated[bytes, Content()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attach(Request[Attached]):
    """A file that is kept; `name` is what it is called, of which the last part counts."""

    KIND: ClassVar[str] = "attachment"
    name: Word
    data: FileBytes

    def content(self) -> dict[str, Any]:
        """What its id stands for: what is in the file, by its digest."""
        return Request.content(self) | {"data": hashlib.sha256(self.data).hexdigest()}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachToCase(_Attach):
    """Keeps a file with a case; the same file twice is one."""

    case: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachToQuote(_Attach):
    """Keeps a file with a quote, such as its specification; the same file twice is one (S8)."""

    quote: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAttachment(Question[FileKept]):
    """A file that is kept with a case, by its number there."""

    case: Word
    file: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuoteAttachment(Question[FileKept]):
    """A file that is kept with a quote, by its number there."""

    quote: Word
    file: int
