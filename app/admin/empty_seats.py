"""Organisations that nobody acts for: the secretariat sees whom to ask."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, request

from app.admin.routes import cursor
from app.arrivals.models import Invitation
from app.core import pages
from app.core.policy import require, ruled
from app.extensions import db
from app.members import names
from app.members.models import Organisation, Person, Seat
from app.members.queries import url_of

bp = Blueprint("empty_seats", __name__)
PAGE = 50
_o, _s, _p, _i = Organisation.__table__, Seat.__table__, Person.__table__, Invitation.__table__
_of_it = _s.c.organisation_id == _o.c.id
_open = sa.and_(_of_it, _s.c.ended.is_(None))
_acting = sa.exists().where(_open, _p.c.id == _s.c.person_id, _p.c.state == "active")
_invited = sa.or_(
    sa.exists().where(_open, _p.c.id == _s.c.person_id, _p.c.state == "invited"),
    sa.exists().where(_i.c.organisation_id == _o.c.id, _i.c.state == "waiting", _i.c.sent > 0),
)
_EMPTY = sa.and_(_o.c.standing != "other", ~_acting)
_here = sa.select(_o.c.sort_key).where(_o.c.id == sa.bindparam("after")).scalar_subquery()
_LIST = (
    sa.select(
        _o.c.id, _o.c.name, _o.c.place, _o.c.form, _o.c.code, _o.c.country, _invited.label("invited"),
        sa.select(sa.func.max(_s.c.ended)).where(_of_it).correlate(_o).scalar_subquery().label("ended"),
    )
    .where(_EMPTY, sa.or_(sa.bindparam("after") == 0, sa.tuple_(_o.c.sort_key, _o.c.id) > sa.tuple_(_here, sa.bindparam("after"))))
    .order_by(_o.c.sort_key, _o.c.id)
    .limit(PAGE + 1)
)  # fmt: skip
_COUNT = sa.select(sa.func.count()).select_from(_o).where(_EMPTY)


def rows(after: int) -> list[t.Any]:
    """Return organisations without an active holder, by name, one more than a page where there are more."""
    return list(db.session.execute(_LIST, {"after": after}))


@bp.get("/admin/seats")
@ruled("admin.read")
def index() -> Response:
    """List the organisations that nobody acts for."""
    require("admin.read", True)
    found = rows(cursor(request.args.get("after")) or 0)
    shown = found[:PAGE]
    return pages.page(
        "admin/seats.html", place="admin", shown=shown, names=names, url_of=url_of, first="after" not in request.args,
        count=db.session.execute(_COUNT).scalar_one(), more=shown[-1].id if len(found) > PAGE else 0,
    )  # fmt: skip
