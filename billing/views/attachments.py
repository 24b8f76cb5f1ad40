"""Files that are kept with a case or a quote."""

from datetime import datetime

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file: its number in its case or quote, what it is called (nothing where that was erased), and what it is."""

    number: int
    name: str | None
    type: str  # by its content
    size: int  # bytes
    at: datetime  # when it was kept
    by: str | None  # who kept it


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached(Attachment):
    """A file that was kept, and with what."""

    customer: str
    case: str | None = field(None, omit=True)
    quote: str | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKept:
    """What is in a file that was kept."""

    name: str
    type: str
    data: bytes
