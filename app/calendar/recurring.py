"""Rules by which a series repeats (RFC 5545): read, written, and counted out on the clocks of its place. All that is pure.

Counted here and not by dateutil: that looks for a day that never comes, such as 30 February, until the year 9999,
and cannot be stopped meanwhile.
"""

import calendar
import dataclasses
import datetime as dt
import itertools
import typing as t
import zoneinfo

from app.core.languages import lazy

DAY, INSTANT = dt.timedelta(days=1), dt.timedelta(microseconds=1)
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# What a rule may say in lists of numbers: field, smallest, largest, and whether it may count from the end.
LISTS: dict[str, tuple[str, int, int, bool]] = {
    "BYMONTH": ("months", 1, 12, False),
    "BYWEEKNO": ("weeks", 1, 53, True),
    "BYYEARDAY": ("year_days", 1, 366, True),
    "BYMONTHDAY": ("month_days", 1, 31, True),
    "BYHOUR": ("hours", 0, 23, False),
    "BYMINUTE": ("minutes", 0, 59, False),
    "BYSECOND": ("seconds", 0, 59, False),
    "BYSETPOS": ("places", 1, 366, True),
}
MOST_A_DAY, MOST_LETTERS, LARGEST = 24, 600, 10_000
OFTEN = lazy("A series takes place at most once an hour.")
NONSENSE = lazy("This is no rule by which an event can repeat.")
Numbers = tuple[int, ...]


class BadRule(ValueError):
    """A rule that makes no sense, or far too many events; its text is a sentence for who gave it."""

    def __init__(self, why: t.Any = NONSENSE) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        """The sentence in the reader's language."""
        return str(self.why)


@dataclasses.dataclass(frozen=True)
class Rule:
    """How something repeats. `days` are pairs: which of the month or year (0: each), and the day of the week, 0 is Monday."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: dt.date | dt.datetime | None = None
    days: tuple[tuple[int, int], ...] = ()
    months: Numbers = ()
    weeks: Numbers = ()
    year_days: Numbers = ()
    month_days: Numbers = ()
    hours: Numbers = ()
    minutes: Numbers = ()
    seconds: Numbers = ()
    places: Numbers = ()
    week_start: int = 0

    def text(self) -> str:
        """Return it as other calendars read it."""
        found = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            found.append(f"INTERVAL={self.interval}")
        if self.count is not None:
            found.append(f"COUNT={self.count}")
        if self.until is not None:
            found.append(f"UNTIL={_until_text(self.until)}")
        if self.days:
            found.append("BYDAY=" + ",".join(f"{nth or ''}{DAYS[day]}" for nth, day in self.days))
        for name, (field, *_limits) in LISTS.items():
            if getattr(self, field):
                found.append(f"{name}={','.join(map(str, getattr(self, field)))}")
        if self.week_start:
            found.append(f"WKST={DAYS[self.week_start]}")
        return ";".join(found)

    def ending(self, last: dt.date | dt.datetime) -> "Rule":
        """Return the same rule that ends with a certain day or moment."""
        return dataclasses.replace(self, count=None, until=last)


def _until_text(until: dt.date) -> str:
    if not isinstance(until, dt.datetime):
        return f"{until:%Y%m%d}"
    return f"{until:%Y%m%dT%H%M%S}" + ("Z" if until.tzinfo else "")


# --- reading ------------------------------------------------------------------------------------------------


def read(text: str) -> Rule:
    """Return the rule that a text says. Raises BadRule."""
    if len(text) > MOST_LETTERS or not text.isascii():
        raise BadRule
    found: dict[str, t.Any] = {}
    for part in filter(None, text.upper().removeprefix("RRULE:").replace(" ", "").split(";")):
        name, _sign, value = part.partition("=")
        field, known = _part(name, value)
        if field in found:
            raise BadRule
        found[field] = known
    if "frequency" not in found or {"count", "until"} <= found.keys():
        raise BadRule
    rule = Rule(**found)
    if len(rule.hours or (0,)) * len(rule.minutes or (0,)) * len(rule.seconds or (0,)) > MOST_A_DAY:
        raise BadRule(OFTEN)
    return rule


def _part(name: str, value: str) -> tuple[str, t.Any]:
    """Return a field of a rule and what it holds."""
    if name == "FREQ":
        if value in ("SECONDLY", "MINUTELY", "HOURLY"):
            raise BadRule(OFTEN)
        return "frequency", _one_of(FREQUENCIES, value)
    if name in ("INTERVAL", "COUNT"):
        return name.lower(), _number(value, 1, LARGEST, False)
    if name == "UNTIL":
        return "until", _until(value)
    if name == "WKST":
        return "week_start", DAYS.index(_one_of(DAYS, value))
    if name == "BYDAY":
        return "days", tuple(dict.fromkeys(_day(one) for one in value.split(",")))
    if name not in LISTS:
        raise BadRule
    field, least, most, from_end = LISTS[name]
    return field, tuple(dict.fromkeys(_number(one, least, most, from_end) for one in value.split(",")))


def _one_of(known: tuple[str, ...], value: str) -> str:
    if value not in known:
        raise BadRule
    return value


def _number(text: str, least: int, most: int, from_end: bool) -> int:
    digits = text.removeprefix("-") if from_end else text
    digits = digits.removeprefix("+")
    if not digits.isdigit() or len(digits) > 6 or not least <= int(digits) <= most:
        raise BadRule
    return -int(digits) if text.startswith("-") else int(digits)


def _day(text: str) -> tuple[int, int]:
    nth = _number(text[:-2], 1, 53, True) if len(text) > 2 else 0
    return nth, DAYS.index(_one_of(DAYS, text[-2:]))


def _until(text: str) -> dt.date:
    try:
        if len(text) == 8:
            return dt.datetime.strptime(text, "%Y%m%d").date()
        found = dt.datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")
    except ValueError:
        raise BadRule from None
    return found.replace(tzinfo=dt.UTC) if text.endswith("Z") else found


# --- counting out -------------------------------------------------------------------------------------------


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
