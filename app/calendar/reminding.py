"""Reminders: a week, a day and an hour before an event, to those who come or may come, and to nobody else; each once."""

import datetime as dt

import sqlalchemy as sa

from app.calendar.attendance import GOING, IN, MAYBE, Attendance
from app.calendar.models import Event
from app.core import clock
from app.core.activity import record
from app.core.database import atomic
from app.core.jobs import minutely
from app.extensions import db

# Bit → how long before. Who answers later than that gets the next one only.
TIMES = {1: dt.timedelta(days=7), 2: dt.timedelta(days=1), 4: dt.timedelta(hours=1)}
MOST = 100
_e, _a = Event.__table__, Attendance.__table__


@minutely
def remind() -> None:
    """Tell those who come of what begins soon."""
    now = clock.now()
    for bit, before in TIMES.items():
        near = sa.select(_e.c.id).where(
            _e.c.starts > now, _e.c.starts <= now + before, ~_e.c.removed, _e.c.cancelled.is_(None),
            sa.exists().where(_a.c.event_id == _e.c.id, *_wants(bit)),
        )  # fmt: skip
        for number in list(db.session.scalars(near.order_by(_e.c.starts, _e.c.id).limit(MOST))):
            _tell(number, bit, before)


def _wants(bit: int) -> list[sa.ColumnElement[bool]]:
    """Who comes or may come and did not get this reminder."""
    comes = sa.or_(sa.and_(_a.c.word == GOING, _a.c.state == IN), _a.c.word == MAYBE)
    return [comes, _a.c.reminded.op("&")(bit) == 0]


def _tell(number: int, bit: int, before: dt.timedelta) -> None:
    with atomic() as session:
        event = session.get_one(Event, number)
        mine = sa.select(Attendance).where(_a.c.event_id == number, *_wants(bit))
        rows = session.scalars(mine.execution_options(populate_existing=True)).all()
        told = [one.person_id for one in rows if one.at <= event.starts - before]
        for one in rows:
            one.reminded |= bit
        session.flush()
        if told:
            record(
                "calendar.soon",
                actor=None,
                subject=event,
                space_id=event.space_id,
                data={"to": told, "bit": bit, "begins": _begins(event)},
            )


def _begins(event: Event) -> str:
    """Return the moment at which an event begins; of whole days the first one."""
    return event.first_day.isoformat() if event.all_day else event.starts.isoformat()
