"""The files of documents as they were first made: compressed, found by number and format, their digest hashed (L10)."""

import hashlib
import zlib
from collections.abc import Collection
from typing import Any, Literal

from billing.store.damage import damaged
from billing.store.kept import FileRow
from billing.store.rows import Row
from billing.store.sql import Connection, exists, literal, schema, select, union_all
from billing.texts import say
from billing.values import dataclass

Format = Literal["pdf", "plain", "cii", "ubl"]  # plain: a PDF without the e-invoice that the document's own has inside

_f, _doc, _quote = schema.issued_file.c, schema.document.c, schema.quote_document.c


@dataclass(frozen=True, slots=True)
class Paper:
    """A document or a quote, as far as its files are made of it: whose, and what is on it."""

    code: str
    customer_id: int
    is_quote: bool
    text: str


@dataclass(frozen=True, slots=True)
class Filed:
    """A file that was made now, and what is kept of it."""

    data: bytes
    digest: str
    packed: bytes

    def row(self, code: str, format: Format) -> tuple[Any, Row]:
        """The ledger's row of it."""
        return schema.issued_file, {"code": code, "format": format, "digest": self.digest, "data": self.packed}


def filed(data: bytes) -> Filed:
    """A file ready to be kept: whoever made it packs it, and not who holds the lock."""
    return Filed(data, hashlib.sha256(data).hexdigest(), zlib.compress(data))


def of(connection: Connection, codes: Collection[str]) -> dict[str, dict[Format, bytes]]:
    """The files of documents that were made before, by number and format, each as it was given out (L10).

    Raises DatabaseRefusal (`damaged`) for one whose bytes are others.
    """
    found: dict[str, dict[Format, bytes]] = {code: {} for code in codes}
    rows = connection.execute(select(_f.code, _f.format, _f.digest, _f.data).where(_f.code.in_(codes)))
    for code, format, digest, packed in rows:
        if not packed:  # its ten years are over (P2)
            continue
        try:
            data = zlib.decompress(packed)
        except (zlib.error, TypeError):
            data = None
        if data is None or hashlib.sha256(data).hexdigest() != digest:
            raise damaged(say("the {format} of {number}", format=format, number=code))
        found[code][format] = data
    return found


def kinds(connection: Connection, codes: Collection[str]) -> dict[str, bool]:
    """Which of these numbers are documents' (False) and quotes' (True); others are not in it."""
    every = union_all(
        select(literal(0), _doc.code).where(_doc.code.in_(codes)),
        select(literal(1), _quote.code).where(_quote.code.in_(codes)),
    )
    return {code: bool(quote) for quote, code in connection.execute(every)}


def papers(connection: Connection, codes: Collection[str]) -> dict[str, Paper]:
    """Documents and quotes by their numbers."""
    every = union_all(
        select(literal(0), _doc.code, _doc.customer_id, _doc.content).where(_doc.code.in_(codes)),
        select(literal(1), _quote.code, _quote.customer_id, _quote.content).where(_quote.code.in_(codes)),
    )
    return {code: Paper(code, owner, bool(quote), text) for quote, code, owner, text in connection.execute(every)}


def without(connection: Connection) -> list[str]:
    """The numbers of the documents and quotes whose PDF was never made, a customer's together."""
    every = union_all(
        *(
            select(of.customer_id, of.code).where(
                ~exists().where(_f.customer_id == of.customer_id, _f.code == of.code, _f.format == "pdf")
            )
            for of in (_doc, _quote)
        )
    ).order_by("customer_id", "code")
    return [code for _, code in connection.execute(every)]


def fault(row: FileRow) -> str | None:
    """What does not hold in the row of a file: its bytes against the digest that the chain holds (L7)."""
    unpacked = zlib.decompressobj()
    try:
        made = unpacked.decompress(row.data)
    except (zlib.error, TypeError):  # a column that somebody changed may hold text
        return "cannot be unpacked"
    if not unpacked.eof or unpacked.unused_data or hashlib.sha256(made).hexdigest() != row.digest:
        return "is not the file that was made first"
    return None
