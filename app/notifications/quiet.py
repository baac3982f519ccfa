"""When mail may come: quiet hours, weekends and a pause, in the person's zone; and the moments of digests."""

import datetime as dt
import typing as t

DAY = dt.timedelta(days=1)
WEEKEND = (5, 6)


def moment(day: dt.date, hour: int, zone: dt.tzinfo) -> dt.datetime:
    """Return the moment of an hour on a day somewhere.

    An hour that a clock change leaves out is the one as long after the change; of one that comes twice it is the first.
    """
    return dt.datetime.combine(day, dt.time(hour), zone).astimezone(dt.UTC)


def next_digest(after: dt.datetime, every: str, weekday: int, hour: int, zone: dt.tzinfo) -> dt.datetime:
    """Return the first moment of a digest after another moment. Who gets none is asked again in a week."""
    day = after.astimezone(zone).date() - DAY
    while True:
        if every != "weekly" or day.weekday() == weekday:
            found = moment(day, hour, zone)
            if found > after:
                return found
        day += DAY


class Plan(t.Protocol):
    """What of a plan says when mail may come."""

    quiet: bool
    quiet_from: int
    quiet_to: int
    weekend: bool
    paused_until: dt.date | None


def is_paused(plan: Plan, now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Say whether a person asked for a pause that lasts still."""
    return plan.paused_until is not None and now.astimezone(zone).date() < plan.paused_until


def quiet_until(plan: Plan, now: dt.datetime, zone: dt.tzinfo) -> dt.datetime | None:
    """Return when the quiet that it is now ends, None when mail may come."""
    there, found = now.astimezone(zone), None
    for _turn in range(6):  # a night leads into a weekend, and that into a night
        ends = _ends(plan, there, zone)
        if ends is None or ends <= there.astimezone(dt.UTC):
            break
        found, there = ends, ends.astimezone(zone)
    return found


def _ends(plan: Plan, there: dt.datetime, zone: dt.tzinfo) -> dt.datetime | None:
    if plan.weekend and there.weekday() in WEEKEND:
        return moment(there.date() + (7 - there.weekday()) * DAY, 0, zone)
    if not plan.quiet or plan.quiet_from == plan.quiet_to:
        return None
    begins, ends, hour = plan.quiet_from, plan.quiet_to, there.hour
    over_night = begins > ends
    if over_night and hour >= begins:
        return moment(there.date() + DAY, ends, zone)
    if (over_night and hour < ends) or (not over_night and begins <= hour < ends):
        return moment(there.date(), ends, zone)
    return None
