"""Notes as plain text: without the markup and the entities that some tools write them in."""

import html
import re

MOST = 10_000  # letters of a note
_TAGS = "a|b|blockquote|br|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|span|strong|sub|sup|table|tbody|td|th|tr|u|ul"
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6]|blockquote|pre)\s*>", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]{{0,2000}})?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NO_TEXT = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain(text: str) -> str:
    """Text without tags and entities, also where the tags were written as entities; lines stay lines."""
    found = text[: 4 * MOST]
    for _ in range(2):
        found = _TAG.sub(" ", _BREAK.sub("\n", found))
        found = _ENTITY.sub(lambda entity: html.unescape(entity[0]), found)
    found = _NO_TEXT.sub(" ", _TAG.sub(" ", _BREAK.sub("\n", found)))
    lines = (" ".join(line.split()) for line in found.splitlines())
    return "\n".join(line for line in lines if line)[:MOST].strip()


def of_document(value: object) -> str:
    """The text of a note, whole or as the tree of paragraphs that Jira keeps (Atlassian Document Format)."""
    if isinstance(value, dict):
        inner = value.get("content")
        own = value.get("text")
        text = own if isinstance(own, str) else of_document(inner) if isinstance(inner, list) else ""
        return f"{text}\n" if value.get("type") == "paragraph" else text
    if isinstance(value, list):
        return "".join(of_document(one) for one in value)
    return value if isinstance(value, str) else ""
