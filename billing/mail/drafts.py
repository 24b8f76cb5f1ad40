"""Drafts: mails as files that a mail program opens to send them; no file that is there is ever written over.

What is there under the name of a draft is left as it is: the same bytes are the same draft, anything else is somebody's
and is refused. A link is never followed, wherever it points.
"""

from pathlib import Path

from billing.errors import BadInput
from billing.filing import Folder, Taken
from billing.texts import say


def name_of(code: str) -> str:
    """The file of a paper's draft: `INV-2025-00001.eml`."""
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in code).lstrip(".") + ".eml"


def write(folder: Path, code: str, data: bytes) -> Path:
    """Writes a draft whole or not at all, and answers its file. Raises BadInput where something else is there."""
    name = name_of(code)
    try:
        with Folder(folder, make=False) as opened:
            opened.put(name, data)
    except Taken:
        raise BadInput(
            "bad-input",
            say("{path!r} is there and is not this draft", path=str(folder / name)),
            say("move it away, or give another folder"),
        ) from None
    return folder / name
