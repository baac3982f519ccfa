"""What every act on an action does first and last: its row taken and looked at anew, its readers and its notes kept right."""

import typing as t

import sqlalchemy as sa

from app.actions.models import Action, ActionTheme, Note, Origin
from app.core import apart, clock
from app.core.activity import record
from app.core.audience import (
    APART,
    GONE,
    MEMBERS,
    NOBODY,
    PUBLIC,
    STEWARDS,
    audience_of,
    is_apart,
    keepers_room,
    organisation_room,
    readdress,
    rooms_of,
    space_room,
)
from app.extensions import db
from app.spaces.models import Space

_a: t.Any = Action.__table__
_t: t.Any = ActionTheme.__table__
_m: t.Any = Origin.__table__


class Gone(Exception):
    """The action was removed while somebody worked on it."""


def grown(action: Action) -> None:
    """Take the row for this transaction, count the change, and look at it as it is now."""
    db.session.flush()
    mine = sa.update(_a).where(_a.c.id == action.id)
    db.session.execute(mine.values(version=_a.c.version + 1, changed=clock.now()))
    db.session.refresh(action)
    if action.removed:
        raise Gone(action.ref)


def opened(origin: Origin) -> None:
    """Take the row of a meeting for this transaction, count the change, and look at it as it is now."""
    db.session.flush()
    db.session.execute(sa.update(_m).where(_m.c.id == origin.id).values(version=_m.c.version + 1))
    db.session.refresh(origin)
    if origin.removed:
        raise Gone(origin.ref)


def noted(actor: t.Any, origin: Origin) -> None:
    """Record that something about a meeting changed, inside atomic(): lists hear of it, nobody else."""
    quiet = audience_of(NOBODY)
    record("actions.origin", actor=actor, subject=origin, space_id=origin.space_id, audience_id=quiet)


def partners(action: Action) -> list[int]:
    """Return the organisations that take part beside the lead."""
    return action.partner_ids


def voice(actor: t.Any, action: Action) -> t.Any:
    """Return the organisation in whose name somebody works on an action: its lead, a partner, or none."""
    if actor is None:
        return None
    houses = [action.lead_id, *partners(action)]
    return next((seat for seat in map(actor.voice, filter(None, houses)) if seat is not None), None)


def told(
    verb: str, actor: t.Any, action: Action, *, subject: t.Any = None, root: t.Any = None, excerpt: str = "",
    lang: str = "", url: str = "", organisation: t.Any = None, **data: t.Any,
) -> None:  # fmt: skip
    """Record a fact about an action, or about a note of it that hangs on itself (`root`)."""
    record(
        verb, actor=actor, subject=subject or action, root=root or action, space_id=action.space_id,
        organisation=organisation or voice(actor, action), title=action.title, excerpt=excerpt, lang=lang,
        url=url or action.url, data={"action": action.ref, **data},
    )  # fmt: skip


# --- who reads ------------------------------------------------------------------------------------------------


def insiders(action: Action) -> int:
    """Return who reads internal notes: who leads and takes part, who looks after its group, the secretariat.

    Where the action itself is for its group alone, so are they: nobody reads of what they may not open.
    """
    rooms = inside_rooms(action)
    return action.audience_id if rooms == rooms_of(action.audience_id) else audience_of(*rooms)


def inside_rooms(action: Action) -> frozenset[str]:
    """Return the rooms that read internal notes. Writes nothing."""
    rooms = rooms_of(action.audience_id)
    if APART in rooms or rooms.isdisjoint((MEMBERS, PUBLIC)):
        return rooms
    houses = sorted({*filter(None, [action.lead_id]), *partners(action)})
    return frozenset({keepers_room(action.space_id), STEWARDS, *map(organisation_room, houses)})


def inside_alone(action: Action) -> bool:
    """Say whether the action is for its group alone."""
    return space_room(action.space_id) in rooms_of(action.audience_id)


def settle(actor: t.Any, action: Action) -> None:
    """Bring the readers of internal notes to what follows from lead, partners and readers by now, inside atomic()."""
    db.session.flush()
    after = insiders(action)
    mine = sa.select(Note).where(Note.action_id == action.id, Note.internal, Note.audience_id != after)
    for note in db.session.scalars(mine).all():
        seen_by_others(actor, note, after)


def seen_by_others(actor: t.Any, thing: t.Any, after: int) -> None:
    """Let others see a thing; who loses sight of it hears so."""
    before, thing.audience_id = thing.audience_id, after
    db.session.flush()
    readdress(thing.ref, after)
    old, new = rooms_of(before), rooms_of(after)
    if not (old <= new or PUBLIC in new or (MEMBERS in new and PUBLIC not in old)):
        gone = {"refs": [thing.ref], "kept": sorted(new)}
        record(GONE, actor=actor, subject=thing.ref, audience_id=before, data=gone)


def seen_by(actor: t.Any, action: Action, after: int) -> None:
    """Let others see an action with all that hangs on it, inside atomic()."""
    if after != action.audience_id and not is_apart(action.audience_id):
        seen_by_others(actor, action, after)
        settle(actor, action)


def narrow(actor: t.Any, space: Space) -> None:
    """A space is seen by fewer people: its actions and the meetings they come from follow, inside atomic()."""
    offered = {space.audience_named(word) for word in space.offers()}
    last = space.audience_named(space.offers()[-1])
    for action in db.session.scalars(
        sa.select(Action).where(Action.space_id == space.id, ~Action.removed)
    ).all():
        if is_apart(action.audience_id):
            kept = apart.of(action.ref)
            if kept is not None and kept.audience_id not in offered:
                kept.audience_id = last
        elif action.audience_id not in offered:
            grown(action)
            seen_by(actor, action, last)
    for origin in db.session.scalars(sa.select(Origin).where(Origin.space_id == space.id)).all():
        if origin.audience_id not in offered:
            seen_by_others(actor, origin, last)


# --- out of sight ---------------------------------------------------------------------------------------------


def can_be_hidden(action: Action) -> bool:
    """Say whether others read it, so that it can be taken out of their sight."""
    return not action.removed and not is_apart(action.audience_id)


def hide(action: Action, rooms: t.Collection[str], *, why: str, url: str) -> None:
    """Take an action with its notes out of everybody's sight but these rooms', inside atomic()."""
    grown(action)
    if can_be_hidden(action):
        apart.take_away(action, rooms, why=why, url=url)
        settle(None, action)


def restore(action: Action) -> None:
    """Put an action back with all that hangs on it, inside atomic()."""
    grown(action)
    if is_apart(action.audience_id):
        apart.put_back(action)
        settle(None, action)


def theme_merged(old: t.Any, new: t.Any) -> None:
    """One theme became another: actions that had the one have the other, inside atomic()."""
    had = sa.select(_t.c.action_id)
    numbers = list(db.session.scalars(had.where(_t.c.theme == old.key)))
    has = set(db.session.scalars(had.where(_t.c.theme == new.key)))
    fresh = [{"action_id": number, "theme": new.key} for number in numbers if number not in has]
    if fresh:
        db.session.execute(sa.insert(_t), fresh)
    db.session.execute(sa.delete(_t).where(_t.c.theme == old.key))
    for action in db.session.scalars(sa.select(Action).where(Action.id.in_(numbers), ~Action.removed)).all():
        grown(action)
        told("actions.changed", None, action)
