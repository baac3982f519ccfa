"""The durable reader that writes notices: one line for each person and thing, counted up until it is read.

Bears a fact twice and late: a line knows its first and last fact, and what lies between is not counted again.
"""

import typing as t

import sqlalchemy as sa

from app.core import database, readers, switches
from app.core.activity import Activity
from app.extensions import db
from app.notifications import follow, kinds, recipients
from app.notifications.models import Notice
from app.notifications.recipients import CALLS, REASONS
from app.notifications.sight import who_may_see, who_sits_in
from app.notifications.unread import recount

_n, _f = Notice.__table__, Activity.__table__
_people, _number = sa.bindparam("people", expanding=True), sa.bindparam("number")
_KNOWN = sa.select(_n.c.id, _n.c.person_id, _n.c.reason, _n.c.first_id, _n.c.last_id).where(
    _n.c.root == sa.bindparam("root"),
    _n.c.person_id.in_(_people),
    sa.or_(_n.c.read.is_(None), sa.and_(_n.c.first_id <= _number, _n.c.last_id >= _number)),
)
_INSERT = sa.insert(_n)


@readers.reader("notices")
def read_fact(fact: t.Any) -> None:
    """Tell the people whom a fact concerns, and let the lines follow what was moved or removed."""
    touched = set(_ADAPT[fact.verb](fact)) if fact.verb in _ADAPT else set()
    if fact.title and not switches.is_silent(fact.verb):  # what was removed meanwhile has no words left
        touched |= _write(fact, *heard_by(fact))
    recount(touched)


def heard_by(fact: t.Any) -> tuple[dict[int, str], dict[int, str]]:
    """Return who hears of a fact, with why and by which way: whom it concerns, who may see it, and did not turn it off."""
    told = recipients.of(fact)
    seeing = who_may_see(told, fact.audience_id) if fact.audience_id else who_sits_in(told, fact.rooms)
    told = {number: why for number, why in told.items() if number in seeing}
    ways = {number: way for number, way in kinds.ways(fact, told).items() if way != kinds.OFF}
    return {number: told[number] for number in ways}, ways


def _write(fact: t.Any, told: dict[int, str], ways: dict[int, str]) -> set[int]:
    """Write or count up the lines of those who are told; return them."""
    if not told:
        return set()
    fresh, later, earlier = _sorted_out(fact, told)
    due = kinds.mail_due(fact)
    if fresh:
        at_once = {number for number in fresh if ways[number] == kinds.ONCE}
        rows = [_line(fact, number, why, due if number in at_once else None) for number, why in fresh.items()]
        db.session.execute(_INSERT, rows)
    for (why, way), numbers in _by_way(later, ways).items():
        mail = {"mail_at": sa.func.coalesce(_n.c.mail_at, due)} if way == kinds.ONCE and due else {}
        _count_up(numbers, last_id=fact.id, **_newest(fact, why), **mail)
    if earlier:
        _count_up(earlier, first_id=fact.id, url=fact.url)
    return set(told)


def _by_way(
    later: dict[str, list[tuple[int, int]]], ways: dict[int, str]
) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for why, lines in later.items():
        for number, person_id in lines:
            found.setdefault((why, ways[person_id]), []).append(number)
    return found


Sorted = tuple[dict[int, str], dict[str, list[tuple[int, int]]], list[int]]


def _sorted_out(fact: t.Any, told: dict[int, str]) -> Sorted:
    """Say who needs a new line, which lines get this fact as their newest (by reason), and which as their first."""
    known: dict[tuple[int, bool], list[t.Any]] = {}
    for row in db.session.execute(_KNOWN, {"root": fact.root, "people": list(told), "number": fact.id}):
        known.setdefault((row.person_id, row.reason in CALLS), []).append(row)
    fresh: dict[int, str] = {}
    later: dict[str, list[tuple[int, int]]] = {}
    earlier: list[int] = []
    for number, why in told.items():
        lines = known.get((number, why in CALLS), [])
        if any(line.first_id <= fact.id <= line.last_id for line in lines):
            continue
        if not lines:
            fresh[number] = why
        elif lines[0].last_id < fact.id:
            strongest = min(why, lines[0].reason, key=REASONS.index)
            later.setdefault(strongest, []).append((lines[0].id, number))
        else:
            earlier.append(lines[0].id)
    return fresh, later, earlier


def _newest(fact: t.Any, why: str) -> dict[str, t.Any]:
    """What a line shows of its newest fact. Its address stays that of the first one: there one begins to read."""
    return {
        "audience_id": fact.audience_id, "verb": fact.verb, "by": {**fact.by, **_begins(fact)}, "title": fact.title,
        "excerpt": fact.excerpt, "lang": fact.lang, "at": fact.at, "reason": why,
        "kind": kinds.kind_of(why, fact.verb), "space_id": fact.space_id, "actor_id": fact.actor_id,
    }  # fmt: skip


def _begins(fact: t.Any) -> dict[str, str]:
    """Return when something begins that a fact reminds of: each reader is told it on their own clocks."""
    return {"begins": fact.data["begins"]} if fact.verb == "calendar.soon" and "begins" in fact.data else {}


def _line(fact: t.Any, person_id: int, why: str, mail_at: t.Any) -> dict[str, t.Any]:
    return {
        "person_id": person_id, "root": fact.root, "first_id": fact.id, "last_id": fact.id, "count": 1,
        "url": fact.url, "read": None, "mail_at": mail_at, "mailed_id": 0, **_newest(fact, why),
    }  # fmt: skip


def _count_up(numbers: list[int], **values: t.Any) -> None:
    db.session.execute(sa.update(_n).where(_n.c.id.in_(numbers)).values(count=_n.c.count + 1, **values))


# --- what was moved or removed ----------------------------------------------------------------------------


def _with_unread(roots: list[str]) -> set[int]:
    unread = sa.select(_n.c.person_id).where(_n.c.root.in_(roots), _n.c.read.is_(None))
    return set(db.session.scalars(unread))


def _reseated(fact: t.Any) -> set[int]:
    return {fact.data["person_id"]}


def _gone(fact: t.Any) -> set[int]:
    return _with_unread(fact.data["refs"])


def _hidden(fact: t.Any) -> set[int]:
    """Lines that were written while a post left sight (on PostgreSQL they can be) follow it too."""
    thing = database.locate(fact.subject) if fact.root == fact.subject else None
    hung = follow.root_of(thing)
    if hung:
        follow.rehang(fact.subject, hung, fact.root, fact.audience_id)
    return _with_unread([fact.subject, fact.root])


def _moved(fact: t.Any) -> set[int]:
    """Lines that were written while the thing moved (on PostgreSQL they can be) follow it too."""
    late = sa.update(_n).where(_n.c.root == fact.root, _n.c.audience_id != fact.audience_id)
    db.session.execute(late.values(audience_id=fact.audience_id))
    return _with_unread([fact.root])


def _removed(fact: t.Any) -> set[int]:
    """Of a whole thing no line stays; of one post its line goes, or counts one less."""
    if fact.subject == fact.root:
        lines = sa.delete(_n).where(_n.c.root == fact.root).returning(_n.c.person_id)
        return set(db.session.scalars(lines))
    about = sa.select(_f.c.id).where(_f.c.subject == fact.subject)
    its = sa.and_(_n.c.root == fact.root, _n.c.last_id.in_(about))
    gone = db.session.scalars(sa.delete(_n).where(its, _n.c.count <= 1).returning(_n.c.person_id))
    touched = set(gone)
    title = (
        sa.select(_f.c.title)
        .where(_f.c.root == fact.root, _f.c.title != "")
        .order_by(_f.c.id.desc())
        .limit(1)
    )
    title = sa.func.coalesce(title.scalar_subquery(), "")
    db.session.execute(sa.update(_n).where(its).values(count=_n.c.count - 1, title=title, excerpt=""))
    return touched


_ADAPT: dict[str, t.Callable[[t.Any], set[int]]] = {
    "seat.changed": _reseated,
    "thing.gone": _gone,
    "thing.hidden": _hidden,
    "board.moved": _moved,
    "calendar.placed": _moved,
    "board.removed": _removed,
    "feed.removed": _removed,
    "messages.removed": _removed,
    "messages.left": _moved,
}
