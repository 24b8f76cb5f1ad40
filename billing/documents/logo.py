"""An issuer's logo: a PNG or an SVG, checked when it is taken, drawn into a box at the head of a letter.

Documents name it by the digest of its bytes, so that an earlier document keeps the logo that it was issued with (M8).
"""

import hashlib
from dataclasses import field
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from billing.documents import svg
from billing.errors import BadInput
from billing.texts import Text, say
from billing.values import dataclass

if TYPE_CHECKING:
    from PIL.Image import Image

_PNG = b"\x89PNG\r\n\x1a\n"
_LEAST, _MOST = 32, 4000  # pixels on the shorter and the longer side
_WIDEST = 12  # times as long as it is high, or the other way round


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as it can be drawn: its shape, and either the picture or a drawing."""

    digest: str
    width: float
    height: float
    picture: "Image | None" = field(default=None, compare=False)  # on white; the digest says which
    operators: str = ""

    def fitted(self, wide: float, high: float) -> tuple[float, float]:
        """Its width and height where it fills a box as far as its shape lets it."""
        scale = min(wide / self.width, high / self.height)
        return self.width * scale, self.height * scale

    def drawn(self, x: float, y: float, width: float, height: float) -> str:
        """The operators of a drawing whose lower left corner is at x, y."""
        across, up = width / self.width, height / self.height
        return f"q {across:.6f} 0 0 {-up:.6f} {x:.3f} {y + height:.3f} cm\n{self.operators}\nQ"


def checked(data: bytes) -> str:
    """The digest of a logo that can be drawn. Raises BadInput (`bad-image`) for one that cannot."""
    found = read(data)
    if max(found.width, found.height) > _WIDEST * min(found.width, found.height):
        raise _refused(say("it is over {times} times as long as it is wide", times=_WIDEST), say("cut it"))
    return found.digest


@lru_cache(maxsize=8)
def read(data: bytes) -> Logo:
    """The logo of a file. Raises BadInput (`bad-image`)."""
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(_PNG):
        picture = _opened(data)
        return Logo(digest, float(picture.width), float(picture.height), picture)
    if b"<svg" in data[:4000]:
        drawing = svg.read(data)
        return Logo(digest, drawing.width, drawing.height, operators=drawing.operators)
    raise _refused(say("it is neither a PNG nor an SVG file"), say("export it as one of them"))


def _opened(data: bytes) -> "Image":
    """A PNG's pixels on white paper: what is transparent in it needs nothing of a PDF."""
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as opened:
            width, height = opened.size
            if min(width, height) < _LEAST or max(width, height) > _MOST:
                raise _refused(
                    say("it has {width} × {height} pixels", width=width, height=height),
                    say("give one of {least} to {most} pixels on each side", least=_LEAST, most=_MOST),
                )
            pixels = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _refused(say("its PNG data cannot be read"), say("export it anew")) from None
    return Image.alpha_composite(Image.new("RGBA", pixels.size, "white"), pixels).convert("RGB")


def _refused(why: Text, remedy: Text) -> BadInput:
    return BadInput("bad-image", say("the file cannot be a logo: {why}", why=why), remedy)
