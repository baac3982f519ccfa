"""Whether an event of a file is new here, the same or changed: known again by its name in the source."""

import hashlib
import typing as t

import sqlalchemy as sa

from app.calendar.foreign import Broken, Foreign
from app.calendar.import_models import EventItem
from app.calendar.models import Event, Series
from app.core.audience import is_apart
from app.core.policy import allowed
from app.extensions import db

NEW, SAME, CHANGED, WRONG = "new", "same", "changed", "wrong"


def judged(actor: t.Any, space_id: int, row: Foreign | Broken, seen: set[str]) -> tuple[str, str]:
    """Say what becomes of an event, and why it is left out where it is."""
    if isinstance(row, Broken):
        return WRONG, row.key
    mine = key(row)
    if mine in seen:
        return WRONG, "twice"
    seen.add(mine)
    what, why, _event = found(actor, space_id, row)
    return (WRONG, "rule") if what in (NEW, CHANGED) and not row.is_clear() else (what, why)


def key(row: Foreign) -> str:
    """Return by what an event of a source is known again."""
    return hashed(row.uid, row.time)


def hashed(uid: str, time: str) -> str:
    """Return the key of a name in the source, and of one time of a series."""
    return hashlib.sha256(f"{uid}\0{time}".encode("utf-8", "replace")).hexdigest()


def found(actor: t.Any, space_id: int, row: Foreign) -> tuple[str, str, Event | None]:
    """Say whether an event is new here, the same or changed, or why it stays as it is; with what is here of it."""
    item = newest(space_id, key(row))
    if item is None:
        return _of_our_own(space_id, row)
    event = db.session.get_one(Event, item.event_id)
    if event.removed:
        return WRONG, "removed", event
    if item.stamp == row.stamp:
        return SAME, "", event
    if row.sequence < item.sequence:  # RFC 5546, 2.1.5
        return WRONG, "older", event
    if (event.series_id is not None) != row.repeats:
        return WRONG, "series", event
    if event.version != item.version or is_apart(event.audience_id):
        return WRONG, "edited", event
    if not allowed(actor, "calendar.edit", event):
        return WRONG, "others", event
    return (WRONG, "cancelled", event) if row.cancelled else (CHANGED, "", event)


def newest(space_id: int, mine: str) -> EventItem | None:
    """Return what the last file that brought this name left of it."""
    items = sa.select(EventItem).where(EventItem.space_id == space_id, EventItem.key == mine)
    return db.session.scalars(items.order_by(EventItem.id.desc()).limit(1)).first()


def _of_our_own(space_id: int, row: Foreign) -> tuple[str, str, Event | None]:
    """Say what becomes of an event that no file brought: what this calendar gave out itself is here."""
    own = sa.select(Event).outerjoin(Series, Series.id == Event.series_id)
    named = sa.or_(Event.uid == row.uid, Series.uid == row.uid)
    event = db.session.scalars(own.where(named, Event.space_id == space_id).limit(1)).first()
    if event is not None:
        return SAME, "", event
    if row.cancelled:
        return WRONG, "cancelled", None
    if row.time and newest(space_id, hashed(row.uid, "")):
        return WRONG, "of_series", None
    return NEW, "", None
