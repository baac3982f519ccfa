"""When a group is seen by fewer people, what was said in it to more of them follows: at once, and for good."""

import typing as t

import sqlalchemy as sa

from app.board.held import Held
from app.board.models import Thread
from app.core.activity import record
from app.core.apart import Apart
from app.core.audience import GONE, MEMBERS, NOBODY, PUBLIC, audience_of, is_apart, repoint, rooms_of
from app.extensions import db
from app.spaces.models import Space

ROOMS = {"members": MEMBERS, "public": PUBLIC}


def withdrawn(space: Space) -> list[int]:
    """Return the audiences that a space offers no longer."""
    return [audience_of(room) for word, room in ROOMS.items() if word not in space.offers()]


def narrow(actor: t.Any, space: Space) -> None:
    """Say every discussion of a space to whom the space still offers. What is out of sight stays so, and comes back to them."""
    before, after = withdrawn(space), space.audience_named(space.offers()[-1])
    if not before:
        return
    here = Thread.space_id == space.id
    rows = db.session.execute(sa.select(Thread.id, Thread.audience_id).where(here)).all()
    seen = [row for row in rows if row.audience_id in before]
    refs = [f"thread:{row.id}" for row in seen]
    apart = [
        f"thread:{row.id}" for row in rows if is_apart(row.audience_id)
    ]  # left alone: only where it returns to
    _waiting(space)
    repoint(refs, before, after)
    later = sa.update(Apart).where(Apart.root.in_([*refs, *apart]), Apart.audience_id.in_(before))
    db.session.execute(later.values(audience_id=after))
    if not refs:
        return
    moved = sa.update(Thread).where(here, Thread.audience_id.in_(before))
    db.session.execute(moved.values(audience_id=after, version=Thread.version + 1))
    db.session.expire_all()
    for audience_id in before:
        lost = [f"thread:{row.id}" for row in seen if row.audience_id == audience_id]
        if lost:
            gone = {"refs": lost, "kept": sorted(rooms_of(after))}
            record(GONE, actor=actor, subject=space.ref, audience_id=audience_id, data=gone)
    record(NARROWED, actor=None, subject=space.ref, space_id=space.id, audience_id=audience_of(NOBODY))


NARROWED = "board.narrowed"


def _waiting(space: Space) -> None:
    """First posts that wait are published to whom the space offers by then."""
    for held in db.session.scalars(sa.select(Held).where(Held.space_id == space.id)):
        if held.data.get("audience") in ROOMS and held.data["audience"] not in space.offers():
            held.data = {**held.data, "audience": space.offers()[-1]}
