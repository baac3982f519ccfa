"""Lists of actions: all of them in memory as entries for filters and counts; what is shown is read through the rule for sight.

One small question says whether anything changed since the entries were read, by this process or another.
"""

import datetime as dt
import time
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask import current_app

from app.actions import words
from app.actions.filters import FACETS, Asked
from app.actions.models import UNDER_WAY, Action, ActionTheme, Origin, Partner
from app.core import audience, clock, database, sieve
from app.core.audience import Viewer, bound, in_sight
from app.core.database import several
from app.core.sieve import Counts, Sieve, breathing
from app.core.text import slug
from app.extensions import db
from app.members.models import Organisation
from app.members.names import fold

PAGE, MOST_KEPT, MOST_WORDS = 20, 300, 8
DESK_SECONDS = 5.0  # how long the desk may not know what another process did
_a, _p, _t, _o = Action.__table__, Partner.__table__, ActionTheme.__table__, Organisation.__table__
_NOW = sa.select(
    sa.func.count(), sa.func.coalesce(sa.func.sum(_a.c.version), 0), sa.func.coalesce(sa.func.max(_a.c.id), 0),
    sa.select(sa.func.coalesce(sa.func.sum(Origin.version), 0)).scalar_subquery(),
)  # fmt: skip
_ALL = sa.select(
    _a.c.id, _a.c.audience_id, _a.c.title, _a.c.detail, _a.c.asked, _a.c.for_whom, _a.c.state, _a.c.due, _a.c.lead_id,
    _a.c.space_id, _a.c.form, _a.c.funding, _a.c.origin_id, _a.c.changed, _a.c.language, _a.c.begins, _a.c.ends, _a.c.rhythm,
    _a.c.sdgs, _a.c.commitments,
).where(~_a.c.removed).order_by(_a.c.id)  # fmt: skip
_LAST = dt.date.max
OVER = {"proposed": 0, "agreed": 0, "going": 0, "held": 1, "done": 2, "dropped": 3}


class Entry(t.NamedTuple):
    """One action as filters see it. Facets hold tuples, in the order of FACETS."""

    id: int
    audience_id: int
    title: str
    words: str
    over: int
    due: dt.date
    changed: float
    facets: tuple[tuple[str, ...], ...]
    it: t.Any  # its row, for the desk


ORDERS: dict[str, t.Callable[[Entry], t.Any]] = {
    "": lambda one: (one.over, one.due, one.title, one.id),
    "changed": lambda one: (-one.changed, -one.id),
    "title": lambda one: (one.title, one.id),
}


class Found(t.NamedTuple):
    """Those that fit, in order, and how many have each value of each facet."""

    ids: tuple[int, ...]
    counts: Counts
    drawn: dict[t.Any, t.Any]  # what was drawn from these counts


class Index:
    """The entries as they are, and the answers that were found in them."""

    def __init__(self, mark: t.Any) -> None:
        self.mark, self.answers, self.looked = mark, dict[t.Any, Found](), time.monotonic()
        self.sieve = Sieve(_entries(), FACETS)

    def find(self, viewer: Viewer, asked: Asked) -> Found:
        """Return the actions that a viewer may see and that fit."""
        seen = self.sieve.seen(lambda number: audience.may_see(viewer, number))
        key = (asked.which, seen)
        found = self.answers.get(key)
        if found is None:
            if len(self.answers) >= MOST_KEPT:
                self.answers.clear()
            found = self.answers[key] = self._found(asked, seen)
        return found

    def _found(self, asked: Asked, seen: int) -> Found:
        terms = fold(asked.q).split()[:MOST_WORDS]
        if terms:
            seen &= self.sieve.where(lambda one: all(term in one.words for term in terms))
        fitting, counts = self.sieve.sift(seen, {name: getattr(asked, name) for name in FACETS})
        rows = sorted(self.sieve.entries_of(fitting), key=ORDERS[asked.sort])
        return Found(tuple(one.id for one in rows), counts, {})

    def place(self, number: int, sort: str) -> t.Any:
        """Return where an action stands in an order, also where it does not fit itself; None for what is gone."""
        slot = self.sieve.slots.get(number)
        return None if slot is None else ORDERS[sort](self.sieve.entries[slot])


def _entries() -> list[Entry]:
    themes, houses = _by_action(_t, _t.c.theme), _by_action(_p, _p.c.organisation_id)
    today = clock.now().date()
    return [_entry(row, themes, houses, today) for row in breathing(db.session.execute(_ALL).all())]


def _by_action(table: t.Any, column: t.Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for number, value in db.session.execute(sa.select(table.c.action_id, column)):
        found.setdefault(number, []).append(str(value))
    return found


def _entry(row: t.Any, themes: dict[int, list[str]], houses: dict[int, list[str]], today: dt.date) -> Entry:
    own = tuple(dict.fromkeys([*([str(row.lead_id)] if row.lead_id else []), *houses.get(row.id, ())]))
    due = words.due_of(row.state, row.due, UNDER_WAY, today)
    single = (row.form, row.funding, str(row.origin_id or ""))
    facets = (
        (row.state,), (due,) if due else (), tuple(themes.get(row.id, ())), own, (str(row.space_id),),
        *((value,) if value else () for value in single), tuple(row.sdgs.split()), tuple(row.commitments.split()),
    )  # fmt: skip
    said = " ".join([row.title, row.detail, row.asked, row.for_whom])
    return Entry(
        row.id, row.audience_id, fold(row.title), fold(said), OVER[row.state], row.due or _LAST, row.changed.timestamp(),
        facets, row,
    )  # fmt: skip


def index(patience: float = 0.0) -> Index:
    """Return the entries as they are by now; with `patience`, as they were so many seconds ago or after this process's acts."""
    held: Index | None = current_app.extensions.get("actions")
    if held is not None and time.monotonic() - held.looked < patience:
        return held
    mark = (*database.run(_NOW, {}).one(), clock.now().date())
    known: Index | None = current_app.extensions.get("actions")
    if known is None or known.mark != mark:
        known = current_app.extensions["actions"] = Index(mark)
    known.looked = time.monotonic()
    return known


def forget() -> None:
    """Read everything anew when it is asked for next."""
    current_app.extensions.pop("actions", None)


def _forget_after(session: so.Session) -> None:
    """An act of this process shows at once, also on the desk."""
    if any(
        fact["data"].get("action") or fact["root"].startswith(("action:", "origin:"))
        for fact in session.info["facts"]
    ):
        session.info["later"].append(forget)


database.last_step(_forget_after)


# --- what is shown ----------------------------------------------------------------------------------------------

_SEEN = sa.select(
    _a.c.id, _a.c.title, _a.c.language, _a.c.state, _a.c.form, _a.c.begins, _a.c.ends, _a.c.due, _a.c.rhythm, _a.c.section,
    _a.c.line, _a.c.asked, _a.c.at, _a.c.changed, _a.c.lead_id, _o.c.name.label("lead"), _o.c.code, _o.c.form.label("house"),
    _o.c.place,
).join_from(
    _a, _o, sa.and_(_o.c.id == _a.c.lead_id, in_sight(_o.c.audience_id)), isouter=True
).where(in_sight(_a.c.audience_id), ~_a.c.removed)  # fmt: skip
_ROWS = _SEEN.where(several(_a.c.id, "numbers", sa.BigInteger))


class Row(t.NamedTuple):
    """An action in a list; its lead as far as the reader sees it."""

    it: t.Any
    url: str
    due: str  # late, soon, later, open; empty for what is over
    lead_url: str


class Listed(t.NamedTuple):
    """One page of the list, with all that fit, and the cursors of the pages beside it (0: none)."""

    rows: list[Row]
    found: Found
    after: int
    before: int


def page(viewer: Viewer, asked: Asked, size: int = PAGE) -> Listed:
    """Return one page of the actions that a viewer may see and that fit."""
    known = index()
    found = known.find(viewer, asked)
    numbers, after, before = sieve.window(
        found.ids, lambda number: known.place(number, asked.sort), asked.after, asked.before, size
    )
    return Listed(some(viewer, numbers), found, after, before)


def some(viewer: Viewer, numbers: t.Sequence[int]) -> list[Row]:
    """Return the actions of these numbers that a viewer may see, in this order."""
    if not numbers:
        return []
    rows = {row.id: row for row in database.run(_ROWS, {**bound(viewer), "numbers": list(numbers)})}
    return [row_of(rows[number]) for number in numbers if number in rows]


def on_desk(viewer: Viewer, asked: Asked, most: int) -> list[Row]:
    """Return the first actions that fit, drawn from memory: the desk asks the database nothing that has not changed."""
    known = index(DESK_SECONDS)
    numbers = known.find(viewer, asked).ids[:most]
    entries = [known.sieve.entries[known.sieve.slots[number]] for number in numbers]
    return [
        Row(
            one.it,
            f"/actions/{one.id}-{slug(one.it.title)}",
            words.due_of(one.it.state, one.it.due, UNDER_WAY),
            "",
        )
        for one in entries
    ]


def row_of(row: t.Any) -> Row:
    """Return an action as lists show it."""
    lead = f"/members/{row.lead_id}-{slug(row.place or row.lead)}" if row.lead else ""
    due = words.due_of(row.state, row.due, UNDER_WAY)
    return Row(row, f"/actions/{row.id}-{slug(row.title)}", due, lead)
