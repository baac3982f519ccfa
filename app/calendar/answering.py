"""Answering an event. The event's row is taken first, so that however many answer at once, no place is given twice."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar import mailing, questioning
from app.calendar.attendance import GOING, HERE, IN, MAYBE, NO, OFFERED, ONLINE, WAITING, Attendance
from app.calendar.models import Event
from app.core import clock, watches
from app.core.activity import record
from app.core.audience import NOBODY, audience_of
from app.core.database import atomic
from app.core.jobs import minutely
from app.core.questions import Value
from app.extensions import db

CLAIM = dt.timedelta(hours=24)
LEAST = dt.timedelta(hours=1)  # shortly before an event a place is kept so long at least
_e, _a = Event.__table__, Attendance.__table__
_TAKEN = (
    sa.select(_a.c.way, _a.c.organisation_id, sa.func.count().label("number"))
    .where(
        _a.c.event_id == sa.bindparam("event"), _a.c.state.in_([IN, OFFERED]), _a.c.person_id != sa.bindparam("but")
    )
    .group_by(_a.c.way, _a.c.organisation_id)
)  # fmt: skip


class Late(Exception):
    """The event is over, cancelled or removed."""


def answer(
    person: t.Any, event: Event, word: str, way: str = ONLINE, *, shown: bool = False,
    said: t.Mapping[int, Value] | None = None,
) -> Attendance:  # fmt: skip
    """Answer an event: with `going` one has a place or stands on the waiting list; an offered place is taken by it.

    `said` is what somebody who goes says to the questions of the hosts; of who does not go nothing is kept."""
    with atomic() as session:
        _take(event)
        mine = session.get(Attendance, (event.id, person.id)) or _new(person, event)
        before = (mine.word, mine.way, mine.state)
        mine.word, mine.way, mine.shown, mine.at = word, way, shown, clock.now()
        mine.organisation_id = person.org.id if person.org else None
        _stand(event, mine, before)
        session.flush()
        if word != GOING:
            questioning.forget(person, event)
        elif said is not None:
            questioning.keep(person, event, said)
        _follow(person, event, word)
        fill(event)
        mailing.after_answer(mine)
        if before != (mine.word, mine.way, mine.state):
            nobody = audience_of(NOBODY)
            record(
                "calendar.answered", actor=person, subject=event, space_id=event.space_id, audience_id=nobody
            )
            _counted(event)
        return mine


def _take(event: Event) -> None:
    """Let one answer after the other come to an event, and look at it as it is now."""
    db.session.execute(sa.update(_e).where(_e.c.id == event.id).values(answered=_e.c.answered + 1))
    db.session.refresh(event)
    if event.removed or event.cancelled is not None or event.ends <= clock.now():
        raise Late(event.ref)


def _new(person: t.Any, event: Event) -> Attendance:
    now = clock.now()
    made = Attendance(
        event_id=event.id, person_id=person.id, word="", way="", state="", since=now, at=now, reminded=0
    )
    db.session.add(made)
    return made


def _stand(event: Event, mine: Attendance, before: tuple[str, str, str]) -> None:
    """Give a place where there is one; who waits keeps their turn as long as they wait for the same."""
    if mine.word != GOING:
        mine.state, mine.until = "", None
        return
    kept = before[:2] == (GOING, mine.way)
    if kept and before[2] in (IN, OFFERED):
        mine.state, mine.until = IN, None
        return
    if kept and before[2] == WAITING:
        return
    mine.since, mine.until = clock.now(), None
    # Who waits could not have this place: whoever could was offered it by the answer before.
    mine.state = IN if Places(event, but=mine.person_id).free(mine) else WAITING


def limit(event: Event, way: str) -> int | None:
    """Return how many places there are, in person or online; None where there is no limit."""
    return event.seats_here if way == HERE else event.seats_online


class Places:
    """The places of an event that are taken or offered, counted once."""

    def __init__(self, event: Event, but: int = 0) -> None:
        self.event = event
        self.ways: dict[str, int] = {HERE: 0, ONLINE: 0}
        self.houses: dict[int | None, int] = {}
        for row in db.session.execute(_TAKEN, {"event": event.id, "but": but}):
            self.ways[row.way] += row.number
            self.houses[row.organisation_id] = self.houses.get(row.organisation_id, 0) + row.number

    def open(self, way: str) -> bool:
        """Say whether a place of this kind is free."""
        most = limit(self.event, way)
        return most is None or self.ways[way] < most

    def free(self, one: Attendance) -> bool:
        """Say whether there is a place for somebody: of the kind wanted, and within what each organisation may have."""
        if not self.open(one.way):
            return False
        most = self.event.per_house
        return most is None or one.organisation_id is None or self.houses.get(one.organisation_id, 0) < most

    def take(self, one: Attendance) -> None:
        """Count one more."""
        self.ways[one.way] += 1
        self.houses[one.organisation_id] = self.houses.get(one.organisation_id, 0) + 1


def fill(event: Event) -> int:
    """Offer places that are free to those who have waited longest, inside atomic(); return to how many."""
    if event.cancelled is not None or event.removed or event.ends <= clock.now():
        return 0
    places, now = Places(event), clock.now()
    ways = [way for way in (HERE, ONLINE) if places.open(way)]
    waiting = sa.select(Attendance).where(
        Attendance.event_id == event.id, Attendance.state == WAITING, Attendance.way.in_(ways)
    )
    offered = []
    for one in db.session.scalars(waiting.order_by(_a.c.since, _a.c.person_id)).all() if ways else ():
        if places.free(one):
            one.state, one.until = OFFERED, max(min(now + CLAIM, event.starts), now + LEAST)
            places.take(one)
            offered.append(one.person_id)
    if offered:
        db.session.flush()
        record("calendar.offered", actor=None, subject=event, space_id=event.space_id, data={"to": offered})
    return len(offered)


def _counted(event: Event) -> None:
    """Record that other numbers come than before, inside atomic(): open pages hear that, and not who it was."""
    record("calendar.counted", actor=None, subject=event, space_id=event.space_id)


def _follow(person: t.Any, event: Event, word: str) -> None:
    """Who comes, or may come, hears of what changes; who does not come no longer does, unless they ask for it."""
    if word in (GOING, MAYBE):
        watches.watch(person.id, event.ref, watches.FOLLOW)
    elif word == NO and event.author_id != person.id:
        watches.unwatch(person.id, event.ref)


@minutely
def lapse() -> None:
    """Take back places that nobody took in time, and offer them to who comes next."""
    late = (
        sa.select(_a.c.event_id).where(_a.c.until <= clock.now(), _a.c.state == OFFERED).distinct().limit(50)
    )
    for number in list(db.session.scalars(late)):
        with atomic() as session:
            event = session.get_one(Event, number)
            session.execute(sa.update(_e).where(_e.c.id == number).values(answered=_e.c.answered + 1))
            gone = sa.select(Attendance).where(
                Attendance.event_id == number, Attendance.state == OFFERED, Attendance.until <= clock.now()
            )
            for one in session.scalars(gone.execution_options(populate_existing=True)).all():
                one.word, one.state, one.until = MAYBE, "", None
            session.flush()
            fill(event)
            _counted(event)
