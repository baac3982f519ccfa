"""What stands beside the newsfeed: the discussions of the reader's own groups in which somebody wrote last."""

import typing as t

import sqlalchemy as sa

from app.board.models import Thread
from app.core import activity
from app.core.audience import Viewer, bound, in_sight
from app.core.database import run, several
from app.core.kept import Kept
from app.core.panels import Alike, panel
from app.core.text import slug
from app.spaces.models import Space

MOST = 5
_thread, _space = Thread.__table__, Space.__table__
# Walks the discussions from the newest on: the pluses keep the databases from gathering whole spaces first.
_LATEST = (
    sa.select(
        _thread.c.id, _thread.c.title, _thread.c.language, _thread.c.last_at, _space.c.name.label("space")
    )
    .join(_space, _space.c.id == _thread.c.space_id)
    .where(
        in_sight(sa.literal_column("+thread.audience_id", sa.Integer)),
        several(sa.literal_column("+thread.space_id", sa.Integer), "groups", sa.Integer),
        ~_thread.c.removed,
    )
    .order_by(_thread.c.last_at.desc(), _thread.c.id.desc())
    .limit(MOST)
)


class Latest(t.NamedTuple):
    """One line of the panel."""

    title: str
    language: str
    last_at: t.Any
    space: str
    url: str


_found: Kept[tuple[Latest, ...]] = Kept("home_groups", 600, 2000)


def _read(groups: list[int], viewer: Viewer) -> tuple[Latest, ...]:
    rows = run(_LATEST, {"groups": groups, **bound(viewer)}).all()
    return tuple(
        Latest(row.title, row.language, row.last_at, row.space, f"/discussions/{row.id}-{slug(row.title)}")
        for row in rows
    )


@panel("home", order=20, column="side")
def latest_in_groups(who: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """Show the latest of the reader's groups, the network aside: that is the newsfeed itself.

    What was found is good until the next fact: whatever is done to a discussion or a group records one.
    """
    groups = [group.id for group in who.groups if group.kind != "network"]
    if not groups:
        return None
    key = (activity.newest(), who.viewer.rooms, *groups)
    threads = _found.get(key, lambda: _read(groups, who.viewer))
    return ("feed/_groups.html", Alike(threads=threads)) if threads else None
