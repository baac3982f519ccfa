"""Putting an event, or its whole series, into another group, or saying it to other people."""

import typing as t

import sqlalchemy as sa

from app.calendar import acts, series
from app.calendar.models import Event
from app.core import audience as audiences
from app.core.activity import Activity, record
from app.core.audience import is_apart, rooms_of
from app.core.database import atomic
from app.extensions import db
from app.spaces.elsewhere import WIDTH, audience_word
from app.spaces.models import Space


def move(actor: t.Any, event: Event, space: Space, audience: str) -> None:
    """Put it there with all that belongs to it. Whoever loses sight of it hears of that at once, and of nothing else."""
    with atomic():
        acts.grown(event)
        before, word, old_space = event.audience_id, audience_word(event), event.space_id
        after = space.audience_named(audience)
        if is_apart(before):
            raise acts.Shut(event.ref)
        if (before, old_space) == (after, space.id):
            return
        refs = _repoint(event, space, after)
        db.session.refresh(event)
        if before != after and WIDTH[audience] <= WIDTH[word]:
            data = {"refs": refs, "kept": sorted(rooms_of(after))}
            record(audiences.GONE, actor=actor, subject=event.ref, audience_id=before, data=data)
        shown = event if event.series is None else series.point(event.series) or event
        acts.tell("calendar.placed", actor, shown, **{
            "from": old_space, "audience": audience, "was": word, "events": [int(ref.partition(":")[2]) for ref in refs],
        })  # fmt: skip


def _repoint(event: Event, space: Space, after: int) -> list[str]:
    """Give an event, or all times of its series that people see, their new place; return their references."""
    before = event.audience_id
    mine = Event.series_id == event.series_id if event.series_id is not None else Event.id == event.id
    mine = sa.and_(mine, Event.audience_id == before, ~Event.removed)
    refs = [f"event:{number}" for number in db.session.scalars(sa.select(Event.id).where(mine))]
    place = {"audience_id": after, "space_id": space.id, "version": Event.version + 1}
    db.session.execute(
        sa.update(Event).where(mine).values(place).execution_options(synchronize_session=False)
    )
    audiences.repoint(refs, [before], after)
    db.session.execute(sa.update(Activity).where(Activity.root.in_(refs)).values(space_id=space.id))
    return refs
