"""What the newsfeed reads: constant statements over the facts, through the rule for sight.

Newest first by the primary key: the plus before the audience keeps the databases from gathering all facts of
every audience first and sorting them.
"""

import dataclasses
import datetime as dt
import functools
import typing as t

import sqlalchemy as sa

from app.board.models import Thread
from app.core import switches
from app.core.activity import Activity
from app.core.audience import VISITOR, Viewer, bound, in_sight
from app.core.database import LARGEST_ID, known_json, run, several
from app.core.policy import Me
from app.core.watches import FOLLOWS, Watch
from app.feed.models import FeedMark
from app.feed.words import VERBS, verbs_of
from app.members.models import Organisation
from app.spaces.models import Space

_f, _space, _thread = Activity.__table__, Space.__table__, Thread.__table__
_w, _org = Watch.__table__, Organisation.__table__
MOST_NEW = 200
LOOKED_THROUGH = 20_000  # facts that one page looks through for what its filter asks: some 10 ms
_number = sa.case((_f.c.root.startswith("thread:"), sa.cast(sa.func.substr(_f.c.root, 8), sa.Integer)))
COLUMNS = (  # what an item shows of a fact, in the order of the fields of Fact
    _f.c.id, _f.c.at, _f.c.verb, _f.c.root, _f.c.space_id, _f.c.url, _f.c.lang, _f.c.title, _f.c.excerpt,
    sa.cast(_f.c.by, sa.Text).label("by_text"), sa.cast(_f.c.data, sa.Text).label("data_text"),
    _space.c.name.label("space"), sa.func.coalesce(_thread.c.replies, 0).label("replies"),
)  # fmt: skip
MOST_KEPT = 2048  # facts taken apart, about 2 KB each
_highest = sa.select(sa.func.coalesce(sa.func.max(_f.c.id), 0)).scalar_subquery()
_looked = FeedMark.__table__
_mark = sa.select(_looked.c.fact_id).where(_looked.c.person_id == sa.bindparam("me")).scalar_subquery()
STATE = sa.select(_highest.label("highest"), _mark.label("mark"))


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """A fact as it was read. Equal rows give the same one, so that it can itself be the key of what is made of it."""

    id: int
    at: dt.datetime
    verb: str
    root: str
    space_id: int | None
    url: str
    lang: str
    title: str
    excerpt: str
    by: dict[str, t.Any]  # who acted, in whose name
    data: dict[str, t.Any]
    space: str | None
    replies: int
    alike: tuple[str, ...]  # what it has in common with the facts that are told with it


@functools.lru_cache(MOST_KEPT)
def _fact(
    number: int, at: dt.datetime, verb: str, root: str, space_id: int | None, url: str, lang: str, title: str,
    excerpt: str, by: str, data: str, space: str | None, replies: int,
) -> Fact:  # fmt: skip
    who, texts = known_json(by), (url, lang, title, excerpt)
    alike = _alike(verb, root, who)
    return Fact(number, at, verb, root, space_id, *texts, who, known_json(data), space, replies, alike)


def _alike(verb: str, root: str, by: dict[str, t.Any]) -> tuple[str, ...]:
    alike = VERBS[verb].alike
    if alike == "verb":
        return (verb,)
    return (verb, root if alike == "root" else f"by {by.get('name', '')}")


def _read(rows: t.Iterable[t.Any]) -> list[Fact]:
    return [_fact(*row[: len(COLUMNS)]) for row in rows]


class State(t.NamedTuple):
    """The number of the newest fact of all, and up to which one this person has looked."""

    highest: int
    mark: int | None


def _followed() -> sa.ColumnElement[bool]:
    """Facts about what this person follows: the thing, its space, the organisation or the person who acted."""
    mine = sa.and_(_w.c.person_id == sa.bindparam("me"), FOLLOWS)

    def numbers(kind: str) -> t.Any:
        number = sa.cast(sa.func.substr(_w.c.ref, len(kind) + 2), sa.BigInteger)
        of_kind = _w.c.ref.startswith(f"{kind}:")
        return sa.select(sa.case((of_kind, number))).where(mine, of_kind)

    return sa.or_(
        _f.c.root.in_(sa.select(_w.c.ref).where(mine)),
        _f.c.space_id.in_(numbers("space")),
        _f.c.organisation_id.in_(numbers("organisation")),
        _f.c.actor_id.in_(numbers("person")),
    )


def _of_coalition() -> sa.ColumnElement[bool]:
    """Facts of the coalitions that this person is in, or that an organisation of theirs belongs to."""
    keys = sa.select(_org.c.coalition).where(several(_org.c.id, "organisations", sa.Integer))
    mine = several(_space.c.id, "groups", sa.Integer)
    coalitions = sa.select(_space.c.id).where(
        _space.c.form == "coalition", sa.or_(mine, sa.and_(_space.c.key != "", _space.c.key.in_(keys)))
    )
    return t.cast("sa.ColumnElement[bool]", _f.c.space_id.in_(coalitions))


@functools.cache
def _statement(show: str, off: frozenset[str]) -> t.Any:
    """Return the statement of one filter, with the place, the replies and the state of the feed beside each fact.

    What stands in rooms that are `off` is left out."""
    newest = sa.case((sa.bindparam("before") <= _highest, sa.bindparam("before")), else_=_highest)
    conditions = [
        _f.c.id > sa.bindparam("since"),
        _f.c.id < sa.bindparam("before"),
        _f.c.id > newest - sa.bindparam("through"),
        _f.c.verb.in_([sa.literal_column(f"'{verb}'") for verb in _told(show, off)]),
        _f.c.title != "",  # the facts of what was removed have no words left
        in_sight(sa.literal_column("+activity.audience_id", sa.Integer)),
    ]
    if show == "following":
        conditions.append(_followed())
    if show == "coalition":
        conditions.append(_of_coalition())
    return _newest(*conditions, beside=(_highest.label("highest"), _mark.label("mark")))


def _newest(*conditions: sa.ColumnElement[bool], beside: t.Sequence[t.Any] = ()) -> t.Any:
    """Return the statement of the newest facts, each with its space, if its reader may know of it, and its replies."""
    return (
        sa.select(*COLUMNS, *beside)
        .outerjoin_from(_f, _space, sa.and_(_space.c.id == _f.c.space_id, in_sight(_space.c.audience_id)))
        .outerjoin(_thread, _thread.c.id == _number)
        .where(*conditions)
        .order_by(_f.c.id.desc())
        .limit(sa.bindparam("most"))
    )


OWNERS = {"organisation": _f.c.organisation_id, "person": _f.c.actor_id, "space": _f.c.space_id}


def _told(show: str, off: frozenset[str]) -> list[str]:
    return [verb for verb in verbs_of(show) if verb.partition(".")[0] not in off]


@functools.cache
def _of_owner(kind: str, off: frozenset[str]) -> t.Any:
    """Return the statement of what one organisation or person did, or of one space: found by its own index."""
    return _newest(
        OWNERS[kind] == sa.bindparam("owner"), in_sight(_f.c.audience_id), _f.c.title != "",
        _f.c.verb.in_([sa.literal(verb, literal_execute=True) for verb in _told("", off)]),
    )  # fmt: skip


def done_by(viewer: Viewer, kind: str, number: int, most: int) -> list[Fact]:
    """Return the newest facts that an organisation was spoken for in, that a person did, or of a space."""
    values = {**bound(viewer), "owner": number, "most": most}
    return _read(run(_of_owner(kind, switches.off()), values).all())


def facts(
    who: Me | None, show: str = "", *, before: int | None = None, since: int = 0, most: int = MOST_NEW
) -> list[Fact]:
    """Return the facts of a filter that a person, or a visitor, may see: newest first."""
    return _read(_rows(who, show, before, since, most, LARGEST_ID))


class Page(t.NamedTuple):
    """Facts, the state of the newsfeed, and where to look on when these are all among the facts looked through."""

    facts: list[Fact]
    state: State
    rest: int | None


def page(who: Me, show: str, before: int | None, most: int) -> Page:
    """Return the facts of a filter from a number on. One who finds little looks through so many, not through all."""
    rows = _rows(who, show, before, 0, most, LOOKED_THROUGH)
    now = State(rows[0].highest, rows[0].mark) if rows else state(who)
    rest = min(before or LARGEST_ID, now.highest) - LOOKED_THROUGH
    return Page(_read(rows), now, rest + 1 if rest > 0 and len(rows) < most else None)


def _rows(
    who: Me | None, show: str, before: int | None, since: int, most: int, through: int
) -> t.Sequence[t.Any]:
    viewer = who.viewer if who else VISITOR
    values: dict[str, t.Any] = {
        **bound(viewer), "me": who.id if who else None, "since": since, "before": before or LARGEST_ID,
        "most": most, "through": through,
    }  # fmt: skip
    if show == "coalition" and who:
        values["organisations"] = [seat.id for seat in who.seats]
        values["groups"] = [group.id for group in who.groups]
    return run(_statement(show, switches.off()), values).all()


def state(who: Me) -> State:
    """Return what the version of a person's newsfeed depends on."""
    return State(*run(STATE, {"me": who.id}).one())
