"""After an event: who hosts it is reminded once that minutes, papers or a recording can be added, where none are there."""

import datetime as dt
import logging

import sqlalchemy as sa

from app.calendar.agenda_models import PAPER
from app.calendar.models import MOST_DAYS, Event
from app.calendar.slots import SLOTS, tie_of
from app.core import clock
from app.core.activity import record
from app.core.audience import is_apart
from app.core.database import atomic
from app.core.jobs import hourly
from app.core.links import Link
from app.extensions import db

log = logging.getLogger(__name__)
WAITS, LATEST = dt.timedelta(hours=2), dt.timedelta(days=7)  # so long after its end, and no later
MOST = 100
FORMS = ("meeting", "exchange", "training", "conference")  # of a day of action there are no minutes
_e, _l = Event.__table__, Link.__table__
_empty = sa.and_(
    _e.c.minutes == "", _e.c.files == 0,
    ~sa.exists().where(
        _l.c.source == sa.literal("event:", sa.String).concat(sa.cast(_e.c.id, sa.String)),
        _l.c.kind.in_((PAPER, *map(tie_of, SLOTS)))
    ),
)  # fmt: skip


@hourly
def remind() -> None:
    """Tell hosts of what ended and has nothing that says what came of it. One that fails keeps none of the others."""
    now = clock.now()
    over = sa.select(_e.c.id).where(
        _e.c.starts > now - LATEST - dt.timedelta(days=MOST_DAYS), _e.c.ends <= now - WAITS, _e.c.ends > now - LATEST,
        ~_e.c.removed, ~_e.c.followed_up, _e.c.cancelled.is_(None), _e.c.outside == "", _e.c.form.in_(FORMS), _empty,
    )  # fmt: skip
    numbers = db.session.scalars(over.order_by(_e.c.ends, _e.c.id).limit(MOST)).all()
    db.session.rollback()
    for number in numbers:
        try:
            _tell(number)
        except Exception:
            db.session.rollback()
            log.exception("the reminder after event %s", number)


def _tell(number: int) -> None:
    with atomic() as session:
        event = session.get_one(Event, number, with_for_update=True)
        session.refresh(event)
        if event.followed_up or event.removed or event.cancelled is not None:
            return  # somebody was quicker
        event.followed_up = True
        session.flush()
        if not is_apart(event.audience_id):
            houses = [event.organisation_id] if event.organisation_id else []
            data = {"to": [event.author_id], "houses": houses}
            record("calendar.over", actor=None, subject=event, space_id=event.space_id, data=data)
