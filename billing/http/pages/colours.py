"""The issuer's colour on a page: as it is where it can be read, else darker by day and lighter by night."""

_USUAL = "#1f4d80"  # that of the documents
_DAY, _NIGHT = (243, 245, 248), (34, 37, 43)  # what notices stand on; the page itself is lighter, and darker
_LEGIBLE = 4.6  # WCAG 2 AA wants 4.5 to 1


def sheet(accent: str | None) -> str:
    """A stylesheet with the colour for day and night, and what stands on it."""
    day, night = _legible(accent or _USUAL, _DAY, 0), _legible(accent or _USUAL, _NIGHT, 255)
    return (
        f":root{{--accent:{day};--on-accent:#fff}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{night};--on-accent:#14161a}}}}\n"
    )


def _legible(written: str, ground: tuple[int, int, int], towards: int) -> str:
    """A colour moved towards black or white until it can be read on a ground."""
    parts = [int(written[n : n + 2], 16) for n in (1, 3, 5)]
    for step in range(21):
        moved = [part + (towards - part) * step // 20 for part in parts]
        if contrast((moved[0], moved[1], moved[2]), ground) >= _LEGIBLE:
            break
    return "#" + "".join(f"{part:02x}" for part in moved)


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """How well one colour is read on another, from 1 to 21 (WCAG 2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
