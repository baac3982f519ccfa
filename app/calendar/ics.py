"""Events as iCalendar (RFC 5545), for the calendars that people have. The library writes and escapes; we say what."""

import datetime as dt
import typing as t

import icalendar
from flask import Response

from app.calendar.models import Event
from app.core import look
from app.core.database import setting
from app.core.mail import is_demo
from app.core.text import clean_line, plain

TYPE = "text/calendar"
PRODUCT = "-//Convivio//Calendar//EN"


def calendar(
    events: t.Iterable[Event], member: bool, method: str = "PUBLISH", name: str = ""
) -> icalendar.Calendar:
    """Return a calendar with some events; the link to take part online is for members alone."""
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", method)
    if name:
        made.add("x-wr-calname", name)
    for event in events:
        made.add_component(component(event, member))
    made.add_missing_timezones()
    return made


def component(event: Event, member: bool) -> icalendar.Event:
    """Return one event."""
    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("sequence", event.sequence)
    made.add("dtstamp", event.changed)
    made.add("created", event.at)
    made.add("last-modified", event.changed)
    begin, end = span(event)
    made.add("dtstart", begin)
    made.add("dtend", end)
    made.add("summary", clean_line(event.title))
    made.add("status", "CANCELLED" if event.cancelled is not None else "CONFIRMED")
    made.add("url", setting("BASE_URL") + event.url)
    made.add("categories", [event.form])
    for key, value in (("location", where(event, member)), ("description", words(event, member))):
        if value:
            made.add(key, value)
    if event.all_day:
        made.add("transp", "TRANSPARENT")
    return made


def span(event: Event) -> tuple[t.Any, t.Any]:
    """Return beginning and end as a calendar keeps them: days, or hours on the clocks where it takes place."""
    if event.all_day:
        return event.starts.date(), event.ends.date()
    return event.starts.astimezone(event.there), event.ends.astimezone(event.there)


def where(event: Event, member: bool) -> str:
    """Return the place; for members, without one, the link."""
    return event.place or (event.link if member else "")


def words(event: Event, member: bool) -> str:
    """Return the description as plain text, with the link for members, the event's page, and what a demo network says."""
    link = event.link if member else ""
    said = [event.cancelled_why, plain(event.html), link, setting("BASE_URL") + event.url]
    sample = "Sample content. It does not report real activity of the places named." if is_demo() else ""
    return "\n\n".join(filter(None, [*said, sample]))


def answer(events: t.Iterable[Event], member: bool, name: str) -> Response:
    """Return the answer that gives out some events as a file."""
    made = Response(calendar(events, member, name=look.title()).to_ical(), mimetype=TYPE)
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return made


def utc(value: dt.datetime) -> dt.datetime:
    """Return a moment in UTC."""
    return value.astimezone(dt.UTC)
