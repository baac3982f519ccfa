"""What can stand on the map beside the members: coming events and good practices, in the cities that were asked for."""

import typing as t

from app.atlas import entries, queries
from app.atlas.asked import LAYERS, Asked
from app.atlas.queries import Pin
from app.calendar import mapped as events
from app.core import switches
from app.core.audience import Viewer
from app.core.languages import _
from app.library import mapped as library
from app.members.models import KINDS as MEMBERS

KINDS = (*MEMBERS, "event", "practice")  # of pins; the script of the map knows them by their place here
KIND = {"events": "event", "practices": "practice"}  # layer → kind of pin
READ: dict[str, t.Callable[[Viewer], t.Sequence[t.Any]]] = {
    "events": events.coming,
    "practices": library.practices,
}
ROOM = {"events": events.__name__, "practices": library.__name__}


class Laid(t.NamedTuple):
    """One thing of a layer: what it is, and the pin of the city in which it stands."""

    it: t.Any
    city: Pin


class Layer(t.NamedTuple):
    """One layer: whether it is on, and what stands in it."""

    key: str
    kind: str
    on: bool
    things: list[Laid]


def title(key: str) -> str:
    """Return the word for a layer."""
    return str(_("Coming events") if key == "events" else _("Good practices"))


def layers(viewer: Viewer, asked: Asked) -> list[Layer]:
    """Return the layers with what stands in the cities that fit, whatever kinds of members are asked for."""
    there = {key: READ[key](viewer) for key in LAYERS if _open(key)}
    cities = _cities(viewer, asked) if any(there.values()) else {}
    return [
        Layer(key, KIND[key], key in asked.layer, [Laid(one, cities[one.city_id]) for one in some if one.city_id in cities])
        for key, some in there.items()
    ]  # fmt: skip


def _open(key: str) -> bool:
    return not switches.is_off(ROOM[key])


def _cities(viewer: Viewer, asked: Asked) -> dict[int, Pin]:
    found = entries.index().find(viewer, asked._replace(kind=()))
    return {pin.id: pin for pin in queries.pins(viewer, found)}


def pins(some: t.Iterable[Layer]) -> list[Pin]:
    """Return the pins of the layers that are on."""
    return [_pin(one, layer.kind) for layer in some if layer.on for one in layer.things]


def _pin(one: Laid, kind: str) -> Pin:
    name = f"{kind_word(kind)}{_(': ')}{one.it.title}"
    return one.city._replace(id=one.it.id, kind=kind, code="", name=name, url=one.it.url)


def kind_word(kind: str) -> str:
    """Return the word for one thing of a layer."""
    return str(_("Event") if kind == "event" else _("Good practice"))


class Card(t.NamedTuple):
    """A thing of a layer as the card of the map shows it."""

    kind: str
    word: str
    it: t.Any
    city: str


def cards(viewer: Viewer, numbers: t.Mapping[str, list[int]]) -> list[Card]:
    """Return events and practices of some numbers, as far as a viewer may see them and their cities."""
    found = [("event", one) for one in (events.some(viewer, numbers["event"]) if _open("events") else ())]
    wanted = set(numbers["practice"]) if _open("practices") else set()
    found += [("practice", one) for one in (library.practices(viewer, wanted) if wanted else ())]
    cities = {row.id: row.name for row in queries.some(viewer, sorted({one.city_id for _kind, one in found}))}
    return [
        Card(kind, kind_word(kind), one, cities[one.city_id]) for kind, one in found if one.city_id in cities
    ]
