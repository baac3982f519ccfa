"""Adds a person's memberships to the statement that reads the signed-in person, and says who shares a group."""

import typing as t

import sqlalchemy as sa

from app.core.audience import Viewer
from app.extensions import db
from app.members import profile, signed_in
from app.members.models import Person
from app.spaces.models import Membership, Space

_m, _s, _p = Membership.__table__, Space.__table__, Person.__table__


def register() -> None:
    """Let signed_in read (id, role, kind, name) of the spaces that a person is in."""
    signed_in.add_groups(
        sa.select(signed_in.gathered(_s.c.id, _m.c.role, _s.c.form, _s.c.name))
        .where(_m.c.person_id == _p.c.id, _m.c.state == "in", _s.c.id == _m.c.space_id)
        .correlate(_p)
        .scalar_subquery()
    )
    profile.counts_as_near(in_a_group_with)


_TOGETHER = (
    sa.select(_m.c.person_id)
    .join(_s, _s.c.id == _m.c.space_id)
    .where(
        _m.c.person_id.in_(sa.bindparam("people", expanding=True)),
        _m.c.space_id.in_(sa.bindparam("spaces", expanding=True)),
        _m.c.state == "in", _s.c.form != "network",
    )
)  # fmt: skip


def in_a_group_with(viewer: Viewer, people: t.Collection[int]) -> set[int]:
    """Return those of these people who are in a coalition or group of the viewer; the whole network is no company."""
    mine = [int(room.partition(":")[2]) for room in viewer.rooms if room.startswith("space:")]
    return set(db.session.scalars(_TOGETHER, {"people": list(people), "spaces": mine}))
