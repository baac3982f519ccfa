"""A series comes again from elsewhere and says something else: what is here follows, and can be put back.

What is over stays as it was. A time takes the moment that is nearest to its own, so that answers and papers stay with
it; what was taken away here by hand stays away, and what was changed alone keeps what it says.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar import acts, mailing, series, series_changes
from app.calendar.models import Event, Series
from app.calendar.series_scopes import ALL, affected
from app.calendar.series_split import hand_on, late
from app.core import clock
from app.core.audience import is_apart
from app.core.database import atomic
from app.extensions import db

PLAN = (
    "rule",
    "zone",
    "all_day",
    "begins",
    "length",
    "extra",
    "left_out",
)  # what says when a series takes place
NEAR = dt.timedelta(days=3)  # a time that moved further is another one
_e = Event.__table__
Plan = dict[str, t.Any]


class Fitted(t.NamedTuple):
    """Which time takes place when from now on."""

    kept: list[tuple[Event, dt.datetime]]
    lost: list[Event]
    new: list[dt.datetime]
    out: list[dt.datetime]  # were taken away here by hand


def plan_of(one: Series) -> Plan:
    """Return when a series takes place, as it can be kept and put back."""
    return {name: getattr(one, name) for name in PLAN}


def renew(author: t.Any, event: Event, words: dict[str, t.Any], plan: Plan) -> Event:
    """Let a series say these words and take place by this plan; return the time that it is known by then."""
    wanted, made = series.planned(Series(**plan))
    with atomic():
        db.session.refresh(event)
        if event.removed or event.series is None or is_apart(event.audience_id):
            raise acts.Shut(event.ref)
        one, before = event.series, {name: getattr(event, name) for name in words}
        rows = affected(event, ALL)
        length = dt.timedelta(seconds=plan["length"])
        fitted = _fitted(
            rows, _taken_away(one), [moment for moment in wanted if moment + length > clock.now()]
        )
        moved = [row for row, moment in fitted.kept if _is_other(one, row, moment, plan)]
        if moved:
            one = series_changes.parted(rows)
        other = {name: value for name, value in words.items() if before[name] != value}
        series_changes.say(rows, event, before, other)
        for name in ("zone", "all_day", "length"):
            setattr(one, name, plan[name])
        for row, moment in fitted.kept:
            if row in moved:
                series_changes.placed(one, row, None, moment)
        like = event if event in rows or not rows else rows[-1]
        added = [series.time(one, like, moment) for moment in fitted.new]
        for row in added:
            acts.say(row, words)
        db.session.add_all(added)
        db.session.flush()
        _let_go(author, one, fitted.lost)
        _set(one, plan, made, fitted.out)
        if moved or other or added or fitted.lost:
            _tell(author, one, event, moved, [row for row, _moment in fitted.kept], other)
        return series.sample(one) or event


def _tell(
    author: t.Any, one: Series, event: Event, moved: list[Event], kept: list[Event], other: t.Collection[str]
) -> None:  # fmt: skip
    """Number the times anew, and let those hear of it whom it concerns."""
    where = bool(acts.WHERE & set(other))
    touched = kept if where else moved
    one.sequence += bool(touched)
    for row in touched:
        row.sequence = max(row.sequence + 1, one.sequence)
    db.session.flush()
    if touched:
        mailing.after_change(*touched)
    what = ["when"] * bool(moved) + ["where"] * where
    shown = series.point(one) or event
    events = [row.id for row in (kept if other else moved)]
    acts.tell("calendar.moved" if what else "calendar.changed", author, shown, what=what, events=events)


def _taken_away(one: Series) -> list[Event]:
    """Return the times to come that somebody took away here."""
    mine = sa.select(Event).where(Event.series_id == one.id, Event.removed, Event.recurrence > clock.now())
    return list(db.session.scalars(mine))


def _fitted(rows: list[Event], gone: list[Event], wanted: list[dt.datetime]) -> Fitted:
    """Give each time the moment that is nearest to its own, as long as there are such."""
    pairs = sorted(
        (abs(moment - t.cast(dt.datetime, row.recurrence)), moment, row.id, row)
        for row in (*rows, *gone)
        for moment in wanted
        if abs(moment - t.cast(dt.datetime, row.recurrence)) <= NEAR
    )
    places: dict[Event, dt.datetime] = {}
    for _far, moment, _number, row in pairs:
        if row not in places and moment not in places.values():
            places[row] = moment
    taken = set(places.values())
    return Fitted(
        [(row, places[row]) for row in rows if row in places],
        [row for row in rows if row not in places],
        [moment for moment in wanted if moment not in taken],
        [places[row] for row in gone if row in places],
    )


def _is_other(one: Series, row: Event, moment: dt.datetime, plan: Plan) -> bool:
    clocks = any(getattr(one, name) != plan[name] for name in ("zone", "all_day", "length"))
    return clocks or row.recurrence != moment


def _let_go(author: t.Any, one: Series, rows: list[Event]) -> None:
    """Take away what the series has no longer; it was nobody here who did, so it may come back."""
    series_changes.let_go(author, one, rows)
    for row in rows:
        row.series_id, row.recurrence = None, None


def _set(one: Series, plan: Plan, made: dt.datetime | None, out: list[dt.datetime]) -> None:
    """Let a series go on by a plan; where earlier times are another series' it begins with its own first one."""
    mine = sa.select(sa.func.min(_e.c.recurrence)).where(_e.c.series_id == one.id, ~_e.c.removed)
    first = db.session.execute(mine).scalar()
    source = Series(**plan)
    one.rule, one.begins, one.extra = source.rule, source.begins, source.extra
    if first is not None and first > series.moment(source, source.first):
        one.begins = one.on_clocks(first).isoformat(timespec="seconds")
        hand_on(source, one, first)
        one.extra = late(source.extra, first)
    one.left_out = sorted({*source.left_out, *(moment.isoformat() for moment in out)})
    one.made = made
    db.session.flush()
