"""What the calendars of those who answered are told by mail (iMIP, RFC 6047): the event as it is, or that it is off.

An act says that there is something to tell; the letter is written by `app/notifications/invitations.py`, when its reader
may get mail. So several changes at once are one mail, and nobody hears of an event that they do not see any longer.
"""

import datetime as dt
import email.utils
import typing as t

import icalendar
import sqlalchemy as sa

from app.calendar import ics
from app.calendar.attendance import GOING, IN, MAYBE, NO, Attendance
from app.calendar.models import Event
from app.core import clock
from app.core.database import setting
from app.core.text import clean_line
from app.extensions import db

REQUEST, CANCEL = "REQUEST", "CANCEL"  # methods of RFC 5546
_a = Attendance.__table__


def after_change(*events: Event) -> None:
    """Time, place or state of events are others: who comes or may come hears of it, inside atomic()."""
    about = sa.and_(
        _a.c.event_id.in_([event.id for event in events]), sa.or_(_a.c.word.in_([GOING, MAYBE]), _a.c.holds)
    )
    db.session.execute(sa.update(_a).where(about).values(mail_at=clock.now()))


def after_answer(mine: Attendance) -> None:
    """Who has a place gets the invitation once; who comes no longer has it taken out of their calendar."""
    if (mine.state == IN and not mine.holds) or (mine.word == NO and mine.holds):
        mine.mail_at = clock.now()


def method_for(event: Event, mine: Attendance) -> str:
    """Return what a calendar has to be told, nothing where nothing."""
    comes = mine.word in (GOING, MAYBE)
    if comes and event.cancelled is None and not event.removed:
        return REQUEST
    return CANCEL if mine.holds or (comes and event.cancelled is not None) else ""


def next_sequence(event: Event, mine: Attendance) -> int:
    """Return the number of the next mail about an event to somebody: each has a higher one than the mail before."""
    return max(event.sequence, -1 if mine.mailed is None else mine.mailed + 1)


def name_of(event: Event) -> list[str]:
    """Return under which name files and subscriptions have an event: that of its series, and which time of it."""
    if event.series is None or event.recurrence is None:
        return [event.uid, ""]
    return [event.series.uid, event.recurrence.isoformat()]


def held_name(event: Event, mine: Attendance) -> list[str]:
    """Return the name under which somebody's calendar has an event by these mails.

    As long as it has it, that stays, also when the series becomes two: else it would stand there twice."""
    return mine.held_as or [event.uid, ""] if mine.holds else name_of(event)


def invitation(event: Event, mine: Attendance, name: str, address: str) -> str:
    """Return what the mail holds for its reader's calendar. Of those who come it names its reader alone."""
    method, held = method_for(event, mine), held_name(event, mine)
    row = ics.alone(event, linked=method == REQUEST)
    if held != name_of(event):
        row = row._replace(uid=held[0], recurrence=_time(event, held[1]))
    row = row._replace(
        sequence=next_sequence(event, mine), cancelled=method == CANCEL, stamp=clock.now(),
        people=(organizer(event), attendee(mine, name, address)),
    )  # fmt: skip
    return ics.written([row], method=method).decode("utf-8").replace("\r\n", "\n")


def _time(event: Event, text: str) -> dt.date | None:
    """Return which time of a series is meant, as it was kept."""
    if not text:
        return None
    moment = dt.datetime.fromisoformat(text)
    return moment.date() if event.all_day else moment.astimezone(event.there)  # as its beginning is written


def organizer(event: Event) -> ics.Party:
    """Return who invites: in the name of the host, from the address of this site."""
    address = email.utils.parseaddr(setting("MAIL_FROM"))[1]
    return _party("organizer", address, str(event.by.get("name", "")), {})


def attendee(mine: Attendance, name: str, address: str) -> ics.Party:
    """Return who is invited, with what they answered."""
    said = "ACCEPTED" if mine.state == IN else "DECLINED" if mine.word == NO else "TENTATIVE"
    return _party("attendee", address, name, {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": said, "RSVP": "FALSE"})


def _party(role: str, address: str, name: str, more: dict[str, str]) -> ics.Party:
    made = icalendar.vCalAddress(f"mailto:{address}")
    for key, value in ({"CN": clean_line(name).replace('"', "'")} | more).items():
        if value:
            made.params[key] = value
    return role, t.cast(t.Any, made)
