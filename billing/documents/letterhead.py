"""The head of a letter: who sends it, to whom (for the window of an envelope), and the facts beside it.

Where the window is at the right, the sender and the facts stand at the left under each other; where it is at the left
(DIN 5008), the sender's address and the facts stand at the right.
"""

from billing.documents import addresses, fonts, locale, logo, words
from billing.documents.page import ACCENT, BLACK, GREY, HEIGHT, LEFT, MM, RIGHT, Colour, Sheets, fit, shrunk, wrap
from billing.law import countries
from billing.law.identifiers import VatId
from billing.values import dataclass
from billing.views.paper import OnPaper

_WINDOW = 112  # as in NF Z 11-001, for an issuer whose country says nothing
_LOGO = (62 * MM, 18 * MM)  # the most that a logo takes
_HEAD = HEIGHT - 20 * MM  # where the sender begins
_FACT_NAMES = 32 * MM  # the width of what facts are called


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things stand on a first page."""

    window: float  # the left edge of the address
    window_room: float
    window_top: float
    window_bottom: float
    sender_room: float
    contact: float  # the left edge of the lines that say how to reach the sender
    facts: float
    facts_top: float
    facts_room: float
    at_left: bool  # the window


def sheets_for(title: str, issuer: OnPaper, language: str) -> Sheets:
    """The sheets of a document of an issuer: in its colour, with its lines at the foot."""
    accent = _colour(issuer.head.accent) if issuer.head.accent else ACCENT
    return Sheets(title, issuer.name, language, accent, [footer(issuer, language), *issuer.head.legal])


def draw(
    sheets: Sheets,
    issuer: OnPaper,
    recipient: OnPaper,
    facts: list[tuple[str, str]],
    title: str,
    picture: bytes | None = None,
) -> float:
    """Draws the head of a first page; gives the y below its title. `picture` is the issuer's logo."""
    places = _places(issuer)
    below = _sender(sheets, issuer, places, picture)
    top = places.facts_top if places.at_left else min(places.facts_top, below - 4 * MM)
    facts_end = _facts(sheets, facts, places, top if not places.at_left else min(top, below))
    _recipient(sheets, issuer, recipient, places)
    y = min(facts_end, places.window_bottom) - 11 * MM
    title = fonts.clean(title)
    size = shrunk(title, 16, RIGHT - LEFT, True)
    sheets.text(LEFT, y, fit(title, size, RIGHT - LEFT, True), size, sheets.accent, True)
    return y - 7 * MM


def address(party: OnPaper, home: str, language: str) -> list[str]:
    """The lines of an address under the name; the country only where it is not the sender's. Parts may be missing.

    The country is written in the reader's language, in capitals.
    """
    lines = addresses.lines(party.address, party.country)
    if party.country and party.country != home:
        lines.append(locale.country(party.country, language).upper())
    return lines


def customer_vat_id(issuer_country: str, language: str) -> str:
    """How a customer's VAT id is called: in German it has another name in Switzerland than in the Union."""
    label = countries.of(issuer_country).vat_label
    return words.said(language)(words.VAT_ID_CUSTOMER if label == "country" else words.VAT_ID_CUSTOMER_UNION)


def customer_numbers(issuer: OnPaper, recipient: OnPaper, language: str) -> list[tuple[str, str]]:
    """A customer's VAT id and SIREN, each with what it is called, where they are known."""
    found = []
    if recipient.vat_id:
        found.append((customer_vat_id(issuer.country, language), vat_id(recipient, language)))
    if recipient.siren:
        found.append((words.said(language)(words.SIREN_CUSTOMER), recipient.siren))
    return found


def vat_id(party: OnPaper, language: str) -> str:
    """A VAT id as it is printed: a Swiss one with its ending (art. 26 LTVA)."""
    written = (party.vat_id or "").strip()
    found = VatId.read(written, None)
    if found and found.is_swiss and not found.has_ending:
        return f"{written} {words.said(language)(words.VAT_ID_SWISS)}"
    return written


def footer(issuer: OnPaper, language: str) -> str:
    """The line at the foot of each page."""
    parts = [issuer.name, *address(issuer, issuer.country, language)]
    if issuer.vat_id:
        parts.append(_vat_label(issuer, language))
    elif issuer.tax_number:
        parts.append(_tax_number(issuer, language))
    return "  ·  ".join(parts)


def _places(issuer: OnPaper) -> _Places:
    window = (countries.of(issuer.country).window or _WINDOW) * MM
    if window > 105 * MM:
        return _Places(
            window=window,
            window_room=RIGHT - window,
            window_top=HEIGHT - 48 * MM,
            window_bottom=HEIGHT - 84 * MM,
            sender_room=window - LEFT - 8 * MM,
            contact=window,
            facts=LEFT,
            facts_top=HEIGHT - 52 * MM,
            facts_room=window - 6 * MM - LEFT,
            at_left=False,
        )
    right = 113 * MM  # beside the window, which ends at 110 (DIN 5008, form B)
    return _Places(
        window=window,
        window_room=105 * MM - window,
        window_top=HEIGHT - 62.7 * MM,
        window_bottom=HEIGHT - 90 * MM,
        sender_room=right - LEFT - 8 * MM,
        contact=right,
        facts=right,
        facts_top=HEIGHT - 52 * MM,
        facts_room=RIGHT - right,
        at_left=True,
    )


def _colour(written: str) -> Colour:
    red, green, blue = (int(written[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue


def _vat_label(issuer: OnPaper, language: str) -> str:
    own = countries.of(issuer.country).vat_label == "country"
    label = words.said(language)(words.VAT_ID_LABEL_SWISS if own else words.VAT_ID_LABEL)
    return f"{label} {vat_id(issuer, language)}"


def _tax_number(issuer: OnPaper, language: str) -> str:
    return f"{words.said(language)(words.TAX_NUMBER)} {issuer.tax_number}"


def _sender(sheets: Sheets, issuer: OnPaper, places: _Places, picture: bytes | None) -> float:
    """Logo, name and address, and how the sender is reached; gives the y below all that the facts stand under."""
    y = _HEAD
    if picture:
        found = logo.read(picture)
        width, height = found.fitted(*_LOGO)
        y = HEIGHT - 14 * MM - height
        sheets.picture(found, LEFT, y, width, height)
        y -= 15
    y = _name(sheets, issuer.name, y, places.sender_room, 10 if picture else 13)
    lines, ways = about(issuer, sheets.language), reached(issuer)
    if places.at_left:
        return _small(sheets, [*lines, *ways], places.contact, _HEAD, RIGHT - places.contact) - 3 * MM
    _small(sheets, ways, places.contact, _HEAD, RIGHT - places.contact)
    return _small(sheets, lines, LEFT, y, places.sender_room)


def _name(sheets: Sheets, written: str, y: float, room: float, most: float) -> float:
    name = fonts.clean(written)
    size = next((s for s in (13, 11, 10, 9.5, 8) if s <= most and len(wrap(name, s, room, True)) <= 3), 7)
    for line in wrap(name, size, room, True)[:4]:
        sheets.text(LEFT, y, line, size, sheets.accent, True)
        y -= size * 1.15
    return y - (13 - size) * 0.4 + 1


def about(issuer: OnPaper, language: str) -> list[str]:
    """Where the sender is, and under which numbers."""
    lines = address(issuer, issuer.country, language)
    if issuer.siren:
        lines.append(f"{words.said(language)(words.PAGE_SIREN)} {issuer.siren}")
    if issuer.vat_id:
        lines.append(_vat_label(issuer, language))
    elif issuer.tax_number:
        lines.append(_tax_number(issuer, language))
    return lines


def reached(issuer: OnPaper) -> list[str]:
    """By phone, mail and web."""
    return [line for line in (issuer.head.phone, issuer.head.email, issuer.head.web) if line]


def _small(sheets: Sheets, lines: list[str], x: float, y: float, room: float) -> float:
    for line in lines:
        for part in wrap(fonts.clean(line), 8, room, False)[:2]:
            sheets.text(x, y, part, 8, GREY)
            y -= 10.5
    return y


def _recipient(sheets: Sheets, issuer: OnPaper, recipient: OnPaper, places: _Places) -> None:
    """The address, shrunk until it stands inside the window; at the left with the sender's in small above it."""
    name = fonts.clean(recipient.name)
    rest = address(recipient, issuer.country, sheets.language)
    if recipient.attention:
        rest.insert(0, words.said(sheets.language)(words.ATTENTION).format(attention=recipient.attention))
    rest = [fonts.clean(line) for line in rest]
    high, room = places.window_top - places.window_bottom, places.window_room
    size = 10.5
    while True:
        lines = [line for text in (name, *rest) for line in wrap(text, size, room, False)]
        if len(lines) * size * 1.3 <= high or size <= 5:
            break
        size -= 0.5
    most = int(high // (size * 1.3))
    for n, line in enumerate(lines[:most]):
        sheets.text(places.window, places.window_top - size - n * size * 1.3, line, size)
    if places.at_left:
        back = fonts.clean(" · ".join([issuer.name, *address(issuer, issuer.country, sheets.language)]))
        small = shrunk(back, 6.5, room, False)
        sheets.text(places.window, places.window_top + 3 * MM, fit(back, small, room, False), small, GREY)


def _facts(sheets: Sheets, facts: list[tuple[str, str]], places: _Places, y: float) -> float:
    """Names and values, under the sender and beside the window."""
    names = _FACT_NAMES
    room = places.facts_room - names
    for name, value in facts:
        name = fonts.clean(name)
        size = shrunk(name, 8, names - 4, False)
        sheets.text(places.facts, y, fit(name, size, names - 4, False), size, GREY)
        for line in wrap(fonts.clean(value), 8, room, False)[:3]:
            sheets.text(places.facts + names, y, line, 8, BLACK)
            y -= 11
    return y
