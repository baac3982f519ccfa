"""Changes of a series: of one time, of this and all that follow, of all that come.

What is over stays as it was. Where what comes takes place otherwise than before, the series ends there and another
one goes on: the events keep their addresses, their answers and their papers.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar import acts, answering, mailing, recurring, series, series_split
from app.calendar.acts import LIMITS, WHEN, WHERE, Shut
from app.calendar.attendance import Attendance
from app.calendar.models import Event, Series
from app.calendar.series_scopes import FOLLOWING, ONE, affected
from app.core import clock
from app.core import files as filing
from app.core.audience import is_apart
from app.core.database import atomic
from app.core.languages import lazy
from app.extensions import db

TIME = frozenset({*WHEN, "zone"})
GONE = lazy("The series takes place on other days now.")
_e, _a = Event.__table__, Attendance.__table__
Extra = t.Iterable[series.Given] | None


def _fit(event: Event) -> None:
    if event.removed or event.series is None or is_apart(event.audience_id):
        raise Shut(event.ref)


# --- other words, another time ------------------------------------------------------------------------------


def change(
    author: t.Any, event: Event, fields: dict[str, t.Any], scope: str, rule: str | None = None, extra: Extra = None,
    files: t.Sequence[filing.Kept] = (),
) -> bool:  # fmt: skip
    """Change some times of a series; `rule` and `extra` say how it repeats from now on, None: as before.

    Says whether anything changed. Raises recurring.BadRule."""
    if scope == ONE:
        return acts.change(author, event, fields, files)
    rule = recurring.read(rule).text() if rule else rule
    with atomic():
        db.session.refresh(event)
        _fit(event)
        before = {name: getattr(event, name) for name in fields}
        other = {name for name, value in fields.items() if before[name] != value}
        repeats = _repeats_otherwise(t.cast(Series, event.series), rule, extra)
        if not other and not repeats and not files:
            return False
        rule, extra = (rule, extra) if repeats else (None, None)
        rows = affected(event, scope)
        if not rows:
            return False
        moved = bool(other & TIME) or repeats
        one = _split(rows, moved or scope == FOLLOWING)
        say(rows, event, before, {name: fields[name] for name in other - TIME})
        if moved:
            rows = _retime(author, one, rows, event, fields, rule, extra)
        acts.furnish(author, event, files, ())
        what = ["when"] * moved + ["where"] * bool(other & WHERE)
        one.sequence += bool(what)
        _settle(one, rows, other & LIMITS)
        if what:
            mailing.after_change(*rows)
        shown = series.point(one) or event
        acts.tell(
            "calendar.moved" if what else "calendar.changed",
            author,
            shown,
            what=what,
            events=[row.id for row in rows],
        )
        return True


def _repeats_otherwise(one: Series, rule: str | None, extra: Extra) -> bool:
    if extra is not None and series.moments(one, extra) != one.extra:
        return True
    return rule is not None and rule != one.rule


def say(rows: list[Event], event: Event, before: dict[str, t.Any], words: dict[str, t.Any]) -> None:
    """Let the times say what is new; one that stands apart keeps what it says otherwise than this one did."""
    for row in rows if words else ():
        new = {
            n: v for n, v in words.items() if row is event or not row.apart or getattr(row, n) == before[n]
        }
        acts.say(row, new)


def _settle(one: Series, rows: list[Event], limits: set[str]) -> None:
    db.session.flush()
    for row in rows:
        row.sequence = max(row.sequence, one.sequence)
        if limits:
            answering.fill(row)


def _retime(
    author: t.Any, one: Series, rows: list[Event], event: Event, fields: dict[str, t.Any], rule: str | None, extra: Extra
) -> list[Event]:  # fmt: skip
    """Count the series out anew. Its events take the times that theirs became; return all that there are now."""
    was = {row.id: one.on_clocks(t.cast(dt.datetime, row.recurrence)) for row in rows}
    out = [one.on_clocks(dt.datetime.fromisoformat(text)) for text in one.left_out]
    more = [one.on_clocks(dt.datetime.fromisoformat(text)) for text in one.extra]
    begun, first = one.on_clocks(event.starts), one.first
    one.zone, one.all_day = fields.get("zone", one.zone), fields.get("all_day", one.all_day)
    starts, ends = fields.get("starts", event.starts), fields.get("ends", event.ends)
    by, one.length = one.on_clocks(starts) - begun, int((ends - starts).total_seconds())
    one.begins = (first + by).isoformat(timespec="seconds")
    one.rule = one.rule if rule is None else rule
    one.left_out = series.moments(one, (hour + by for hour in out))
    moments = series.moments(one, (hour + by for hour in more) if extra is None else extra)
    one.extra = series_split.late(moments, series.moment(one, one.first))
    wanted, one.made = series.planned(one)
    like = event if event in rows else rows[-1]
    places = {series.moment(one, was[row.id] + by): row for row in rows}
    found = []
    for moment in wanted:
        row = places.pop(moment, None)
        found.append(placed(one, row, event, moment) if row is not None else series.time(one, like, moment))
    let_go(author, one, list(places.values()))
    db.session.add_all(found)
    db.session.flush()
    return found


def placed(one: Series, row: Event, event: Event | None, moment: dt.datetime) -> Event:
    """Let an event be another time of its series; one that was moved by itself stays where it is."""
    kept = (row.starts, row.ends, row.zone, row.all_day, row.apart)
    moved = row is not event and row.starts != row.recurrence
    series.set_time(one, row, moment)
    row.apart = kept[4] and row is not event
    if moved:
        row.starts, row.ends, row.zone, row.all_day, row.apart = kept
    return row


def let_go(author: t.Any, one: Series, rows: list[Event]) -> None:
    """Take away times that a series has no longer; one that people answered is cancelled, so that they hear of it."""
    numbers = [row.id for row in rows]
    asked = set(db.session.scalars(sa.select(_a.c.event_id).where(_a.c.event_id.in_(numbers)).distinct()))
    acts.forget_times([row for row in rows if row.id not in asked])
    for row in rows:
        if row.id not in asked:
            continue
        row.series_id, row.recurrence, row.apart = None, None, False
        row.uid = acts.new_uid() if row.uid == one.uid else row.uid
        if row.cancelled is None:
            row.cancelled, row.cancelled_why, row.sequence = clock.now(), str(GONE), row.sequence + 1
            db.session.flush()
            mailing.after_change(row)
            acts.tell("calendar.cancelled", author, row, excerpt=row.cancelled_why)


def _split(rows: list[Event], otherwise: bool) -> Series:
    """Return the series of some events; a new one where they are said otherwise than earlier ones in it."""
    return parted(rows) if otherwise else t.cast(Series, rows[0].series)


def parted(rows: list[Event]) -> Series:
    """Return the series of some events: where earlier ones are in it and stay as they are, a new one that takes these."""
    one = t.cast(Series, rows[0].series)
    earlier = sa.select(_e.c.id).where(
        _e.c.series_id == one.id, ~_e.c.removed, _e.c.recurrence < rows[0].recurrence
    )
    if db.session.scalar(earlier.limit(1)) is None:
        return one
    return series_split.split(one, t.cast(dt.datetime, rows[0].recurrence))


def repeat(
    author: t.Any, event: Event, fields: dict[str, t.Any], rule: str, extra: Extra = None,
    files: t.Sequence[filing.Kept] = (),
) -> Series:  # fmt: skip
    """Let an event be the first time of a series from now on. It keeps its name in other calendars."""
    rule = recurring.read(rule).text() if rule else ""
    with atomic():
        acts.grown(event)
        if is_apart(event.audience_id) or event.series is not None:
            raise Shut(event.ref)
        acts.say(event, fields)
        acts.furnish(author, event, files, ())
        one = series.made(event, rule, event.uid)
        one.extra, one.sequence = series.moments(one, extra or ()), event.sequence + 1
        starts, one.made = series.planned(one)
        series.set_time(one, event, event.starts)
        event.sequence = one.sequence
        rows = [series.time(one, event, moment) for moment in starts if moment != event.starts]
        db.session.add_all(rows)
        db.session.flush()
        mailing.after_change(event)
        shown = series.point(one) or event
        acts.tell(
            "calendar.moved", author, shown, what=["when"], events=[event.id, *(row.id for row in rows)]
        )
        return one
