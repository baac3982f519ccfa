"""What the page of one action says: its record, its history, its notes, its milestones, what shows it."""

import typing as t

import sqlalchemy as sa

from app.actions import words
from app.actions.acts import BUILDS, FROM
from app.actions.care import partners
from app.actions.models import UNDER_WAY, Action, ActionTheme, Milestone, Note, Origin, Step
from app.actions.progress import SHOWS
from app.core import clock, dates, links
from app.core.audience import Viewer, bound, in_sight
from app.core.database import get_or_none, run
from app.core.languages import language
from app.core.text import slug
from app.extensions import db
from app.members import goals, profile
from app.members.models import Organisation
from app.members.names import fold
from app.spaces.models import Space

MOST = 200
_o, _n, _m, _s, _t = (table.__table__ for table in (Organisation, Note, Milestone, Step, ActionTheme))
_HOUSES = sa.select(_o.c.id, _o.c.name, _o.c.place, _o.c.form, _o.c.code).where(
    _o.c.id.in_(sa.bindparam("numbers", expanding=True)), in_sight(_o.c.audience_id)
)
_NOTES = (
    sa.select(_n.c.id, _n.c.by, _n.c.html, _n.c.language, _n.c.internal, _n.c.at, _n.c.author_id)
    .where(_n.c.action_id == sa.bindparam("action"), ~_n.c.removed, in_sight(_n.c.audience_id))
    .order_by(_n.c.id.desc())
    .limit(MOST)
)
_STEPS = (
    sa.select(_s.c.state, _s.c.why, _s.c.by, _s.c.at)
    .where(_s.c.action_id == sa.bindparam("action"))
    .order_by(_s.c.id.desc())
)
_MILESTONES = sa.select(_m).where(_m.c.action_id == sa.bindparam("action")).order_by(_m.c.due, _m.c.id)
_THEMES = sa.select(_t.c.theme).where(_t.c.action_id == sa.bindparam("action"))
_TIES = (FROM, BUILDS, SHOWS)


class House(t.NamedTuple):
    """An organisation that leads or takes part."""

    id: int
    name: str
    url: str
    kind: str
    code: str


class Mark(t.NamedTuple):
    """A milestone as a page shows it."""

    id: int
    title: str
    language: str
    day: str
    reached: t.Any
    late: bool
    reached_on: str
    said: str


def houses(numbers: t.Collection[int], viewer: Viewer) -> dict[int, House]:
    """Return organisations that a viewer sees, in the order of their names."""
    rows = run(_HOUSES, {**bound(viewer), "numbers": list(numbers)}).all() if numbers else []
    return {
        row.id: House(
            row.id, row.name, f"/members/{row.id}-{slug(row.place or row.name)}", row.form, row.code
        )
        for row in sorted(rows, key=lambda row: fold(row.name))
    }


def milestones(rows: t.Iterable[t.Any]) -> list[Mark]:
    """Return milestones as a page shows them."""
    today = clock.now().date()
    return [
        Mark(
            row.id,
            row.title,
            row.language,
            dates.words(row.day),
            row.reached,
            row.reached is None and row.due < today,
            dates.words(row.reached_on),
            row.said,
        )
        for row in rows
    ]


def values(action: Action, viewer: Viewer) -> dict[str, t.Any]:
    """Return all that the page of an action says of it, as far as a viewer sees it."""
    mine = {"action": action.id}
    sharing = partners(action)
    known = houses([number for number in (action.lead_id, *sharing) if number], viewer)
    origin = get_or_none(Origin, action.origin_id) if action.origin_id else None
    space = db.session.get_one(Space, action.space_id)
    labels = {row.key: profile.label(row.labels) for row in profile.themes()}
    return {
        "it": action, "words": words, "lead": known.get(action.lead_id or 0),
        "partners": [house for number, house in known.items() if number in sharing], "partner_ids": sharing,
        "notes": run(_NOTES, {**mine, **bound(viewer)}).all(), "steps": run(_STEPS, mine).all(),
        "milestones": milestones(run(_MILESTONES, mine)), "due": words.due_of(action.state, action.due, UNDER_WAY),
        "frame": words.frame(action.begins, action.ends),
        "themes": [(key, labels[key]) for key in sorted(run(_THEMES, mine).scalars()) if key in labels],
        "goals": [(key, goals.goal(key)) for key in action.sdgs.split()],
        "commitments": [(key, goals.commitment(key)) for key in action.commitments.split()],
        "origin": origin if origin is not None and not origin.removed and origin.readable_by(viewer) else None,
        "space": space if space.readable_by(viewer) else None, "space_name": space.text("name", language()),
        **tied(action, viewer),
    }  # fmt: skip


def tied(action: Action, viewer: Viewer) -> dict[str, list[t.Any]]:
    """Return what an action is tied to, by kind, as far as a viewer sees it."""
    found: dict[str, list[t.Any]] = {kind: [] for kind in _TIES}
    rows = [row for row in links.from_(action.ref) if row.kind in found]
    things = {thing.ref: thing for thing in links.seen([row.target for row in rows], viewer)}
    for row in rows:
        if row.target in things:
            found[row.kind].append(things[row.target])
    return found


def ties_of(action: Action) -> dict[str, list[str]]:
    """Return the references that an action is tied to, by kind, whoever sees them."""
    found: dict[str, list[str]] = {FROM: [], BUILDS: []}
    for row in links.from_(action.ref):
        found.setdefault(row.kind, []).append(row.target)
    return found


def themes_of(action: Action) -> list[str]:
    """Return the keys of an action's themes."""
    return list(run(_THEMES, {"action": action.id}).scalars())
