"""What stands in a calendar, by months: read once, whoever asks, and read anew when a fact tells of an event.

A month in memory says nothing to anybody: each list takes of it what its reader may see, by the rule for sight.
"""

import datetime as dt
import time
import typing as t

import sqlalchemy as sa
from flask import current_app
from markupsafe import Markup

from app.calendar.borrowed import CHANGED as BORROWED
from app.calendar.borrowed import Borrowed, BorrowedEvent
from app.calendar.models import MOST_DAYS, Event
from app.core import activity, audience
from app.core.activity import Activity
from app.core.audience import Viewer
from app.core.database import run
from app.core.text import slug

MOST_KEPT = 60  # months in memory
MOST_DRAWN = 300
# What changes nothing of what lists show.
QUIET = frozenset({
    "calendar.answered", "calendar.counted", "calendar.asked", "calendar.came", "calendar.offered", "calendar.soon",
    "calendar.next", "calendar.minuted", "calendar.minutes_shared", "calendar.minutes_approved", "calendar.amendment",
    "calendar.amendment_answered", "calendar.programme", "calendar.speaks", "calendar.over",
})  # fmt: skip
DAY = dt.timedelta(days=1)
MARGIN = dt.timedelta(hours=15)  # a day begins at most so much earlier or later somewhere than in UTC
_e, _fact = Event.__table__, Activity.__table__
_b, _o = Borrowed.__table__, BorrowedEvent.__table__


class Entry(t.NamedTuple):
    """One event, or one time of a series, as lists know it."""

    id: int
    audience_id: int
    space_id: int
    organisation_id: int | None
    title: str
    language: str
    form: str
    scale: str  # of a conference, which it is
    outside: str  # who hosts it, where that is nobody of the network
    theme: str
    sdgs: str
    commitments: str
    languages: str
    place: str
    online: bool
    all_day: bool
    starts: dt.datetime
    ends: dt.datetime
    zone: str
    cancelled: bool
    series: int | None
    url: str
    source: str = ""  # the calendar elsewhere that it comes from; nothing: it is one of ours

    @property
    def order(self) -> tuple[dt.datetime, int]:
        """Its place in every list."""
        return self.starts, self.id


_COLUMNS = (
    _e.c.id, _e.c.audience_id, _e.c.space_id, _e.c.organisation_id, _e.c.title, _e.c.language, _e.c.form, _e.c.scale,
    _e.c.outside, _e.c.theme, _e.c.sdgs, _e.c.commitments,
    _e.c.languages, _e.c.place, _e.c.link, _e.c.all_day, _e.c.starts, _e.c.ends, _e.c.zone,
    _e.c.cancelled, _e.c.series_id, sa.literal("").label("source"), sa.literal(0).label("calendar_id"),
)  # fmt: skip
# The same of calendars from elsewhere. Their numbers are below nought, so that nothing of them is taken for one of ours.
_FROM_ELSEWHERE = (
    -_o.c.id, _b.c.audience_id, _b.c.space_id, sa.cast(sa.null(), _e.c.organisation_id.type), _o.c.title, sa.literal(""),
    *(sa.literal("").label(name) for name in ("form", "scale", "outside", "theme", "sdgs", "commitments", "languages")),
    _o.c.place, sa.literal(""),
    _o.c.all_day, _o.c.starts, _o.c.ends, _o.c.zone,
    sa.cast(sa.null(), _e.c.cancelled.type), sa.cast(sa.null(), _e.c.series_id.type), _b.c.name, _o.c.calendar_id,
)  # fmt: skip


def _within(table: t.Any) -> sa.ColumnElement[bool]:
    moment = table.c.starts.type
    return sa.and_(
        table.c.starts < sa.bindparam("until", type_=moment), table.c.starts > sa.bindparam("early", type_=moment),
        table.c.ends > sa.bindparam("since", type_=moment),
    )  # fmt: skip


_BETWEEN = sa.union_all(
    sa.select(*_COLUMNS).where(~_e.c.removed, _within(_e)),
    sa.select(*_FROM_ELSEWHERE).join_from(_o, _b, _b.c.id == _o.c.calendar_id).where(_within(_o)),
)
_first, _last = sa.func.min(_o.c.starts), sa.func.max(_o.c.starts)
_ENDS = sa.select(
    sa.func.min(_e.c.starts),
    sa.func.max(_e.c.starts),
    sa.select(_first).scalar_subquery(),
    sa.select(_last).scalar_subquery(),
).where(~_e.c.removed)
CHANGED_MANY = "calendar.narrowed"  # many events at once are seen by others than before
# The newest fact after another one that changed what is shown of events, however many others came meanwhile.
_CHANGED = sa.select(sa.func.max(_fact.c.id)).where(
    _fact.c.id > sa.bindparam("after"),
    sa.or_(
        sa.and_(_fact.c.root >= "event:", _fact.c.root < "event;", _fact.c.verb.not_in(sorted(QUIET))),
        _fact.c.verb.in_((CHANGED_MANY, BORROWED, "spaces.changed")),
    ),
)


class Month(t.NamedTuple):
    """What may touch a month for somebody somewhere, in order, and the audiences that it was said to."""

    entries: tuple[Entry, ...]
    audiences: frozenset[int]


class Roll:
    """The months as they are by a certain fact, and what was drawn of them."""

    def __init__(self) -> None:
        self.at = activity.highest()
        self.looked = 0.0  # when it was asked last whether something came
        self.version = run(_CHANGED, {"after": 0}).scalar() or 0  # the newest fact that changed anything here
        self.bodies: dict[str, bytes] = {}  # calendars as they were given out, by their tags
        self.months: dict[tuple[int, int], Month] = {}
        self.ends: tuple[dt.datetime, dt.datetime] | None = None
        self.drawn: dict[t.Any, Markup] = {}
        self.coming: dict[t.Any, tuple[dt.datetime, t.Any]] = {}  # what comes next, and until when that holds

    def catch_up(self, newest: int) -> None:
        """Forget everything if a fact that came since tells of an event."""
        self.looked = time.monotonic()
        if newest == self.at:
            return
        changed = run(_CHANGED, {"after": self.at}).scalar()
        self.at = max(self.at, newest)
        if changed:
            self.version = changed
            self.bodies.clear()
            self.months.clear()
            self.drawn.clear()
            self.coming.clear()
            self.ends = None

    def month(self, year: int, month: int) -> Month:
        """Return a month, read now where it is not in memory."""
        found = self.months.get((year, month))
        if found is None:
            if len(self.months) >= MOST_KEPT:
                self.months.clear()
            entries = tuple(read(*_edges(year, month)))
            audiences = frozenset(one.audience_id for one in entries)
            found = self.months[year, month] = Month(entries, audiences)
        return found

    def keep(self, key: t.Hashable, found: tuple[dt.datetime, t.Any]) -> None:
        """Keep what comes next, as it is until a moment."""
        if len(self.coming) >= MOST_DRAWN:
            self.coming.clear()
        self.coming[key] = found

    def edges(self) -> tuple[dt.date, dt.date] | None:
        """Return the days around which the first and the last event of all begin, None without any."""
        if self.ends is None:
            some = [moment for moment in run(_ENDS, {}).one() if moment]
            self.ends = (min(some), max(some)) if some else None
        return self.ends and (self.ends[0].date() - DAY, self.ends[1].date() + (MOST_DAYS + 1) * DAY)

    def once(self, key: t.Hashable, draw: t.Callable[[], Markup]) -> Markup:
        """Return what was drawn of the months under all that it depends on, drawn now where it is new."""
        found = self.drawn.get(key)
        if found is None:
            if len(self.drawn) >= MOST_DRAWN:
                self.drawn.clear()
            found = self.drawn[key] = draw()
        return found


def _edges(year: int, month: int) -> tuple[dt.datetime, dt.datetime]:
    first = dt.datetime(year, month, 1, tzinfo=dt.UTC)
    after = dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=dt.UTC)
    return first - MARGIN, after + MARGIN


def read(since: dt.datetime, until: dt.datetime) -> list[Entry]:
    """Return what lies between two moments, whoever may see it."""
    early = since - dt.timedelta(days=MOST_DAYS + 1)
    rows = run(_BETWEEN, {"since": since, "until": until, "early": early})
    return sorted((_entry(row) for row in rows), key=lambda one: one.order)


def _entry(row: t.Any) -> Entry:
    url = f"/calendar/from/{row.calendar_id}" if row.calendar_id else f"/events/{row.id}-{slug(row.title)}"
    return Entry(
        row.id, row.audience_id, row.space_id, row.organisation_id, row.title, row.language, row.form, row.scale,
        row.outside, row.theme, row.sdgs, row.commitments, row.languages,
        row.place, bool(row.link), row.all_day, row.starts, row.ends, row.zone,
        row.cancelled is not None, row.series_id, url, row.source,
    )  # fmt: skip


def roll(newest: int | None = None) -> Roll:
    """Return the months as the facts have them by now; `newest` is the number of the newest fact, where it is known."""
    known: Roll | None = current_app.extensions.get("calendar")
    if known is None:
        known = current_app.extensions["calendar"] = Roll()
    known.catch_up(activity.newest() if newest is None else newest)
    return known


def glance() -> Roll:
    """Return the months as they were known within the last second: for public calendars that are asked for by programs."""
    known: Roll | None = current_app.extensions.get("calendar")
    return known if known is not None and known.looked > time.monotonic() - 1 else roll()


def forget() -> None:
    """Read everything anew. For tests, and for acts on rows that record no fact."""
    current_app.extensions.pop("calendar", None)


def months(first: dt.date, last: dt.date, newest: int | None = None) -> list[Month]:
    """Return the months that some days lie in."""
    known, found, (year, month) = roll(newest), [], (first.year, first.month)
    while (year, month) <= (last.year, last.month):
        found.append(known.month(year, month))
        year, month = month_after(year, month)
    return found


def sights(viewer: Viewer, some: t.Iterable[Month]) -> frozenset[int]:
    """Return to which audiences of some months a viewer belongs: what they see of them depends on no more."""
    every = frozenset[int]().union(*(one.audiences for one in some))
    return frozenset(number for number in every if audience.may_see(viewer, number))


def month_after(year: int, month: int, by: int = 1) -> tuple[int, int]:
    """Return the month so many later."""
    number = year * 12 + month - 1 + by
    return number // 12, number % 12 + 1
