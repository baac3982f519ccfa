"""Events as iCalendar (RFC 5545), for the calendars that people have. The library writes and escapes; we say what."""

import datetime as dt
import typing as t

import icalendar
from flask import Response

from app.calendar.models import Event
from app.core import look
from app.core.database import setting
from app.core.mail import is_demo
from app.core.panels import Due
from app.core.text import clean_line, plain

TYPE = "text/calendar"
PRODUCT = "-//Convivio//Calendar//EN"
SAMPLE = "Sample content. It does not report real activity of the places named."


Party = tuple[str, t.Any]  # organizer or attendee, and the address with what is said of it


class Row(t.NamedTuple):
    """What a calendar says of one event, read from the database before it is written."""

    uid: str
    sequence: int
    at: dt.datetime
    changed: dt.datetime
    begin: t.Any  # a day, or a moment on the clocks where it takes place
    end: t.Any
    title: str
    cancelled: bool
    url: str
    form: str
    where: str
    words: str
    alarm: int = 0
    stamp: dt.datetime | None = None  # when this was said; else the last change
    people: tuple[Party, ...] = ()  # in a mail: who invites, and who is invited


def rows(events: t.Iterable[Event], member: bool, alarm: int = 0) -> list[Row]:
    """Return what is said of some events; the link to take part online is for members alone."""
    return [_row(event, member, alarm) for event in events]


def _row(event: Event, member: bool, alarm: int) -> Row:
    begin, end = span(event)
    return Row(
        event.uid, event.sequence, event.at, event.changed, begin, end, clean_line(event.title), event.cancelled is not None,
        setting("BASE_URL") + event.url, event.form, where(event, member), words(event, member),
        0 if event.cancelled is not None else alarm,
    )  # fmt: skip


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
    return "\n\n".join(filter(None, [*said, SAMPLE if is_demo() else ""]))


def due_rows(due: t.Iterable[Due]) -> list[Row]:
    """Return what is said of deadlines: whole days, or moments."""
    found = []
    for one in due:
        stamp = one.at or dt.datetime.combine(one.day, dt.time(), tzinfo=dt.UTC)
        begin = one.at or one.day
        end = begin + (dt.timedelta(minutes=15) if one.at else dt.timedelta(days=1))
        uid = f"due-{one.ref.replace(':', '-')}@{setting('BASE_URL').partition('://')[2].partition(':')[0]}"
        url = setting("BASE_URL") + one.url
        title = clean_line(f"{one.word}: {one.title}")
        found.append(Row(uid, 0, stamp, stamp, begin, end, title, False, url, "due", "", url))
    return found


def written(found: t.Iterable[Row], name: str = "", method: str = "PUBLISH") -> bytes:
    """Return a calendar as it is sent. It asks neither the database nor anything of a request."""
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", method)
    if name:
        made.add("x-wr-calname", name)
    for row in found:
        made.add_component(component(row))
    made.add_missing_timezones()
    return made.to_ical()


def component(row: Row) -> icalendar.Event:
    """Return one event."""
    made = icalendar.Event()
    plain_ones = {
        "uid": row.uid, "sequence": row.sequence, "dtstamp": row.stamp or row.changed, "created": row.at,
        "last-modified": row.changed, "dtstart": row.begin, "dtend": row.end, "summary": row.title, "url": row.url, "categories": [row.form],
        "status": "CANCELLED" if row.cancelled else "CONFIRMED",
    }  # fmt: skip
    for key, value in plain_ones.items():
        made.add(key, value)
    for key, value in (("location", row.where), ("description", row.words)):
        if value:
            made.add(key, value)
    for role, party in row.people:
        made.add(role, party)
    if not isinstance(row.begin, dt.datetime):
        made.add("transp", "TRANSPARENT")
    if row.alarm:
        made.add_component(_alarm(row))
    return made


def _alarm(row: Row) -> icalendar.Alarm:
    made = icalendar.Alarm()
    made.add("action", "DISPLAY")
    made.add("description", row.title)
    made.add("trigger", dt.timedelta(minutes=-row.alarm))
    return made


def answer(event: Event, member: bool, name: str) -> Response:
    """Return the answer that gives out an event as a file."""
    made = Response(written(rows([event], member), look.title()), mimetype=TYPE)
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return made
