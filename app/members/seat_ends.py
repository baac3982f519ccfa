"""Seats that are meant for a time: who looks after them is reminded before the last day, and after it they end."""

import datetime as dt
import logging
import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.activity import record
from app.core.audience import audience_of, person_room
from app.core.database import atomic
from app.extensions import db
from app.members import offices, seats
from app.members.models import Organisation, Person, Seat

log = logging.getLogger(__name__)
REMIND = (30, 7)  # days before the last day
MOST = 200


def due() -> None:
    """Remind of the seats that end soon, and end those whose last day is over."""
    today = clock.now().date()
    soon = sa.select(Seat.id).where(Seat.ended.is_(None), sa.or_(Seat.ends < today, *_untold(today)))
    for number in list(db.session.scalars(soon.order_by(Seat.ends, Seat.id).limit(MOST))):
        seat = db.session.get_one(Seat, number)
        if seat.ends is not None and seat.ends < today:
            _end(seat)
        else:
            _remind(seat, today)


def _untold(today: dt.date) -> t.Iterator[sa.ColumnElement[bool]]:
    """Yield the conditions for a reminder that is still to be sent: those that were sent take nobody's turn."""
    for step, days in enumerate(REMIND, 1):
        yield sa.and_(Seat.ends <= today + dt.timedelta(days=days), Seat.told < step)


def _end(seat: Seat) -> None:
    """End a seat as it was planned; follows and groups wait for its next holder."""
    heard = _hearing(seat)
    try:
        with atomic():
            if seats.end(None, seat, handed=True):
                _tell("seats.ran_out", seat, heard)
    except offices.Last:
        log.warning("seat %s stays: nobody else is of the secretariat", seat.id)


def _remind(seat: Seat, today: dt.date) -> None:
    left = (t.cast(dt.date, seat.ends) - today).days
    step = sum(left <= days for days in REMIND)
    with atomic() as session:
        mine = sa.update(Seat).where(Seat.id == seat.id, Seat.told < step).values(told=step)
        done = session.execute(mine.execution_options(synchronize_session=False))
        if t.cast(t.Any, done).rowcount:
            _tell("seats.ends_soon", seat, _hearing(seat))


def _hearing(seat: Seat) -> list[int]:
    """Return who hears of it: the holder, the first contacts of the organisation, and the secretariat."""
    contacts = sa.select(Seat.person_id).where(
        Seat.organisation_id == seat.organisation_id, Seat.primary, Seat.ended.is_(None)
    )
    mine = sa.or_(Person.id == seat.person_id, Person.steward, Person.id.in_(contacts))
    people = sa.select(Person.id).where(mine, Person.state == "active").order_by(Person.id).limit(50)
    return list(db.session.scalars(people))


def _tell(verb: str, seat: Seat, people: list[int]) -> None:
    if not people:
        return
    organisation = db.session.get_one(Organisation, seat.organisation_id)
    record(
        verb, actor=None, subject=f"seat:{seat.id}", title=organisation.name, url=organisation.url,  # not all may open its seats
        audience_id=audience_of(*map(person_room, people)), data={"to": people},
    )  # fmt: skip
