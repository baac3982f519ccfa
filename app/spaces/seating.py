"""Adds a person's memberships to the statement that reads the signed-in person."""

import sqlalchemy as sa

from app.members import signed_in
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
