"""Members that have no place on the map: the secretariat sees what is missing."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, request

from app.admin.routes import cursor
from app.core import pages
from app.core.policy import require, ruled
from app.extensions import db
from app.members import names
from app.members.models import Organisation
from app.members.queries import url_of

bp = Blueprint("unplaced", __name__)
PAGE = 50
_o = Organisation.__table__
_NOWHERE = sa.and_(_o.c.standing != "other", sa.or_(_o.c.lat.is_(None), _o.c.lon.is_(None)))
_here = sa.select(_o.c.sort_key).where(_o.c.id == sa.bindparam("after")).scalar_subquery()
_LIST = (
    sa.select(_o.c.id, _o.c.name, _o.c.place, _o.c.form, _o.c.code, _o.c.country)
    .where(
        _NOWHERE,
        sa.or_(
            sa.bindparam("after") == 0,
            sa.tuple_(_o.c.sort_key, _o.c.id) > sa.tuple_(_here, sa.bindparam("after")),
        ),
    )
    .order_by(_o.c.sort_key, _o.c.id)
    .limit(PAGE + 1)
)
_COUNT = sa.select(sa.func.count()).select_from(_o).where(_NOWHERE)


@bp.get("/admin/unplaced")
@ruled("admin.read")
def index() -> Response:
    """List the members without a place on the map, by name."""
    require("admin.read", True)
    after: t.Any = cursor(request.args.get("after")) or 0
    found = list(db.session.execute(_LIST, {"after": after}))
    shown = found[:PAGE]
    return pages.page(
        "admin/unplaced.html", place="admin", shown=shown, names=names, url_of=url_of, first="after" not in request.args,
        count=db.session.execute(_COUNT).scalar_one(), more=shown[-1].id if len(found) > PAGE else 0,
    )  # fmt: skip
