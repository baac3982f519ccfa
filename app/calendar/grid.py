"""The days of a month, a week and a year, and what lies on each: for who reads it, on their clocks."""

import datetime as dt
import typing as t

from babel import Locale

from app.calendar import roll, spans
from app.calendar.asked import Asked
from app.calendar.models import DUE, EARLIEST, LATEST
from app.calendar.roll import Entry
from app.core import clock, panels, when
from app.core.audience import Viewer
from app.core.languages import PSEUDO, language
from app.core.panels import Due

DAY = dt.timedelta(days=1)


class OnDay(t.NamedTuple):
    """One line of one day."""

    ref: str
    title: str
    lang: str
    url: str
    form: str
    hours: str  # on its first day; of whole days, and on the days that follow, nothing in the table
    entry: Entry | Due
    goes_on: bool  # it began on an earlier day
    cancelled: bool


Days = dict[dt.date, list[OnDay]]


def today() -> dt.date:
    """Return what day it is for the reader."""
    return when.local(clock.now()).date()


def weeks_of(year: int, month: int) -> list[list[dt.date]]:
    """Return the weeks that a month touches, as days, begun as the reader's language begins them."""
    first = dt.date(year, month, 1)
    start = first - ((first.weekday() - first_weekday()) % 7) * DAY
    after = dt.date(*roll.month_after(year, month), 1)
    found = []
    while start < after:
        found.append([start + number * DAY for number in range(7)])
        start += 7 * DAY
    return found


def first_weekday() -> int:
    """Return the day that weeks begin with in the reader's language: 0 is Monday."""
    lang = language()
    return int(Locale.parse("en_GB" if lang in ("en", PSEUDO) else lang).first_week_day)


def within(day: dt.date) -> bool:
    """Say whether the calendar shows this day: before and after it no address leads anywhere."""
    return EARLIEST <= day.year <= LATEST


def between(
    viewer: Viewer, asked: Asked, first: dt.date, last: dt.date, newest: int | None = None
) -> list[Entry]:
    """Return the events of some days that a viewer may see and that fit, in order."""
    some = roll.months(first, last, newest)
    return listed(some, roll.sights(viewer, some), asked, first, last)


def listed(
    some: list[roll.Month], sights: frozenset[int], asked: Asked, first: dt.date, last: dt.date
) -> list[Entry]:
    """Return the events of some days that were said to certain audiences and that fit, in order."""
    there, found = when.reader_zone(), dict[t.Any, Entry]()
    for one in (one for month in some for one in month.entries if one.audience_id in sights):
        begin, end = spans.days(one, there)
        if begin <= last and end >= first:
            found[one.id, one.starts] = one
    return sorted(asked.fits(found.values()), key=lambda one: one.order)


def next_of_each(entries: t.Iterable[Entry]) -> list[Entry]:
    """Return of each series the first of some times alone, and all other events."""
    found: dict[tuple[str, int], Entry] = {}
    for one in entries:
        found.setdefault(("series" if one.series else "event", one.series or one.id), one)
    return list(found.values())


def dues(who: t.Any, asked: Asked, first: dt.date, last: dt.date) -> list[Due]:
    """Return the deadlines of some days that are this reader's and fit."""
    return asked.fits_due(panels.due(who, first, last)) if asked.kind in ("", DUE) else []


def by_day(entries: t.Iterable[Entry], due: t.Iterable[Due], first: dt.date, last: dt.date) -> Days:
    """Return what lies on each day, in order: whole days first, then by the hour, deadlines at the end."""
    there, found = when.reader_zone(), Days()
    for one in entries:
        begin, end = spans.days(one, there)
        day = max(begin, first)
        while day <= min(end, last):
            found.setdefault(day, []).append(_line(one, day > begin, there))
            day += DAY
    for day in found:
        found[day].sort(key=lambda line: (bool(line.hours), line.hours))
    for one in due:
        found.setdefault(one.day, []).append(_due(one))
    return dict(sorted(found.items()))


def _line(one: Entry, goes_on: bool, there: dt.tzinfo) -> OnDay:
    hours = "" if one.all_day or goes_on else when.time(one.starts.astimezone(there))
    return OnDay(
        f"event:{one.id}", one.title, one.language, one.url, one.form, hours, one, goes_on, one.cancelled
    )


def _due(one: Due) -> OnDay:
    hours = when.time(when.local(one.at)) if one.at else ""
    return OnDay(one.ref, one.title, one.lang, one.url, DUE, hours, one, False, False)
