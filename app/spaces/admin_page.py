"""The secretariat's list of all spaces."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response

from app.core import pages
from app.core.audience import Viewer, bound, in_sight
from app.core.languages import language
from app.core.policy import me, require, ruled
from app.core.text import slug
from app.extensions import db
from app.spaces import words
from app.spaces.models import Membership, Space

bp = Blueprint("space_admin", __name__)
MOST = 1000
_s, _m = Space.__table__, Membership.__table__
_of_it = sa.and_(_m.c.space_id == _s.c.id, _m.c.state == "in", _m.c.role == "facilitator")
_asks = sa.and_(_m.c.space_id == _s.c.id, _m.c.state == "asked")


def _number(which: t.Any) -> t.Any:
    return sa.select(sa.func.count()).select_from(_m).where(which).correlate(_s).scalar_subquery()


_ALL = (
    sa.select(
        _s.c.id, _s.c.parent_id, _s.c.form, _s.c.name, _s.c.texts, _s.c.sight, _s.c.joining, _s.c.members, _s.c.archived,
        _number(_of_it).label("keepers"), _number(_asks).label("asked"),
    )
    .where(in_sight(_s.c.audience_id))
    .order_by(_s.c.name, _s.c.id)
    .limit(MOST)
)  # fmt: skip


class Line(t.NamedTuple):
    """One space of the list, with how deep it lies in the tree."""

    row: t.Any
    name: str
    url: str
    depth: int


def lines(viewer: Viewer) -> list[Line]:
    """Return every space that the secretariat sees, as the tree has them."""
    below: dict[int | None, list[t.Any]] = {}
    rows = db.session.execute(_ALL, bound(viewer)).all()
    known = {row.id for row in rows}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found: list[Line] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        name = row.texts.get(language(), {}).get("name") or row.name
        found.append(Line(row, name, f"/groups/{row.id}-{slug(row.name)}", depth))
        waiting += [(one, depth + 1) for one in reversed(below.get(row.id, []))]
    return found


@bp.get("/admin/groups")
@ruled("admin.read")
def index() -> Response:
    """List all spaces: who sees them, how one gets in, how many are in them, what waits."""
    require("admin.read", True)
    return pages.page("spaces/admin.html", place="admin", lines=lines(me().viewer), words=words)
