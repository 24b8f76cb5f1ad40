"""The head of a letter: who sends it, to whom (for the window of an envelope), and the facts beside it."""

from billing.documents import fonts, words
from billing.documents.page import ACCENT, BLACK, GREY, HEIGHT, LEFT, MM, RIGHT, Sheets, fit, shrunk, wrap
from billing.law import countries
from billing.law.identifiers import VatId
from billing.views.paper import OnPaper

_WINDOW = 112  # as in NF Z 11-001, for an issuer whose country says nothing
_WINDOW_TOP, _WINDOW_BOTTOM = HEIGHT - 48 * MM, HEIGHT - 84 * MM


def draw(sheets: Sheets, issuer: OnPaper, recipient: OnPaper, facts: list[tuple[str, str]], title: str) -> float:
    """Draws the head of a first page; gives the y below its title."""
    facts_end = _facts(sheets, facts, _issuer(sheets, issuer, sheets.language), _window(issuer))
    _recipient(sheets, issuer, recipient)
    y = min(facts_end, _WINDOW_BOTTOM) - 11 * MM
    title = fonts.clean(title)
    size = shrunk(title, 16, RIGHT - LEFT, True)
    sheets.text(LEFT, y, fit(title, size, RIGHT - LEFT, True), size, ACCENT, True)
    return y - 7 * MM


def address(party: OnPaper, home: str) -> list[str]:
    """The lines of an address under the name; the country only where it is not the sender's. Parts may be missing."""
    given, country = party.address, party.country
    street, house, postcode, city = (
        (part or "").strip() for part in (given.street, given.house_number, given.postcode, given.city)
    )
    record = countries.of(country)
    place = f"{postcode} {city}"
    if record.postcode == "last":
        place = f"{city} {postcode}"
    lines = [f"{house} {street}" if record.house_number == "first" else f"{street} {house}", place]
    if country and country != home:
        lines.append(record.posts or country)
    return [line.strip() for line in lines if line.strip()]


def customer_vat_id(issuer_country: str, language: str) -> str:
    """How a customer's VAT id is called: in German it has another name in Switzerland than in the Union."""
    label = countries.of(issuer_country).vat_label
    return words.said(language)(words.VAT_ID_CUSTOMER if label == "country" else words.VAT_ID_CUSTOMER_UNION)


def vat_id(party: OnPaper, language: str) -> str:
    """A VAT id as it is printed: a Swiss one with its ending (art. 26 LTVA)."""
    written = (party.vat_id or "").strip()
    found = VatId.read(written, None)
    if found and found.is_swiss and not found.has_ending:
        return f"{written} {words.said(language)(words.VAT_ID_SWISS)}"
    return written


def footer(issuer: OnPaper, language: str) -> str:
    """The line at the foot of each page."""
    parts = [issuer.name, *address(issuer, issuer.country)]
    if issuer.vat_id:
        parts.append(_vat_label(issuer, language))
    elif issuer.tax_number:
        parts.append(_tax_number(issuer, language))
    return "  ·  ".join(parts)


def _vat_label(issuer: OnPaper, language: str) -> str:
    own = countries.of(issuer.country).vat_label == "country"
    label = words.said(language)(words.VAT_ID_LABEL_SWISS if own else words.VAT_ID_LABEL)
    return f"{label} {vat_id(issuer, language)}"


def _tax_number(issuer: OnPaper, language: str) -> str:
    return f"{words.said(language)(words.TAX_NUMBER)} {issuer.tax_number}"


def _issuer(sheets: Sheets, issuer: OnPaper, language: str) -> float:
    room = _window(issuer) - LEFT - 8 * MM
    y = HEIGHT - 20 * MM
    name = fonts.clean(issuer.name)
    size = next((s for s in (13, 11, 9.5, 8) if len(wrap(name, s, room, True)) <= 3), 7)
    for line in wrap(name, size, room, True)[:4]:
        sheets.text(LEFT, y, line, size, ACCENT, True)
        y -= size * 1.15
    y -= (13 - size) * 0.4
    y += 1
    lines = address(issuer, issuer.country)
    if issuer.siren:
        lines.append(f"{words.said(language)(words.PAGE_SIREN)} {issuer.siren}")
    if issuer.vat_id:
        lines.append(_vat_label(issuer, language))
    elif issuer.tax_number:
        lines.append(_tax_number(issuer, language))
    for line in lines:
        for part in wrap(fonts.clean(line), 8, room, False)[:2]:
            sheets.text(LEFT, y, part, 8, GREY)
            y -= 10.5
    return y


def _recipient(sheets: Sheets, issuer: OnPaper, recipient: OnPaper) -> None:
    """The address, shrunk until it stands inside the window."""
    left = _window(issuer)
    room = RIGHT - left
    name = fonts.clean(recipient.name)
    rest = [fonts.clean(line) for line in address(recipient, issuer.country)]
    size = 10.5
    while True:
        lines = [line for text in (name, *rest) for line in wrap(text, size, room, False)]
        if len(lines) * size * 1.3 <= _WINDOW_TOP - _WINDOW_BOTTOM or size <= 5:
            break
        size -= 0.5
    most = int((_WINDOW_TOP - _WINDOW_BOTTOM) // (size * 1.3))
    for n, line in enumerate(lines[:most]):
        sheets.text(left, _WINDOW_TOP - size - n * size * 1.3, line, size)


def _facts(sheets: Sheets, facts: list[tuple[str, str]], below: float, window: float) -> float:
    """Names and values at the left, under the sender and beside the window."""
    y = min(HEIGHT - 52 * MM, below - 4 * MM)
    value_at = LEFT + 32 * MM
    room = window - 6 * MM - value_at
    for name, value in facts:
        name = fonts.clean(name)
        size = shrunk(name, 8, value_at - LEFT - 4, False)
        sheets.text(LEFT, y, fit(name, size, value_at - LEFT - 4, False), size, GREY)
        for line in wrap(fonts.clean(value), 8, room, False)[:3]:
            sheets.text(value_at, y, line, 8, BLACK)
            y -= 11
    return y


def _window(issuer: OnPaper) -> float:
    return (countries.of(issuer.country).window or _WINDOW) * MM
