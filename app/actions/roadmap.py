"""The roadmap: actions and their milestones over time, drawn by the server once for readers who see the same."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from flask import Response
from markupsafe import Markup

from app.actions import lists, words
from app.actions.models import UNDER_WAY, Milestone, Origin
from app.actions.routes import asked_now, bp, common
from app.core import clock, dates, pages, policy
from app.core.database import run, several
from app.core.languages import direction, language
from app.core.policy import me
from app.core.text import slug

WIDE = 1000  # of the drawing, in its own units
FEWEST, MOST_YEARS, MOST_MEETINGS = 2, 12, 50
DAY = dt.timedelta(days=1)
_m, _o = Milestone.__table__, t.cast(t.Any, Origin.__table__)
_SAID = (_m.c.title, _m.c.language, _m.c.day, _m.c.due, _m.c.reached)
_MILESTONES = (
    sa.select(_m.c.action_id.label("of"), *_SAID)
    .where(several(_m.c.action_id, "numbers", sa.BigInteger))
    .order_by(_m.c.due, _m.c.id)
)
_OF_MEETINGS = (
    sa.select(_m.c.origin_id.label("of"), *_SAID)
    .where(several(_m.c.origin_id, "numbers", sa.BigInteger))
    .order_by(_m.c.due, _m.c.id)
)
_MEETINGS = (
    sa.select(_o.c.id, _o.c.title, _o.c.short, _o.c.language, _o.c.begins, _o.c.ends)
    .where(several(_o.c.id, "numbers", sa.BigInteger), ~_o.c.removed)
    .order_by(_o.c.begins, _o.c.id)
    .limit(MOST_MEETINGS)
)


class Scale(t.NamedTuple):
    """Where a day stands between the first and the last of the drawing; from the other side where one reads so."""

    first: dt.date
    last: dt.date
    flipped: bool

    def at(self, day: dt.date) -> int:
        """Return the place of a day."""
        whole = max(1, (self.last - self.first).days)
        place = round(WIDE * min(max((day - self.first).days, 0), whole) / whole)
        return WIDE - place if self.flipped else place

    def years(self) -> list[tuple[int, int]]:
        """Return the years that are written, with where they begin: not more than fit."""
        step = max(1, -(-(self.last.year - self.first.year) // MOST_YEARS))
        return [(year, self.at(dt.date(year, 1, 1))) for year in range(self.first.year, self.last.year, step)]


class Track(t.NamedTuple):
    """One action in the drawing: from where, how wide, with its milestones."""

    url: str
    it: t.Any
    frame: str
    late: bool
    x: int
    width: int
    open: str  # "begin" or "end" where that is not known
    marks: list[tuple[int, bool]]  # where, and whether it was reached
    said: list[t.Any]  # the same milestones in words


def scale(days: t.Collection[dt.date]) -> Scale:
    """Return the years that hold all days and today, some at least."""
    today = clock.now().date()
    first, last = min([today, *days]).year, max([today, *days]).year + 1
    return Scale(
        dt.date(first, 1, 1),
        dt.date(min(max(last, first + FEWEST), 9999), 1, 1),
        direction(language()) == "rtl",
    )


def track(entry: lists.Entry, marks: t.Sequence[t.Any], by: Scale) -> Track:
    """Return an action as the drawing has it."""
    it = entry.it
    begin, end = dates.first_day(it.begins), it.due
    known = [by.at(day) for day in (begin, end and end + DAY) if day is not None] or [0]
    return Track(
        f"/actions/{it.id}-{slug(it.title)}", it, words.frame(it.begins, it.ends),
        words.due_of(it.state, it.due, UNDER_WAY) == "late", min(known), max(6, max(known) - min(known)),
        "" if begin and end else "end" if begin else "begin",
        [(by.at(mark.due), mark.reached is not None) for mark in marks], list(marks),
    )  # fmt: skip


def meeting(row: t.Any, marks: t.Sequence[t.Any], by: Scale) -> Track:
    """Return a meeting that actions come from as the drawing has it: with the milestones that were set there."""
    days = [
        day
        for day in (dates.first_day(row.begins), dates.last_day(row.ends or row.begins))
        if day is not None
    ]
    places = [by.at(day) for day in (days and [days[0], days[-1] + DAY]) or ()] or [0]
    return Track(
        f"/actions/from/{row.id}-{slug(row.short or row.title)}", row, words.frame(row.begins, row.ends), False, min(places),
        max(6, max(places) - min(places)), "", [(by.at(mark.due), mark.reached is not None) for mark in marks], list(marks),
    )  # fmt: skip


def split(
    entries: t.Iterable[lists.Entry], marks: t.Mapping[int, t.Any]
) -> tuple[list[lists.Entry], list[lists.Entry]]:
    """Return the actions that stand somewhere in time, and the others."""
    dated, others = [], []
    for entry in entries:
        (dated if entry.it.begins or entry.it.due or marks.get(entry.id) else others).append(entry)
    return dated, others


def drawn(found: lists.Found, known: lists.Index, meetings: tuple[int, ...] = ()) -> Markup:
    """Return the drawing; kept with the answer that it shows, which is thrown away when anything changes."""
    key = ("roadmap", language(), clock.now().date(), meetings)
    if key not in found.drawn:
        found.drawn[key] = Markup(pages.render("actions/_roadmap.html", **values(found, known, meetings)))
    return t.cast(Markup, found.drawn[key])


def values(found: lists.Found, known: lists.Index, meetings: tuple[int, ...]) -> dict[str, t.Any]:
    """Return all that the drawing says: three statements, however many actions there are."""
    entries = [known.sieve.entries[known.sieve.slots[number]] for number in found.ids]
    marks, theirs = _marks(_MILESTONES, found.ids), _marks(_OF_MEETINGS, meetings)
    from_where = run(_MEETINGS, {"numbers": list(meetings)}).all() if meetings else []
    dated, others = split(entries, marks)
    days = [day for one in dated for day in (dates.first_day(one.it.begins), one.it.due) if day is not None]
    days += [mark.due for each in (marks, theirs) for rows in each.values() for mark in rows]
    by = scale([*days, *filter(None, (dates.first_day(row.begins) for row in from_where))])
    return {
        "tracks": [track(one, marks.get(one.id, ()), by) for one in dated], "years": by.years(), "wide": WIDE,
        "meetings": [meeting(row, theirs.get(row.id, ()), by) for row in from_where],
        "today": by.at(clock.now().date()), "others": others, "words": words, "slug": slug, "exact": dates.words,
        "flipped": by.flipped,
    }  # fmt: skip


def _marks(statement: t.Any, numbers: t.Sequence[int]) -> dict[int, list[t.Any]]:
    found: dict[int, list[t.Any]] = {}
    for row in run(statement, {"numbers": list(numbers)}) if numbers else ():
        found.setdefault(row.of, []).append(row)
    return found


def meetings_of(asked: t.Any, found: lists.Found, seen: t.Iterable[str]) -> tuple[int, ...]:
    """Return the meetings whose milestones stand there: all that the reader sees; with filters, those that actions come from."""
    mine = {int(number) for number in seen}
    if asked.origin:
        return tuple(sorted(mine & set(map(int, asked.origin))))
    if asked.on or asked.q:
        mine &= {int(number) for number, count in found.counts["origin"].items() if count}
    return tuple(sorted(mine))


@bp.get("/actions/roadmap")
@policy.public
def roadmap() -> Response:
    """Show actions over time, with the milestones of the meetings that they come from."""
    asked, known = asked_now()._replace(sort="", after=0, before=0), lists.index()
    found = known.find(me().viewer, asked)
    said = common("roadmap", asked, found)
    meetings = meetings_of(asked, found, (key for key, _name in said["origins"]))
    return pages.page(
        "actions/roadmap.html", place="actions", **said, drawing=drawn(found, known, meetings) if found.ids or meetings else "",
    )  # fmt: skip
