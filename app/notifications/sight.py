"""The rule for sight, asked of many people at once: the same rooms as in members/signed_in.py, as conditions.

A test compares the two for each of the cast and each kind of audience.
"""

import typing as t

import sqlalchemy as sa

from app.core.audience import MEMBERS, PUBLIC, STEWARDS, AudienceRoom
from app.extensions import db
from app.members.models import Person, Seat
from app.spaces.models import DECIDING, Membership

_room, _p = AudienceRoom.__table__, Person.__table__
_seat, _member = Seat.__table__, Membership.__table__


def _named(kind: str, number: t.Any) -> t.Any:
    return sa.literal(f"{kind}:", sa.String).concat(sa.cast(number, sa.String))


def sees(audience_id: t.Any) -> sa.ColumnElement[bool]:
    """Return the condition that the person of the outer row (`person`) is in a room of an audience."""
    inside = sa.exists().where(
        _member.c.person_id == _p.c.id,
        _member.c.state == "in",
        _named("space", _member.c.space_id) == _room.c.room,
    )
    keeping = sa.exists().where(
        _member.c.person_id == _p.c.id, _member.c.state == "in", _member.c.role == "facilitator",
        _named("keepers", _member.c.space_id) == _room.c.room,
    )  # fmt: skip
    deciding = sa.exists().where(
        _member.c.person_id == _p.c.id, _member.c.state == "in", _member.c.role.in_(DECIDING),
        _named("moderators", _member.c.space_id) == _room.c.room,
    )  # fmt: skip
    seated = sa.exists().where(
        _seat.c.person_id == _p.c.id, _seat.c.ended.is_(None),
        _named("organisation", _seat.c.organisation_id) == _room.c.room,
    )  # fmt: skip
    rooms = sa.or_(
        _room.c.room.in_([PUBLIC, MEMBERS]),
        _room.c.room == _named("person", _p.c.id),
        sa.and_(_room.c.room == STEWARDS, sa.or_(_p.c.steward, _p.c.moderator)),
        inside.correlate(_p, _room),
        keeping.correlate(_p, _room),
        deciding.correlate(_p, _room),
        seated.correlate(_p, _room),
    )
    return t.cast(
        "sa.ColumnElement[bool]",
        sa.exists().where(_room.c.audience_id == audience_id, rooms).correlate_except(_room),
    )


def sits_in(rooms: t.Collection[str]) -> sa.ColumnElement[bool]:
    """The same condition for rooms that are no audience yet, because nothing was said to them."""
    named: dict[str, list[int]] = {}
    for kind, _colon, number in (room.partition(":") for room in rooms):
        if number:
            named.setdefault(kind, []).append(int(number))
    inside = sa.exists().where(_member.c.person_id == _p.c.id, _member.c.state == "in")
    keeping = _member.c.space_id.in_(named.get("keepers", ())) & (_member.c.role == "facilitator")
    deciding = _member.c.space_id.in_(named.get("moderators", ())) & _member.c.role.in_(DECIDING)
    seated = sa.exists().where(_seat.c.person_id == _p.c.id, _seat.c.ended.is_(None))
    return sa.or_(
        sa.literal(not {PUBLIC, MEMBERS}.isdisjoint(rooms)),
        _p.c.id.in_(named.get("person", ())),
        sa.and_(sa.literal(STEWARDS in rooms), sa.or_(_p.c.steward, _p.c.moderator)),
        inside.where(_member.c.space_id.in_(named.get("space", ()))).correlate(_p),
        inside.where(keeping).correlate(_p),
        inside.where(deciding).correlate(_p),
        seated.where(_seat.c.organisation_id.in_(named.get("organisation", ()))).correlate(_p),
    )


_MAY = sa.select(_p.c.id).where(
    _p.c.id.in_(sa.bindparam("people", expanding=True)),
    _p.c.state == "active",
    sees(sa.bindparam("audience")),
)


def who_may_see(people: t.Collection[int], audience_id: int) -> set[int]:
    """Return those of some people who may see what was said to an audience, by one statement."""
    if not people:
        return set()
    return set(db.session.scalars(_MAY, {"people": list(people), "audience": audience_id}))


def who_sits_in(people: t.Collection[int], rooms: t.Collection[str]) -> set[int]:
    """Return those of some people who sit in one of some rooms."""
    mine = sa.select(_p.c.id).where(_p.c.id.in_(list(people)), _p.c.state == "active", sits_in(rooms))
    return set(db.session.scalars(mine)) if people else set()
