"""Lists of discussions: which, in what order, and how many; constant statements, cursors, one rule for sight."""

import datetime as dt
import functools
import json
import re
import typing as t

import sqlalchemy as sa

from app.board.models import ReadMark, Thread
from app.core import clock, finding
from app.core.activity import Activity, highest
from app.core.audience import Viewer, bound, in_sight
from app.core.database import LARGEST_ID, run, several
from app.core.kept import Kept
from app.core.text import slug
from app.core.watches import FOLLOW, Watch
from app.extensions import db

PAGE = 20
MOST_COUNTED = 1000
KEPT_SECONDS = 60
FRESH = dt.timedelta(days=7)
STATES = ("", "unread", "unanswered", "following", "outcome")
SORTS = ("", "started")
_t, _mark, _watch = Thread.__table__, ReadMark.__table__, Watch.__table__
_me = sa.bindparam("me")
_numbers = sa.select(
    sa.case((_watch.c.ref.like("thread:%"), sa.cast(sa.func.substr(_watch.c.ref, 8), sa.Integer)))
).where(_watch.c.person_id == _me)
_followed = _t.c.id.in_(_numbers.where(_watch.c.level == FOLLOW))
_read = sa.func.coalesce(_mark.c.number, 0)
# Values are written into the conditions, not bound: only so are the indexes of these few discussions used.
CONDITIONS: dict[str, t.Any] = {
    "unread": sa.and_(_followed, _t.c.posts > _read),
    "unanswered": sa.and_(_t.c.replies == sa.literal_column("0"), ~_t.c.closed, ~_t.c.locked),
    "following": _followed,
    "outcome": _t.c.outcome != sa.literal_column("''"),
}


class Wanted(t.NamedTuple):
    """What a reader chose: a state, a topic, a group, an order, and a place in it."""

    state: str = ""
    topic: str = ""
    group: int = 0
    sort: str = ""
    after: str = ""
    before: str = ""

    def values(self) -> dict[str, t.Any]:
        """Return what its statement is run with."""
        return {"topic": self.topic, "space": self.group}


def _where(state: str, topic: bool, group: bool) -> list[t.Any]:
    found = [in_sight(_t.c.audience_id), ~_t.c.removed]
    found += [CONDITIONS[state]] if state else []
    found += [_t.c.topic == sa.bindparam("topic")] if topic else []
    return found + ([_t.c.space_id == sa.bindparam("space")] if group else [])


_newest = sa.select(sa.func.coalesce(sa.func.max(Activity.__table__.c.id), 0)).scalar_subquery()
_COLUMNS = (
    _t.c.id, _t.c.title, _t.c.language, _t.c.topic, sa.cast(_t.c.by, sa.Text).label("by"), _t.c.replies, _t.c.posts,
    _t.c.pinned, _t.c.closed, _t.c.locked, (_t.c.outcome != "").label("outcome"), _t.c.last_at, _t.c.at,
    _mark.c.number.label("read"), _newest.label("last"),
)  # fmt: skip


def _from(conditions: list[t.Any]) -> t.Any:
    joined = _t.outerjoin(_mark, (_mark.c.thread_id == _t.c.id) & (_mark.c.person_id == _me))
    return sa.select(*_COLUMNS).select_from(joined).where(*conditions)


@functools.cache
def _statement(state: str, topic: bool, group: bool, sort: str, way: str) -> t.Any:
    conditions = _where(state, topic, group)
    keys = (_t.c.id,) if sort else (_t.c.last_at, _t.c.id)
    places = [sa.bindparam(f"place_{n}", type_=key.type) for n, key in enumerate(keys)]
    plain = not state and not sort
    query = _from([*conditions, ~_t.c.pinned] if plain else conditions)
    if way:
        here, there = sa.tuple_(*keys), sa.tuple_(*places)
        query = query.where(here < there if way == "after" else here > there)
    order = [key.asc() if way == "before" else key.desc() for key in keys]
    query = query.order_by(*order).limit(sa.bindparam("most"))
    if not plain or way:
        return query
    # The plus lets the few pinned ones be found by their own index, not among all that each audience has.
    seen = in_sight(sa.literal_column("+thread.audience_id", sa.Integer))
    pins = _from([seen, *conditions[1:], _t.c.pinned]).order_by(*order).limit(50).subquery()
    rest = query.subquery()
    return sa.union_all(sa.select(pins), sa.select(rest))


class Listed(t.NamedTuple):
    """One page of a list, with the cursors of its neighbours."""

    rows: list["Row"]
    older: str
    newer: str
    last: int  # the newest fact when the list was read


class Row(t.NamedTuple):
    """A discussion in a list."""

    it: t.Any
    url: str
    new: int  # posts since its reader was here; -1: never opened, and of these days

    @property
    def by(self) -> dict[str, str]:
        """The author line, read only when the row has to be drawn."""
        return t.cast("dict[str, str]", json.loads(self.it.by))


def page(viewer: Viewer, wanted: Wanted) -> Listed:
    """Return one page of discussions that a viewer may see."""
    way = "after" if wanted.after else "before" if wanted.before else ""
    place = _place(wanted.after or wanted.before, wanted.sort)
    way = way if place else ""
    statement = _statement(wanted.state, bool(wanted.topic), bool(wanted.group), wanted.sort, way)
    values = {**bound(viewer), **wanted.values(), **place, "me": viewer.person_id or 0, "most": PAGE + 1}
    found = list(run(statement, values).all())
    pins = [row for row in found if row.pinned] if not (wanted.state or wanted.sort or way) else []
    rest, more = found[len(pins) :][:PAGE], len(found) - len(pins) > PAGE
    if way == "before":
        rest.reverse()
    older = _cursor(rest[-1], wanted.sort) if rest and (more or way == "before") else ""
    newer = _cursor(rest[0], wanted.sort) if rest and ((way == "after") or (way == "before" and more)) else ""
    last = found[0].last if found else highest()
    return Listed([_row(row, viewer) for row in [*pins, *rest]], older, newer, last)


def _row(row: t.Any, viewer: Viewer) -> Row:
    fresh = viewer.person_id is not None and not row.read and row.last_at > clock.now() - FRESH
    new = max(0, row.posts - row.read) if row.read else (-1 if fresh else 0)
    return Row(row, f"/discussions/{row.id}-{slug(row.title)}", new)


EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _cursor(row: t.Any, sort: str) -> str:
    micros = (row.last_at - EPOCH) // dt.timedelta(microseconds=1)
    return f"{row.id}" if sort else f"{micros}-{row.id}"


def _place(cursor: str, sort: str) -> dict[str, t.Any]:
    """Return the place that a cursor names; an impossible one is no place."""
    if sort and re.fullmatch(r"\d{1,18}", cursor):
        return {"place_0": int(cursor)}
    match = None if sort else re.fullmatch(r"(\d{1,17})-(\d{1,18})", cursor)
    if not match or not 0 < int(match[2]) <= LARGEST_ID:
        return {}
    try:
        return {"place_0": EPOCH + dt.timedelta(microseconds=int(match[1])), "place_1": int(match[2])}
    except OverflowError:
        return {}


# --- how many ---------------------------------------------------------------------------------------------

_counts: Kept[int] = Kept("board", KEPT_SECONDS, 5000)


@functools.cache
def _counting(state: str, topic: bool, group: bool) -> t.Any:
    some = sa.select(sa.literal(1).label("one")).select_from(
        _t.outerjoin(_mark, (_mark.c.thread_id == _t.c.id) & (_mark.c.person_id == _me))
        if state == "unread"
        else _t
    )
    inner = some.where(*_where(state, topic, group)).limit(MOST_COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(inner)


def count(viewer: Viewer, wanted: Wanted) -> int:
    """Return how many there are, 1,001 for more than a thousand; kept for a minute for equal readers."""
    own = viewer.person_id if wanted.state in ("unread", "following") else None
    key = (viewer.rooms, own, wanted.state, wanted.topic, wanted.group)
    statement = _counting(wanted.state, bool(wanted.topic), bool(wanted.group))
    values = {**bound(viewer), **wanted.values(), "me": viewer.person_id or 0}
    return _counts.get(key, lambda: int(run(statement, values).scalar_one()))


def recount() -> None:
    """Forget the numbers: somebody here started a discussion, or moved one."""
    _counts.forget()


# --- a few, for panels and while a title is typed ---------------------------------------------------------

_FEW = {
    key: sa.select(*_COLUMNS[:-2], sa.null().label("read"))
    .where(in_sight(_t.c.audience_id), ~_t.c.removed, *([column == sa.bindparam("owner")] if key != "all" else []))
    .order_by(_t.c.last_at.desc(), _t.c.id.desc())
    .limit(sa.bindparam("most"))
    for key, column in (
        ("space", _t.c.space_id), ("organisation", _t.c.organisation_id), ("person", _t.c.author_id), ("all", None),
    )
}  # fmt: skip
VISITOR = Viewer(None, frozenset())


def few(viewer: Viewer, by: str, owner: int = 0, most: int = 6) -> list[Row]:
    """Return the latest discussions of a space, an organisation or a person, or of all."""
    values = {**bound(viewer), "most": most} | ({"owner": owner} if by != "all" else {})
    return [_row(row, VISITOR) for row in run(_FEW[by], values)]


_people = sa.bindparam("people", expanding=True)
_OF_A_SEAT = (
    sa.select(*_COLUMNS[:-2], sa.null().label("read"))
    .where(
        in_sight(_t.c.audience_id), ~_t.c.removed, ~_t.c.closed,
        sa.or_(
            _t.c.author_id.in_(_people),
            _t.c.id.in_(
                sa.select(sa.case((_watch.c.ref.like("thread:%"), sa.cast(sa.func.substr(_watch.c.ref, 8), sa.Integer))))
                .where(_watch.c.person_id.in_(_people), _watch.c.level == FOLLOW)
            ),
        ),
    )
    .order_by(_t.c.last_at.desc(), _t.c.id.desc())
    .limit(30)
)  # fmt: skip


def of_a_seat(viewer: Viewer, people: t.Sequence[int]) -> list[Row]:
    """Return the open discussions that these people started or follow, as far as the viewer sees them."""
    rows = db.session.execute(_OF_A_SEAT, {**bound(viewer), "people": list(people)})
    return [_row(row, VISITOR) for row in rows]


_SOME = (
    sa.select(*_COLUMNS[:-2], sa.null().label("read"))
    .where(_t.c.id.in_(sa.bindparam("numbers", expanding=True)), in_sight(_t.c.audience_id), ~_t.c.removed)
    .order_by(_t.c.last_at.desc(), _t.c.id.desc())
    .limit(sa.bindparam("most"))
)


def some(viewer: Viewer, numbers: t.Sequence[int], most: int) -> list[Row]:
    """Return those of these discussions that a viewer may see, the latest first."""
    if not numbers:
        return []
    values = {**bound(viewer), "numbers": list(numbers), "most": most}
    return [_row(row, VISITOR) for row in db.session.execute(_SOME, values)]


_ONE = _from([_t.c.id == sa.bindparam("number"), in_sight(_t.c.audience_id), ~_t.c.removed])


def one(viewer: Viewer, number: int) -> Row | None:
    """Return one discussion as a row of the list, if the viewer may see it."""
    values = {**bound(viewer), "number": min(number, LARGEST_ID), "me": viewer.person_id or 0}
    row = run(_ONE, values).first()
    return _row(row, viewer) if row else None


_TITLES = sa.select(_t.c.id, _t.c.title, _t.c.language, _t.c.replies).where(
    several(_t.c.id, "numbers", sa.BigInteger), in_sight(_t.c.audience_id), ~_t.c.removed
)


def similar(viewer: Viewer, title: str, most: int = 5) -> list[t.Any]:
    """Return earlier discussions whose titles share words with this one, the closest first."""
    numbers = [int(ref.partition(":")[2]) for ref in finding.alike(viewer, "thread", title, most)]
    if not numbers:
        return []
    known = {row.id: row for row in run(_TITLES, {"numbers": numbers, **bound(viewer)})}
    rows = [known[number] for number in numbers if number in known]
    return [(row, f"/discussions/{row.id}-{slug(row.title)}") for row in rows]
