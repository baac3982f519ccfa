"""How an event repeats, as a form asks it and as a page says it: the usual ways by name, others as they came."""

import dataclasses
import datetime as dt
import typing as t

from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.calendar import counting, recurring
from app.calendar.models import Series
from app.calendar.recurring import Rule
from app.calendar.rule_form import Ruled, found_rule, pattern_of
from app.calendar.ways import CUSTOM, KEPT, WAYS, extra_days, last_day, way, words
from app.core.attaching import options
from app.core.languages import _, lazy
from app.core.text import clean_line, clean_text
from app.members.forms import DayField, OneOf

ENDS: dict[str, t.Any] = {
    "never": lazy("Never"),
    "times": lazy("After a number of times"),
    "day": lazy("On a day"),
}
MOST_TIMES, MOST_EXTRA = 500, 50
A_YEAR = 366


class Repeating(Ruled):
    """Whether an event repeats, until when, and on which further days."""

    repeat = SelectField(lazy("How often"), [OneOf(lambda: {*WAYS, KEPT})], validate_choice=False, default="",
                         choices=lambda: options(WAYS.items()))  # fmt: skip
    ending = RadioField(
        lazy("Ends"),
        [OneOf(lambda: ENDS)],
        validate_choice=False,
        default="never",
        choices=options(ENDS.items()),
    )
    times = StringField(
        lazy("How many times"), [Optional()], filters=[clean_line], render_kw={"inputmode": "numeric"}
    )
    until = DayField(lazy("Last day on which it may begin"), [Optional()])
    extra = TextAreaField(lazy("Further days"), [Optional()], filters=[clean_text], render_kw={"rows": 2})

    def know(self, one: Series) -> None:
        """Offer the rule of a series that is none of the usual ones."""
        if one.rule and way(recurring.read(one.rule), one.first) == KEPT:
            self.repeat.choices = [SelectChoice(KEPT, words(one)), *options(WAYS.items())]

    def fill(self, one: Series) -> None:
        """Say how a series repeats so far."""
        rule = recurring.read(one.rule) if one.rule else None
        self.repeat.data = way(rule, one.first) if rule else ""
        pattern = pattern_of(rule, one.first) if rule is not None and self.repeat.data == CUSTOM else None
        if pattern is not None:
            self.take(pattern)
        if rule is not None and rule.count:
            self.ending.data, self.times.data = "times", str(rule.count)
        if rule is not None and rule.until:
            self.ending.data, self.until.data = "day", last_day(one, rule)
        self.extra.data = "\n".join(day.isoformat() for day in extra_days(one))

    def follow(self, one: Series, first: dt.date) -> None:
        """Say how a series repeats whose first time is another: its end and further days lie as far from it as before."""
        self.fill(one)
        by = first - one.first.date()
        if self.until.data:
            self.until.data += by
        self.extra.data = "\n".join((day + by).isoformat() for day in extra_days(one))

    def rule(self, first: dt.datetime, one: Series | None = None) -> str | None:
        """Return the rule for a first time on the clocks of its place; None with words beside the field that is wrong."""
        known = recurring.read(one.rule) if one is not None and one.rule else None
        if self.repeat.data == CUSTOM:
            return self._put_together(first, known, one)
        if self.repeat.data == KEPT:
            return dataclasses.replace(known, count=None, until=None).text() + self._end() if known else ""
        if not self.repeat.data:
            return ""
        nth = (first.day - 1) // 7 + 1
        day = recurring.DAYS[first.weekday()]
        if self.repeat.data == "last" and (first + 7 * recurring.DAY).month == first.month:
            return self._not_so("repeat", _("This day is not the last of its weekday in its month."))
        if self.repeat.data == "weekday" and nth == 5:
            return self._not_so(
                "repeat", _("Not every month has a fifth such weekday. Choose the last one instead.")
            )
        known_ways = {
            "weekly": "FREQ=WEEKLY", "fortnight": "FREQ=WEEKLY;INTERVAL=2", "monthly": "FREQ=MONTHLY", "yearly": "FREQ=YEARLY",
            "weekday": f"FREQ=MONTHLY;BYDAY={nth}{day}", "last": f"FREQ=MONTHLY;BYDAY=-1{day}",
        }  # fmt: skip
        return known_ways[self.repeat.data] + self._end()

    def _put_together(self, first: dt.datetime, known: Rule | None, one: Series | None) -> str | None:
        """Return the rule that is put together in the form."""
        made = found_rule(self.pattern(), first, known, one.first if one is not None else first)
        if made is None:
            return self._not_so(
                "repeat", _("The first day is none of those on which it repeats. Choose another first day, or other days here.")
            )  # fmt: skip
        return made.text() + self._end()

    def _end(self) -> str:
        if self.ending.data == "times" and self.times.data:
            return f";COUNT={int(self.times.data)}"
        return f";UNTIL={self.until.data:%Y%m%d}" if self.ending.data == "day" and self.until.data else ""

    def fits(self, first: dt.date) -> bool:
        """Check what the form says of the end and of further days; words beside the field that is wrong."""
        text = self.times.data or ""
        if self.repeat.data != CUSTOM and self.is_put_together():
            self._not_so("repeat", _("Another way is put together below. Choose it here, or empty it."))
        if not self.repeat.data:
            return self._days_fit()
        if self.repeat.data == CUSTOM and not self.complete():
            return False
        if self.ending.data == "times" and not (
            text.isascii() and text.isdigit() and 1 < int(text[:6]) <= MOST_TIMES
        ):
            self._not_so("times", _("Write a number of times, from 2 to %(most)s.", most=MOST_TIMES))
        if self.ending.data == "day" and (self.until.data is None or self.until.data <= first):
            self._not_so("until", _("Choose a day after the first one."))
        return self._days_fit() and not self.errors

    def _days_fit(self) -> bool:
        if self.days() is None:
            self._not_so(
                "extra", _("Write one day a line, like 2026-03-21, %(most)s at most.", most=MOST_EXTRA)
            )
        return not self.errors

    def days(self) -> list[dt.date] | None:
        """Return the further days, None where one of them is no day."""
        try:
            found = [
                dt.date.fromisoformat(text) for text in (self.extra.data or "").replace(",", " ").split()
            ]
        except ValueError:
            return None
        return found if len(found) <= MOST_EXTRA and all(1945 <= day.year <= 2100 for day in found) else None

    def repeats(self) -> bool:
        """Say whether there is more than one time."""
        return bool(self.repeat.data or self.days())

    def _not_so(self, name: str, why: t.Any) -> None:
        self[name].errors = [why]


def normal(text: str, first: dt.datetime, zone: str, all_day: bool, one: Series | None = None) -> str:
    """Return a rule of the form as a series keeps it: nothing begins after a moment of its last day.

    Where that day is the one that a series ends with already, the moment stays as it is there."""
    rule = recurring.read(text) if text else None
    if rule is None or rule.until is None:
        return text
    known = recurring.read(one.rule) if one is not None and one.rule else None
    if one is not None and known and last_day(one, known) == rule.until and one.first.time() == first.time():
        return dataclasses.replace(rule, until=known.until).text()
    if all_day:
        return text
    return dataclasses.replace(
        rule, until=counting.moment(dt.datetime.combine(rule.until, first.time()), zone)
    ).text()


def fitting(one: Series, hour: dt.datetime) -> dt.datetime:
    """Return the first hour from one on with which the rule of a series can begin; within a year it has none: that hour."""
    rule = recurring.read(one.rule) if one.rule else None
    later = (hour + number * recurring.DAY for number in range(A_YEAR))
    return next((one for one in later if rule is None or counting.begins_well(rule, one)), hour)
