"""Rooms that the secretariat can switch off: no entry in the menu, pages that are not there, silence everywhere else.

Nothing is deleted: what stands in such a room is there again as it was when it is switched on. The kernel knows no room
by name; a room that can be switched off says so when it registers. Whatever is asked for a room (a page, a panel, a fact)
belongs to the room whose folder it comes from.
"""

import typing as t

from flask import Flask, abort, current_app, request

from app.core import site

NAME = "rooms_off"  # of the site's value
BEYOND = ("/admin/",)  # pages of a room that look after the site, not after the room


class Room(t.NamedTuple):
    """A room that can be switched off: its folder, its word, its entry in the menu, the kinds of things in it."""

    key: str
    word: t.Any
    place: str
    kinds: tuple[str, ...]


_rooms: dict[str, Room] = {}


def offer(key: str, word: t.Any, place: str, *kinds: str) -> None:
    """Let a room be switched off. `word` is a lazy message."""
    _rooms[key] = Room(key, word, place, kinds)


def rooms() -> list[Room]:
    """Return the rooms that can be switched off."""
    return list(_rooms.values())


def off() -> frozenset[str]:
    """Return the keys of the rooms that are switched off."""
    kept = site.kept(NAME)
    return frozenset(key for key in kept.split(",") if key in _rooms) if kept else frozenset()


def closed(key: str) -> bool:
    """Say whether a room is switched off, for templates."""
    return key in off()


def put_off(keys: t.Collection[str]) -> None:
    """Switch exactly these rooms off, inside atomic()."""
    site.write(NAME, ",".join(key for key in _rooms if key in keys))


def room_of(module: str) -> str:
    """Return the folder that a module is in."""
    return module.split(".")[1] if module.count(".") else ""


def is_off(module: str) -> bool:
    """Say whether what a module does is switched off."""
    return room_of(module) in off()


def is_silent(verb: str) -> bool:
    """Say whether a fact of this verb is told nobody."""
    return verb.partition(".")[0] in off()


def hidden_places() -> frozenset[str]:
    """Return the entries of the menu that are not shown."""
    return frozenset(_rooms[key].place for key in off())


def hidden_kinds() -> frozenset[str]:
    """Return the kinds of things that are not found."""
    return frozenset(kind for key in off() for kind in _rooms[key].kinds)


def is_path_off(path: str) -> bool:
    """Say whether an address leads into a room that is switched off."""
    closed = off()
    if not closed:
        return False
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, method="GET")
    except Exception:
        return False
    return _is_closed(endpoint, path, closed)


def _is_closed(endpoint: str | None, path: str, closed: t.Collection[str]) -> bool:
    view = current_app.view_functions.get(endpoint or "")
    return view is not None and not path.startswith(BEYOND) and room_of(view.__module__) in closed


def close() -> None:
    """Answer for pages of rooms that are switched off: they are not there."""
    closed = off()
    if closed and _is_closed(request.endpoint, request.path, closed):
        abort(404)


def register(app: Flask) -> None:
    """Ask before each request."""
    app.before_request(close)
