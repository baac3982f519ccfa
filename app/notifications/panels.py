"""What the briefing for a seat's next holder shows of notices: the calls that nobody has looked at yet."""

import typing as t

import sqlalchemy as sa

from app.core.audience import bound, in_sight
from app.core.panels import panel
from app.core.policy import me
from app.extensions import db
from app.notifications import words
from app.notifications.models import Notice
from app.notifications.queries import COLUMNS
from app.notifications.recipients import CALLS

_n = Notice.__table__
_OPEN = (
    sa.select(*COLUMNS)
    .where(
        _n.c.person_id.in_(sa.bindparam("people", expanding=True)), _n.c.read.is_(None),
        _n.c.reason.in_([*sorted(CALLS), "reply"]), in_sight(_n.c.audience_id),
    )
    .order_by(_n.c.last_id.desc())
    .limit(20)
)  # fmt: skip


@panel("briefing", order=10)
def open_calls(brief: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """Who called the holder or the organisation and was not read, as far as the reader sees the thing."""
    rows = db.session.execute(_OPEN, {"people": list(brief.people), **bound(me().viewer)}).all()
    values = {"notices": [(words.sentence(row), row) for row in rows]}
    return ("notifications/_briefing.html", values) if rows else None
