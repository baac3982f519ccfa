"""What people do with their notices: read them."""

import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic
from app.extensions import db
from app.notifications.models import Notice
from app.notifications.unread import recount

_n = Notice.__table__


def _read(person_id: int, *which: t.Any) -> None:
    unread = sa.and_(_n.c.person_id == person_id, _n.c.read.is_(None), *which)
    if db.session.execute(sa.update(_n).where(unread).values(read=clock.now(), mail_at=None)).rowcount:
        recount([person_id])


def read_one(person: t.Any, number: int) -> None:
    """Mark one of one's own notices as read."""
    with atomic():
        _read(person.id, _n.c.id == number)


def read_all(person: t.Any, upto: int) -> None:
    """Mark all notices as read, up to the newest fact that the page showed: what came meanwhile stays."""
    with atomic():
        _read(person.id, _n.c.last_id <= upto)


def read_with(person_id: int, ref: str) -> None:
    """A thing was on somebody's screen: its notices are read with it. Inside atomic()."""
    _read(person_id, _n.c.root == ref)
