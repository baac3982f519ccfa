"""Any other way in which an event repeats, as a form asks it: every so many weeks, on several weekdays, on the last Friday."""

import dataclasses
import datetime as dt
import typing as t

from wtforms import SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput

from app.calendar import counting, recurring
from app.calendar.recurring import Rule
from app.core import when
from app.core.attaching import Ours, options
from app.core.languages import _, language, lazy
from app.members.forms import OneOf

FREQUENCIES: dict[str, t.Any] = {
    "DAILY": lazy("Days"),
    "WEEKLY": lazy("Weeks"),
    "MONTHLY": lazy("Months"),
    "YEARLY": lazy("Years"),
}
DAY = "day"
PLACES: dict[str, t.Any] = {
    "": lazy("On the same day as the first time"),
    "1": lazy("On the first such weekday"),
    "2": lazy("On the second such weekday"),
    "3": lazy("On the third such weekday"),
    "4": lazy("On the fourth such weekday"),
    "-1": lazy("On the last such weekday"),
    DAY: lazy("On the day of the month that is chosen here"),
}
MOST_BETWEEN = 60


class Pattern(t.NamedTuple):
    """What the form says: how often, and on which of the days."""

    frequency: str
    every: int
    weekdays: tuple[int, ...]  # 0 is Monday
    place: str  # one of PLACES
    month_day: int  # -1: the last one


def rule_of(pattern: Pattern, first: dt.datetime) -> Rule:
    """Return the rule of a pattern that begins at an hour."""
    rule = Rule(pattern.frequency, pattern.every)
    if pattern.frequency in ("DAILY", "WEEKLY"):
        return dataclasses.replace(rule, days=tuple((0, day) for day in pattern.weekdays))
    if not pattern.place:
        return rule
    months = (first.month,) if pattern.frequency == "YEARLY" else ()
    if pattern.place == DAY:
        return dataclasses.replace(rule, months=months, month_days=(pattern.month_day,))
    days = tuple((int(pattern.place), day) for day in pattern.weekdays or (first.weekday(),))
    return dataclasses.replace(rule, months=months, days=days)


def pattern_of(rule: Rule, first: dt.datetime) -> Pattern | None:
    """Return the pattern of a rule whose series began at an hour, None where the form cannot say it."""
    weeks_matter = rule.frequency == "WEEKLY" and rule.interval > 1 and len(rule.days) > 1
    bare = dataclasses.replace(
        rule, count=None, until=None, days=tuple(sorted(rule.days)), week_start=rule.week_start if weeks_matter else 0
    )  # fmt: skip
    place = next((str(nth) for nth, _day in bare.days if nth), DAY if bare.month_days else "")
    weekdays = tuple(day for _nth, day in bare.days)
    found = Pattern(rule.frequency, rule.interval, weekdays, place, next(iter(bare.month_days), 0))
    fits = rule.interval <= MOST_BETWEEN and place in PLACES and rule_of(found, first) == bare
    return found if fits else None


class Ruled(Ours):
    """A rule that is put together: how often, on which weekdays, on which day of the month."""

    every = SelectField(lazy("Every"), [OneOf(lambda: {str(n) for n in range(1, MOST_BETWEEN + 1)})], default="1",
                        choices=options((str(n), str(n)) for n in range(1, MOST_BETWEEN + 1)), validate_choice=False)  # fmt: skip
    frequency = SelectField(lazy("Days, weeks, months or years"), [OneOf(lambda: FREQUENCIES)], validate_choice=False,
                            default="WEEKLY", choices=lambda: options(FREQUENCIES.items()))  # fmt: skip
    weekdays = SelectMultipleField(lazy("On these weekdays"), choices=lambda: options((str(n), weekday(n)) for n in range(7)),
                                   option_widget=CheckboxInput(), validate_choice=False)  # fmt: skip
    nth = SelectField(lazy("Of months and years"), [OneOf(lambda: PLACES)], validate_choice=False, default="",
                        choices=lambda: options(PLACES.items()))  # fmt: skip
    month_day = SelectField(
        lazy("Day of the month"), [OneOf(lambda: {"", "-1", *(str(n) for n in range(1, 32))})], validate_choice=False, default="",
        choices=lambda: options([("", "–"), *((str(n), str(n)) for n in range(1, 32)), ("-1", lazy("The last day"))]),
    )  # fmt: skip

    def pattern(self) -> Pattern:
        """Return what the form says; what is no weekday in it is left out."""
        days = sorted({int(day) for day in self.weekdays.data or () if day in set("0123456")})
        return Pattern(
            self.frequency.data, int(self.every.data), tuple(days), self.nth.data or "", int(self.month_day.data or 0)
        )  # fmt: skip

    def take(self, pattern: Pattern) -> None:
        """Say a pattern in the form."""
        self.frequency.data, self.every.data, self.nth.data = (
            pattern.frequency,
            str(pattern.every),
            pattern.place,
        )
        self.weekdays.data = [str(day) for day in pattern.weekdays]
        self.month_day.data = str(pattern.month_day or "")

    def is_put_together(self) -> bool:
        """Say whether any of these fields was touched."""
        rest = (self.every.data or "1", self.frequency.data or "WEEKLY", self.nth.data, self.month_day.data)
        return bool(self.weekdays.data) or rest != ("1", "WEEKLY", "", "")

    def has_errors(self) -> bool:
        """Say whether something is wrong with one of these fields."""
        return any(self[name].errors for name in ("every", "frequency", "weekdays", "nth", "month_day"))

    def complete(self) -> bool:
        """Say beside the field what a pattern lacks."""
        if self.nth.data == DAY and not self.month_day.data and self.frequency.data in ("MONTHLY", "YEARLY"):
            self.month_day.errors = [_("Choose a day of the month.")]
        return not self.has_errors()

    def short(self, value: t.Any) -> str:
        """Return a weekday as short as a row of seven needs it."""
        return weekday(int(value), "EEEEEE" if language() == "ar" else "EEE")


def weekday(number: int, style: str = "EEEE") -> str:
    """Return the name of a day of the week, 0 is Monday."""
    return when.date(dt.date(2024, 1, 1) + number * recurring.DAY, style)  # that was a Monday


def found_rule(
    pattern: Pattern, first: dt.datetime, known: Rule | None, known_first: dt.datetime
) -> Rule | None:
    """Return the rule of a pattern, None where its first time is none that it has.

    A `known` rule that says the same stays as it is written, also where it never had its first time."""
    made = rule_of(pattern, first)
    if (
        known is not None
        and pattern_of(known, known_first) == pattern
        and rule_of(pattern, known_first) == made
    ):
        bare = dataclasses.replace(known, count=None, until=None)
        if counting.begins_well(bare, first) or not counting.begins_well(bare, known_first):
            return bare
        return None
    return made if counting.begins_well(made, first) else None
