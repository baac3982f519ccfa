"""How many followed discussions hold something unread: the number beside Discussions, kept with the person."""

import typing as t

import sqlalchemy as sa

from app.board.models import ReadMark, Thread
from app.core.audience import APART, AudienceRoom, bound, in_sight
from app.core.readers import reader
from app.core.watches import FOLLOW, Watch
from app.extensions import db
from app.members import signed_in
from app.members.models import Person

_t, _w, _m, _p = Thread.__table__, Watch.__table__, ReadMark.__table__, Person.__table__
_room = AudienceRoom.__table__
_number = sa.case((_w.c.ref.like("thread:%"), sa.cast(sa.func.substr(_w.c.ref, 8), sa.Integer)))
_unread = (
    sa.select(sa.func.count())
    .select_from(
        _w.join(_t, _t.c.id == _number).outerjoin(
            _m, (_m.c.thread_id == _t.c.id) & (_m.c.person_id == _w.c.person_id)
        )
    )
    .where(_w.c.person_id == _p.c.id, _w.c.level == FOLLOW, ~_t.c.removed)
    .where(_t.c.audience_id.not_in(sa.select(_room.c.audience_id).where(_room.c.room == APART)))
    .where(_t.c.posts > sa.func.coalesce(_m.c.number, 0))
    .correlate(_p)
    .scalar_subquery()
)
_RECOUNT = sa.update(_p).values(unread_threads=_unread)
_OF_ONE = _RECOUNT.where(_p.c.id == sa.bindparam("who"))
_OF_FOLLOWERS = _RECOUNT.where(
    _p.c.id.in_(sa.select(_w.c.person_id).where(_w.c.ref == sa.bindparam("ref"), _w.c.level == FOLLOW))
)
VERBS = {"board.started", "board.replied", "board.removed", "thing.hidden"}


def recount(person_id: int) -> None:
    """Count anew for one person, inside a transaction."""
    db.session.execute(_OF_ONE, {"who": person_id})


@reader("unread")
def count(fact: t.Any) -> None:
    """Count anew for those who follow what a fact is about; who lost sight of something follows it no more."""
    if fact.verb in VERBS:
        db.session.execute(_OF_FOLLOWERS, {"ref": fact.root})
    elif fact.verb == "seat.changed":
        _let_go(fact.data["person_id"])
    elif fact.verb == "board.narrowed":
        for number in db.session.scalars(_LISTENING, {"space": fact.space_id}).all():
            _let_go(number)
    elif fact.verb == "board.moved":
        for number in db.session.scalars(sa.select(_w.c.person_id).where(_w.c.ref == fact.root)).all():
            _let_go(number)


_LOST = (
    sa.select(_w.c.ref)
    .select_from(_w.join(_t, _t.c.id == _number))
    .where(_w.c.person_id == sa.bindparam("who"), ~in_sight(_t.c.audience_id))
)


_LISTENING = (
    sa.select(_w.c.person_id)
    .select_from(_w.join(_t, _t.c.id == _number))
    .where(_t.c.space_id == sa.bindparam("space"))
    .distinct()
)


def _let_go(person_id: int) -> None:
    who = signed_in.as_person(person_id)
    lost = db.session.scalars(_LOST, {"who": person_id, **bound(who.viewer)}).all()
    if lost:
        db.session.execute(sa.delete(_w).where(_w.c.person_id == person_id, _w.c.ref.in_(lost)))
    recount(person_id)
