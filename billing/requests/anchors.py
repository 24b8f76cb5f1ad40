"""Anchors: what is kept elsewhere, so that what was changed or cut off since shows (L6, L7)."""

from typing import ClassVar

from billing.requests.base import FileName, Question, SignedFile
from billing.requests.fields import Word
from billing.values import dataclass
from billing.views.anchors import Anchored
from billing.views.audit import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeAnchor(SignedFile[Anchored]):
    """Writes the heads of all chains and series and digests of the rows beside them into a file, signed.

    `key_file` is the file of the secret key, made on first use; by default it is beside a SQLite file. A file that is
    there is replaced only by `force`. Nothing changes in the database.
    """

    KIND: ClassVar[str] = "anchor"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAnchored(Question[Audited]):
    """What an audit finds, and whether all that an anchor's file names is there unchanged (L7).

    `expected` is the public key that must have signed it, by default that of `key_file`, if it is there.
    """

    anchor: FileName
    key_file: FileName | None = None
    expected: Word | None = None
