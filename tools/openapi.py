"""Writes `docs/openapi.json`, what the API is.

python tools/openapi.py           writes it
python tools/openapi.py --check   says whether it is not as it would be written, and exits with 1
"""

import json
import sys
from pathlib import Path

from billing.http import openapi

FILE = Path(__file__).parents[1] / "docs" / "openapi.json"


def text() -> str:
    """The document, a line for each value, so that a difference can be read."""
    return json.dumps(openapi.document(), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    if "--check" in sys.argv[1:]:
        if FILE.exists() and FILE.read_text() == text():
            return 0
        print("docs/openapi.json is out of date; python tools/openapi.py writes it anew", file=sys.stderr)
        return 1
    FILE.write_text(text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
