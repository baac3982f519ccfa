"""The views of the calendar: a month, a week, what comes, the conferences of a year."""

import datetime as dt
import typing as t

from flask import Blueprint, Response, abort, redirect, request
from markupsafe import Markup

from app.calendar import choices, grid, lists, roll
from app.calendar.asked import Asked
from app.calendar.grid import DAY
from app.core import pages, policy, when
from app.core.activity import highest
from app.core.languages import _, language, zone
from app.core.policy import me
from app.members import names

bp = Blueprint("calendar", __name__)
SHOWN, LISTED = 3, 6  # lines of a day in the table, and in the list below it


def asked() -> Asked:
    """Return the filters of the request's address."""
    return Asked.from_args(request.args)


@bp.get("/calendar")
@policy.public
def index() -> t.Any:
    """Lead to the month of today; a telephone, as far as its browser says that it is one, to what comes."""
    phone = request.headers.get("Sec-CH-UA-Mobile") == "?1"
    answer = redirect(asked().address("/calendar/agenda" if phone else month_url(grid.today())), 302)
    answer.vary.add("Sec-CH-UA-Mobile")
    return answer


def month_url(day: dt.date) -> str:
    """Return the address of the month of a day."""
    return f"/calendar/{day.year:04}-{day.month:02}"


def week_url(day: dt.date) -> str:
    """Return the address of the week of a day."""
    year, week, _weekday = day.isocalendar()
    return f"/calendar/week/{year:04}-W{week:02}"


@bp.get("/calendar/<int(fixed_digits=4):year>-<int(fixed_digits=2):month>")
@policy.public
def month(year: int, month: int) -> Response:
    """Show a month as a table, and its days with events as a list."""
    first = _day(year, month, 1)
    days = [day for week in grid.weeks_of(year, month) for day in week]
    before, after = (dt.date(*roll.month_after(year, month, by), 1) for by in (-1, 1))
    want, last = asked(), highest()
    drawn = _drawn(want, days[0], days[-1], last, "calendar/_month.html", ("month", year, month), month=month)
    return _page(
        "calendar/month.html", "month", first, want, last, drawn=drawn, title=when.date(first, "LLLL y"),
        span=(days[0], days[-1]), before=_step(before, month_url(before), want), after=_step(after, month_url(after), want),
    )  # fmt: skip


@bp.get("/calendar/week/<int(fixed_digits=4):year>-W<int(fixed_digits=2):week>")
@policy.public
def week(year: int, week: int) -> Response:
    """Show a week, a column for each day."""
    try:
        first = dt.date.fromisocalendar(year, week, 1)
    except ValueError:
        abort(404)
    first, last_day = _day(first.year, first.month, first.day), first + 6 * DAY
    want, last = asked(), highest()
    drawn = _drawn(want, first, last_day, last, "calendar/_week.html", ("week", year, week), month=0)
    title = _("%(from)s to %(to)s", **{"from": when.date(first, "d MMMM"), "to": when.date(last_day)})
    before, after = first - 7 * DAY, first + 7 * DAY
    return _page(
        "calendar/month.html", "week", first, want, last, drawn=drawn, title=title, span=(first, last_day),
        before=_step(before, week_url(before), want, week=True), after=_step(after, week_url(after), want, week=True),
    )  # fmt: skip


def _day(year: int, month: int, day: int) -> dt.date:
    """Return a day that the calendar shows; 404 for any other."""
    try:
        found = dt.date(year, month, day)
    except ValueError:
        abort(404)
    if not grid.within(found):
        abort(404)
    return found


class Step(t.NamedTuple):
    """The way to the month or week before or after."""

    url: str
    word: str


def _step(day: dt.date, url: str, want: Asked, week: bool = False) -> Step | None:
    if not grid.within(day):
        return None
    return Step(want.address(url), when.date(day, "d MMMM y" if week else "LLLL y"))


def _drawn(
    want: Asked, first: dt.date, last: dt.date, newest: int, template: str, key: t.Any, month: int
) -> Markup:
    """Return the table of some days, drawn once for readers who see the same."""
    who, some = me(), roll.months(first, last, newest)
    sights, due, mine = (
        roll.sights(who.viewer, some),
        tuple(grid.dues(who, want, first, last)),
        lists.mine(who, first, last),
    )
    key = (*key, language(), zone(), grid.today(), want, sights, due, mine)

    def draw() -> Markup:
        days = grid.by_day(grid.listed(some, sights, want, first, last), due, first, last)
        weeks = [
            [first + (number + n) * DAY for n in range(7)] for number in range(0, (last - first).days + 1, 7)
        ]
        return Markup(
            pages.render(template, weeks=weeks, days=days, month=month, today=grid.today(), shown=SHOWN, listed=LISTED,
                         want=want, words=choices, lists=lists, mine=dict(mine))
        )  # fmt: skip

    return roll.roll(newest).once(key, draw)


def _page(template: str, view: str, day: dt.date, want: Asked, last: int, **more: t.Any) -> Response:
    """Return a page of the calendar with what all views have."""
    return pages.page(
        template, place="calendar", last=last, want=want, on=len(want.pairs()), may_add=me().is_authenticated, words=choices,
        head=_head(view, day, want, last, more), now=grid.today(), noindex=view != "agenda" or bool(want.pairs()), **more,
    )  # fmt: skip


def _head(view: str, day: dt.date, want: Asked, last: int, more: dict[str, t.Any]) -> Markup:
    """Return what stands above every view, drawn once for readers who see the same of it."""
    who, today = me(), grid.today()
    named = choices.named(who.viewer, want.group)
    key = (
        "head",
        view,
        day,
        request.path,
        language(),
        zone(),
        today,
        want,
        who.groups,
        who.is_authenticated,
        *named,
    )

    def draw() -> Markup:
        values = {name: more.get(name) for name in ("title", "before", "after")}
        return Markup(
            pages.render(
                "calendar/_head.html", view=view, want=want, tabs=_tabs(day, want, more.get("span")), path=request.path,
                filters=choices.filters(who, want, named), on=len(want.pairs()), today=_now_url(view, want), member=bool(who.id),
                clock=clock_words(more.get("span")), **values,
            )
        )  # fmt: skip

    return roll.roll(last).once(key, draw)


def _tabs(day: dt.date, want: Asked, span: tuple[dt.date, dt.date] | None) -> list[tuple[str, str, t.Any]]:
    """Return the ways to the other views of the same days."""
    near = grid.today() if _shows(span, grid.today()) else day
    return [
        ("month", want.address(month_url(near)), _("Month")),
        ("week", want.address(week_url(near)), _("Week")),
        ("agenda", want.address("/calendar/agenda"), _("Agenda")),
        ("year", want.address(f"/calendar/year/{near.year}"), _("Conferences")),
    ]


def _now_url(view: str, want: Asked) -> str:
    """Return where a view shows today."""
    today = grid.today()
    here = {"month": month_url(today), "week": week_url(today), "agenda": "/calendar/agenda"}
    return want.address(here.get(view, f"/calendar/year/{today.year}"))


def _shows(span: tuple[dt.date, dt.date] | None, day: dt.date) -> bool:
    return span is not None and span[0] <= day <= span[1]


def clock_words(span: tuple[dt.date, dt.date] | None) -> Markup:
    """Say on which clocks the times are, and when these clocks change in the days that are shown."""
    there, name = when.reader_zone(), zone()
    first, last = span or (grid.today(), grid.today())
    words = names.zone_words(name, dt.datetime.combine(first, dt.time(12), tzinfo=there))
    said = _("Times are shown for %(zone)s.", zone=words)
    changed = _change(first, last, there)
    if changed is None:
        return said
    then = names.zone_words(name, dt.datetime.combine(changed, dt.time(12), tzinfo=there))
    return (
        said
        + " "
        + _("Clocks change on %(day)s: then it is %(zone)s.", day=when.date(changed, "d MMMM"), zone=then)
    )


def _change(first: dt.date, last: dt.date, there: dt.tzinfo) -> dt.date | None:
    """Return the first day on which a zone has another offset than at the beginning."""
    noons = [
        dt.datetime.combine(first + n * DAY, dt.time(12), tzinfo=there)
        for n in range((last - first).days + 1)
    ]
    return next((noon.date() for noon in noons if noon.utcoffset() != noons[0].utcoffset()), None)


# --- lists --------------------------------------------------------------------------------------------------


@bp.get("/calendar/agenda")
@policy.public
def agenda() -> Response:
    """Show what comes, day by day; with an address of its own for each page, earlier and later."""
    want, last, who = asked(), highest(), me()
    until, start = lists.day_of(request.args.get("until")), lists.day_of(request.args.get("from"))
    found = lists.agenda(who, want, start or grid.today(), until, last)
    return _page(
        "calendar/agenda.html", "agenda", start or grid.today(), want, last, title=_("Agenda"), months=found.months,
        later=want.address("/calendar/agenda", **{"from": found.later}) if found.later else "",
        earlier=want.address("/calendar/agenda", until=found.earlier) if found.earlier else "",
        from_today=start is None and until is None, lists=lists, mine=dict(found.mine), before=None, after=None,
    )  # fmt: skip


@bp.get("/calendar/year/<int(fixed_digits=4):year>")
@policy.public
def year(year: int) -> Response:
    """Show the conferences of a year, or all events of another kind that is chosen."""
    first, want, last = _day(year, 1, 1), asked(), highest()
    found = lists.of_year(me(), want if want.kind else want._replace(kind="conference"), year, last)
    before, after = (
        dt.date(y, 1, 1) if grid.within(dt.date(y, 1, 1)) else None for y in (year - 1, year + 1)
    )
    steps = [
        day and Step(want.address(f"/calendar/year/{day.year}"), str(day.year)) for day in (before, after)
    ]
    title = choices.form_word(want.kind) if want.kind else _("Conferences")
    return _page(
        "calendar/agenda.html", "year", first, want, last, title=_("%(what)s %(year)s", what=title, year=year),
        months=found.months, later="", earlier="", from_today=False, lists=lists, mine=dict(found.mine),
        before=steps[0], after=steps[1],
    )  # fmt: skip
