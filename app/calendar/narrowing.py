"""When a group is seen by fewer people its events follow; when two themes become one, too. And what a decision hides."""

import typing as t

import sqlalchemy as sa

from app.calendar.import_models import EventBatch
from app.calendar.imports import FILES
from app.calendar.models import Event
from app.calendar.poll_models import TimePoll
from app.calendar.roll import CHANGED_MANY
from app.core.activity import record
from app.core.apart import Apart
from app.core.audience import GONE, MEMBERS, NOBODY, PUBLIC, audience_of, is_apart, repoint, rooms_of
from app.extensions import db
from app.members.models import Theme
from app.spaces.models import Space

ROOMS = {"members": MEMBERS, "public": PUBLIC}


def narrow(actor: object, space: Space) -> None:
    """Say all in the calendar of a space to whom it still offers, inside atomic(); what is out of sight returns to them."""
    before = [audience_of(room) for word, room in ROOMS.items() if word not in space.offers()]
    if not before:
        return
    for model in (Event, TimePoll):
        _narrow(actor, space, model, before)
    batches = db.session.scalars(sa.select(EventBatch).where(EventBatch.space_id == space.id))
    repoint([FILES.fact_of(batch) for batch in batches], before, space.audience_named(space.offers()[-1]))


def _narrow(actor: object, space: Space, model: t.Any, before: list[int]) -> None:
    after, here = space.audience_named(space.offers()[-1]), model.space_id == space.id
    rows = db.session.execute(sa.select(model.id, model.audience_id).where(here)).all()
    lost = {
        number: [f"{model.kind}:{row.id}" for row in rows if row.audience_id == number] for number in before
    }
    refs = [ref for some in lost.values() for ref in some]
    hidden = [f"{model.kind}:{row.id}" for row in rows if is_apart(row.audience_id)]
    later = sa.update(Apart).where(Apart.root.in_([*refs, *hidden]), Apart.audience_id.in_(before))
    db.session.execute(later.values(audience_id=after))
    if not refs:
        return
    repoint(refs, before, after)
    moved = sa.update(model).where(here, model.audience_id.in_(before))
    db.session.execute(moved.values(audience_id=after, version=model.version + 1))
    db.session.expire_all()
    for number, some in lost.items():
        if some:
            gone = {"refs": some, "kept": sorted(rooms_of(after))}
            record(GONE, actor=actor, subject=space.ref, audience_id=number, data=gone)
    record(CHANGED_MANY, actor=None, subject=space.ref, space_id=space.id, audience_id=audience_of(NOBODY))


def theme_merged(theme: Theme, into: Theme) -> None:
    """Let events on one theme be on the other, inside atomic()."""
    db.session.execute(sa.update(Event).where(Event.theme == theme.key).values(theme=into.key))
    record(CHANGED_MANY, actor=None, subject=f"theme:{theme.id}", audience_id=audience_of(NOBODY))
