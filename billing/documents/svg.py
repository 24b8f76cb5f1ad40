"""An SVG drawing as operators of PDF: shapes with plain colours and lines, which is what logos are made of.

What it cannot draw it names and refuses, so that nobody's logo is drawn wrong: text, gradients, pictures, transparency,
masks. No library is needed for it, and the operators are the same whatever is installed.
"""

import math
import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from billing.documents.svg_path import Point, Segment, curves, ellipse, numbers, rectangle
from billing.errors import BadInput
from billing.texts import Text, say
from billing.values import dataclass

Style = Mapping[str, str]
Matrix = tuple[float, float, float, float, float, float]
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_SILENT = ("title", "desc", "metadata", "style", "defs", "namedview")
_SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon")
_INHERITED = {
    "fill": "black", "stroke": "none", "stroke-width": "1", "fill-rule": "nonzero", "stroke-linecap": "butt",
    "stroke-linejoin": "miter", "stroke-miterlimit": "4", "stroke-dasharray": "none", "color": "black",
    "visibility": "visible",
}  # fmt: skip
_OWN = ("display", "opacity", "fill-opacity", "stroke-opacity", "clip-path", "mask", "filter")
_CAPS, _JOINS = {"butt": 0, "round": 1, "square": 2}, {"miter": 0, "round": 1, "bevel": 2}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing as wide and high as its own units say, its operators in these units from the upper left corner."""

    width: float
    height: float
    operators: str


def read(data: bytes) -> Drawing:
    """The drawing of an SVG file. Raises BadInput (`bad-image`) for what is none or cannot be drawn."""
    if b"<!ENTITY" in data:
        raise refused(say("it declares entities"))
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as broken:
        raise refused(say("it cannot be read: {why}", why=str(broken))) from None
    if _name(root) != "svg":
        raise refused(say("it is no SVG drawing"))
    try:
        left, top, width, height = _box(root)
        parts = list(_children(root, _INHERITED, _rules(root)))
    except (ValueError, KeyError, IndexError, OverflowError, RecursionError):
        raise refused(say("a number or a path of it cannot be read")) from None
    if not parts:
        raise refused(say("there is nothing in it to be drawn"))
    return Drawing(width, height, "\n".join([_matrix((1, 0, 0, 1, -left, -top)), *parts]))


def refused(why: Text) -> BadInput:
    """The refusal of a logo that cannot be drawn."""
    remedy = say("export it as plain shapes without text, gradients and transparency, or give a PNG")
    return BadInput("bad-image", say("the SVG cannot be a logo: {why}", why=why), remedy)


def _box(root: ElementTree.Element) -> tuple[float, float, float, float]:
    """The part of the plane that is drawn: the viewBox, else width and height."""
    seen = numbers(root.get("viewBox", ""))
    if len(seen) != 4:
        seen = [0.0, 0.0, _length(root.get("width", "")), _length(root.get("height", ""))]
    if not (0 < seen[2] < 1e6 and 0 < seen[3] < 1e6):
        raise refused(say("it has no size"))
    return seen[0], seen[1], seen[2], seen[3]


# Elements


def _children(parent: ElementTree.Element, style: Style, rules: Mapping[str, Style]) -> Iterator[str]:
    for element in parent:
        name = _name(element)
        if name in _SILENT:
            continue
        if name not in (*_SHAPES, "g", "a", "svg") or (name == "svg" and element is not parent):
            raise refused(say("it has an element {name}", name=name))
        own = _styled(element, style, rules)
        if own.get("display") == "none":
            continue
        _check(own)
        inner = list(_children(element, own, rules)) if name in ("g", "a") else list(_shape(name, element, own))
        moved = _transform(element.get("transform", ""))
        if inner and moved:
            inner = ["q", *moved, *inner, "Q"]
        yield from inner


def _styled(element: ElementTree.Element, style: Style, rules: Mapping[str, Style]) -> Style:
    """What holds for an element: inherited, its attributes, its classes, its own style; the later the stronger."""
    found = {name: style[name] for name in _INHERITED}
    given = {name: element.attrib[name] for name in (*_INHERITED, *_OWN) if name in element.attrib}
    for named in element.get("class", "").split():
        given |= rules.get(named, {})
    given |= _declared(element.get("style", ""))
    return found | {name: value.strip() for name, value in given.items() if value.strip() != "inherit"}


def _rules(root: ElementTree.Element) -> dict[str, dict[str, str]]:
    """The styles of classes; other selectors are refused."""
    found: dict[str, dict[str, str]] = {}
    for element in root.iter():
        if _name(element) != "style":
            continue
        text = re.sub(r"/\*.*?\*/", "", element.text or "", flags=re.DOTALL)
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
            for selector in selectors.split(","):
                named = re.fullmatch(r"\.([\w-]+)", selector.strip())
                if named is None:
                    raise refused(say("it has styles for {name}", name=selector.strip()))
                found.setdefault(named[1], {}).update(_declared(body))
    return found


def _declared(text: str) -> dict[str, str]:
    parts = (part.partition(":") for part in text.split(";") if ":" in part)
    known = (*_INHERITED, *_OWN)
    return {name.strip(): value.strip() for name, _, value in parts if name.strip() in known}


def _check(style: Style) -> None:
    for name in ("clip-path", "mask", "filter"):
        if style.get(name, "none") != "none":
            raise refused(say("it has a {name}", name=name))
    for name in ("opacity", "fill-opacity", "stroke-opacity"):
        if float(style.get(name, "1").rstrip("%") or 1) not in (1, 100):
            raise refused(say("a part of it is transparent"))


# Shapes


def _shape(name: str, element: ElementTree.Element, style: Style) -> Iterator[str]:
    if style["visibility"] != "visible":
        return
    filled, stroked = _colour(style, "fill"), _colour(style, "stroke")
    wide = _length(style["stroke-width"])
    segments = [] if name == "line" and not stroked else _outline(name, element)
    if not segments or (filled is None and (stroked is None or not wide)):
        return
    if filled is not None:
        yield f"{filled} rg"
    if stroked is not None and wide:
        yield f"{stroked} RG {_number(wide)} w {_CAPS[style['stroke-linecap']]} J {_JOINS[style['stroke-linejoin']]} j"
        yield f"{_number(float(style['stroke-miterlimit']))} M {_dashes(style['stroke-dasharray'])} d"
    yield " ".join(_drawn(segments))
    paint = {(True, True): "B", (True, False): "f", (False, True): "S"}[filled is not None, bool(stroked and wide)]
    yield paint + ("*" if style["fill-rule"] == "evenodd" and paint != "S" else "")


def _outline(name: str, element: ElementTree.Element) -> list[Segment]:
    def at(key: str) -> float:
        return _length(element.get(key, "0"))

    match name:
        case "path":
            return curves(element.get("d", ""))
        case "rect":
            given = [element.get(key) for key in ("rx", "ry")]
            round_ = [_length(one or given[1 - n] or "0") for n, one in enumerate(given)]
            return rectangle(at("x"), at("y"), at("width"), at("height"), *round_)
        case "circle":
            return ellipse(at("cx"), at("cy"), at("r"), at("r"))
        case "ellipse":
            return ellipse(at("cx"), at("cy"), at("rx"), at("ry"))
        case "line":
            return [("m", ((at("x1"), at("y1")),)), ("l", ((at("x2"), at("y2")),))]
    flat = numbers(element.get("points", ""))
    points: list[Point] = list(zip(flat[::2], flat[1::2], strict=False))
    drawn: list[Segment] = [("m" if n == 0 else "l", (point,)) for n, point in enumerate(points)]
    return [*drawn, ("h", ())] if name == "polygon" and drawn else drawn


def _drawn(segments: list[Segment]) -> Iterator[str]:
    for operator, points in segments:
        yield " ".join([*(f"{_number(x)} {_number(y)}" for x, y in points), operator])


def _colour(style: Style, name: str) -> str | None:
    """A colour's parts; None for none."""
    from reportlab.lib import colors

    written = style[name].lower()
    if written == "currentcolor":
        written = style["color"].lower()
    if written in ("none", "transparent"):
        return None
    if found := re.fullmatch(r"#([0-9a-f]{3})", written):
        written = "#" + "".join(c * 2 for c in found[1])
    if found := re.fullmatch(r"#([0-9a-f]{6})", written):
        return " ".join(_number(int(found[1][n : n + 2], 16) / 255) for n in (0, 2, 4))
    if found := re.fullmatch(r"rgb\(\s*([\d.]+%?)[\s,]+([\d.]+%?)[\s,]+([\d.]+%?)\s*\)", written):
        shares = [float(part.rstrip("%")) / (100 if part.endswith("%") else 255) for part in found.groups()]
        return " ".join(_number(min(1.0, share)) for share in shares)
    named = colors.getAllNamedColors().get(written)
    if named is None or not hasattr(named, "red"):
        raise refused(say("it has the colour {name}", name=style[name]))
    return " ".join(_number(part) for part in (named.red, named.green, named.blue))


def _dashes(written: str) -> str:
    return "[] 0" if written == "none" else f"[{' '.join(_number(abs(n)) for n in numbers(written))}] 0"


def _length(written: str) -> float:
    found = re.fullmatch(r"\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([a-z]*)\s*", written, re.IGNORECASE)
    if found is None:
        raise ValueError(written)
    return float(found[1]) * _UNITS[found[2].lower()]


# Where things are


def _transform(written: str) -> list[str]:
    """The matrices of a transformation, the outer first."""
    return [_matrix(_moved(name, numbers(given))) for name, given in re.findall(r"(\w+)\s*\(([^)]*)\)", written)]


def _moved(name: str, given: list[float]) -> Matrix:
    match name, len(given):
        case "matrix", 6:
            return given[0], given[1], given[2], given[3], given[4], given[5]
        case "translate", 1 | 2:
            return 1, 0, 0, 1, given[0], given[1] if len(given) > 1 else 0
        case "scale", 1 | 2:
            return given[0], 0, 0, given[-1], 0, 0
        case "rotate", 1 | 3:
            turn = math.radians(given[0])
            cos, sin = math.cos(turn), math.sin(turn)
            x, y = (given[1], given[2]) if len(given) == 3 else (0.0, 0.0)
            return cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y
        case "skewX", 1:
            return 1, 0, math.tan(math.radians(given[0])), 1, 0, 0
        case "skewY", 1:
            return 1, math.tan(math.radians(given[0])), 0, 1, 0, 0
    raise ValueError(name)


def _matrix(parts: Matrix) -> str:
    return " ".join([*(_number(part) for part in parts), "cm"])


def _number(value: float) -> str:
    """A number as PDF has it: without exponent, without zeros that say nothing."""
    return f"{value:.5f}".rstrip("0").rstrip(".").replace("-0", "0") if abs(value) < 5e-6 else _trimmed(value)


def _trimmed(value: float) -> str:
    if not math.isfinite(value) or abs(value) > 1e7:
        raise ValueError(value)
    return f"{value:.5f}".rstrip("0").rstrip(".")


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
