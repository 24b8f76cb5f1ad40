"""Outlines of SVG in the segments that PDF has: move, line, cubic curve, close (SVG 1.1, chapter 8)."""

import math
import re
from collections.abc import Iterator

Point = tuple[float, float]
Segment = tuple[str, tuple[Point, ...]]  # PDF's operator with its points
_TAKES = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7, "z": 0}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_ARC = r"\s*,?\s*".join(f"({part})" for part in (*[_NUMBER] * 3, "[01]", "[01]", *[_NUMBER] * 2))
_BEND = 0.5522847498  # of a quarter of a circle


def numbers(written: str) -> list[float]:
    """The numbers of a text."""
    return [float(found) for found in re.findall(_NUMBER, written)]


def rectangle(x: float, y: float, width: float, height: float, rx: float, ry: float) -> list[Segment]:
    """A rectangle, its corners perhaps round."""
    if width <= 0 or height <= 0:
        return []
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    right, foot = x + width, y + height
    if not (rx and ry):
        return [("m", ((x, y),)), ("l", ((right, y),)), ("l", ((right, foot),)), ("l", ((x, foot),)), ("h", ())]
    bx, by = rx * (1 - _BEND), ry * (1 - _BEND)
    return [
        ("m", ((x + rx, y),)),
        ("l", ((right - rx, y),)), ("c", ((right - bx, y), (right, y + by), (right, y + ry))),
        ("l", ((right, foot - ry),)), ("c", ((right, foot - by), (right - bx, foot), (right - rx, foot))),
        ("l", ((x + rx, foot),)), ("c", ((x + bx, foot), (x, foot - by), (x, foot - ry))),
        ("l", ((x, y + ry),)), ("c", ((x, y + by), (x + bx, y), (x + rx, y))),
        ("h", ()),
    ]  # fmt: skip


def ellipse(x: float, y: float, rx: float, ry: float) -> list[Segment]:
    """An ellipse about a point."""
    if rx <= 0 or ry <= 0:
        return []
    found: list[Segment] = [("m", ((x + rx, y),))]
    for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        near = (x + (dx - dy * _BEND) * rx, y + (dy + dx * _BEND) * ry)
        far = (x + (dx * _BEND - dy) * rx, y + (dy * _BEND + dx) * ry)
        found.append(("c", (near, far, (x - dy * rx, y + dx * ry))))
    return [*found, ("h", ())]


def curves(written: str) -> list[Segment]:
    """The segments of a path's data. Raises ValueError for what is none."""
    found: list[Segment] = []
    now = start = (0.0, 0.0)
    bent: tuple[str, Point] = ("", now)  # what came before and its last point of control
    for command, given in _commands(written):
        x, y = now if command.islower() else (0.0, 0.0)
        kind = command.lower()
        if not found and kind != "m":
            raise ValueError(written)
        if kind == "z":
            found.append(("h", ()))
            now, bent = start, ("z", start)
            continue
        if kind == "h":
            points = [(given[0] + x, now[1])]
        elif kind == "v":
            points = [(now[0], given[0] + y)]
        elif kind == "a":
            points = [(given[5] + x, given[6] + y)]
        else:
            points = [(given[n] + x, given[n + 1] + y) for n in range(0, len(given), 2)]
        segments, control = _segment(kind, now, points, given, bent)
        found += segments
        now = points[-1]
        start = now if kind == "m" else start
        bent = (kind, control)
    return found


def _segment(
    kind: str, now: Point, points: list[Point], given: list[float], bent: tuple[str, Point]
) -> tuple[list[Segment], Point]:
    """What one command draws, and the point of control that a smooth curve after it goes by."""
    match kind:
        case "m":
            return [("m", (points[0],))], points[0]
        case "l" | "h" | "v":
            return [("l", (points[0],))], points[0]
        case "c":
            return [("c", (points[0], points[1], points[2]))], points[1]
        case "s":
            return [("c", (_mirrored(now, bent, "cs"), points[0], points[1]))], points[0]
        case "q":
            return [_quadratic(now, points[0], points[1])], points[0]
        case "t":
            control = _mirrored(now, bent, "qt")
            return [_quadratic(now, control, points[0])], control
    return list(_arc(now, points[0], given)), points[0]


def _mirrored(now: Point, bent: tuple[str, Point], after: str) -> Point:
    kind, control = bent
    return (2 * now[0] - control[0], 2 * now[1] - control[1]) if kind in after and kind else now


def _quadratic(now: Point, control: Point, end: Point) -> Segment:
    near = (now[0] + (control[0] - now[0]) * 2 / 3, now[1] + (control[1] - now[1]) * 2 / 3)
    far = (end[0] + (control[0] - end[0]) * 2 / 3, end[1] + (control[1] - end[1]) * 2 / 3)
    return "c", (near, far, end)


def _arc(now: Point, end: Point, given: list[float]) -> Iterator[Segment]:
    """An elliptic arc as curves of at most a quarter (SVG 1.1, F.6)."""
    rx, ry, turn = abs(given[0]), abs(given[1]), math.radians(given[2])
    if now == end:
        return
    if not (rx and ry):
        yield "l", (end,)
        return
    cos, sin = math.cos(turn), math.sin(turn)
    dx, dy = (now[0] - end[0]) / 2, (now[1] - end[1]) / 2
    x, y = cos * dx + sin * dy, cos * dy - sin * dx
    over = (x / rx) ** 2 + (y / ry) ** 2
    if over > 1:
        rx, ry = rx * math.sqrt(over), ry * math.sqrt(over)
    below = (rx * y) ** 2 + (ry * x) ** 2
    size = math.sqrt(max(0.0, ((rx * ry) ** 2 - below) / below)) * (-1 if given[3] == given[4] else 1)
    cx, cy = size * rx * y / ry, -size * ry * x / rx
    first = math.atan2((y - cy) / ry, (x - cx) / rx)
    sweep = math.atan2((-y - cy) / ry, (-x - cx) / rx) - first
    if given[4] and sweep < 0:
        sweep += 2 * math.pi
    elif not given[4] and sweep > 0:
        sweep -= 2 * math.pi
    middle = (cos * cx - sin * cy + (now[0] + end[0]) / 2, sin * cx + cos * cy + (now[1] + end[1]) / 2)

    def placed(px: float, py: float) -> Point:
        return cos * px * rx - sin * py * ry + middle[0], sin * px * rx + cos * py * ry + middle[1]

    parts = max(1, math.ceil(abs(sweep) / (math.pi / 2) - 1e-9))
    step = sweep / parts
    bend = 4 / 3 * math.tan(step / 4)
    for n in range(parts):
        a, b = first + n * step, first + (n + 1) * step
        near = placed(math.cos(a) - bend * math.sin(a), math.sin(a) + bend * math.cos(a))
        far = placed(math.cos(b) + bend * math.sin(b), math.sin(b) - bend * math.cos(b))
        yield "c", (near, far, end if n == parts - 1 else placed(math.cos(b), math.sin(b)))


def _commands(written: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with its numbers; one that has more of them is several."""
    parts = re.split(r"([MmLlHhVvCcSsQqTtAaZz])", written)
    if parts[0].strip():
        raise ValueError(written)
    for command, text in zip(parts[1::2], parts[2::2], strict=True):
        kind = command.lower()
        if re.sub(rf"{_NUMBER}|[\s,]", "", text):
            raise ValueError(text)
        count = _TAKES[kind]
        given = [float(n) for row in re.findall(_ARC, text) for n in row] if kind == "a" else numbers(text)
        if not count:
            yield command, []
            continue
        if not given or len(given) % count:
            raise ValueError(text)
        for n in range(0, len(given), count):
            more = {"M": "L", "m": "l"}.get(command, command) if n else command
            yield more, given[n : n + count]
