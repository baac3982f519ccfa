"""What tests of the calendar do again and again, in the name of a seat."""

import datetime as dt

import sqlalchemy as sa

from app.calendar import acts
from app.calendar.models import Event
from app.core.activity import Activity
from app.extensions import db
from app.spaces.models import Space

START = dt.datetime(2027, 3, 10, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def fields(**more):
    """Return the fields of a meeting of an hour and a half, hosted in Vienna."""
    starts = more.get("starts", START)
    return {
        "title": "Housing meeting", "form": "meeting", "place": "Town hall", "link": "", "body": "We *talk*.", "languages": "en fr",
        "theme": "", "access": "", "language": "en", "starts": starts, "ends": starts + 1.5 * HOUR, "zone": "Europe/Vienna",
        "all_day": False, **more,
    }  # fmt: skip


def added(cast, who, *, space="network", audience="members", official=False, **more):
    """Put an event into the calendar in the name of a seat; return its number."""
    with cast.app.app_context():
        me, place = who.me(), db.session.get(Space, getattr(cast.spaces, space))
        voice = me.seats[0] if official else None
        return acts.add(me, place, fields(**more), audience=audience, organisation=voice).id


def acted(cast, who, deed, number, *args, **more):
    """Let somebody do an act to an event; return what it returns."""
    with cast.app.app_context():
        return deed(who.me(), db.session.get(Event, number), *args, **more)


def event(cast, number):
    """Return an event as it is now."""
    with cast.app.app_context():
        db.session.expire_all()
        return db.session.get(Event, number)


def facts(cast, verb):
    """Return the facts of one verb."""
    with cast.app.app_context():
        return db.session.execute(sa.select(Activity.__table__).where(Activity.verb == verb)).all()


def form(cast, **more):
    """Return what the form of a new event sends."""
    return {
        "title": "Housing meeting", "form": "meeting", "day": "2027-03-10", "hour": "10:00", "last_day": "", "end_hour": "11:30",
        "zone": "Europe/Vienna", "place": "Town hall", "link": "", "body": "We *talk*.", "language": "en", "theme": "",
        "access": "", "space": cast.spaces.network, "audience": "members", "organisation": "0", **more,
    }  # fmt: skip
