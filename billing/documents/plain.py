"""Plain text: columns for a terminal or a mail, and cells that no spreadsheet computes."""

import unicodedata
from collections.abc import Sequence


def aligned(rows: Sequence[tuple[str, ...]], figures: int) -> str:
    """Rows in columns two blanks apart; the last `figures` columns end at the right."""
    widths = [max(wide(cell) for cell in column) for column in zip(*rows, strict=True)]
    left = len(widths) - figures
    return "\n".join(
        "  ".join(
            cell + " " * (width - wide(cell)) if n < left else " " * (width - wide(cell)) + cell
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def wide(cell: str) -> int:
    """The columns that a text takes on a terminal."""
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in cell)
    return width - sum(1 for c in cell if unicodedata.combining(c))


def is_formula(value: object) -> bool:
    """Whether a spreadsheet would compute a cell."""
    return isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
