"""Checks the files of documents: their bytes against the digests that the chain holds, each of a document (L7, L10)."""

from collections.abc import Iterator

from billing.store import files
from billing.store.auditing import Position
from billing.store.kept import DocumentRow, ErasureRow, FileRow, PaperRow


def file_faults(customer: str, found: list[Position]) -> Iterator[str]:
    """What does not hold in the files of a customer's documents and quotes."""
    erasures = [row for position in found for row in position.of(ErasureRow)]
    pruned = {row.place for row in erasures if "issued_file.data" in row.fields}  # papers past their ten years (P2)
    issued: set[str] = set()
    made: set[tuple[str, str]] = set()
    for position in found:
        issued |= {row.code for row in position.of(DocumentRow)} | {paper.code for paper in position.of(PaperRow)}
        for row in position.of(FileRow):
            where = f"{customer} position {position.seq}: the {row.format} of {row.code}"
            fault = None if position.seq in pruned and not row.data else files.fault(row)
            if fault is not None:
                yield f"{where} {fault}"
            if row.code not in issued:
                yield f"{where} was made before there was such a document"
            if (row.code, row.format) in made:
                yield f"{where} was made before"
            made.add((row.code, row.format))
