"""The map as a drawing with links, whole without scripts: pins, and plates that count those who stand too close."""

import math
import typing as t

from app.atlas import asked as addresses
from app.atlas import globe
from app.atlas.asked import Asked, Box
from app.atlas.globe import View
from app.atlas.queries import Pin

NEAR = 3.6  # units of the drawing: closer pins become one plate
MARGIN = 0.02  # degrees around the members of a plate
NARROWING = ("coalition", "region", "country")


class Spot(t.NamedTuple):
    """A place in the drawing with one member, or with several."""

    x: float
    y: float
    pins: list[Pin]

    @property
    def kind(self) -> str:
        """The kind of its only member; a plate has the colour of cities."""
        return self.pins[0].kind if len(self.pins) == 1 else ""


def view_for(asked: Asked, pins: t.Sequence[Pin]) -> View:
    """Return the part of the map to show: where those are who were asked for, else the world."""
    if asked.box:
        return globe.view_of(_corners(asked.box))
    if any(getattr(asked, name) for name in NARROWING):
        return globe.view_of([(pin.x, pin.y) for pin in pins])
    return globe.WORLD


def _corners(box: Box) -> list[tuple[float, float]]:
    west, south, east, north = box
    return [globe.project(lat, lon) for lat in (south, north) for lon in (west, east)]


def spots(pins: t.Sequence[Pin], view: View) -> list[Spot]:
    """Gather pins that would cover each other: the first of them gives the place, so no two places touch."""
    found: dict[tuple[int, int], list[Spot]] = {}
    for pin in pins:
        x, y = view.place(pin.x, pin.y)
        if not (0 <= x <= globe.WIDTH and 0 <= y <= globe.HEIGHT):
            continue
        column, row = int(x // NEAR), int(y // NEAR)
        around = [found.get((column + i, row + j), ()) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        near = next(
            (spot for spots in around for spot in spots if math.hypot(spot.x - x, spot.y - y) < NEAR), None
        )
        if near:
            near.pins.append(pin)
        else:
            found.setdefault((column, row), []).append(Spot(x, y, [pin]))
    return [spot for spots in found.values() for spot in spots]


def inside(spot: Spot, asked: Asked) -> str:
    """Return the address of the map around the members of a plate: they stand in its list."""
    lats, lons = [pin.lat for pin in spot.pins], [pin.lon for pin in spot.pins]
    box = (
        round(max(-180.0, min(lons) - MARGIN), 2), round(max(-90.0, min(lats) - MARGIN), 2),
        round(max(lons) + MARGIN, 2), round(min(90.0, max(lats) + MARGIN), 2),
    )  # fmt: skip
    return addresses.address(asked.which._replace(box=box), "map")
