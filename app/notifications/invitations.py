"""Letters for the calendars of those who answered an event (iMIP): each says how the event stands when it is written.

They are mail about events that somebody goes to: who has that kind not by mail at once gets none of them.
"""

import datetime as dt
import logging
import typing as t

import sqlalchemy as sa

from app.calendar import mailing, shown, spans
from app.calendar.attendance import Attendance
from app.calendar.models import Event
from app.core import clock, jobs
from app.core.database import atomic, setting
from app.core.languages import in_language
from app.core.mail import post
from app.extensions import db
from app.notifications import kinds, plans, unsubscribe
from app.notifications.letters import HOUR, headers, readers
from app.notifications.quiet import is_paused, moment, quiet_until
from app.notifications.sight import who_may_see

log = logging.getLogger(__name__)
MOST = 200
_a = Attendance.__table__
_DUE = (
    sa.select(_a.c.event_id, _a.c.person_id)
    .where(_a.c.mail_at <= sa.bindparam("now", type_=_a.c.mail_at.type))
    .order_by(_a.c.mail_at, _a.c.event_id, _a.c.person_id)
    .limit(MOST)
)


@jobs.minutely
def send_due() -> None:
    """Write the letters whose time has come, each in a transaction of its own."""
    while pairs := [(row.event_id, row.person_id) for row in db.session.execute(_DUE, {"now": clock.now()})]:
        for pair in pairs:
            _tried(*pair)


def _tried(event_id: int, person_id: int) -> None:
    """Write one letter; what fails is tried again in an hour, and keeps nobody else waiting."""
    try:
        write(event_id, person_id)
    except Exception:
        db.session.rollback()
        log.exception("the calendar of person %s was not told of event %s", person_id, event_id)
        with atomic() as session:
            session.get_one(Attendance, (event_id, person_id)).mail_at = clock.now() + HOUR


def write(event_id: int, person_id: int) -> None:
    """Write one letter, if it may go; put it off while its reader is quiet or in a pause."""
    with atomic() as session:
        mine = session.get_one(
            Attendance, (event_id, person_id), populate_existing=True, with_for_update=True
        )
        event = session.get_one(Event, event_id, populate_existing=True)
        if mine.mail_at is None or mine.mail_at > clock.now():
            return
        found = readers([person_id]) if person_id in who_may_see([person_id], event.audience_id) else []
        wait = _quiet_until(*found[0]) if found else None
        mine.mail_at = wait
        if wait or not found or event.ends <= clock.now() or not mailing.method_for(event, mine):
            return
        if found[0][0].refused or not _is_wanted(event, person_id):
            return
        _letter(event, mine, found[0][0])


def _quiet_until(reader: t.Any, plan: t.Any) -> dt.datetime | None:
    now, zone = clock.now(), plans.zone_of(reader.timezone)
    if is_paused(plan, now, zone):
        return moment(plan.paused_until, 0, zone)
    return quiet_until(plan, now, zone)


def _is_wanted(event: Event, person_id: int) -> bool:
    return kinds.usual(kinds.DATE, event.space_id, kinds.chosen_by(person_id)) == kinds.ONCE


def _letter(event: Event, mine: Attendance, reader: t.Any) -> None:
    """Put the letter into the outbox, and note what the reader's calendar has by it."""
    stop = unsubscribe.address(reader.id, kinds.DATE)
    method, sequence = mailing.method_for(event, mine), mailing.next_sequence(event, mine)
    with in_language(reader.language, reader.timezone):
        file = mailing.invitation(event, mine, reader.name, reader.email)
    post(
        "event", reader.email, reader.language, timezone=reader.timezone, person_id=reader.id, root=event.ref,
        key=f"event-{event.id}-{reader.id}-{sequence}", headers=headers(stop, event.ref, event.space_id), invitation=file,
        it=event, what=_what(event, mine, method), times=shown.times, day_of=spans.day_of, stop=stop,
        url=setting("BASE_URL") + event.url, kind_words=unsubscribe.words_of(kinds.DATE),
    )  # fmt: skip
    mine.held_as = mailing.held_name(event, mine)
    mine.mailed, mine.holds = sequence, method == mailing.REQUEST


def _what(event: Event, mine: Attendance, method: str) -> str:
    """Say what the letter is about: an invitation, a change, or that it is off in one of three ways."""
    if method == mailing.REQUEST:
        return "changed" if mine.holds or mine.word == "maybe" else "invited"
    if event.removed:
        return "removed"
    return "cancelled" if event.cancelled is not None else "withdrawn"
