"""What can be found: the kinds of things with their words and looks, told by the rooms that have them.

The search knows no kind by name. A thing says in `findable()` what is kept of it; its room says here what it is called.
"""

import typing as t

from markupsafe import Markup

from app.core import switches
from app.core.audience import Viewer

Notes = t.Callable[[dict[str, t.Any]], t.Iterable[Markup]]
Alike = t.Callable[[Viewer, str, str, int], list[str]]
Forget = t.Callable[[str], None]


def _no_notes(_more: dict[str, t.Any]) -> t.Iterable[Markup]:
    return ()


class Kind(t.NamedTuple):
    """One kind of thing in the results: icon, class of its colour, word for one, word for the filter."""

    key: str
    icon: str
    colour: str
    one: t.Any
    many: t.Any
    order: int
    dated: bool  # whether its day says something: a member is there, whenever it came
    notes: Notes  # what stands in a result's last line, made of what findable() gave as `more`


class Deed(t.NamedTuple):
    """Something that can be done from wherever one is: the search box offers it by its words."""

    url: str
    icon: str
    words: t.Any
    may: t.Callable[[t.Any], bool]


_kinds: dict[str, Kind] = {}
_deeds: dict[str, Deed] = {}
_alike: list[Alike] = []
_forget: list[Forget] = []


def kind(
    key: str, icon: str, colour: str, one: t.Any, many: t.Any, order: int, notes: Notes = _no_notes, *, dated: bool = True
) -> None:  # fmt: skip
    """Say what a kind of thing is called in the results of the search. `one` and `many` are lazy messages."""
    _kinds[key] = Kind(key, icon, colour, one, many, order, dated, notes)


def kinds() -> list[Kind]:
    """Return all kinds in the order of the search page."""
    hidden = switches.hidden_kinds()
    return sorted((one for one in _kinds.values() if one.key not in hidden), key=lambda one: one.order)


def of(key: str) -> Kind | None:
    """Return one kind."""
    return _kinds.get(key)


def deed(url: str, icon: str, words: t.Any, may: t.Callable[[t.Any], bool]) -> None:
    """Say what can be done at an address, and who may. `words` is a lazy message."""
    _deeds[url] = Deed(url, icon, words, may)


def deeds(who: t.Any) -> list[Deed]:
    """Return what somebody may do, in the rooms that are open."""
    return [one for one in _deeds.values() if one.may(who) and not switches.is_path_off(one.url)]


def find_alike(fn: Alike) -> None:
    """Let the search answer alike()."""
    if fn not in _alike:
        _alike.append(fn)


def alike(viewer: Viewer, kind: str, title: str, most: int = 5) -> list[str]:
    """Return references of things of a kind that a viewer may see and whose titles share words, the closest first."""
    return [ref for fn in _alike for ref in fn(viewer, kind, title, most)]


def on_forget(fn: Forget) -> None:
    """Let the search take part in forget()."""
    if fn not in _forget:
        _forget.append(fn)


def forget(root: str) -> None:
    """Let nobody find a thing or its parts any more, inside atomic(): at once, before the readers hear of it."""
    for fn in _forget:
        fn(root)
