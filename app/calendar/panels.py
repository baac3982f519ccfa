"""What other pages show of the calendar: what comes next of a group, an organisation, for a member; an event as a card."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from markupsafe import Markup

from app.calendar import grid, lists, roll, shown, spans, ways
from app.calendar.asked import Asked
from app.calendar.grid import DAY, OnDay
from app.calendar.models import Event, Series
from app.calendar.poll_models import TimePoll
from app.calendar.roll import Entry
from app.core import when
from app.core.audience import VISITOR, Viewer, bound, in_sight
from app.core.clock import now
from app.core.database import run
from app.core.languages import _, language, zone
from app.core.panels import Alike, panel
from app.core.policy import can, me
from app.core.text import slug
from app.core.watches import Watch
from app.members import names

Drawn = tuple[str, dict[str, t.Any]] | None
FEW, NEAR, AHEAD, IN_BRIEFING = 4, 8, 92 * DAY, 20


def in_results(more: dict[str, t.Any]) -> list[t.Any]:
    """What the search says of an event beside who put it in: its day, and whether it is cancelled."""
    try:
        day = dt.date.fromisoformat(more.get("day", ""))
    except ValueError:
        return []
    return [Markup("{}").format(when.date(day)), *([_("Cancelled")] if more.get("cancelled") else [])]


class Next(t.NamedTuple):
    """What is said of an event that comes."""

    day: dt.date
    title: str
    lang: str
    url: str
    hours: str
    where: Markup


Coming = tuple[Next, ...]


def coming(viewer: Viewer, fits: t.Callable[[Entry], bool], about: t.Hashable, most: int = FEW) -> Coming:
    """Return the next events that a viewer may see and that fit, those of now too, the cancelled ones left out.

    Of a series it is what comes next.
    `about` stands for what fits: what was found is kept until an event or the day changes, or the first of them ends.
    """
    known, today, moment = roll.roll(), grid.today(), now()
    some = roll.months(today, today + AHEAD, known.at)
    sights = roll.sights(viewer, some)
    key = (about, most, sights, today, zone(), language())
    until, lines = known.coming.get(key, (moment, ()))
    if until <= moment:
        fitting = grid.next_of_each(
            one for one in grid.listed(some, sights, Asked(), today, today + AHEAD)
            if fits(one) and not one.source and not one.cancelled and (one.all_day or one.ends > moment)
        )[:most]  # fmt: skip
        until = min((one.ends for one in fitting if not one.all_day), default=moment + DAY)
        lines = tuple(_next(line) for line in _lines(fitting, today))
        known.keep(key, (until, lines))
    return lines


def _lines(entries: list[Entry], today: dt.date) -> list[OnDay]:
    """Return each event once, on its first day; what goes on since before today stands on the first day of all."""
    days = grid.by_day(entries, (), today, today + AHEAD)
    return [
        line for lines in days.values() for line in lines if not line.goes_on or _first(lines, days)
    ]  # fmt: skip


def _first(lines: list[OnDay], days: grid.Days) -> bool:
    return lines is next(iter(days.values()))


def _next(line: OnDay) -> Next:
    return Next(_day(line), line.title, line.lang, line.url, lists.hours(line), lists.where(line))


def _panel(lines: Coming, more: str, new: str = "", others: str = "") -> Drawn:
    if not lines and not new:
        return None
    clocks = names.zone_words(zone()) if lines else ""
    return "calendar/_coming.html", Alike(lines=lines, more=more, new=new, others=others, clocks=clocks)


def _day(line: OnDay) -> dt.date:
    entry = t.cast(Entry, line.entry)
    return entry.starts.date() if entry.all_day else when.local(entry.starts).date()


@panel("space", order=10, column="side")
def of_space(space: t.Any) -> Drawn:
    """What comes next in a space; in the network's own, everything that was said to its members."""
    new = f"/events/new?group={space.id}" if can("calendar.add", space) else ""
    lines = coming(me().viewer, lambda one: one.space_id == space.id, ("space", space.id))
    others = f"/calendar/from?group={space.id}" if can("calendar.borrow", space) else ""
    return _panel(lines, f"/calendar/agenda?group={space.id}" if lines else "", new, others)


@panel("organisation", order=35)
def of_organisation(organisation: t.Any) -> Drawn:
    """What an organisation hosts."""
    number = organisation.id
    return _panel(coming(me().viewer, lambda one: one.organisation_id == number, ("host", number)), "")


@panel("briefing", order=12)
def in_briefing(brief: t.Any) -> Drawn:
    """What the organisation of a seat hosts next."""
    house = brief.organisation.id
    lines = coming(me().viewer, lambda one: one.organisation_id == house, ("host", house), IN_BRIEFING)
    return _panel(lines, "")


@panel("home", order=10, column="side")
def of_member(who: t.Any) -> Drawn:
    """What comes next in the reader's groups, the network's own among them."""
    groups = frozenset(group.id for group in who.groups)
    return _panel(coming(who.viewer, lambda one: one.space_id in groups, groups), "/calendar/agenda")


@panel("home", order=40)
def public_ones(_thing: t.Any) -> Drawn:
    """Public events that come, for the front page of a visitor."""
    if me().is_authenticated:
        return None
    return _panel(coming(VISITOR, lambda one: True, "public"), "/calendar/agenda")


@panel("card")
def card(thing: t.Any) -> Drawn:
    """An event as a card, drawn anew when it changes."""
    if not isinstance(thing, Event) or thing.removed:
        return None
    return "calendar/_card.html", {"it": shown.short(thing)}


_w, _e, _s = Watch.__table__, Event.__table__, Series.__table__
_OTHERS = (
    sa.select(_e.c.id, _e.c.title, _e.c.starts, _e.c.ends, _e.c.all_day, _e.c.cancelled)
    .where(
        _e.c.series_id == sa.bindparam("series"),
        _e.c.id != sa.bindparam("but"),
        ~_e.c.removed,
        in_sight(_e.c.audience_id),
    )
    .limit(NEAR)
)
_moment = sa.bindparam("starts", type_=_e.c.starts.type)
_BEFORE = _OTHERS.where(_e.c.starts <= _moment).order_by(_e.c.starts.desc(), _e.c.id.desc())
_AFTER = _OTHERS.where(_e.c.starts > _moment).order_by(_e.c.starts, _e.c.id)


class Other(t.NamedTuple):
    """Another time of a series."""

    url: str
    when: str
    cancelled: bool


@panel("event", order=8, column="side")
def of_series(event: Event) -> Drawn:
    """How an event repeats, with the times before and after it that the reader sees."""
    if event.series is None:
        return None
    values = {"series": event.series_id, "but": event.id, "starts": event.starts, **bound(me().viewer)}
    before, after = ([_other(row) for row in run(which, values)] for which in (_BEFORE, _AFTER))
    return "calendar/_series.html", {
        "words": ways.words(event.series), "apart": event.apart, "before": before[::-1], "after": after,
    }  # fmt: skip


def _other(row: t.Any) -> Other:
    first = spans.days(row, when.reader_zone())[0]
    said = when.date(first, "EEE d MMMM y")
    return Other(f"/events/{row.id}-{slug(row.title)}", said, row.cancelled is not None)


_number = sa.case((_w.c.ref.startswith("event:"), sa.cast(sa.func.substr(_w.c.ref, 7), sa.BigInteger)))
_of_all = sa.case((_w.c.ref.startswith("series:"), sa.cast(sa.func.substr(_w.c.ref, 8), sa.BigInteger)))
_FOLLOWED = (
    sa.select(_e.c.id, _e.c.title, _e.c.language, _w.c.level, _w.c.ref)
    .select_from(_w)
    .outerjoin(_s, _s.c.id == _of_all)
    .join(_e, _e.c.id == sa.func.coalesce(_s.c.next_id, _number))
    .where(
        _w.c.person_id == sa.bindparam("me"),
        sa.or_(_w.c.ref.startswith("event:"), _w.c.ref.startswith("series:")),
        in_sight(_e.c.audience_id),
        ~_e.c.removed,
    )
    .order_by(_e.c.starts.desc(), _e.c.id)
    .limit(200)
)


_t = TimePoll.__table__
_poll_number = sa.case((_w.c.ref.startswith("times:"), sa.cast(sa.func.substr(_w.c.ref, 7), sa.BigInteger)))
_POLLS = (
    sa.select(_w.c.ref, _t.c.id, _t.c.title, _t.c.language)
    .join_from(_w, _t, _t.c.id == _poll_number)
    .where(
        _w.c.person_id == sa.bindparam("me"),
        _w.c.ref.startswith("times:"),
        in_sight(_t.c.audience_id),
        ~_t.c.removed,
    )
    .order_by(_t.c.id.desc())
    .limit(200)
)


@panel("following", order=26)
def followed_polls(who: t.Any) -> Drawn:
    """The searches for a date that somebody follows, in their list of what they follow."""
    rows = run(_POLLS, {"me": who.id, **bound(who.viewer)}).all()
    lines = [Followed(row.ref, row.title, f"/dates/{row.id}-{slug(row.title)}", row.language) for row in rows]
    return ("calendar/_followed.html", {"lines": lines, "polls": True}) if lines else None


@panel("following", order=25)
def followed(who: t.Any) -> Drawn:
    """The events that somebody follows, in their list of what they follow."""
    rows = run(_FOLLOWED, {"me": who.id, **bound(who.viewer)}).all()
    lines = [
        Followed(row.ref, row.title, f"/events/{row.id}-{slug(row.title)}", row.language) for row in rows
    ]
    return ("calendar/_followed.html", {"lines": lines}) if lines else None


class Followed(t.NamedTuple):
    """One followed event."""

    ref: str
    title: str
    url: str
    lang: str
