"""Parts that rooms lend to a page that gathers: a space's home, an organisation's profile, the desk.

The page asks by name and imports none of them; the rooms register in create_app().
"""

import datetime as dt
import typing as t

from flask import current_app
from markupsafe import Markup

from app.core import clock, switches
from app.core.languages import language, zone

Panel = t.Callable[[t.Any], "tuple[str, dict[str, t.Any]] | None"]
_panels: dict[str, list[tuple[int, str, Panel]]] = {}
MOST = 500  # drawn panels kept, about 2 KB each


def panel(place: str, order: int = 50, column: str = "main") -> t.Callable[[Panel], Panel]:
    """Register a panel: a function of the place's thing that returns a template and its values, or None.

    `place` is `organisation`, `space`, `person`, `home`, `composer` (given core.hearing.Said),
    `member_card` (a listed organisation; drawn inside a dl) or `missing` (a path that answers 404); `column` is `main` or `side`.
    """

    def keep(fn: Panel) -> Panel:
        rows = _panels.setdefault(f"{place}/{column}", [])
        if all(
            known[2].__qualname__ != fn.__qualname__ or known[2].__module__ != fn.__module__ for known in rows
        ):
            rows.append((order, fn.__name__, fn))
            rows.sort(key=lambda row: row[:2])
        return fn

    return keep


def panels(place: str, thing: t.Any, column: str = "main") -> list[tuple[str, dict[str, t.Any]]]:
    """Return the panels of a place that have something to show, in order."""
    known = _panels.get(f"{place}/{column}", [])
    shown = (fn(thing) for _order, _name, fn in known if not switches.is_off(fn.__module__))
    return [result for result in shown if result]


def drawn(place: str, thing: t.Any, column: str = "main") -> list[Markup]:
    """Return the panels of a place as HTML, each from its own template and values alone."""
    return [_drawn(template, values) for template, values in panels(place, thing, column)]


class Alike(dict[str, t.Any]):
    """Values on which alone a panel's HTML depends, beside its reader's language and zone: it is drawn once for equal

    ones. They must be hashable, and its template must not ask who looks."""


def _drawn(template: str, values: dict[str, t.Any]) -> Markup:
    from app.core.pages import render  # the frame knows panels only by what they draw

    if not isinstance(values, Alike):
        return Markup(render(template, **values))
    kept: dict[t.Any, Markup] = current_app.extensions.setdefault("drawn_panels", {})
    key = (template, language(), zone(), clock.now().year, *values.items())
    if key not in kept:
        if len(kept) >= MOST:
            kept.clear()
        kept[key] = Markup(render(template, **values))
    return kept[key]


class Placed(t.NamedTuple):
    """A thing and the member city in which it stands, lent to the map."""

    id: int
    city_id: int
    title: str
    lang: str
    url: str
    note: str


class Due(t.NamedTuple):
    """A day by which something has to be done, lent to the calendar: a whole day, or a moment."""

    ref: str
    day: dt.date
    at: dt.datetime | None
    title: str
    lang: str
    url: str
    word: str  # what is due, in the reader's words
    space_id: int | None = None
    themes: str = ""  # keys of themes, with a space between
    sdgs: str = ""  # goals of the 2030 Agenda, "4 11"
    commitments: str = ""  # of a plan of action
    own: bool = True  # it is this reader's to do, not only theirs to see


Dates = t.Callable[[t.Any, dt.date, dt.date], t.Iterable[Due]]
_dates: list[Dates] = []


def dates(fn: Dates) -> Dates:
    """Register the deadlines of a room: given who looks, the first and the last day, it returns what falls between."""
    if fn not in _dates:
        _dates.append(fn)
    return fn


def due(who: t.Any, first: dt.date, last: dt.date) -> list[Due]:
    """Return the deadlines of all rooms between two days, as far as they are this reader's, in order."""
    return sorted(
        (one for fn in _dates if not switches.is_off(fn.__module__) for one in fn(who, first, last)),
        key=lambda one: (one.day, one.ref),
    )
