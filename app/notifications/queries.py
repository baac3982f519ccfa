"""Lists of notices: one's own, through the rule for sight, by cursor."""

import functools
import typing as t

import sqlalchemy as sa

from app.core.audience import bound, in_sight
from app.core.database import LARGEST_ID
from app.core.policy import Me
from app.extensions import db
from app.notifications.models import Notice
from app.notifications.recipients import CALLS

_n = Notice.__table__
COLUMNS = (
    _n.c.id, _n.c.reason, _n.c.root, _n.c.last_id, _n.c.count, _n.c.verb, _n.c.by, _n.c.title, _n.c.excerpt,
    _n.c.lang, _n.c.url, _n.c.at, _n.c.read,
)  # fmt: skip
_SHOWN: dict[str, t.Any] = {
    "unread": _n.c.read.is_(None),
    "mentions": _n.c.reason.in_(sorted(CALLS)),
    "replies": _n.c.verb == "board.replied",
}


@functools.cache
def _statement(show: str) -> t.Any:
    conditions = [
        _n.c.person_id == sa.bindparam("me"),
        _n.c.last_id < sa.bindparam("before"),
        in_sight(_n.c.audience_id),
        *([_SHOWN[show]] if show else []),
    ]
    return sa.select(*COLUMNS).where(*conditions).order_by(_n.c.last_id.desc()).limit(sa.bindparam("most"))


def notices(who: Me, show: str, before: int | None, most: int) -> list[t.Any]:
    """Return a person's notices of one filter, newest first."""
    values = {"me": who.id, "before": before or LARGEST_ID, "most": most, **bound(who.viewer)}
    return list(db.session.execute(_statement(show), values).all())
