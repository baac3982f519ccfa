"""Events as iCalendar (RFC 5545), for the calendars that people have. The library writes and escapes; we say what."""

import datetime as dt
import typing as t

import icalendar
import sqlalchemy as sa
from flask import Response

from app.calendar import counting, programme, series
from app.calendar.models import Event, Series
from app.core import look
from app.core.audience import Viewer
from app.core.database import setting
from app.core.mail import is_demo
from app.core.panels import Due
from app.core.text import clean_line, plain
from app.extensions import db

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
    recurrence: t.Any = None  # which time of a series this is, where it is said by itself
    rule: str = ""  # how the series repeats
    extra: tuple[t.Any, ...] = ()
    left_out: tuple[t.Any, ...] = ()
    stamp: dt.datetime | None = None  # when this was said; else the last change
    people: tuple[Party, ...] = ()  # in a mail: who invites, and who is invited


Linked = bool | t.Collection[int]


def rows(
    events: t.Iterable[Event], viewer: Viewer, linked: Linked, alarm: int = 0, single: t.Collection[int] = ()
) -> list[Row]:
    """Return what is said of some events to a viewer; `linked`: whether the link to take part stands there, or in which.

    A series is said once, with its rule; its times that are otherwise follow it. `single` are times that are said by
    themselves."""
    given: dict[int, list[Event]] = {}
    some = list(events)
    for event in some:
        if event.series_id is not None and event.id not in single:
            given.setdefault(event.series_id, []).append(event)
    otherwise, found = _otherwise(list(given), viewer), []
    for event in some:
        if event.series is None or event.id in single:
            found.append(alone(event, linked, alarm))
        elif event.series_id in given:
            found += _series(
                event.series,
                given.pop(event.series.id),
                otherwise.get(event.series.id, []),
                viewer,
                linked,
                alarm,
            )
    return found


def _otherwise(numbers: list[int], viewer: Viewer) -> dict[int, list[Event]]:
    """Return the times of some series that are not as all of them, or that the viewer does not see."""
    odd = sa.or_(Event.apart, Event.removed, Event.cancelled.is_not(None), ~Event.visible_to(viewer))
    mine = sa.select(Event).where(Event.series_id.in_(numbers), odd).order_by(Event.recurrence, Event.id)
    found: dict[int, list[Event]] = {}
    for event in db.session.scalars(mine) if numbers else ():
        found.setdefault(t.cast(int, event.series_id), []).append(event)
    return found


def _row(event: Event, linked: Linked, alarm: int, **more: t.Any) -> Row:
    begin, end = span(event)
    shown = linked if isinstance(linked, bool) else event.id in linked
    return Row(
        event.calendar_uid, event.sequence, event.at, event.changed, begin, end, clean_line(event.title),
        event.cancelled is not None, setting("BASE_URL") + event.url, event.form, where(event, shown), words(event, shown),
        0 if event.cancelled is not None else alarm, **more,
    )  # fmt: skip


def alone(event: Event, linked: Linked, alarm: int = 0) -> Row:
    """Return what is said of one time of a series by itself, or of an event that does not repeat."""
    if event.series is None or event.recurrence is None:
        return _row(event, linked, alarm)
    return _row(event, linked, alarm, recurrence=_kept(event.series, event.recurrence))


def _kept(one: Series, moment: dt.datetime) -> t.Any:
    """Return a moment as a calendar keeps it: a day, or an hour on the clocks of the series."""
    there = moment.astimezone(one.there)
    return there.date() if one.all_day else there


def _series(
    one: Series, given: list[Event], otherwise: list[Event], viewer: Viewer, linked: Linked, alarm: int
) -> list[Row]:
    """Return a series and its times that are otherwise; what the viewer does not see of it is left out."""
    odd = {event.id for event in otherwise}
    whole = [event for event in given if event.id not in odd]
    like = whole[-1] if whole else series.sample(one) or given[-1]
    gone = {event.recurrence for event in otherwise if event.removed or not event.readable_by(viewer)}
    left_out = {dt.datetime.fromisoformat(text) for text in one.left_out} | (gone - {None})
    first = counting.moment(one.first, "UTC" if one.all_day else one.zone)
    head = _row(like, linked, alarm)._replace(
        sequence=max(one.sequence, like.sequence), begin=_kept(one, first),
        end=_kept(one, first + dt.timedelta(seconds=one.length)), rule=one.rule,
        extra=tuple(_kept(one, dt.datetime.fromisoformat(text)) for text in one.extra),
        left_out=tuple(_kept(one, moment) for moment in sorted(left_out)),
    )  # fmt: skip
    return [head, *(alone(event, linked, alarm) for event in otherwise if event.recurrence not in gone)]


def span(event: Event) -> tuple[t.Any, t.Any]:
    """Return beginning and end as a calendar keeps them: days, or hours on the clocks where it takes place."""
    if event.all_day:
        return event.starts.date(), event.ends.date()
    return event.starts.astimezone(event.there), event.ends.astimezone(event.there)


def where(event: Event, linked: bool) -> str:
    """Return the place; without one the link, for those whose it is."""
    return event.place or (event.link if linked else "")


def words(event: Event, linked: bool) -> str:
    """Return the description as plain text, with the link, the event's page, and what a demo network says."""
    link = event.link if linked else ""
    said = [event.cancelled_why, plain(event.html), link, setting("BASE_URL") + event.url]
    return "\n\n".join(filter(None, [*said, SAMPLE if is_demo() else ""]))


def due_rows(due: t.Iterable[Due], alarm: int = 0) -> list[Row]:
    """Return what is said of deadlines: whole days, or moments."""
    found = []
    for one in due:
        stamp = one.at or dt.datetime.combine(one.day, dt.time(), tzinfo=dt.UTC)
        begin = one.at or one.day
        end = begin + (dt.timedelta(minutes=15) if one.at else dt.timedelta(days=1))
        uid = f"due-{one.ref.replace(':', '-')}@{setting('BASE_URL').partition('://')[2].partition(':')[0]}"
        url = setting("BASE_URL") + one.url
        title = clean_line(f"{one.word}: {one.title}")
        found.append(Row(uid, 0, stamp, stamp, begin, end, title, False, url, "due", "", url, alarm))
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
        "last-modified": row.changed, "dtstart": row.begin, "dtend": row.end, "summary": row.title, "url": row.url,
        "categories": [row.form], "status": "CANCELLED" if row.cancelled else "CONFIRMED",
    }  # fmt: skip
    for key, value in plain_ones.items():
        made.add(key, value)
    for key, value in (
        ("location", row.where),
        ("description", row.words),
        ("recurrence-id", row.recurrence),
    ):
        if value:
            made.add(key, value)
    if row.rule:
        made.add("rrule", icalendar.vRecur.from_ical(row.rule))
    for key, moments in (("rdate", row.extra), ("exdate", row.left_out)):
        if moments:
            made.add(key, list(moments))
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


def components(event: Event, viewer: Viewer, linked: Linked, *, only: bool = False) -> list[icalendar.Event]:
    """Return what other calendars are told of an event: with its whole series, or `only` of this time of it."""
    found = [alone(event, linked)] if only else rows([event], viewer, linked)
    return [component(row) for row in found]


def file_of(event: Event, viewer: Viewer, linked: Linked) -> bytes:
    """Return one event as a file, with its series, and with the hours of its programme."""
    found, told = rows([event], viewer, linked), programme.told(event)
    if event.series is None:
        found = [row._replace(words="\n\n".join(filter(None, [told, row.words]))) for row in found]
    return written(found, look.title())


def answer(event: Event, viewer: Viewer, linked: Linked, name: str) -> Response:
    """Return the answer that gives out an event, with its series, as a file."""
    made = Response(file_of(event, viewer, linked), mimetype=TYPE)
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return made
