"""Says on the homes of some spaces of the demo network where to start, and pins what was concluded there."""

import sqlalchemy as sa

from app.board.models import Thread
from app.demo import content
from app.extensions import db
from app.spaces import automatic, changes, pins

PINNED = 2


def furnish(cast):
    """Write the homes, pin the latest discussions that came to something, let automatic groups take their people in."""
    for key, said in content.texts("homes.toml").items():
        space = cast.spaces[key]
        changes.set_texts(None, space, said)
        rows = sa.select(Thread).where(Thread.space_id == space.id, Thread.outcome != "", ~Thread.removed)
        for thread in db.session.scalars(rows.order_by(Thread.id.desc()).limit(PINNED)).all():
            pins.pin(None, space, thread)
    for space in cast.spaces.values():
        while automatic.settle(space):
            pass
