"""What people do with meetings that actions come from. Their facts are told to nobody: each page is read where it stands."""

import typing as t

import sqlalchemy as sa

from app.actions import acts, progress
from app.actions.care import noted, opened, seen_by_others
from app.actions.models import Action, Milestone, Origin
from app.core import clock, links, text
from app.core.audience import silence
from app.core.database import atomic
from app.extensions import db
from app.spaces.models import Space

FIELDS = frozenset({
    "title", "short", "language", "place", "begins", "ends", "source", "convened", "detail", "aims", "attended",
})  # fmt: skip
HELD, PAPER = "held_as", "paper"  # kinds of ties: the event in the calendar, documents of the library
MOST_PAPERS = 40


def add_origin(
    author: t.Any, space: Space, *, title: str, audience: str = "public", ties: t.Mapping[str, t.Sequence[str]] | None = None,
    **fields: str,
) -> Origin:  # fmt: skip
    """Keep a meeting that actions come from; `fields` are some of FIELDS, `ties` references by kind."""
    with atomic():
        origin = Origin(
            space_id=space.id, audience_id=space.audience_named(audience), title=title, version=1, at=clock.now(),
            language=fields.pop("language", "") or "en",
        )  # fmt: skip
        _say(origin, fields)
        db.session.add(origin)
        db.session.flush()
        _put_ties(author, origin, ties or {})
        noted(author, origin)
        return origin


def change_origin(
    actor: t.Any, origin: Origin, fields: dict[str, t.Any], *, audience: str = "",
    ties: t.Mapping[str, t.Sequence[str]] | None = None,
) -> None:  # fmt: skip
    """Say other things of a meeting, or to other readers."""
    with atomic():
        opened(origin)
        _say(origin, fields)
        _put_ties(actor, origin, ties or {})
        if audience:
            after = db.session.get_one(Space, origin.space_id).audience_named(audience)
            if after != origin.audience_id:
                seen_by_others(actor, origin, after)
        noted(actor, origin)


def _say(origin: Origin, fields: dict[str, t.Any]) -> None:
    unknown = fields.keys() - FIELDS
    if unknown:
        raise KeyError(f"no fields of a meeting: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(origin, name, value)
    origin.ends = origin.ends or origin.begins
    if "detail" in fields:
        origin.html, origin.renderer = text.render(origin.detail) if origin.detail else "", text.RENDERER


def _put_ties(actor: t.Any, origin: Origin, ties: t.Mapping[str, t.Sequence[str]]) -> None:
    for kind, refs in ties.items():
        links.untie(origin.ref, kind)
        for ref in dict.fromkeys(refs[:MOST_PAPERS]):
            links.tie(origin.ref, kind, ref, actor.id)


def set_milestone(
    actor: t.Any, origin: Origin, one: Milestone, title: str, day: str, *, reached: bool, on: str = "", said: str = ""
) -> None:  # fmt: skip
    """Say what is to be reached until when, whether it was, when, and what came of it: one act."""
    with atomic():
        progress.change_milestone(actor, origin, one, title, day)
        progress.reach(actor, origin, one, reached, day=on, said=said)


def belongs(actor: t.Any, origin: Origin, action: Action, on: bool, section: str = "") -> bool:
    """Say that an action was agreed at a meeting, in a part of its report, or that it was not. Says whether anything changed."""
    with atomic():
        opened(origin)
        if not on and action.origin_id != origin.id:
            return False
        acts.change(actor, action, {"origin_id": origin.id if on else None, "section": section if on else ""})
        noted(actor, origin)
        return True


def remove_origin(actor: t.Any, origin: Origin) -> None:
    """Take a meeting away with its words and milestones; the actions stay, each where it is."""
    with atomic():
        opened(origin)
        db.session.execute(sa.delete(Milestone).where(Milestone.origin_id == origin.id))
        for kind in (HELD, PAPER):
            links.untie(origin.ref, kind)
        for name in FIELDS - {"language"}:
            setattr(origin, name, "")
        origin.removed, origin.html = True, ""
        db.session.flush()
        silence(origin.ref, url="/actions")
        noted(actor, origin)
