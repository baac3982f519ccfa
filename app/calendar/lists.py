"""Events as lists: what comes, page by page, and a year; in the reader's words."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from markupsafe import Markup, escape

from app.calendar import choices, grid, roll, spans
from app.calendar.asked import Asked
from app.calendar.attendance import IN, MAYBE, NO, Attendance
from app.calendar.grid import DAY, Days, OnDay
from app.calendar.models import SCALES, Event
from app.calendar.roll import Entry
from app.core import when
from app.core.database import run
from app.core.languages import _, language

PAGE = 30
MOST_MONTHS, MOST_MINE = 60, 500
Mine = tuple[tuple[str, str], ...]


class Listed(t.NamedTuple):
    """Days with what lies on them, by months, and the ways on."""

    months: list[tuple[str, Days]]
    later: str
    earlier: str
    mine: Mine


def day_of(text: str | None) -> dt.date | None:
    """Return the day that an address names, None for anything else."""
    try:
        found = dt.date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return found if grid.within(found) else None


_e, _a = Event.__table__, Attendance.__table__
_MINE = (
    sa.select(_a.c.event_id, _a.c.word, _a.c.state)
    .join_from(_a, _e, _e.c.id == _a.c.event_id)
    .where(
        _a.c.person_id == sa.bindparam("me"), _a.c.word != NO,
        _e.c.starts < sa.bindparam("until", type_=_e.c.starts.type), _e.c.ends > sa.bindparam("since", type_=_e.c.starts.type),
    )
    .order_by(_a.c.event_id)
    .limit(MOST_MINE)
)  # fmt: skip


def mine(who: t.Any, first: dt.date, last: dt.date) -> Mine:
    """Return what this reader answered to the events of some days: reference and answer, No left out."""
    if not who.id:
        return ()
    days = {"since": spans.midnight(first - DAY), "until": spans.midnight(last + 2 * DAY)}
    return tuple((f"event:{row.event_id}", str(_answered(row))) for row in run(_MINE, {"me": who.id, **days}))


def _answered(row: t.Any) -> t.Any:
    if row.word == MAYBE:
        return _("You come perhaps")
    return _("You are going") if row.state == IN else _("You wait for a place")


def agenda(who: t.Any, want: Asked, start: dt.date, until: dt.date | None, newest: int) -> Listed:
    """Return what comes from a day on; with `until`, what comes before and on that day."""
    edges = roll.roll(newest).edges()
    found: Days = {}
    if until is not None:
        found = _gathered(who, want, until, -1, edges, newest)
    else:
        found = _gathered(who, want, start, 1, edges, newest)
    begin, end = (min(found), max(found)) if found else (until or start, until or start)
    later = end + DAY if edges and end < edges[1] else None
    earlier = begin - DAY if edges and begin > edges[0] else None
    return Listed(_by_month(found), _iso(later), _iso(earlier), _mine(who, found))


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day is not None and grid.within(day) else ""


def _gathered(
    who: t.Any, want: Asked, start: dt.date, step: int, edges: tuple[dt.date, dt.date] | None, newest: int
) -> Days:
    """Return whole days in one direction until a page is full; months without anything are passed by."""
    found: Days = {}
    year, month, ends = start.year, start.month, edges or (start, start)
    for _number in range(MOST_MONTHS):
        first, last = dt.date(year, month, 1), dt.date(*roll.month_after(year, month), 1) - DAY
        first, last = (max(first, start), last) if step > 0 else (first, min(last, start))
        _fill(found, _days(who, want, first, last, newest), step)
        if sum(map(len, found.values())) >= PAGE or not ends[0] <= (last if step > 0 else first) <= ends[1]:
            break
        year, month = roll.month_after(year, month, step)
    return dict(sorted(found.items()))


def _fill(found: Days, days: Days, step: int) -> None:
    for day in sorted(days, reverse=step < 0):
        if sum(map(len, found.values())) >= PAGE:
            return
        found[day] = days[day]


def _days(who: t.Any, want: Asked, first: dt.date, last: dt.date, newest: int) -> Days:
    """Return what begins on these days; on the first of them also what goes on."""
    days = grid.by_day(
        grid.between(who.viewer, want, first, last, newest), grid.dues(who, want, first, last), first, last
    )
    kept = {day: [one for one in lines if not one.goes_on or day == first] for day, lines in days.items()}
    return {day: lines for day, lines in kept.items() if lines}


def of_year(who: t.Any, want: Asked, year: int, newest: int) -> Listed:
    """Return what begins in a year."""
    days = _days(who, want, dt.date(year, 1, 1), dt.date(year, 12, 31), newest)
    return Listed(_by_month(days), "", "", _mine(who, days))


def _by_month(days: Days) -> list[tuple[str, Days]]:
    found: dict[str, Days] = {}
    for day, lines in days.items():
        found.setdefault(when.date(day, "LLLL y"), {})[day] = lines
    return list(found.items())


def _mine(who: t.Any, days: Days) -> Mine:
    return mine(who, min(days), max(days)) if days else ()


# --- words --------------------------------------------------------------------------------------------------


def hours(one: OnDay) -> str:
    """Return the hours of a line on the reader's clocks."""
    if isinstance(one.entry, Entry):
        return spans.hours(one.entry, when.reader_zone())
    return one.hours


def where(one: OnDay) -> Markup:
    """Return where it takes place: a place, on line, both, or nothing said."""
    if not isinstance(one.entry, Entry):
        return escape(one.entry.word)
    entry, place = one.entry, Markup("<bdi>{}</bdi>").format(one.entry.place)
    if entry.place and entry.online:
        return _("%(place)s, and online", place=place)
    return place if entry.place else _("Online") if entry.online else Markup("")


def weekday(day: dt.date) -> str:
    """Return the name of a weekday, as short as a column of a table and a date plate need it."""
    return when.date(day, "EEEEEE" if language() == "ar" else "EEE")


def kind(one: OnDay) -> str:
    """Return what kind of event it is; of a conference, which."""
    entry = one.entry
    if isinstance(entry, Entry) and entry.scale in SCALES:
        return str(SCALES[entry.scale])
    return choices.form_word(one.form)


def outside(one: OnDay) -> str:
    """Return who hosts it where that is nobody of the network."""
    return one.entry.outside if isinstance(one.entry, Entry) else ""


def host_time(one: OnDay) -> str:
    """Return the time where it takes place, if the clocks there show another one than the reader's."""
    entry = one.entry
    if not isinstance(entry, Entry) or entry.all_day:
        return ""
    there, mine_ = spans.zone_of(entry.zone), when.reader_zone()
    if spans.same_clock(entry, entry.zone, str(mine_)):
        return ""
    first = spans.days(entry, there)[0]
    other = first != spans.days(entry, mine_)[0]
    day = f"{when.date(first, 'EEE d')}{_(', ')}" if other else ""
    begins = day + when.time(entry.starts.astimezone(there))
    return str(_("%(time)s in %(place)s", time=begins, place=choices.place_of(entry.zone)))


def class_of(form: str) -> str:
    """Return the class of the colour of a kind."""
    return {"meeting": "ev--meet", "training": "ev--train", "due": "ev--due", "conference": "ev--conf", "day": "ev--day"}.get(
        form, ""
    )  # fmt: skip


def dated(event: t.Any) -> str:
    """Return when an event is on the clocks where it takes place, with the name of the place."""
    words = spans.whole(event, event.there)
    return words if event.all_day else f"{words} ({choices.place_of(event.zone)})"
