"""Where a place lies on our map: Equal Earth, equal areas, no borders. And the land as tiles.

`land.json` is made by `bin/vendor` (vendor/mosaic.mjs) with the same projection.
"""

import functools
import json
import math
import pathlib
import typing as t

A = (1.340264, -0.081106, 0.000893, 0.003796)  # Šavrič, Patterson, Jenny 2018
M = math.sqrt(3) / 2
LAND: dict[str, t.Any] = json.loads((pathlib.Path(__file__).parent / "land.json").read_text())
WIDTH, MIDDLE = float(LAND["width"]), float(LAND["middle"])
TOP, HEIGHT = float(LAND["top"]) - 1, float(LAND["bottom"] - LAND["top"]) + 1.5
LEAST_WIDTH = 5.0  # units: closer views would show tiles larger than places


class View(t.NamedTuple):
    """The part of the map that is shown, in units of the whole map."""

    x: float
    y: float
    width: float

    @property
    def height(self) -> float:
        """Every view has the shape of the whole map."""
        return self.width * HEIGHT / WIDTH

    @property
    def scale(self) -> float:
        """How many times larger than on the whole map."""
        return WIDTH / self.width

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the map stands in this view."""
        return round((x - self.x) * self.scale, 2), round((y - self.y) * self.scale, 2)


WORLD = View(0.0, TOP, WIDTH)


def unrolled(lon: float) -> float:
    """Return a longitude counted from the map's own edge on, so that west is always smaller than east."""
    return (lon - MIDDLE + 540) % 360 - 180 + MIDDLE


def project(lat: float, lon: float) -> tuple[float, float]:
    """Return the units from the map's left edge and from the pole."""
    slope = math.asin(M * math.sin(math.radians(lat)))
    sixth = slope**6
    bend = A[0] + 3 * A[1] * slope**2 + sixth * (7 * A[2] + 9 * A[3] * slope**2)
    x = math.radians(unrolled(lon) - MIDDLE) * math.cos(slope) / (M * bend)
    return (x + _SIDE) * _SCALE, (_POLE - _height(slope)) * _SCALE


def _height(slope: float) -> float:
    return slope * (A[0] + A[1] * slope**2 + slope**6 * (A[2] + A[3] * slope**2))


_SIDE = math.pi / (M * A[0])
_SCALE = WIDTH / (2 * _SIDE)
_POLE = _height(math.asin(M))


def view_of(points: t.Sequence[tuple[float, float]]) -> View:
    """Return the view in which all points stand with some room around them; without any, the world."""
    if not points:
        return WORLD
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    high, low = min(y for _x, y in points), max(y for _x, y in points)
    need = max(right - left, (low - high) * WIDTH / HEIGHT) * 1.25
    width = min(WIDTH, max(need, LEAST_WIDTH))
    shown = View(0, 0, width)
    x = min(max(0.0, (left + right - width) / 2), WIDTH - width)
    y = min(max(TOP, (high + low - shown.height) / 2), TOP + HEIGHT - shown.height)
    return View(round(x, 3), round(y, 3), round(width, 3))


class Land(t.NamedTuple):
    """The land in a view: one path of dashed lines in units of its tiles, and where it is set."""

    d: str
    x: float
    y: float
    scale: float


@functools.lru_cache(256)
def land(view: View) -> Land:
    """Return the land of a view, in the finer tiles where the view is closer."""
    grid = LAND["coarse" if view.scale < 2 else "fine"]
    tiles = grid["tiles"]
    first, last = (
        math.floor((view.y - TOP - 1) * tiles),
        math.ceil((view.y + view.height - TOP - 1) * tiles),
    )
    left, right = math.floor(view.x * tiles), math.ceil((view.x + view.width) * tiles)
    lines = []
    for number in range(max(0, first), min(len(grid["rows"]), last + 1)):
        lines += _line(grid["rows"][number], number, left, right)
    scale = view.scale / tiles
    y = (TOP + 1 - view.y) * view.scale
    return Land(
        "".join(lines),
        round(0.11 * scale - view.x * view.scale, 2),
        round(y + 0.5 * scale, 2),
        round(scale, 4),
    )


def _line(row: list[int], number: int, left: int, right: int) -> t.Iterator[str]:
    at = None
    for start, length in zip(row[::2], row[1::2], strict=True):
        begin, end = max(start, left), min(start + length, right)
        if begin < end:
            yield (f"M{begin} {number}" if at is None else f"m{begin - at} 0") + f"h{end - begin}"
            at = end
