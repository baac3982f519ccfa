"""What pages say of minutes: texts with what became of their lines, open points of earlier meetings."""

import datetime as dt
import functools
import itertools
import typing as t

import sqlalchemy as sa
from markupsafe import Markup

from app.calendar import minutes, minutes_points
from app.calendar import minutes_lines as lines
from app.calendar.agenda_models import AgendaRow
from app.calendar.minutes_lines import ACTION, DECISION
from app.calendar.minutes_models import (
    GENERAL,
    OPEN,
    MinutesAmendment,
    MinutesPart,
    MinutesPoint,
    MinutesVersion,
)
from app.calendar.models import Event
from app.core import clock, merging, pages, panels, text
from app.core.agreed import Points
from app.core.audience import Viewer, bound, in_sight
from app.core.database import locate, run
from app.core.languages import _
from app.core.policy import Me, can, me
from app.extensions import db

MOST_POINTS, MOST_BEFORE = 400, 200  # what is over is left out when drawn; most events have no minutes
MEETINGS = ("meeting", "conference")  # whose agenda says what is open in the group
_e, _p = Event.__table__, MinutesPoint.__table__
_EARLIER = (
    sa.select(_e.c.id, _e.c.title, _e.c.language, _e.c.starts, _e.c.minutes)
    .where(
        _e.c.space_id == sa.bindparam("space"), _e.c.starts < sa.bindparam("starts", type_=_e.c.starts.type),
        ~_e.c.removed, _e.c.cancelled.is_(None), in_sight(_e.c.audience_id),
    )
    .order_by(_e.c.starts.desc(), _e.c.id.desc())
    .limit(MOST_BEFORE)
)  # fmt: skip
_REFS = (
    sa.select(_p.c.ref)
    .where(_p.c.event_id.in_(sa.bindparam("events", expanding=True)), _p.c.kind == ACTION, _p.c.ref != "")
    .order_by(_p.c.event_id.desc(), _p.c.part_id, _p.c.position)
    .limit(MOST_POINTS)
)  # fmt: skip


class Block(t.NamedTuple):
    """A piece of a text: words as HTML, a line that became something, or two texts in one place."""

    kind: str  # html, action, decision, clash
    html: Markup
    line: str
    items: tuple[tuple[str, str], ...]  # of a clash: who, and what they wrote


class Drawn(t.NamedTuple):
    """A block as a reader sees it: with the card of the action that a line became."""

    kind: str
    html: Markup
    words: str
    items: tuple[tuple[str, str], ...]


class Part(t.NamedTuple):
    """One row of the minutes as pages show it."""

    row_id: int
    title: str
    ref: str
    text: str
    version: int
    blocks: list[Drawn]
    faults: list[tuple[str, t.Any]]  # a line, and what is wrong with it
    clash: bool
    last: t.Any  # the newest version: by, at
    amendments: list[t.Any]


@functools.lru_cache(256)
def blocks(source: str, day: dt.date) -> tuple[Block, ...]:
    """Return the pieces of a text; what is equal is drawn once."""
    every = source.split("\n")
    flags = merging.contested(every)
    found: list[Block] = []
    tagged = [(_kind(line, flag, day), line) for line, flag in zip(every, flags, strict=True)]
    for kind, group in itertools.groupby(tagged, key=lambda pair: pair[0]):
        own = [line for _kind_, line in group]
        if kind == "html" and any(line.strip() for line in own):
            found.append(Block("html", Markup(text.render("\n".join(own))), "", ()))
        elif kind == "clash":
            found += [Block("clash", Markup(""), "", one) for one in _clashes(own)]
        elif kind in (ACTION, DECISION):
            found += [Block(kind, Markup(""), line.strip(), ()) for line in own]
    return tuple(found)


def _kind(line: str, contested: bool, day: dt.date) -> str:
    if contested:
        return "clash"
    mark = lines.read(line, day)
    return mark.kind if mark is not None else "html"


def _clashes(own: list[str]) -> list[tuple[tuple[str, str], ...]]:
    """Return the texts between marks, each with who wrote it."""
    found: list[list[list[str]]] = []
    for line in own:
        mark = merging.MARK.fullmatch(line)
        if mark and mark[1] == merging.FIRST:
            found.append([[line[3:].strip()]])
        elif mark and mark[1] == merging.SECOND and found:
            found[-1].append([line[3:].strip()])
        elif not mark and found:
            found[-1][-1].append(line)
    return [tuple((side[0], "\n".join(side[1:])) for side in one) for one in found]


def rows_of(event: Event) -> list[AgendaRow]:
    """Return the rows of the programme in order; those that were taken out too."""
    mine = sa.select(AgendaRow).where(AgendaRow.event_id == event.id)
    return list(db.session.scalars(mine.order_by(AgendaRow.position, AgendaRow.id)))


def parts(event: Event, writing: bool = False) -> list[Part]:
    """Return the rows of the minutes: for who writes all of the programme, for readers those that say something."""
    kept = {part.row_id: part for part in minutes.parts(event)}
    every = rows_of(event)
    open_rows = [
        row for row in every if (row.id in kept and kept[row.id].text) or (writing and _minuted(row))
    ]
    wanted = [(row.id, row.title) for row in open_rows]
    general = kept.get(GENERAL)
    if (general is not None and general.text) or (writing and not wanted):
        wanted.insert(0, (GENERAL, str(_("General")) if wanted else ""))
    return drawn(event, [(kept.get(number), number, title) for number, title in wanted], writing)


def _minuted(row: AgendaRow) -> bool:
    return not row.removed and row.form != "break"


def drawn(event: Event, wanted: t.Sequence[tuple[MinutesPart | None, int, str]], writing: bool) -> list[Part]:
    """Return parts as pages show them: points, newest versions and amendments read once for all."""
    numbers = [part.id for part, _number, _title in wanted if part is not None]
    points: dict[tuple[int, str], MinutesPoint] = {
        (point.part_id, point.line): point
        for point in db.session.scalars(sa.select(MinutesPoint).where(MinutesPoint.part_id.in_(numbers)))
    }
    asked = sa.select(MinutesAmendment).where(
        MinutesAmendment.part_id.in_(numbers), MinutesAmendment.state == OPEN
    )
    proposed = list(db.session.scalars(asked.order_by(MinutesAmendment.id)))
    newest = _newest(numbers)
    return [
        _part(event, part or MinutesPart(event_id=event.id, row_id=number, text="", version=0), title, points, proposed, newest,
              writing)
        for part, number, title in wanted
    ]  # fmt: skip


def _newest(numbers: list[int]) -> dict[int, t.Any]:
    last = sa.select(sa.func.max(MinutesVersion.id)).where(MinutesVersion.part_id.in_(numbers))
    rows = sa.select(MinutesVersion.part_id, MinutesVersion.by, MinutesVersion.at).where(
        MinutesVersion.id.in_(last.group_by(MinutesVersion.part_id))
    )
    return {row.part_id: row for row in db.session.execute(rows)}


def _part(
    event: Event, part: MinutesPart, title: str, points: t.Mapping[t.Any, MinutesPoint], proposed: t.Sequence[t.Any],
    newest: t.Mapping[int, t.Any], writing: bool,
) -> Part:  # fmt: skip
    found = [_drawn(block, points.get((part.id, block.line))) for block in blocks(part.text, event.first_day)]
    own = [one for one in proposed if one.part_id == part.id]
    who = me()
    faults = _faults(who, event, part.text) if writing and isinstance(who, Me) else []
    return Part(
        part.row_id, title, part.ref, part.text, part.version, found, faults, any(one.kind == "clash" for one in found),
        newest.get(part.id), [Proposed(one, _compared(part, one)) for one in own],
    )  # fmt: skip


class Proposed(t.NamedTuple):
    """An amendment, with what it changes."""

    it: t.Any
    lines: list[merging.Line]


def _compared(part: MinutesPart, one: t.Any) -> list[merging.Line]:
    wanted = sa.select(MinutesVersion.text).where(
        MinutesVersion.part_id == part.id, MinutesVersion.number == one.base
    )
    return merging.compared(db.session.scalar(wanted) or "", one.text)


def _faults(who: Me, event: Event, source: str) -> list[tuple[str, t.Any]]:
    named = minutes_points.may_name(who, event)
    made = [
        minutes_points.made_out(who, event, mark, named) for mark in minutes_points.marks_of(event, source)[0]
    ]
    return [(one.mark.line, minutes_points.fault_words(one)) for one in made if one.fault]


def _drawn(block: Block, point: MinutesPoint | None) -> Drawn:
    """Return a block for who looks; an action as its card, if they see it."""
    if point is None or block.kind != ACTION:
        words = point.text if point is not None else block.line
        return Drawn(block.kind, block.html, words, block.items)
    return Drawn(ACTION, card(point.ref), point.text, ())


def card(ref: str) -> Markup:
    """Return the card of an action as its reader sees it, nothing where they do not."""
    thing = locate(ref) if ref else None
    seen = thing is not None and not thing.removed and thing.readable_by(me().viewer)
    return Markup("").join(panels.drawn("card", thing)) if seen else Markup("")


def decisions(event: Event) -> list[str]:
    """Return what was decided, in the order of the minutes."""
    return [point.text for point in _points(event) if point.kind == DECISION]


def actions(event: Event) -> list[Markup]:
    """Return the cards of the actions that came of an event, as far as the reader sees them."""
    return [html for point in _points(event) if point.kind == ACTION and (html := card(point.ref))]


def _points(event: Event) -> list[MinutesPoint]:
    order = {row.id: place for place, row in enumerate(rows_of(event), 1)}
    rows = db.session.execute(
        sa.select(MinutesPoint, MinutesPart.row_id)
        .join(MinutesPart, MinutesPart.id == MinutesPoint.part_id)
        .where(MinutesPoint.event_id == event.id)
    ).all()
    return [
        row[0] for row in sorted(rows, key=lambda row: (order.get(row[1], 0), row[0].position, row[0].id))
    ]


# --- earlier meetings -----------------------------------------------------------------------------------------


class Before(t.NamedTuple):
    """The meeting before, the open points of all earlier ones, and what else is open in the group."""

    title: str
    lang: str
    url: str
    points: list[Markup]
    others: list[Markup]


def before(event: Event, viewer: Viewer, back: str) -> Before | None:
    """Return what an agenda begins with: the minutes of the last meeting of the group, and what came of earlier ones."""
    given = {"space": event.space_id, "starts": event.starts, **bound(viewer)}
    rows = run(_EARLIER, given).all()
    last = next((row for row in rows if row.minutes in ("shared", "approved")), None)
    since = next((row.starts for row in rows if row.minutes), rows[0].starts if rows else event.starts)
    events = [row.id for row in rows]
    refs = run(_REFS, {"events": events}).scalars().all() if events else []
    asked = Points(tuple(refs), tuple(f"event:{number}" for number in events), event.space_id, since, back)
    points = panels.drawn("points", asked) if events else []
    others = (
        panels.drawn("other_points", asked) if event.form in MEETINGS and event.ends > clock.now() else []
    )
    if last is None:
        return Before("", "", "", points, others) if points or others else None
    return Before(last.title, last.language, f"/events/{last.id}/minutes", points, others)


# --- elsewhere --------------------------------------------------------------------------------------------------


def as_html(event: Event) -> Markup:
    """Return the minutes as HTML for a copy of the event that is read without this site; nothing where there are none."""
    if not event.minutes or not can("minutes.read", event):
        return Markup("")
    return Markup(
        pages.render("calendar/_minutes_copy.html", it=event, parts=parts(event), decisions=decisions(event))
    )


def as_text(event: Event) -> str:
    """Return the minutes as Markdown."""
    head = [f"# {event.title}", ""]
    said = decisions(event)
    if said:
        head += [f"## {_('Decisions')}", "", *(f"- {one}" for one in said), ""]
    body = itertools.chain.from_iterable(
        ([f"## {part.title}", ""] * bool(part.title)) + [part.text, ""] for part in parts(event)
    )
    return "\n".join([*head, *body]).rstrip() + "\n"
