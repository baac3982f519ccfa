"""What is pinned to the home of a space: a few things with an address on this site, each seen by who may see it."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import audit, clock, links
from app.core.activity import record
from app.core.audience import NOBODY, Thing, Viewer, audience_of
from app.core.database import UtcDateTime, atomic, upsert
from app.extensions import Model, db
from app.spaces.models import Space

MOST = 6


class Pin(Model):
    """A thing that is pinned to a space's home."""

    __tablename__ = "space_pin"
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), primary_key=True)
    ref: so.Mapped[str] = so.mapped_column(sa.String(60), primary_key=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


_OF = sa.select(Pin.ref).where(Pin.space_id == sa.bindparam("space")).order_by(Pin.at, Pin.ref).limit(MOST)


class Pinned(t.NamedTuple):
    """A pinned thing as the home shows it."""

    ref: str
    kind: str
    title: str
    url: str


def of(viewer: Viewer, space: Space) -> list[Pinned]:
    """Return what is pinned, as far as a viewer may see it: one statement for each kind of thing."""
    refs = list(db.session.scalars(_OF, {"space": space.id}))
    return [_pinned(thing) for thing in links.seen(refs, viewer)]


def _pinned(thing: t.Any) -> Pinned:
    title = thing.title or (thing.findable() or {}).get("title", "")
    return Pinned(thing.ref, thing.kind, title, thing.url)


def pin(actor: t.Any, space: Space, thing: Thing) -> bool:
    """Pin a thing to the home of a space. Says whether there was room and it was not there yet."""
    with atomic() as session:
        there = session.scalar(sa.select(sa.func.count()).where(Pin.space_id == space.id)) or 0
        if there >= MOST:
            return False
        row = upsert(Pin).values(space_id=space.id, ref=thing.ref, at=clock.now())
        if session.execute(row.on_conflict_do_nothing().returning(Pin.ref)).scalar() is None:
            return False
        _changed(actor, space, "space.pin", thing.ref)
    return True


def unpin(actor: t.Any, space: Space, ref: str) -> bool:
    """Take a pinned thing off the home of a space."""
    with atomic() as session:
        gone = sa.delete(Pin).where(Pin.space_id == space.id, Pin.ref == ref)
        if not t.cast(t.Any, session.execute(gone)).rowcount:
            return False
        _changed(actor, space, "space.unpin", ref)
    return True


def _changed(actor: t.Any, space: Space, act: str, ref: str) -> None:
    nobody = audience_of(NOBODY)
    record("spaces.changed", actor=actor, subject=space, space_id=space.id, audience_id=nobody)
    audit.note(actor, act, space.ref, thing=ref)
