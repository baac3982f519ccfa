"""What does not take place of a series: times that are cancelled, take place after all, or are removed."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar import acts, mailing, series, series_split
from app.calendar.acts import Shut
from app.calendar.models import Event
from app.calendar.series_scopes import ONE, affected
from app.core import audience as audiences
from app.core import clock
from app.core.activity import Activity
from app.core.database import atomic
from app.extensions import db

_fact = Activity.__table__


def cancel(actor: t.Any, event: Event, why: str, scope: str) -> None:
    """Say that one time of a series, it and those that follow, or all that come do not take place."""
    _each(actor, event, scope, "calendar.cancelled", lambda row: row.cancelled is None, clock.now(), why)


def reinstate(actor: t.Any, event: Event, scope: str) -> None:
    """Say that what was cancelled takes place after all."""
    _each(actor, event, scope, "calendar.reinstated", lambda row: row.cancelled is not None, None, "")


def _each(
    actor: t.Any, event: Event, scope: str, verb: str, fits: t.Callable[[Event], bool], when: dt.datetime | None, why: str
) -> None:  # fmt: skip
    with atomic():
        db.session.refresh(event)
        if event.removed or event.series is None:
            raise Shut(event.ref)
        one, rows = event.series, [row for row in affected(event, scope) if fits(row)]
        if not rows:
            return
        one.sequence += scope != ONE
        for row in rows:
            row.cancelled, row.cancelled_why, row.sequence = when, why, max(row.sequence, one.sequence) + 1
        db.session.flush()
        mailing.after_change(*rows)
        series.point(one)
        if when is None:
            _unsay(rows)
        shown = event if event in rows else rows[0]
        acts.tell(verb, actor, shown, excerpt=why, events=[row.id for row in rows])


def _unsay(rows: list[Event]) -> None:
    """Take back the reasons of those that were cancelled."""
    refs = [row.ref for row in rows]
    said = sa.select(_fact.c.subject).where(_fact.c.subject.in_(refs), _fact.c.verb == "calendar.cancelled")
    for ref in db.session.scalars(said.distinct()).all():
        audiences.unsay(ref, "calendar.cancelled")


def remove(actor: t.Any, event: Event, scope: str) -> None:
    """Take one time of a series away, it and those that follow, or all that come."""
    with atomic():
        db.session.refresh(event)
        if event.removed or event.series is None:
            raise Shut(event.ref)
        one, rows = event.series, affected(event, scope)
        if not rows:
            return
        shown = event if event in rows else rows[0]
        acts.forget_times([row for row in rows if row is not shown])
        acts.remove(actor, shown)
        if scope != ONE:
            series_split.end(one, t.cast(dt.datetime, rows[0].recurrence))
        series.point(one)
