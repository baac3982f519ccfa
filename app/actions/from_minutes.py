"""What is agreed in meetings: lines of minutes become actions here, and stand on the next agenda until they are done."""

import typing as t

import sqlalchemy as sa

from app.actions import acts, lists, naming, words
from app.actions.filters import VIEWS, Asked
from app.actions.models import STATES, UNDER_WAY, Action
from app.core import agreed, links
from app.core.agreed import Points, Wish
from app.core.audience import Thing, Viewer, is_apart
from app.core.database import locate
from app.core.panels import panel
from app.core.policy import can, me
from app.extensions import db
from app.spaces.elsewhere import audience_word
from app.spaces.models import Space

OVER = ("done", "dropped")
MOST, FEW = 100, 10
_l = links.Link.__table__
_TIED = (
    sa.select(_l.c.source)
    .where(_l.c.kind == acts.FROM, _l.c.target.in_(sa.bindparam("events", expanding=True)), _l.c.source.startswith("action:"))
    .order_by(_l.c.at.desc(), _l.c.source)
    .limit(MOST)
)  # fmt: skip


class Minutes:
    """Takes what is written down in minutes."""

    def named(self, names: t.Sequence[str], viewer: Viewer) -> tuple[list[int], list[str]]:
        """Return the members that are named, and the names that are none."""
        return naming.organisations(names, viewer)

    def put(self, actor: t.Any, source: Thing, wish: Wish, ref: str) -> str:
        """Propose an action that comes from a meeting, or let it say this while it is a proposal."""
        said = {
            "title": wish.title,
            "detail": wish.detail,
            "lead_id": wish.lead_id,
            "ends": wish.ends,
            "section": wish.section,
        }
        if ref:
            action = _proposal(ref)
            if action is not None:
                acts.change(actor, action, said, partner_ids=wish.partner_ids)
            return ref
        space = db.session.get_one(Space, t.cast(t.Any, source).space_id)
        action = acts.propose(
            actor, space, audience=_audience(source, space), partner_ids=wish.partner_ids, ties={acts.FROM: [source.ref]},
            organisation=actor.voice(wish.lead_id) if wish.lead_id else None,
            language=getattr(source, "language", ""), **said,
        )  # fmt: skip
        return action.ref

    def withdraw(self, actor: t.Any, ref: str) -> bool:
        """Take an action away that is still no more than a proposal. Says whether it is gone."""
        action = _proposal(ref)
        if action is not None:
            acts.remove(actor, action)
        left = locate(ref)
        return left is None or left.removed

    def agree(self, actor: t.Any, ref: str, sure: bool) -> None:
        """Note that what was proposed is agreed; unless it is sure, only for who may answer for its lead."""
        action = _proposal(ref)
        if action is not None and (sure or _answers(actor, action)):
            acts.set_state(actor, action, "agreed")


def _proposal(ref: str) -> Action | None:
    """Return an action that nobody has moved on or taken away, as it is now."""
    action = locate(ref)
    if not isinstance(action, Action):
        return None
    db.session.refresh(action)
    there = not action.removed and not is_apart(action.audience_id)
    return action if there and action.state == "proposed" else None


def _answers(actor: t.Any, action: Action) -> bool:
    return any(seat.id == action.lead_id and seat.may_answer for seat in actor.seats)


def _audience(source: Thing, space: Space) -> str:
    """Return who reads an action: those who see what it comes from, as far as its group offers that."""
    word = audience_word(source)
    return word if word in space.offers() else space.offers()[-1]


class Point(t.NamedTuple):
    """An action on an agenda, and where it may be moved to by who looks."""

    row: lists.Row
    states: list[tuple[str, t.Any]]
    at: t.Any


@panel("points")
def points(asked: Points) -> tuple[str, dict[str, t.Any]] | None:
    """Actions that come from earlier meetings, with where they stand; who may sets that here."""
    numbers = _earlier(asked)
    known = {one.id: one for one in db.session.scalars(sa.select(Action).where(Action.id.in_(numbers)))}
    rows = [
        Point(row, _states(known[row.it.id]), known[row.it.id].state_at)
        for row in lists.some(me().viewer, numbers)
        if row.it.state not in OVER or known[row.it.id].state_at >= asked.since
    ]
    if not rows:
        return None
    spaces = {str(known[one.row.it.id].space_id) for one in rows}
    road = Asked(space=tuple(sorted(spaces))).address(VIEWS["roadmap"])
    return "actions/_points.html", {"rows": rows, "words": words, "back": asked.back, "road": road}


def _earlier(asked: Points) -> list[int]:
    """Return the numbers of actions that minutes name, and of those that were proposed from the pages of these events."""
    rows = db.session.scalars(_TIED, {"events": list(asked.events)}).all() if asked.events else []
    refs = dict.fromkeys([*asked.refs, *rows])
    return [int(ref.partition(":")[2]) for ref in refs if ref.startswith("action:")][:MOST]


@panel("other_points")
def other_points(asked: Points) -> tuple[str, dict[str, t.Any]] | None:
    """What else is open in the group, due first: a few, and the way to all of them."""
    wanted = Asked(space=(str(asked.space_id),), state=(*sorted(UNDER_WAY), "held"))
    seen, earlier = lists.index().find(me().viewer, wanted).ids, set(_earlier(asked))
    others = [number for number in seen if number not in earlier]
    if not others:
        return None
    rows = lists.some(me().viewer, others[:FEW])
    more = wanted.address() if len(others) > FEW else ""
    return "actions/_other_points.html", {"rows": rows, "words": words, "more": more, "total": len(others)}


def _states(action: Action) -> list[tuple[str, t.Any]]:
    if not can("actions.state", action):
        return []
    return [(key, words.STATES[key]) for key in STATES]


agreed.take(Minutes())
