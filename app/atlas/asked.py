"""What a reader asks of the members: one address for the list, the map and the table."""

import functools
import typing as t
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from app.core.sieve import chosen, number
from app.core.text import clean_line

FACETS = ("kind", "coalition", "region", "country", "theme", "commitment", "language", "size")
LAYERS = ("events", "practices")  # what can stand on the map beside members
VIEWS = ("map", "csv", "points")
SORTS = ("newest",)
Box = tuple[float, float, float, float]


class Asked(t.NamedTuple):
    """Which members, in what order, from where on."""

    who: str = ""  # "people", else organisations
    q: str = ""
    kind: tuple[str, ...] = ()
    coalition: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    commitment: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    layer: tuple[str, ...] = ()  # of LAYERS
    box: Box | None = None  # west, south, east, north, in degrees
    sort: str = ""
    after: int = 0
    before: int = 0

    @property
    def on(self) -> int:
        """How many filters are on."""
        return sum(len(getattr(self, name)) for name in FACETS) + bool(self.box)

    @property
    def which(self) -> "Asked":
        """The same members without a place in the list: what counts are kept under."""
        return self._replace(after=0, before=0)

    @property
    def members(self) -> "Asked":
        """The same members, whatever else stands on the map."""
        return self.which._replace(layer=())

    def without(self, name: str, value: str) -> "Asked":
        """The same, one value of a facet less."""
        left = tuple(one for one in getattr(self, name) if one != value)
        return t.cast(Asked, self.which._replace(**{name: left}))

    @property
    def open(self) -> "Asked":
        """The same words and the same list, no filter."""
        return Asked(who=self.who, q=self.q, sort=self.sort, layer=self.layer)


def read(given: MultiDict[str, str]) -> Asked:
    """Return what an address asks; what makes no sense in it is left out."""
    facets = {name: chosen(given, name) for name in FACETS}
    who = "people" if given.get("who") == "people" else ""
    sort = given.get("sort", "")
    return Asked(
        who=who, q=clean_line(given.get("q"))[:100], **facets, layer=() if who else _layers(given),
        box=None if who else _box(given.get("box", "")),
        sort=sort if sort in SORTS else "", after=number(given.get("after", "")), before=number(given.get("before", "")),
    )  # fmt: skip


def _layers(given: MultiDict[str, str]) -> tuple[str, ...]:
    asked = given.getlist("layer")
    return tuple(name for name in LAYERS if name in asked)


def _box(text: str) -> Box | None:
    """Read four numbers: west, south, east, north; east may lie beyond 180."""
    parts = text[:80].split(",")
    try:
        west, south, east, north = (round(float(part), 3) for part in parts)
    except (ValueError, OverflowError):
        return None
    good = -180 <= west < east <= 360 and -90 <= south < north <= 90  # not true of what is no number
    return (west, south, east, north) if good else None


@functools.lru_cache(4096)
def address(asked: Asked, view: str = "", path: str = "/members") -> str:
    """Return the address that asks this."""
    values: dict[str, t.Any] = {name: value for name, value in asked._asdict().items() if value}
    if asked.box:
        values["box"] = ",".join(f"{degrees:g}" for degrees in asked.box)
    if view:
        values["view"] = view
    return f"{path}?{urlencode(values, doseq=True)}" if values else path
