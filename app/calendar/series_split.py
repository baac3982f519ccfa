"""One series becomes two, and a series ends: what came before stays as it was."""

import dataclasses
import datetime as dt

import sqlalchemy as sa

from app.calendar import acts, counting, recurring, series
from app.calendar.models import LATEST, Event, Series
from app.core import clock, watches
from app.extensions import db

END = dt.datetime(LATEST, 12, 31, tzinfo=dt.UTC)


def split(one: Series, moment: dt.datetime) -> Series:
    """Let a series end before a moment, and another one take what follows, inside atomic(); return that."""
    other = Series(
        uid=acts.new_uid(), sequence=0, zone=one.zone, all_day=one.all_day, length=one.length, made=one.made, at=clock.now(),
        rule="", begins=one.on_clocks(moment).isoformat(timespec="seconds"),
        extra=late(one.extra, moment), left_out=late(one.left_out, moment),
    )  # fmt: skip
    hand_on(one, other, moment)
    other.extra = [text for text in other.extra if other.rule or text != moment.isoformat()]
    db.session.add(other)
    db.session.flush()
    end(one, moment)
    taken = sa.update(Event).where(Event.series_id == one.id, Event.recurrence >= moment)
    db.session.execute(taken.values(series_id=other.id).execution_options(synchronize_session="evaluate"))
    for row in db.session.scalars(sa.select(Event).where(Event.series_id == other.id)):
        db.session.expire(row, ["series"])
    for number in watches.followers(one.ref):
        watches.watch(number, other.ref, watches.FOLLOW, softly=True)
    series.point(one)
    return other


def late(texts: list[str], moment: dt.datetime) -> list[str]:
    """Return the moments of a list that are not before one."""
    return [text for text in texts if dt.datetime.fromisoformat(text) >= moment]


def hand_on(one: Series, other: Series, moment: dt.datetime) -> None:
    """Give what is left of a rule to the series that follows."""
    if not one.rule:
        return
    rule, zone = recurring.read(one.rule), "UTC" if one.all_day else one.zone
    for earlier, hour in enumerate(counting.counted(rule, one.first, zone, one.on_clocks(END))):
        if counting.moment(hour, zone) >= moment:
            left = rule.count and rule.count - earlier
            other.rule = dataclasses.replace(rule, count=left).text()
            other.begins = hour.isoformat(timespec="seconds")
            return


def end(one: Series, moment: dt.datetime) -> None:
    """Let a series have no time from a moment on, inside atomic()."""
    if one.rule:
        last = moment.date() - recurring.DAY if one.all_day else moment - dt.timedelta(seconds=1)
        one.rule = recurring.read(one.rule).ending(last).text()
    one.extra = [text for text in one.extra if dt.datetime.fromisoformat(text) < moment]
    one.left_out = [text for text in one.left_out if dt.datetime.fromisoformat(text) < moment]
    one.made, one.sequence = None, one.sequence + 1
