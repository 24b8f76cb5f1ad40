"""Where a sentence goes in what somebody wrote: before his signature, before what he quotes, in place of a marker.

Text and HTML are only read here; what is not understood is doubted.
"""

import re
from html.parser import HTMLParser

from billing.mail.parts import Doubt
from billing.values import dataclass

MARKER = "{{balance}}"
_TOLD = re.compile(  # a position, as every sentence ends with; the short one until November 2026
    r"\b\d{1,9}-(?:[0-9A-Z]{4}(?:-[0-9A-Z]{4}){6}|[0-9a-f]{8,64})\)", re.ASCII
)
_HEADER = r"(?:from|von|de|da|van|expéditeur)"
_SENT = r"(?:sent|date|gesendet|datum|envoyé|inviato|data|verzonden)"
_DIVIDER = re.compile(
    r"^[ \t]*(?:-{2,}[ \t]*(?:original|forwarded|ursprüngliche|weitergeleitete|message d['’]origine|message transféré|"
    r"message original|messaggio|oorspronkelijk)[^\n]{0,40}?-{2,}|_{20,})[ \t]*$"  # Outlook's line, too
    rf"|^[ \t]*\*?{_HEADER}[  ]?:\*?[ \t]+\S.*\n(?:[^\n]*\n){{0,2}}?[ \t]*\*?{_SENT}[  ]?:",
    re.MULTILINE | re.IGNORECASE,
)
_ATTRIBUTION = re.compile(r":[ \t]*$")


@dataclass(frozen=True, slots=True)
class Place:
    """What of a text gives way to the sentence: a marker, or nothing at a place."""

    start: int
    end: int
    marked: bool = False


def is_told(text: str) -> bool:
    """Whether what somebody wrote holds a sentence already; not what he quotes."""
    own = text[: quote_of(text)]
    return any(_TOLD.search(line) for line in own.split("\n") if not line.lstrip().startswith(">"))


def in_text(text: str, marker: str) -> Place:
    """Where the sentence goes in a plain text whose lines end with one sign."""
    own = text[: quote_of(text)]
    if (found := own.find(marker)) >= 0:
        return Place(found, found + len(marker), marked=True)
    signature = re.search(r"^-- $", own, re.MULTILINE)
    at = len(own) if signature is None else signature.start()
    return Place(at, at)


def quote_of(text: str) -> int:
    """Where what is quoted at the end of a text begins; its length where nothing is.

    Answers between quoted lines are the writer's own: only what is quoted to the end counts.
    """
    divider = _DIVIDER.search(text)
    end = len(text) if divider is None else divider.start()
    signature = re.search(r"^-- $", text[:end], re.MULTILINE)
    upto = end if signature is None else signature.start()
    lines = text[:upto].split("\n")
    last = len(lines)
    while last and (not lines[last - 1].strip() or lines[last - 1].startswith(">")):
        last -= 1
    if not any(line.startswith(">") for line in lines[last:]):
        below = text[upto:end].find("\n>")  # a signature above what is quoted
        return _attributed(text, upto + below + 1) if below >= 0 else end
    first = next(number for number in range(last, len(lines)) if lines[number].startswith(">"))
    return _attributed(text, sum(len(line) + 1 for line in lines[:first]))


def _attributed(text: str, quote: int) -> int:
    """Where the line begins that says who wrote what is quoted below it, as `On Monday Anna wrote:`; it may be two."""
    before = text[:quote].rstrip("\n")
    paragraph = before.rfind("\n\n") + 2 if "\n\n" in before else 0
    for start in (before.rfind("\n") + 1, before.rfind("\n", 0, max(0, before.rfind("\n"))) + 1):
        said = before[start:]
        if start >= paragraph and _ATTRIBUTION.search(said) and re.search(r"@|\d", said) and len(said) < 300:
            return start
    return quote


# HTML

_LARGEST = 1_000_000  # signs of a page
_DEEPEST = 300
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_HOLDS = frozenset({"html", "body", "div", "center", "article", "section", "main"})  # in which a paragraph may stand
_SILENT = frozenset({"head", "style", "script", "title", "template", "noscript", "xml"})
_OPTIONAL = frozenset({"p", "li", "tr", "td", "th", "tbody", "thead", "tfoot", "dd", "dt", "option", "colgroup"})
_SIGNATURE = re.compile(
    r"(?:^|[\s_-])(?:gmail_signature|moz-signature|signature|ms-outlook-mobile-signature)(?:$|\s)", re.I
)
QUOTED = re.compile(
    r"(?:^|\s)(?:x_)?(?:gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote|divrplyfwdmsg|appendonsend|"
    r"olk_src_body_section|mail-editor-reference-message-container|zmail_extra)(?:$|[\s_])", re.I,
)  # fmt: skip


class _Page(HTMLParser):
    """Reads a page and keeps where the signature, the quotation and the end are, in signs from its beginning."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0, *(found.end() for found in re.finditer("\n", page))]
        self.open: list[tuple[str, int]] = []
        self.signature: int | None = None
        self.quote: int | None = None
        self.body_end: int | None = None
        self.has_body = False
        self.shown: list[tuple[int, str]] = []
        self.feed(page)
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _free(self) -> int:
        """Where a paragraph may stand that comes before what is here: outside of what takes none."""
        return next((start for name, start in self.open if name not in _HOLDS), self._at())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        named = f"{known.get('class', '')} {known.get('id', '')}"
        style = re.sub(r"\s", "", known.get("style", "")).lower()
        if self.quote is None:
            if (tag == "blockquote" and "cite" in known.get("type", "")) or QUOTED.search(named) or (
                tag in ("div", "hr") and ("border-top:solid#e1e1e1" in style or "border-top:solid#b5c4df" in style)
            ):  # fmt: skip
                self.quote = self._free()
            elif self.signature is None and (_SIGNATURE.search(named) or "data-signature-widget" in known):
                self.signature = self._free()
        self.has_body |= tag == "body"
        if tag in _VOID:
            return
        if tag in _OPTIONAL and self.open and self.open[-1][0] == tag:
            self.open.pop()
        if len(self.open) >= _DEEPEST:
            raise ValueError("elements within elements")
        self.open.append((tag, self._at()))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("body", "html") and self.body_end is None:
            self.body_end = self._free()
        names = [name for name, _ in self.open]
        if tag in names:
            del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if any(name in _SILENT for name, _ in self.open):
            return
        self.shown.append((self._at(), data))
        if self.quote is None and self.signature is None and re.fullmatch(r"\s*-- \s*", data):
            self.signature = self._free()

    def unknown_decl(self, data: str) -> None:
        """Microsoft's conditions in a page are nothing that is read."""


def _page(page: str) -> _Page:
    tags, comments = (page.count(sign, page.rfind(end) + 1) for sign, end in (("<", ">"), ("<!--", "-->")))
    if len(page) > _LARGEST or tags > 50 or comments > 10:  # each that has no end is looked for to the end
        raise Doubt("HTML that would take long to read")
    try:
        found = _Page(page)
    except (AssertionError, ValueError, RecursionError) as wrong:
        raise Doubt("HTML that cannot be read") from wrong
    if any(name in _SILENT for name, _ in found.open):
        raise Doubt("HTML without an end")
    return found


def is_told_in_html(page: str) -> bool:
    """The same of a page."""
    found = _page(page)
    end = len(page) if found.quote is None else found.quote
    return any(_TOLD.search(data) for at, data in found.shown if at < end)


def in_html(page: str, marker: str) -> Place:
    """Where the sentence goes in a page."""
    found = _page(page)
    end = len(page) if found.quote is None else found.quote
    for at, data in found.shown:
        if at < end and marker in data:
            start = at + data.index(marker)
            return Place(start, start + len(marker), marked=True)
    places = [found.signature, found.quote]
    at = min((place for place in places if place is not None), default=-1)
    if at < 0:
        at = len(page) if found.body_end is None else found.body_end
    if found.has_body and found.body_end is None and at == len(page) and found.open:
        at = next((start for name, start in found.open if name not in _HOLDS), at)
    if re.match(r"<(?:html|head|body|!doctype)\b", page[at : at + 20], re.IGNORECASE):
        raise Doubt("HTML without a place for it")
    return Place(at, at)
