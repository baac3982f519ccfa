"""The two counters on a person, always counted anew: notices that are unread and seen, and discussions among them."""

import typing as t

import sqlalchemy as sa

from app.extensions import db
from app.members.models import Person
from app.notifications.models import Notice
from app.notifications.sight import sees

_n, _p = Notice.__table__, Person.__table__
_mine = sa.and_(_n.c.person_id == _p.c.id, _n.c.read.is_(None), sees(_n.c.audience_id))


def _counted(what: t.Any, *more: t.Any) -> t.Any:
    return sa.select(what).where(_mine, *more).correlate(_p).scalar_subquery()


_RECOUNT = (
    sa.update(_p)
    .where(_p.c.id.in_(sa.bindparam("people", expanding=True)))
    .values(
        unread=_counted(sa.func.count()),
        unread_threads=_counted(sa.func.count(sa.distinct(_n.c.root)), _n.c.root.startswith("thread:")),
    )
)


def recount(people: t.Collection[int]) -> None:
    """Set the counters of some people right, inside atomic()."""
    if people:
        db.session.execute(_RECOUNT, {"people": list(people)})
