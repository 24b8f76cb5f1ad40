"""A profile of the colour space sRGB that is ours to ship: the numbers of IEC 61966-2-1, written by this module.

PDF/A wants a page's colours said by an output intent. ICC.1:2010 (version 4.3) lets the curve be a formula, so that the
whole profile has 544 bytes; nothing of another profile is copied.
"""

import struct
from functools import cache

_SIGNATURE = b"acsp"
# In the profile's connection space, adapted to D50 with the Bradford matrix below.
_D50 = (0.9642, 1.0, 0.8249)
_PRIMARIES = {
    b"rXYZ": (0.436066, 0.222488, 0.013916),
    b"gXYZ": (0.385147, 0.716873, 0.097076),
    b"bXYZ": (0.143066, 0.060608, 0.714096),
}
_ADAPTED = (1.047882, 0.022919, -0.050217, 0.029587, 0.990479, -0.017059, -0.009232, 0.015076, 0.751678)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # Y = (aX + b)^g from d on, else cX
_NAME = "sRGB IEC61966-2.1"
_RIGHTS = "No copyright, use freely"


@cache
def srgb() -> bytes:
    """The profile's bytes."""
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(*_CURVE)
    tags = [
        (b"desc", _text(_NAME)),
        (b"cprt", _text(_RIGHTS)),
        (b"wtpt", _xyz(_D50)),
        *((name, _xyz(colour)) for name, colour in _PRIMARIES.items()),
        *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")),
        (b"chad", b"sf32" + bytes(4) + _fixed(*_ADAPTED)),
    ]
    data, table, at = b"", b"", 128 + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    for name, body in tags:
        if body not in places:  # the three curves are one
            places[body] = at + len(data)
            data += body + bytes(-len(body) % 4)
        table += struct.pack(">4sII", name, places[body], len(body))
    body = struct.pack(">I", len(tags)) + table + data
    return _header(128 + len(body)) + body


def _header(size: int) -> bytes:
    made = struct.pack(">6H", 2025, 1, 1, 0, 0, 0)
    return (
        struct.pack(">I4sI4s4s4s", size, bytes(4), 0x04300000, b"mntr", b"RGB ", b"XYZ ")
        + made
        + _SIGNATURE
        + bytes(28)  # platform, flags, maker, model, attributes, intent: none
        + _fixed(*_D50)
        + bytes(48)
    )


def _fixed(*numbers: float) -> bytes:
    """Numbers with 16 bits before the point and 16 after it."""
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _xyz(colour: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*colour)


def _text(text: str) -> bytes:
    """A text in one language."""
    written = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(written), 28) + written
