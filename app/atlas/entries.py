"""All members in one list in memory, so that filters, counts and order are one loop and the same everywhere.

The list says which members fit; what is shown of them is read from the database through the rule for sight.
It is read anew when an act here changed a member, and else every minute, for acts of other processes.
"""

import collections
import time
import typing as t

import sqlalchemy.orm as so
from flask import current_app

from app.atlas import roll
from app.atlas.asked import FACETS, Asked
from app.atlas.roll import Entry
from app.core import audience, database, sieve
from app.core.audience import Viewer
from app.core.sieve import Sieve
from app.members import profile, themes
from app.members.names import fold

KEPT_SECONDS = 60
MOST_KEPT = 500  # answers; each holds the numbers of those who fit
MOST_WORDS = 8
STEERING = ("organisation:", "person:", "seat:")  # facts about these may change who is listed


class Found(t.NamedTuple):
    """Those who fit, in order, and how many have each value of each facet."""

    ids: tuple[int, ...]
    counts: dict[str, dict[str, int]]
    kinds: dict[str, int]  # of members; observers are counted apart
    observers: int
    unplaced: int
    drawn: dict[t.Any, t.Any]  # what was drawn from these counts


class Index:
    """The entries as they were at one moment, and the answers that were found in them."""

    def __init__(self) -> None:
        self.lists = roll.read()
        self.places = {who: {one.id: (one.key, one.id) for one in rows} for who, rows in self.lists.items()}
        self.themes = {row.key: row.labels for row in profile.themes()}
        self.merged = themes.merged()
        self.sieves = {who: Sieve(rows, FACETS) for who, rows in self.lists.items()}
        self.until = time.monotonic() + KEPT_SECONDS
        self.answers: dict[t.Any, Found] = {}

    def current(self, asked: Asked) -> Asked:
        """Return what an address asks, with themes that became others under their new key."""
        known = tuple(sorted({self.merged.get(key, key) for key in asked.theme}))
        return asked if known == asked.theme else asked._replace(theme=known)

    def page(self, found: Found, asked: Asked, size: int) -> tuple[t.Sequence[int], int, int]:
        """Return the numbers of one page, and the cursors of the next and the previous (0: none)."""
        return sieve.window(found.ids, lambda one: self._place(one, asked), asked.after, asked.before, size)

    def _place(self, number: int, asked: Asked) -> t.Any:
        """Return where a member stands in the order, None for one that is not listed any more."""
        place = self.places[asked.who].get(number)
        return place and (-number if asked.sort == "newest" else place)

    def find(self, viewer: Viewer, asked: Asked) -> Found:
        """Return those whom a viewer may see and who fit."""
        seen = self.sieves[asked.who].seen(lambda number: audience.may_see(viewer, number))
        key = (asked.members, seen)
        found = self.answers.get(key)
        if found is None:
            if len(self.answers) >= MOST_KEPT:
                self.answers.clear()
            found = self.answers[key] = self._found(asked, seen)
        return found

    def _found(self, asked: Asked, seen: int) -> Found:
        bits, words = self.sieves[asked.who], fold(asked.q).split()[:MOST_WORDS]
        if words:
            seen &= bits.where(lambda one: all(word in one.words for word in words))
        if asked.box:
            box = asked.box
            seen &= bits.where(lambda one: _inside(one, box))
        fitting, counts = bits.sift(seen, {name: getattr(asked, name) for name in FACETS})
        return _answer(bits.entries_of(fitting), asked, counts)


def index() -> Index:
    """Return the list of all members, at most a minute old."""
    known = current_app.extensions.get("atlas")
    if known is None or known.until < time.monotonic():
        known = current_app.extensions["atlas"] = Index()
    return t.cast(Index, known)


def forget() -> None:
    """Read the list anew when it is asked for next."""
    current_app.extensions.pop("atlas", None)


def _forget_after(session: so.Session) -> None:
    """An act that tells of a member, a person or a seat may change the list."""
    facts = session.info["facts"]
    if any(fact["subject"].startswith(STEERING) or fact["root"].startswith(STEERING) for fact in facts):
        session.info["later"].append(forget)


database.last_step(_forget_after)


# --- who fits -----------------------------------------------------------------------------------------------


def _inside(one: Entry, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    if one.at is None:
        return False
    lat, lon = one.at
    return south <= lat <= north and (
        west <= lon <= east or west <= lon - 360 <= east or west <= lon + 360 <= east
    )


def _answer(fitting: list[Entry], asked: Asked, counts: dict[str, dict[str, int]]) -> Found:
    if asked.sort == "newest":
        fitting = sorted(fitting, key=lambda one: -one.id)
    kinds = collections.Counter(
        one.facets[0][0] for one in fitting if one.standing == "member" and one.facets[0]
    )
    observers = sum(one.standing == "participant" for one in fitting)
    return Found(
        tuple(one.id for one in fitting), counts, dict(kinds), observers, sum(one.at is None for one in fitting), {},
    )  # fmt: skip
