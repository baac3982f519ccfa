"""Dates and times as readers say them: in their language and zone, with the month as a word."""

import datetime as dt
import functools
import zoneinfo

from babel.dates import format_date, format_datetime, format_time
from markupsafe import Markup

from app.core import clock
from app.core.languages import PSEUDO, _, language, zone

# Between day and time; not through `_`, because what is made with it is kept for each language.
COMMAS = {"ar": "، "}


@functools.cache
def _zone(name: str) -> dt.tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return dt.UTC


def reader_zone() -> dt.tzinfo:
    """Return the reader's zone."""
    return _zone(zone())


def local(moment: dt.datetime) -> dt.datetime:
    """Return a moment in the reader's zone."""
    return moment.astimezone(reader_zone())


def _lang() -> str:
    code = language()
    return "en_GB" if code in ("en", PSEUDO) else code


@functools.lru_cache(4096)
def _date_words(year: int, month: int, day: int, lang: str, style: str) -> str:
    return format_date(dt.date(year, month, day), style, locale=lang)


@functools.lru_cache(2048)
def _time_words(hour: int, minute: int, lang: str) -> str:
    return format_time(dt.time(hour, minute), "HH:mm", locale=lang)


def date(value: dt.date | dt.datetime | None, style: str = "d MMMM y") -> str:
    """Return a day in words, such as 21 November 2026."""
    if value is None:
        return ""
    day = local(value) if isinstance(value, dt.datetime) else value
    return _date_words(day.year, day.month, day.day, _lang(), style)


def time(there: dt.datetime) -> str:
    """Return the time of day of a moment on the clocks that it is given on, such as 14:05."""
    return _time_words(there.hour, there.minute, _lang())


def date_time(value: dt.datetime) -> str:
    """Return a day and time of day in words."""
    there = local(value)
    comma = COMMAS.get(_lang(), ", ")
    return f"{date(value)}{comma}{_time_words(there.hour, there.minute, _lang())}"


def ago(value: dt.datetime) -> Markup:
    """Return a <time> with the short date; scripts make it relative while it is younger than a day."""
    return _ago(value, zone(), _lang(), clock.now().year)


@functools.lru_cache(8192)
def _ago(value: dt.datetime, zone_name: str, lang: str, year: int) -> Markup:
    there = value.astimezone(_zone(zone_name))
    words = _date_words(
        there.year, there.month, there.day, lang, "d MMM" if there.year == year else "d MMM y"
    )
    words += COMMAS.get(lang, ", ") + _time_words(there.hour, there.minute, lang)
    stamp = there.isoformat(timespec="seconds")
    return Markup(f'<time datetime="{stamp}" data-rel title="{words}">{words}</time>')


def day(value: dt.datetime) -> str:
    """Return the heading of a day: Today, Yesterday, or the day in words."""
    there, today = local(value).date(), local(clock.now()).date()
    words = date(there, "d MMMM" if there.year == today.year else "d MMMM y")
    if there == today:
        return str(_("Today, %(date)s", date=words))
    if there == today - dt.timedelta(days=1):
        return str(_("Yesterday, %(date)s", date=words))
    return words


def iso(value: dt.datetime) -> str:
    """Return a moment as machines read it."""
    return format_datetime(value, "yyyy-MM-dd'T'HH:mm:ss'Z'", tzinfo=dt.UTC, locale="en")


class NoSuchHour(ValueError):
    """Clocks go forward over this hour on that day: it is on no clock there."""


def moment(day: dt.date, hour: dt.time, zone: str) -> dt.datetime:
    """Return the moment of a day and time of day in a zone; where clocks show it twice, the first time.

    Raises NoSuchHour for an hour that a zone leaves out.
    """
    there = zoneinfo.ZoneInfo(zone)
    local = dt.datetime.combine(day, hour, tzinfo=there)
    utc = local.astimezone(dt.UTC)
    if utc.astimezone(there).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchHour(zone)
    return utc
