"""The ways in which an event repeats: the usual ones by name, and each of them in words."""

import dataclasses
import datetime as dt
import typing as t

from app.calendar import recurring
from app.calendar.models import Series
from app.calendar.recurring import Rule
from app.calendar.rule_form import DAY, Pattern, pattern_of, weekday
from app.core import when
from app.core.languages import _, lazy, ngettext

KEPT, CUSTOM = "kept", "custom"  # a rule from elsewhere, left as it is; one that is put together
WAYS: dict[str, t.Any] = {
    "": lazy("It does not repeat"),
    "weekly": lazy("Every week"),
    "fortnight": lazy("Every two weeks"),
    "monthly": lazy("Every month on the same day, such as the 9th"),
    "weekday": lazy("Every month on the same weekday, such as the second Tuesday"),
    "last": lazy("Every month on the last such weekday, such as the last Friday"),
    "yearly": lazy("Every year"),
    CUSTOM: lazy("Another way, as it is put together here"),
}


def way(rule: Rule, first: dt.datetime) -> str:
    """Return which of the ways a rule is, for a series whose first time is known."""
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
    return CUSTOM if pattern_of(rule, first) else KEPT


def last_day(one: Series, rule: Rule) -> dt.date | None:
    """Return the last day on which a series may begin, on the clocks of its place."""
    if isinstance(rule.until, dt.datetime):
        return one.on_clocks(rule.until).date() if rule.until.tzinfo else rule.until.date()
    return rule.until


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


def _often(rule: Rule, first: dt.datetime) -> t.Any:
    known = way(rule, first)
    if known in ("weekday", "last"):
        nth, day = rule.days[0]
        return _nth(nth, weekday(day))
    if known == "weekly":
        return _("Every week on %(day)s", day=weekday(first.weekday()))
    if known == "fortnight":
        return _("Every two weeks on %(day)s", day=weekday(first.weekday()))
    if known == "monthly":
        return _("Every month on day %(day)s", day=first.day)
    if known == "yearly":
        return _("Every year on %(day)s", day=when.date(first.date(), "d MMMM"))
    pattern = pattern_of(rule, first)
    on = _on(pattern, first) if pattern is not None else _on_weekdays(rule)
    return " ".join(str(one) for one in (_every(rule), on) if one)


def _nth(nth: int, day: str) -> t.Any:
    said: dict[int, t.Callable[[], t.Any]] = {
        1: lambda: _("Every first %(day)s of the month", day=day),
        2: lambda: _("Every second %(day)s of the month", day=day),
        3: lambda: _("Every third %(day)s of the month", day=day),
        4: lambda: _("Every fourth %(day)s of the month", day=day),
        -1: lambda: _("Every last %(day)s of the month", day=day),
    }
    return said[nth]()


def _every(rule: Rule) -> t.Any:
    num = rule.interval
    if rule.frequency == "DAILY":
        return _("Every day") if num == 1 else ngettext("Every %(num)d day", "Every %(num)d days", num)
    if rule.frequency == "WEEKLY":
        return _("Every week") if num == 1 else ngettext("Every %(num)d week", "Every %(num)d weeks", num)
    if rule.frequency == "MONTHLY":
        return _("Every month") if num == 1 else ngettext("Every %(num)d month", "Every %(num)d months", num)
    return _("Every year") if num == 1 else ngettext("Every %(num)d year", "Every %(num)d years", num)


def _on_weekdays(rule: Rule) -> t.Any:
    """Say the weekdays of a rule from elsewhere."""
    if rule.frequency != "WEEKLY" or not rule.days:
        return ""
    return _("on %(days)s", days=_listed(day for _number, day in sorted(rule.days, key=lambda one: one[1])))


def _listed(days: t.Iterable[int]) -> str:
    return str(_(", ")).join(weekday(day) for day in days)


def _on(pattern: Pattern, first: dt.datetime) -> str:
    """Say on which days something takes place, by what the form can say."""
    if pattern.frequency in ("DAILY", "WEEKLY"):
        days = pattern.weekdays or (first.weekday(),) * (pattern.frequency == "WEEKLY")
        return str(_("on %(days)s", days=_listed(days))) if days else ""
    if pattern.frequency == "YEARLY" and not pattern.place:
        return str(_("on %(days)s", days=when.date(first.date(), "d MMMM")))
    month = _("in %(month)s", month=when.date(first.date(), "LLLL")) if pattern.frequency == "YEARLY" else ""
    return " ".join(str(one) for one in (month, _in_month(pattern, first)) if one)


def _in_month(pattern: Pattern, first: dt.datetime) -> t.Any:
    if pattern.place in ("", DAY):
        day = pattern.month_day or first.day
        return _("on the last day of the month") if day == -1 else _("on day %(day)s of the month", day=day)
    days = _listed(pattern.weekdays)
    said: dict[str, t.Callable[[], t.Any]] = {
        "1": lambda: _("on the first %(days)s of the month", days=days),
        "2": lambda: _("on the second %(days)s of the month", days=days),
        "3": lambda: _("on the third %(days)s of the month", days=days),
        "4": lambda: _("on the fourth %(days)s of the month", days=days),
        "-1": lambda: _("on the last %(days)s of the month", days=days),
    }
    return said[pattern.place]()
