"""QR codes as drawings: one filled path of PDF's own operators, with no seams between modules."""

import re

import segno

_RUN = re.compile(b"\x01+")
# The pattern that is laid over a code's data. The standard has the best of eight chosen by a score, which takes over
# twice as long as all the rest; this one came within 4 % of the best score on average. And it must never change: an
# issued document is made again byte for byte (M8), whatever a later segno thinks of scores.
_MASK = 2
_QUIET = 4  # modules that stay white around a code


def matrix(payload: str) -> tuple[bytearray, ...]:
    """The rows of a text's code, error level M, UTF-8: a byte for each module, 1 for black."""
    code = segno.make_qr(payload, error="m", mode="byte", encoding="utf-8", mask=_MASK, boost_error=False)
    return tuple(code.matrix)


def quiet_zone(rows: tuple[bytearray, ...], size: float) -> float:
    """The width that must stay white around a code of this size."""
    return _QUIET * size / len(rows)


def operators(rows: tuple[bytearray, ...], x: float, y: float, size: float) -> str:
    """A code drawn as a square with its lower left corner at x, y."""
    unit = size / len(rows)
    path = [
        f"{run.start()} {len(rows) - 1 - place} {run.end() - run.start()} 1 re"
        for place, row in enumerate(rows)
        for run in _RUN.finditer(row)
    ]
    return f"q {unit:.5f} 0 0 {unit:.5f} {x:.3f} {y:.3f} cm 0 0 0 rg\n" + "\n".join(path) + "\nf Q"
