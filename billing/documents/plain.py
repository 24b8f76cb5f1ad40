"""Plain text: columns for a terminal or a mail."""

from collections.abc import Sequence

from billing.core.signs import padded, wide


def aligned(rows: Sequence[tuple[str, ...]], figures: int) -> str:
    """Rows in columns two blanks apart; the last `figures` columns end at the right."""
    widths = [max(wide(cell) for cell in column) for column in zip(*rows, strict=True)]
    left = len(widths) - figures
    return "\n".join(
        "  ".join(
            padded(cell, width, right=n >= left) for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
