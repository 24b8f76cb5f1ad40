"""Makes the fonts of letters, `billing/documents/fonts/DejaVuSans*.ttf`, out of Debian's `fonts-dejavu-core` 2.37.

    pip install fonttools==4.68.0 && PYTHONPATH=. python tools/fonts.py [FOLDER]

FOLDER has the whole fonts, by default where Debian puts them. The same fonts and the same fonttools make the same
bytes. What is taken of them is what `billing/core/lettering.py` says that a paper draws, and the forms in which Arabic
letters join.
"""

import hashlib
import sys
from pathlib import Path

from fontTools import subset

from billing.core import lettering

ROOT = Path(__file__).parents[1]
DEBIAN = Path("/usr/share/fonts/truetype/dejavu")
SOURCES = {  # of version 2.37, by SHA-256
    "DejaVuSans.ttf": "abdc775b21b1bc470d50c97e790d276f2054b7504e56e5bd3e64f48d68582322",
    "DejaVuSans-Bold.ttf": "0d977336a6d5fba34eab8e3199eb218327161b5143749f802982c2bc34df0c96",
}


def make(source: Path, target: Path) -> None:
    """A subset of a font: no hinting and no layout features, of which a PDF uses none."""
    found = hashlib.sha256(source.read_bytes()).hexdigest()
    if found != SOURCES[source.name]:
        sys.exit(f"{source} is another version: {found}")
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "MATH", "gasp"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(map(ord, lettering.signs() | lettering.joined_forms())))
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEBIAN
    for name in SOURCES:
        make(folder / name, ROOT / "billing" / "documents" / "fonts" / name)
