"""The document of the API is kept in the repository, so that a change of it is seen."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_document_is_kept_as_it_is() -> None:
    done = subprocess.run([sys.executable, "tools/openapi.py", "--check"], cwd=ROOT, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.returncode == 0, done.stderr
