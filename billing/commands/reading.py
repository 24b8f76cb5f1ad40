"""Where the rules that an answer cites can be read: in `docs/rules.md`, which ships with the program."""

import re
from collections.abc import Iterable

from billing import shipped

_CODE = r"[LTRGCMSBPA]\d{1,2}"


def links(lines: Iterable[str]) -> list[str]:
    """The rules that stand in brackets in some lines, each once, as links to their headings: `docs/rules.md#…`."""
    anchors = _anchors((shipped("docs") / "rules.md").read_text("utf-8"))
    cited = [code for line in lines for bracket in re.findall(r"\(([^()]*)\)", line) for code in _codes(bracket)]
    return [f"docs/rules.md#{anchors[code]}" for code in dict.fromkeys(cited) if code in anchors]


def _codes(text: str) -> list[str]:
    return re.findall(rf"\b{_CODE}\b", text)


def _anchors(page: str) -> dict[str, str]:
    """The anchor that GitHub makes of each rule's heading, by code."""
    headings = re.findall(rf"^### (({_CODE}) .+)$", page, re.MULTILINE)
    return {code: re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading, code in headings}
