"""Counts for the front page: real ones, of what everybody may see, kept for a minute."""

import time
import typing as t

import sqlalchemy as sa
from flask import current_app

from app.board.models import Thread
from app.core.audience import VISITOR, bound, in_sight
from app.core.database import setting
from app.extensions import db
from app.members.models import Organisation
from app.spaces.models import Space

KEPT = 60.0  # seconds
LEAST = 3  # a number under it says nothing and is not shown
_s, _o, _t = Space.__table__, Organisation.__table__, Thread.__table__


def _count(table: t.Any, *where: t.Any) -> t.Any:
    return (
        sa.select(sa.func.count())
        .select_from(table)
        .where(in_sight(table.c.audience_id), *where)
        .scalar_subquery()
    )


_MEMBERS = _o.c.standing == "member"
_COUNTS = sa.select(
    _count(_s, _s.c.form == "coalition").label("coalitions"),
    _count(_o, _MEMBERS, _o.c.form == "city").label("cities"),
    _count(_o, _MEMBERS, _o.c.form == "chair").label("chairs"),
    _count(_o, _MEMBERS, _o.c.form == "partner").label("partners"),
    _count(_t, _t.c.removed.is_(False)).label("discussions"),
)


class KeptFor(t.NamedTuple):
    """How many days something is kept, for the page Privacy."""

    session: int
    appeal: int
    feedback: int
    events: int


def kept() -> KeptFor:
    """Return how long things are kept, from the settings that do it."""
    return KeptFor(
        setting("SESSION_IDLE_DAYS"),
        setting("APPEAL_DAYS"),
        setting("FEEDBACK_DAYS"),
        setting("EVENT_ANSWERS_DAYS"),
    )


def counts() -> dict[str, int]:
    """Return how many there are of each kind that a visitor may see; small numbers are left out."""
    kept = current_app.extensions.get("front_counts")
    if kept is None or time.monotonic() - kept[0] > KEPT:
        row = db.session.execute(_COUNTS, bound(VISITOR)).one()
        kept = (time.monotonic(), {name: n for name, n in row._asdict().items() if n >= LEAST})
        current_app.extensions["front_counts"] = kept
    return t.cast("dict[str, int]", kept[1])
