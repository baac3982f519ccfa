"""Days and hours of events: which days an event touches for a reader, and what is said of its time. All that is pure."""

import datetime as dt
import typing as t
import zoneinfo

from app.core.languages import _
from app.core.when import date as day_words
from app.core.when import time as time_words

DAY = dt.timedelta(days=1)
INSTANT = dt.timedelta(microseconds=1)


class Timed(t.Protocol):
    """What has a time: an event, or an entry of a calendar."""

    all_day: bool
    starts: dt.datetime
    ends: dt.datetime


def zone_of(name: str) -> dt.tzinfo:
    """Return a zone by its name; UTC for one that is not known here."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return dt.UTC


def local(it: Timed, there: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    """Return beginning and end on the clocks of a zone; whole days are the same days everywhere."""
    zone = dt.UTC if it.all_day else there
    return it.starts.astimezone(zone), it.ends.astimezone(zone)


def days(it: Timed, there: dt.tzinfo) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that an event touches for somebody in a zone."""
    zone = dt.UTC if it.all_day else there
    return it.starts.astimezone(zone).date(), (it.ends - INSTANT).astimezone(zone).date()


def midnight(day: dt.date) -> dt.datetime:
    """Return how a whole day is kept: its midnight in UTC."""
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


def begin_of(day: dt.date, there: dt.tzinfo) -> dt.datetime:
    """Return the first moment of a day in a zone, in UTC."""
    return dt.datetime.combine(day, dt.time(), tzinfo=there).astimezone(dt.UTC)


def day_of(value: dt.date, weekday: bool = True) -> str:
    """Return a day in words, with its day of the week."""
    return day_words(value, "EEEE d MMMM y" if weekday else "d MMMM y")


def hours(it: Timed, there: dt.tzinfo) -> str:
    """Return the hours of an event of one day, such as 14:00–15:30; of several days with the last one; or All day."""
    first, last = days(it, there)
    if it.all_day:
        return str(_("All day")) if first == last else str(_("All day, until %(day)s", day=day_of(last)))
    begin, end = local(it, there)
    if first == last:
        return f"{time_words(begin)}–{time_words(end)}"
    return str(
        _(
            "%(from)s, until %(day)s, %(to)s",
            **{"from": time_words(begin)},
            day=day_of(last),
            to=time_words(end),
        )
    )


def whole(it: Timed, there: dt.tzinfo) -> str:
    """Return the day and the hours of an event in words."""
    return str(_("%(day)s, %(hours)s", day=day_of(days(it, there)[0]), hours=hours(it, there)))


def same_clock(it: Timed, one: str, other: str) -> bool:
    """Say whether two zones show the same time while an event lasts."""
    mine, theirs = local(it, zone_of(one)), local(it, zone_of(other))
    return all(a.replace(tzinfo=None) == b.replace(tzinfo=None) for a, b in zip(mine, theirs, strict=True))
