"""Which times of a series something is done to: one, it and all that follow, all that come. What is over never is."""

import typing as t

import sqlalchemy as sa

from app.calendar import series
from app.calendar.models import Event, Series
from app.core import clock
from app.core.languages import lazy
from app.extensions import db

ONE, FOLLOWING, ALL = "one", "following", "all"
SCOPES: dict[str, t.Any] = {
    ONE: lazy("This one only"),
    FOLLOWING: lazy("This one and all that follow"),
    ALL: lazy("All that come"),
}


def affected(event: Event, scope: str) -> list[Event]:
    """Return the times that a change is about, of those that are not over; locked for this transaction."""
    one = t.cast(Series, event.series)
    series.take(one)
    mine = sa.and_(Event.series_id == one.id, ~Event.removed, Event.ends > clock.now())
    if scope == FOLLOWING and event.ends > clock.now():
        mine = sa.and_(mine, Event.recurrence >= event.recurrence)
    elif scope == ONE:
        mine = Event.id == event.id
    seen = sa.update(Event).where(mine).values(version=Event.version + 1, changed=clock.now())
    db.session.execute(seen.execution_options(synchronize_session=False))
    rows = sa.select(Event).where(mine).order_by(Event.recurrence, Event.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))
