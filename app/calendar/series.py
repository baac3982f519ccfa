"""Series: events that repeat. Each time is an event of its own, made as far ahead as people plan, and ever further."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar import acts, counting, recurring
from app.calendar.models import Event, Series
from app.core import clock, watches
from app.core import files as filing
from app.core.activity import record
from app.core.audience import NOBODY, audience_of, is_apart
from app.core.database import atomic
from app.core.jobs import hourly
from app.extensions import db
from app.spaces.models import Space

MOST = 200  # events of one series that are there at the same time, half of them over at most
BEFORE, AHEAD = dt.timedelta(days=366), dt.timedelta(days=548)
AT_ONCE = 500  # how many are made further, or handed on, in one round of the job
# What a time has for itself; everything else it takes from the time before.
OWN = frozenset({
    "id", "uid", "starts", "ends", "recurrence", "apart", "sequence", "answered", "files", "version", "at", "changed", "cancelled",
    "cancelled_why", "followed_up",
})  # fmt: skip
SHARED = [column.name for column in Event.__table__.columns if column.name not in OWN]
Given = dt.datetime | dt.date | str
_s, _e = Series.__table__, Event.__table__


def begin(
    author: t.Any, space: Space, fields: dict[str, t.Any], rule: str, *, audience: str, organisation: t.Any = None,
    rdates: t.Iterable[Given] = (), exdates: t.Iterable[Given] = (), uid: str = "",
    files: t.Sequence[filing.Kept] = (), papers: t.Sequence[str] = (), programme: Event | None = None, quiet: bool = False,
) -> Series:  # fmt: skip
    """Put a series into the calendar of a space; `fields` say its first time. Raises recurring.BadRule.

    `rule` is the text of an RRULE, `rdates` and `exdates` are moments, hours on its clocks, or days. Files, papers and
    the `programme` of another event belong to the first time that comes. `quiet`: it came with many others, nobody
    hears of it by itself.
    """
    said = recurring.read(rule).text() if rule else ""
    with atomic():
        first = acts.drafted(author, space, fields, audience, organisation)
        one = made(first, said, uid or first.uid)
        one.extra, one.left_out = moments(one, rdates), moments(one, exdates)
        starts, one.made = planned(one)
        if not starts:
            raise recurring.BadRule
        rows = [time(one, first, moment) for moment in starts]
        db.session.add_all(rows)
        db.session.flush()
        shown = point(one) or rows[0]
        acts.furnish(author, shown, files, papers, programme)
        watches.watch(author.id, one.ref, watches.FOLLOW, softly=True)
        if quiet:
            acts.tell_quietly(shown)
        else:
            acts.tell_added(author, shown, organisation)
        return one


def made(first: Event, rule: str, uid: str) -> Series:
    """Return the row of a series that begins with an event."""
    one = Series(
        uid=uid[:255], sequence=0, rule=rule, zone=first.zone, all_day=first.all_day, begins="",
        length=int((first.ends - first.starts).total_seconds()), extra=[], left_out=[], at=clock.now(),
    )  # fmt: skip
    one.begins = one.on_clocks(first.starts).isoformat(timespec="seconds")
    db.session.add(one)
    db.session.flush()
    return one


def time(one: Series, like: Event, moment: dt.datetime) -> Event:
    """Return one time of a series, with all that the times share taken from an event."""
    row = Event(**{name: getattr(like, name) for name in SHARED})
    row.uid, row.sequence, row.version, row.at, row.changed = (
        acts.new_uid(),
        one.sequence,
        1,
        clock.now(),
        clock.now(),
    )
    row.answered = row.files = 0
    set_time(one, row, moment)
    return row


def set_time(one: Series, row: Event, moment: dt.datetime) -> None:
    """Let an event be the time of a series that begins at a moment."""
    row.series_id, row.recurrence, row.apart = one.id, moment, False
    row.starts, row.ends, row.zone, row.all_day = (
        moment,
        moment + dt.timedelta(seconds=one.length),
        one.zone,
        one.all_day,
    )


def moments(one: Series, given: t.Iterable[Given]) -> list[str]:
    """Return moments as a series keeps them, of what a form or another calendar says."""
    return sorted({moment(one, value).isoformat() for value in given})


def moment(one: Series, value: Given) -> dt.datetime:
    """Return a moment, of an hour on the clocks of a series, of a day, or as it was kept."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, one.first.time())
    if value.tzinfo is not None:
        return value.astimezone(dt.UTC)
    return counting.moment(value, "UTC" if one.all_day else one.zone)


# --- which times --------------------------------------------------------------------------------------------


def times(one: Series, until: dt.datetime, since: dt.datetime | None = None) -> list[dt.datetime]:
    """Return the moments at which a series begins up to one, by its rule and its days."""
    zone, first = "UTC" if one.all_day else one.zone, one.first
    found = {counting.moment(first, zone)}
    if one.rule:
        early = one.on_clocks(since) if since else None
        hours = counting.counted(recurring.read(one.rule), first, zone, one.on_clocks(until), early)
        found = {counting.moment(hour, zone) for hour in hours}
    found |= {dt.datetime.fromisoformat(text) for text in one.extra}
    found -= {dt.datetime.fromisoformat(text) for text in one.left_out}
    return sorted(moment for moment in found if moment <= until and (since is None or moment >= since))


def planned(one: Series) -> tuple[list[dt.datetime], dt.datetime | None]:
    """Return the moments that a series has events for by now, and how far these go; None where nothing follows."""
    now, end = clock.now(), clock.now() + AHEAD
    found = times(one, end)
    coming = [moment for moment in found if moment > now]
    past = [moment for moment in found if moment <= now][-(MOST // 2 if coming else MOST) :]
    if coming:
        past = [moment for moment in past if moment > now - BEFORE]
    some = coming[: MOST - len(past)]
    if len(some) < len(coming):
        return past + some, some[-1]
    return past + some, None if _is_over(one, end) else end


def _is_over(one: Series, end: dt.datetime) -> bool:
    """Say whether a series has no time after a moment."""
    far = end + 8 * AHEAD
    return not times(one, far, end + recurring.INSTANT)


def point(one: Series) -> Event | None:
    """Let the time that comes next stand for the whole series, inside atomic(); return it."""
    rows = db.session.execute(
        sa.select(_e.c.id, _e.c.starts, _e.c.ends, _e.c.cancelled, _e.c.apart)
        .where(_e.c.series_id == one.id, ~_e.c.removed)
        .order_by(_e.c.starts, _e.c.id)
    ).all()
    now = clock.now()
    coming = [row for row in rows if row.ends > now]
    whole = [row for row in coming if row.cancelled is None and not row.apart]
    chosen = next(iter(whole or coming or rows[-1:]), None)
    before, one.next_id = one.next_id, chosen and chosen.id
    db.session.flush()
    if before and before != one.next_id:
        # The search hears of both: the one is found no longer, the other from now on.
        record("calendar.next", actor=None, subject=f"event:{before}", root=f"event:{one.next_id or before}",
               audience_id=audience_of(NOBODY))  # fmt: skip
    return db.session.get(Event, one.next_id) if one.next_id else None


def take(one: Series) -> None:
    """Let one change after the other come to a series, inside atomic(), and look at it as it is now."""
    db.session.flush()
    db.session.execute(sa.update(_s).where(_s.c.id == one.id).values(sequence=_s.c.sequence))
    db.session.refresh(one)


def at(one: Series, moment: dt.datetime) -> Event | None:
    """Return the time of a series that its rule has begin at a moment: what a RECURRENCE-ID names."""
    mine = sa.select(Event).where(Event.series_id == one.id, Event.recurrence == moment, ~Event.removed)
    return db.session.scalars(mine).first()


# --- ever further -------------------------------------------------------------------------------------------


@hourly
def extend() -> None:
    """Make the next times of series that go on, and let those that come next stand for series whose last one is over."""
    short = (
        sa.select(_s.c.id).where(_s.c.made < clock.now() + AHEAD - dt.timedelta(days=7)).order_by(_s.c.made)
    )
    for number in list(db.session.scalars(short.limit(AT_ONCE))):
        with atomic():
            _extend(db.session.get_one(Series, number))
    passed = (
        sa.select(_s.c.id)
        .join_from(_s, _e, _e.c.id == _s.c.next_id)
        .where(_e.c.ends <= clock.now(), _has_more(_e.c.ends))
    )
    for number in list(db.session.scalars(passed.order_by(_s.c.id).limit(AT_ONCE))):
        with atomic():
            point(db.session.get_one(Series, number))


def _has_more(after: t.Any) -> sa.ColumnElement[bool]:
    other = _e.alias()
    return sa.exists().where(other.c.series_id == _s.c.id, other.c.starts >= after, ~other.c.removed)


def _extend(one: Series) -> None:
    take(one)
    like = sample(one)
    if like is None or one.made is None:
        one.made = None
        return
    if _is_cancelled(one):  # it goes on when they take place after all
        return
    last, (starts, made) = one.made, planned(one)
    rows = [time(one, like, moment) for moment in starts if moment > last]
    one.made = made
    db.session.add_all(rows)
    db.session.flush()
    if rows:
        record(
            "calendar.extended",
            actor=None,
            subject=rows[0],
            space_id=like.space_id,
            audience_id=audience_of(NOBODY),
        )
        point(one)


def _is_cancelled(one: Series) -> bool:
    """Say whether all times that come are cancelled."""
    coming = sa.select(_e.c.cancelled).where(_e.c.series_id == one.id, ~_e.c.removed, _e.c.ends > clock.now())
    states = db.session.scalars(coming).all()
    return bool(states) and all(states)


def sample(one: Series) -> Event | None:
    """Return the last time of a series that is as all of them are: what further ones are made like."""
    mine = sa.select(_e.c.id, _e.c.audience_id).where(_e.c.series_id == one.id, ~_e.c.removed)
    rows = db.session.execute(mine.order_by(_e.c.apart, _e.c.cancelled.is_not(None), _e.c.recurrence.desc()))
    number = next((row.id for row in rows if not is_apart(row.audience_id)), None)
    return db.session.get(Event, number) if number else None
