"""Rules by which a series repeats, counted out on the clocks of its place. All that is pure.

Counted here and not by dateutil: that looks for a day that never comes, such as 30 February, until the year 9999,
and cannot be stopped meanwhile.
"""

import calendar
import dataclasses
import datetime as dt
import itertools
import typing as t
import zoneinfo

from app.calendar.recurring import DAY, Numbers, Rule


def moment(local: dt.datetime, zone: str) -> dt.datetime:
    """Return the moment of an hour on the clocks of a zone.

    An hour that clocks leave out is as much later; of one that they show twice, it is the first."""
    return local.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(dt.UTC)


def counted(
    rule: Rule, first: dt.datetime, zone: str, last: dt.datetime, since: dt.datetime | None = None
) -> t.Iterator[dt.datetime]:
    """Return when a series begins each time, by the clocks of its zone, from the first time to a last hour.

    The first time always counts. With `since`, what lies well before may be left out."""
    number = 0
    for number, local in enumerate(_from_first(rule, first, last, since), 1):
        if (
            local > last
            or _beyond(rule.until, local, zone)
            or (rule.count is not None and number > rule.count)
        ):
            return
        yield local


def begins_well(rule: Rule, first: dt.datetime) -> bool:
    """Say whether a first time is one that its rule has, and not one that counts only because it is the first."""
    fits, hours, day = _fitting(rule, first), _hours(rule, first), first.date()
    if not fits(day) or first.time() not in hours:
        return False
    for days in _periods(rule, day, day, day):
        found = [dt.datetime.combine(day, hour) for day in days if fits(day) for hour in hours]
        if first in _placed(rule, found):
            return True
    return False


def _from_first(
    rule: Rule, first: dt.datetime, last: dt.datetime, since: dt.datetime | None
) -> t.Iterator[dt.datetime]:
    skip = since if since is not None and rule.count is None else first
    fits, hours = _fitting(rule, first), _hours(rule, first)
    yield first
    for days in _periods(rule, first.date(), last.date(), skip.date()):
        found = [dt.datetime.combine(day, hour) for day in days if fits(day) for hour in hours]
        yield from (local for local in _placed(rule, found) if local > first)


def _beyond(until: dt.date | None, local: dt.datetime, zone: str) -> bool:
    if until is None:
        return False
    if not isinstance(until, dt.datetime):
        return local.date() > until
    return moment(local, zone) > until if until.tzinfo else local > until


def _hours(rule: Rule, first: dt.datetime) -> list[dt.time]:
    """Return the hours of a day on which it takes place."""
    parts = (rule.hours or (first.hour,), rule.minutes or (first.minute,), rule.seconds or (first.second,))
    return sorted(dt.time(*one) for one in itertools.product(*parts))


def _placed(rule: Rule, found: list[dt.datetime]) -> list[dt.datetime]:
    """Return the first, last, third of what a period has, where a rule asks for such."""
    if not rule.places:
        return found
    some = {place - 1 if place > 0 else len(found) + place for place in rule.places}
    return [found[place] for place in sorted(some) if 0 <= place < len(found)]


def _periods(rule: Rule, first: dt.date, last: dt.date, since: dt.date) -> t.Iterator[list[dt.date]]:
    """Return the days, weeks, months or years in which something may take place, as lists of days."""
    step, ways = rule.interval, {"DAILY": _a_day, "WEEKLY": _a_week, "MONTHLY": _a_month, "YEARLY": _a_year}
    of = ways[rule.frequency]
    begin = 0
    while (
        since > first and (later := of(first, (begin or 1) * 2 * step, rule.week_start)) and later[-1] < since
    ):
        begin = (begin or 1) * 2
    for number in itertools.count(begin):
        days = of(first, number * step, rule.week_start)
        if not days or days[0] > last:
            return
        yield days


def _a_day(first: dt.date, by: int, _week_start: int) -> list[dt.date]:
    return _run(first.toordinal() + by, 1)


def _a_week(first: dt.date, by: int, week_start: int) -> list[dt.date]:
    return _run(first.toordinal() - (first.weekday() - week_start) % 7 + 7 * by, 7)


def _a_month(first: dt.date, by: int, _week_start: int) -> list[dt.date]:
    year, month = divmod(first.year * 12 + first.month - 1 + by, 12)
    if year > dt.MAXYEAR:
        return []
    return _run(dt.date(year, month + 1, 1).toordinal(), calendar.monthrange(year, month + 1)[1])


def _a_year(first: dt.date, by: int, _week_start: int) -> list[dt.date]:
    year = first.year + by
    return _run(dt.date(year, 1, 1).toordinal(), 365 + calendar.isleap(year)) if year <= dt.MAXYEAR else []


def _run(start: int, number: int) -> list[dt.date]:
    end = min(start + number, dt.date.max.toordinal())
    return [dt.date.fromordinal(one) for one in range(max(start, 1), end)]


def _fitting(rule: Rule, first: dt.datetime) -> t.Callable[[dt.date], bool]:
    """Return what says whether a day fits; what a rule leaves open is as on the first day."""
    rule = _filled(rule, first)
    tests: list[t.Callable[[dt.date], bool]] = []
    if rule.months:
        tests.append(lambda day: day.month in rule.months)
    if rule.weeks:
        tests.append(lambda day: _hits(rule.weeks, *_week(day, rule.week_start)))
    if rule.year_days:
        tests.append(
            lambda day: _hits(rule.year_days, day.timetuple().tm_yday, 365 + calendar.isleap(day.year))
        )
    if rule.month_days:
        tests.append(lambda day: _hits(rule.month_days, day.day, calendar.monthrange(day.year, day.month)[1]))
    if rule.days:
        tests.append(lambda day: _weekday_fits(rule, day))
    return lambda day: all(test(day) for test in tests)


def _filled(rule: Rule, first: dt.datetime) -> Rule:
    if rule.weeks or rule.year_days or rule.month_days or rule.days:
        return rule
    if rule.frequency == "YEARLY":
        return dataclasses.replace(rule, months=rule.months or (first.month,), month_days=(first.day,))
    if rule.frequency == "MONTHLY":
        return dataclasses.replace(rule, month_days=(first.day,))
    return dataclasses.replace(rule, days=((0, first.weekday()),)) if rule.frequency == "WEEKLY" else rule


def _hits(wanted: Numbers, number: int, whole: int) -> bool:
    """Say whether a number is wanted, counted from the beginning or from the end."""
    return number in wanted or number - whole - 1 in wanted


def _week(day: dt.date, week_start: int) -> tuple[int, int]:
    """Return the number of the week of a day, and how many its year has; the first has four days of the year at least."""
    middle = day + DAY * (3 - (day.weekday() - week_start) % 7)
    weeks = [dt.date(middle.year, *edge) for edge in ((1, 4), (12, 28))]
    starts = [one - DAY * ((one.weekday() - week_start) % 7) for one in weeks]
    number = (day - DAY * ((day.weekday() - week_start) % 7) - starts[0]).days // 7 + 1
    return number, (starts[1] - starts[0]).days // 7 + 1


def _weekday_fits(rule: Rule, day: dt.date) -> bool:
    """Say whether a day of the week fits; with a number it is the first, second, last one of its month or year."""
    numbered = rule.frequency in ("MONTHLY", "YEARLY")
    return any(
        weekday == day.weekday() and (not nth or not numbered or _nth(rule, day, nth))
        for nth, weekday in rule.days
    )


def _nth(rule: Rule, day: dt.date, nth: int) -> bool:
    if rule.frequency == "MONTHLY" or rule.months:
        place, whole = day.day, calendar.monthrange(day.year, day.month)[1]
    else:
        place, whole = day.timetuple().tm_yday, 365 + calendar.isleap(day.year)
    return nth == ((place - 1) // 7 + 1 if nth > 0 else -((whole - place) // 7 + 1))
