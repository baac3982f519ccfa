"""The number of a person's notices that are unread and in sight, always counted anew."""

import typing as t

import sqlalchemy as sa

from app.extensions import db
from app.members.models import Person
from app.notifications.models import Notice
from app.notifications.sight import sees

_n, _p = Notice.__table__, Person.__table__
_mine = sa.and_(_n.c.person_id == _p.c.id, _n.c.read.is_(None), sees(_n.c.audience_id))


_unread = sa.select(sa.func.count()).where(_mine).correlate(_p).scalar_subquery()
_RECOUNT = sa.update(_p).where(_p.c.id.in_(sa.bindparam("people", expanding=True))).values(unread=_unread)


def recount(people: t.Collection[int]) -> None:
    """Set the numbers of some people right, inside atomic()."""
    if people:
        db.session.execute(_RECOUNT, {"people": list(people)})
