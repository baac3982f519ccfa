"""What became of a meeting: a page that writes itself from the states of what was agreed there."""

import typing as t

import sqlalchemy as sa
from flask import Response, redirect

from app.actions import lists, show, words
from app.actions.filters import Asked
from app.actions.forms import MilestoneForm
from app.actions.meeting_forms import BelongsForm
from app.actions.meetings import HELD, PAPER
from app.actions.models import STATES, Action, Milestone, Note, Origin, Step
from app.actions.routes import bp
from app.core import clock, links, pages, text
from app.core.audience import Viewer, bound, in_sight
from app.core.database import get_or_none, run, several
from app.core.languages import _, ngettext
from app.core.panels import panel
from app.core.policy import can, me, require, ruled
from app.spaces.models import Space

_m, _s, _n, _a = Milestone.__table__, Step.__table__, Note.__table__, Action.__table__
_MILESTONES = sa.select(_m).where(_m.c.origin_id == sa.bindparam("origin")).order_by(_m.c.due, _m.c.id)
_numbers = several(_s.c.action_id, "numbers", sa.BigInteger)
_LAST_STEPS = sa.select(_s.c.action_id, _s.c.why, _s.c.at).where(
    _s.c.id.in_(sa.select(sa.func.max(_s.c.id)).where(_numbers).group_by(_s.c.action_id))
)
_LAST_NOTES = sa.select(_n.c.action_id, _n.c.html, _n.c.language, _n.c.at).where(
    _n.c.id.in_(
        sa.select(sa.func.max(_n.c.id))
        .where(
            several(_n.c.action_id, "numbers", sa.BigInteger),
            ~_n.c.removed,
            ~_n.c.internal,
            in_sight(_n.c.audience_id),
        )
        .group_by(_n.c.action_id)
    )
)


class Became(t.NamedTuple):
    """What became of one action."""

    row: lists.Row
    why: str
    since: t.Any
    note: str
    note_lang: str
    note_at: t.Any


def became(viewer: Viewer, numbers: t.Sequence[int]) -> list[Became]:
    """Return actions with the last that was said of each: three statements, however many there are."""
    rows = lists.some(viewer, numbers)
    given = {"numbers": [row.it.id for row in rows]}
    steps = {one.action_id: one for one in run(_LAST_STEPS, given)} if rows else {}
    notes = {one.action_id: one for one in run(_LAST_NOTES, {**given, **bound(viewer)})} if rows else {}
    return [_became(row, steps.get(row.it.id), notes.get(row.it.id)) for row in rows]


def _became(row: lists.Row, step: t.Any, note: t.Any) -> Became:
    said = text.excerpt(note.html, 200) if note else ""
    return Became(
        row, step.why if step else "", step and step.at, said, note.language if note else "", note and note.at
    )


def summed(rows: t.Sequence[Became]) -> list[t.Any]:
    """Return how many stand where, as sentences; only what there is."""
    counts = {state: sum(one.row.it.state == state for one in rows) for state in STATES}
    said = {
        "done": lambda n: ngettext("%(num)d is done", "%(num)d are done", n),
        "going": lambda n: ngettext("%(num)d is under way", "%(num)d are under way", n),
        "agreed": lambda n: ngettext("%(num)d is agreed", "%(num)d are agreed", n),
        "proposed": lambda n: ngettext("%(num)d is still a proposal", "%(num)d are still proposals", n),
        "held": lambda n: ngettext("%(num)d is on hold", "%(num)d are on hold", n),
        "dropped": lambda n: ngettext("%(num)d was dropped", "%(num)d were dropped", n),
    }
    return [say(counts[state]) for state, say in said.items() if counts[state]]


def sections(rows: t.Sequence[Became]) -> list[tuple[str, str, list[Became]]]:
    """Return them by the sections of the meeting's report, in the order of its lines: name, language, actions."""
    found: dict[str, list[Became]] = {}
    for one in sorted(rows, key=lambda one: (one.row.it.id,)):
        found.setdefault(one.row.it.section, []).append(one)
    return [(name, own[0].row.it.language, own) for name, own in found.items()]


@bp.get("/actions/from/<int:number>")
@bp.get("/actions/from/<int:number>-<path:tail>")
@ruled("actions.read", public=True)
def origin(number: int, tail: str = "") -> t.Any:
    """Show what became of what was agreed at a meeting."""
    one = t.cast("Origin | None", get_or_none(Origin, number))
    one = t.cast(Origin, require("actions.read", None if one is None or one.removed else one))
    if f"/actions/from/{one.id}-{tail}" != one.url:
        return redirect(one.url, 301)
    return page(one)


def page(one: Origin, status: int = 200, **given: t.Any) -> Response:
    """Return that page; forms that were sent and are wrong come with what was written."""
    viewer = me().viewer
    rows = became(viewer, lists.index().find(viewer, Asked(origin=(str(one.id),))).ids)
    tied = {
        kind: links.seen([tie.target for tie in links.from_(one.ref, kind)], viewer) for kind in (HELD, PAPER)
    }
    forms = {
        "milestone_form": MilestoneForm(formdata=None),
        "belongs_form": BelongsForm(formdata=None),
        **given,
    }
    return pages.page(
        "actions/origin.html", status, place="actions", it=one, words=words, summed=summed(rows), sections=sections(rows),
        milestones=show.milestones(run(_MILESTONES, {"origin": one.id})), frame=words.frame(one.begins, one.ends),
        total=ngettext("%(num)d action was agreed or proposed there.", "%(num)d actions were agreed or proposed there.", len(rows)),
        any=bool(rows), all=Asked(origin=(str(one.id),)).address(), title=_("What became of %(meeting)s?", meeting=one.name),
        aims=one.aims.splitlines(), attended=one.attended.splitlines(), events=tied[HELD], papers=tied[PAPER],
        may=can("actions.meeting", one), error=status == 422, wrong=[form for form in given.values() if form.errors], **forms,
    )  # fmt: skip


@panel("event", order=29)
def of_event(event: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """What became of an event: the page that says so; for who may make one, the way to it once the event has begun."""
    refs = [tie.source for tie in links.to(event.ref, HELD)]
    rows = links.seen(refs, me().viewer) if refs else []
    new = ""
    if not rows and event.cancelled is None and event.starts <= clock.now():
        space = get_or_none(Space, event.space_id)
        new = (
            f"/actions/from/new?event={event.url}"
            if space is not None and can("actions.meeting", space)
            else ""
        )
    return ("actions/_became.html", {"rows": rows, "new": new}) if rows or new else None
