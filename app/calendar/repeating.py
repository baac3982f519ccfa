"""How an event repeats, as a form asks it and as a page says it: the usual ways by name, others as they came."""

import dataclasses
import datetime as dt
import typing as t

from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.calendar import counting, recurring
from app.calendar.models import Series
from app.calendar.recurring import Rule
from app.core import when
from app.core.attaching import Ours, options
from app.core.languages import _, lazy, ngettext
from app.core.text import clean_line, clean_text
from app.members.forms import DayField, OneOf

KEPT = "kept"  # a rule from elsewhere, left as it is
WAYS: dict[str, t.Any] = {
    "": lazy("It does not repeat"),
    "weekly": lazy("Every week"),
    "fortnight": lazy("Every two weeks"),
    "monthly": lazy("Every month on the same day, such as the 9th"),
    "weekday": lazy("Every month on the same weekday, such as the second Tuesday"),
    "last": lazy("Every month on the last such weekday, such as the last Friday"),
    "yearly": lazy("Every year"),
}
ENDS: dict[str, t.Any] = {
    "never": lazy("Never"),
    "times": lazy("After a number of times"),
    "day": lazy("On a day"),
}
MOST_TIMES, MOST_EXTRA = 500, 50
A_YEAR = 366


class Repeating(Ours):
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
        if one.rule and way(recurring.read(one.rule)) == KEPT:
            self.repeat.choices = [SelectChoice(KEPT, words(one)), *options(WAYS.items())]

    def fill(self, one: Series) -> None:
        """Say how a series repeats so far."""
        rule = recurring.read(one.rule) if one.rule else None
        self.repeat.data = way(rule) if rule else ""
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
        if self.repeat.data == KEPT:
            known = recurring.read(one.rule) if one is not None and one.rule else None
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

    def _end(self) -> str:
        if self.ending.data == "times" and self.times.data:
            return f";COUNT={int(self.times.data)}"
        return f";UNTIL={self.until.data:%Y%m%d}" if self.ending.data == "day" and self.until.data else ""

    def fits(self, first: dt.date) -> bool:
        """Check what the form says of the end and of further days; words beside the field that is wrong."""
        text = self.times.data or ""
        if not self.repeat.data:
            return self._days_fit()
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


def way(rule: Rule) -> str:
    """Return which of the usual ways a rule is."""
    bare = dataclasses.replace(rule, count=None, until=None, week_start=0)
    simple = {
        Rule("WEEKLY"): "weekly",
        Rule("WEEKLY", 2): "fortnight",
        Rule("MONTHLY"): "monthly",
        Rule("YEARLY"): "yearly",
    }
    if bare in simple:
        return simple[bare]
    if (
        len(rule.days) == 1
        and bare == Rule("MONTHLY", days=rule.days)
        and rule.days[0][0] in (-1, 1, 2, 3, 4)
    ):
        return "last" if rule.days[0][0] < 0 else "weekday"
    return KEPT


def last_day(one: Series, rule: Rule) -> dt.date | None:
    """Return the last day on which a series may begin, on the clocks of its place."""
    if isinstance(rule.until, dt.datetime):
        return one.on_clocks(rule.until).date() if rule.until.tzinfo else rule.until.date()
    return rule.until


def fitting(one: Series, hour: dt.datetime) -> dt.datetime:
    """Return the first hour from one on with which the rule of a series can begin; within a year it has none: that hour."""
    rule = recurring.read(one.rule) if one.rule else None
    later = (hour + number * recurring.DAY for number in range(A_YEAR))
    return next((one for one in later if rule is None or counting.begins_well(rule, one)), hour)


def extra_days(one: Series) -> list[dt.date]:
    """Return the further days of a series."""
    return [one.on_clocks(dt.datetime.fromisoformat(text)).date() for text in one.extra]


# --- in words -----------------------------------------------------------------------------------------------


def words(one: Series) -> str:
    """Say how a series repeats."""
    rule = recurring.read(one.rule) if one.rule else None
    said = [str(_often(rule, one.first)) if rule else ""]
    if rule is not None and rule.count:
        said.append(str(ngettext("%(num)d time in all", "%(num)d times in all", rule.count)))
    if rule is not None and rule.until:
        said.append(str(_("until %(day)s", day=when.date(last_day(one, rule)))))
    if one.extra:
        days = str(_(", ")).join(when.date(day, "d MMMM y") for day in extra_days(one))
        said.append(str(_("also on %(days)s", days=days)))
    return str(_(", ")).join(filter(None, said))


def _nth(nth: int, day: str) -> t.Any:
    said: dict[int, t.Callable[[], t.Any]] = {
        1: lambda: _("Every first %(day)s of the month", day=day),
        2: lambda: _("Every second %(day)s of the month", day=day),
        3: lambda: _("Every third %(day)s of the month", day=day),
        4: lambda: _("Every fourth %(day)s of the month", day=day),
        -1: lambda: _("Every last %(day)s of the month", day=day),
    }
    return said[nth]()


def _often(rule: Rule, first: dt.datetime) -> t.Any:
    weekday = when.date(first.date(), "EEEE")
    known = way(rule)
    if known in ("weekday", "last"):
        nth, day = rule.days[0]
        return _nth(nth, _weekday(day))
    if known == "weekly":
        return _("Every week on %(day)s", day=weekday)
    if known == "fortnight":
        return _("Every two weeks on %(day)s", day=weekday)
    if known == "monthly":
        return _("Every month on day %(day)s", day=first.day)
    if known == "yearly":
        return _("Every year on %(day)s", day=when.date(first.date(), "d MMMM"))
    if rule.frequency == "WEEKLY" and rule.days:
        days = str(_(", ")).join(_weekday(day) for _nth, day in sorted(rule.days, key=lambda one: one[1]))
        return str(_every(rule)) + " " + str(_("on %(days)s", days=days))
    return _every(rule)


def _weekday(day: int) -> str:
    return when.date(dt.date(2024, 1, 1) + day * recurring.DAY, "EEEE")  # that was a Monday


def _every(rule: Rule) -> t.Any:
    """Say how often, for a rule that came from elsewhere."""
    num = rule.interval
    if rule.frequency == "DAILY":
        return _("Every day") if num == 1 else ngettext("Every %(num)d day", "Every %(num)d days", num)
    if rule.frequency == "WEEKLY":
        return _("Every week") if num == 1 else ngettext("Every %(num)d week", "Every %(num)d weeks", num)
    if rule.frequency == "MONTHLY":
        return _("Every month") if num == 1 else ngettext("Every %(num)d month", "Every %(num)d months", num)
    return _("Every year") if num == 1 else ngettext("Every %(num)d year", "Every %(num)d years", num)
