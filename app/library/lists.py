"""Lists of documents: all of them in memory as entries, so that filters, counts and orders are the same everywhere.

The entries say which documents fit; what is shown of them is read from the database through the rule for sight. They
follow the facts, as the other readers do: what an act changed is read anew before the next list, and what another
process did within a second.
"""

import time
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask import current_app

from app.core import audience, database, sieve
from app.core.activity import Activity, highest
from app.core.audience import Viewer, bound, in_sight
from app.core.database import several
from app.core.sieve import Counts, Sieve
from app.extensions import db
from app.library import roll, vocabularies
from app.library.filters import FACETS, OWN, Asked
from app.library.models import Document
from app.library.roll import NAMES, Entry
from app.members.names import fold

PAGE = 20
LOOK_SECONDS = 1.0  # how often it is asked whether another process did something
KEPT_SECONDS = 600  # after which everything is read anew, whatever the facts say
MOST_KEPT, MOST_WORDS, MOST_FACTS, MOST_CHANGED = 500, 8, 1000, 300
OWN_STATES = ("draft", "review", "planned")
_d, _fact = Document.__table__, Activity.__table__
_NEWER = (
    sa.select(_fact.c.id, _fact.c.verb, _fact.c.root, _fact.c.subject)
    .where(_fact.c.id > sa.bindparam("after"))
    .order_by(_fact.c.id)
    .limit(MOST_FACTS + 1)
)
ORDERS: dict[str, t.Callable[[Entry], t.Any]] = {
    "": lambda one: (-one.sorted, -one.id),
    "title": lambda one: (one.title, one.id),
    "talks": lambda one: (-one.talks, -one.sorted, -one.id),
}


class Found(t.NamedTuple):
    """Those that fit, in order, how many have each value of each facet, and how many each part of the library has."""

    ids: tuple[int, ...]
    counts: Counts
    shelves: dict[str, int]
    drawn: dict[t.Any, t.Any]  # what was drawn from these counts


class Index:
    """The entries as they are by a certain fact, and the answers that were found in them."""

    def __init__(self) -> None:
        self.at, self.until = highest(), time.monotonic() + KEPT_SECONDS
        self.sieve = Sieve(roll.read(), NAMES)
        self.look, self.stale = time.monotonic() + LOOK_SECONDS, False
        self.answers: dict[t.Any, Found] = {}
        self.orders: dict[str, list[Entry]] = {}

    def catch_up(self) -> bool:
        """Read anew what the facts since the last look are about; say no where everything has to be."""
        self.look, self.stale = time.monotonic() + LOOK_SECONDS, False
        facts = db.session.execute(_NEWER, {"after": self.at}).all()
        numbers = {number for fact in facts for number in _documents(fact)}
        if len(facts) > MOST_FACTS or len(numbers) > MOST_CHANGED or any(map(_of_many, facts)):
            return False
        self.at = facts[-1].id if facts else self.at
        self.change(numbers)
        return True

    def change(self, numbers: t.Collection[int]) -> None:
        """Read some documents anew; one that is gone is found by nobody."""
        if not numbers:
            return
        known = {one.id: one for one in roll.some(numbers)}
        for number in numbers:
            if number in known:
                self.sieve.put(known[number])
            elif number in self.sieve.slots:
                old = self.sieve.entries[self.sieve.slots[number]]
                self.sieve.put(old._replace(facets=(*((),) * len(FACETS), ("gone",))))
        self.answers.clear()
        self.orders.clear()

    def find(self, viewer: Viewer, asked: Asked) -> Found:
        """Return the documents that a viewer may see and that fit."""
        seen = self.sieve.seen(lambda number: audience.may_see(viewer, number))
        parts = vocabularies.shelves()
        key = (asked.which, seen, *parts.values())
        found = self.answers.get(key)
        if found is None:
            if len(self.answers) >= MOST_KEPT:
                self.answers.clear()
            found = self.answers[key] = self._found(asked, seen, parts)
        return found

    def _found(self, asked: Asked, seen: int, parts: dict[str, tuple[str, ...]]) -> Found:
        bits, words = self.sieve, fold(asked.q).split()[:MOST_WORDS]
        seen &= bits.having("state", OWN_STATES if asked.state == OWN else ("open",))
        shelves = {name: (seen & bits.having("type", types)).bit_count() for name, types in parts.items()}
        shelves[""] = seen.bit_count()
        if asked.shelf:
            seen &= bits.having("type", parts[asked.shelf])
        if words:
            seen &= bits.where(lambda one: all(word in one.words for word in words))
        fitting, counts = bits.sift(seen, {name: getattr(asked, name) for name in FACETS})
        return Found(self._in_order(fitting, asked.sort), counts, shelves, {})

    def _in_order(self, fitting: int, sort: str) -> tuple[int, ...]:
        order = self.orders.get(sort)
        if order is None:
            order = self.orders[sort] = sorted(self.sieve.entries, key=ORDERS[sort])
        slots, fits = self.sieve.slots, f"{fitting:0{len(order)}b}"[::-1]
        return tuple(one.id for one in order if fits[slots[one.id]] == "1")

    def page(self, found: Found, asked: Asked, size: int) -> tuple[t.Sequence[int], int, int]:
        """Return the numbers of one page, and the cursors of the next and the previous (0: none)."""
        return sieve.window(
            found.ids, lambda number: self._place(number, asked.sort), asked.after, asked.before, size
        )

    def _place(self, number: int, sort: str) -> t.Any:
        slot = self.sieve.slots.get(number)
        return None if slot is None else ORDERS[sort](self.sieve.entries[slot])


def _documents(fact: t.Any) -> t.Iterator[int]:
    for ref in (fact.root, fact.subject):
        kind, _colon, number = ref.partition(":")
        if kind == "document" and number.isdigit():
            yield int(number)


def _of_many(fact: t.Any) -> bool:
    """Say whether a fact is about many documents at once: an import, a space that fewer people see, a merged word."""
    return fact.verb.startswith("library.") and fact.root.partition(":")[0] not in ("document", "collection")


def index() -> Index:
    """Return the entries as the facts have them by now."""
    known: Index | None = current_app.extensions.get("library")
    if known is None or known.until < time.monotonic() or (_old(known) and not known.catch_up()):
        known = current_app.extensions["library"] = Index()
    return known


def _old(known: Index) -> bool:
    return known.stale or known.look < time.monotonic()


def _stale() -> None:
    known = current_app.extensions.get("library")
    if known is not None:
        known.stale = True


def forget() -> None:
    """Read everything anew when it is asked for next."""
    current_app.extensions.pop("library", None)


def _stale_after(session: so.Session) -> None:
    """An act of this process that is about a document shows in the next list."""
    if any(any(_documents(_Fact(fact))) or _of_many(_Fact(fact)) for fact in session.info["facts"]):
        session.info["later"].append(_stale)


class _Fact:
    """A fact that waits to be numbered."""

    def __init__(self, given: dict[str, t.Any]) -> None:
        self.verb, self.root, self.subject = given["verb"], given["root"], given["subject"]


database.last_step(_stale_after)


# --- what is shown ---------------------------------------------------------------------------------------------

_SEEN = sa.select(
    _d.c.id, _d.c.title, _d.c.language, _d.c.abstract, sa.cast(_d.c.texts, sa.Text).label("texts"),
    sa.cast(_d.c.by, sa.Text).label("by"), _d.c.type, _d.c.series, _d.c.series_number, _d.c.date, _d.c.state,
    _d.c.link, _d.c.file_id, _d.c.file_type, _d.c.file_size, _d.c.languages, _d.c.talks, _d.c.sorted,
).where(in_sight(_d.c.audience_id))  # fmt: skip
_ROWS = _SEEN.where(several(_d.c.id, "numbers", sa.BigInteger))


class Listed(t.NamedTuple):
    """One page of the list, with all that fit, and the cursors of the pages beside it (0: none)."""

    rows: list[t.Any]
    found: Found
    after: int
    before: int


def page(viewer: Viewer, asked: Asked, size: int = PAGE) -> Listed:
    """Return one page of the documents that a viewer may see and that fit."""
    known = index()
    found = known.find(viewer, asked)
    numbers, after, before = known.page(found, asked, size)
    return Listed(some(viewer, numbers), found, after, before)


def some(viewer: Viewer, numbers: t.Sequence[int]) -> list[t.Any]:
    """Return the documents of these numbers that a viewer may see, in this order."""
    if not numbers:
        return []
    given = {**bound(viewer), "numbers": list(numbers)}
    rows = {row.id: row for row in database.run(_ROWS, given)}
    return [rows[number] for number in numbers if number in rows]
