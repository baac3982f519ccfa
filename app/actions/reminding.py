"""Reminders: two weeks before an action is due, and when its day has passed, to the seats that answer for it. Once each."""

import datetime as dt
import logging
import typing as t

import sqlalchemy as sa

from app.actions.care import told
from app.actions.models import UNDER_WAY, Action
from app.core import clock
from app.core.audience import is_apart
from app.core.database import atomic
from app.core.jobs import hourly
from app.extensions import db

log = logging.getLogger(__name__)
BEFORE = dt.timedelta(days=14)
MOST = 500  # in one turn
_open = sa.and_(Action.state.in_(UNDER_WAY), ~Action.removed, Action.due.is_not(None))
_SOON = sa.and_(
    _open, Action.due >= sa.bindparam("today"), Action.due <= sa.bindparam("soon"), Action.reminded.is_distinct_from(Action.due)
)  # fmt: skip
_LATE = sa.and_(_open, Action.due < sa.bindparam("today"), Action.warned.is_distinct_from(Action.due))


@hourly
def remind() -> None:
    """Tell of what is due soon, and of what is overdue. One that fails keeps none of the others."""
    today = clock.now().date()
    given = {"today": today, "soon": today + BEFORE}
    for condition, verb in ((_SOON, "actions.due"), (_LATE, "actions.late")):
        numbers = db.session.scalars(
            sa.select(Action.id).where(condition).order_by(Action.due, Action.id).limit(MOST), given
        ).all()
        db.session.rollback()
        for number in numbers:
            try:
                _tell(number, verb, today)
            except Exception:
                db.session.rollback()
                log.exception("the reminder of action %s", number)


def _tell(number: int, verb: str, today: dt.date) -> None:
    with atomic() as session:
        action = session.get_one(Action, number, with_for_update=True)
        session.refresh(action)
        late = action.due is not None and action.due < today
        mark = "warned" if late else "reminded"
        if (
            action.state not in UNDER_WAY
            or action.removed
            or getattr(action, mark) == action.due
            or late != (verb == "actions.late")
        ):
            return  # somebody was quicker, or it was put off meanwhile
        setattr(action, mark, action.due)
        if not is_apart(action.audience_id):
            told(
                verb,
                None,
                action,
                houses=[action.lead_id] if action.lead_id else [],
                due=t.cast(dt.date, action.due).isoformat(),
            )
