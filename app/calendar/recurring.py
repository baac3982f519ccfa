"""Rules by which a series repeats (RFC 5545): read and written. All that is pure; they are counted out in counting.py."""

import dataclasses
import datetime as dt
import typing as t

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
