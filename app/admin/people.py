"""Everybody with an account, for the secretariat: where they sit, when they were here, what keeps them out."""

import typing as t
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Blueprint, Response, request

from app.admin.routes import cursor
from app.core import pages
from app.core.database import LARGEST_ID, several
from app.core.languages import lazy
from app.core.mail import RefusedAddress
from app.core.policy import require, ruled
from app.core.text import clean_line
from app.extensions import db
from app.members import names
from app.members.models import Login, Organisation, Person, Seat
from app.members.queries import url_of

bp = Blueprint("people_admin", __name__)
PAGE, HERE = 50, "/admin/people"
# By key: what a state is called, and how it is drawn.
STATES: dict[str, tuple[t.Any, str]] = {
    "active": (lazy("Active"), "tag--done"),
    "invited": (lazy("Invited"), "tag--go"),
    "suspended": (lazy("Suspended"), "tag--late"),
    "left": (lazy("Without a seat"), ""),
}
_p, _l, _s, _o = Person.__table__, Login.__table__, Seat.__table__, Organisation.__table__
_r = RefusedAddress.__table__
_seen = sa.select(sa.func.max(_l.c.seen)).where(_l.c.person_id == _p.c.id).correlate(_p).scalar_subquery()
_PEOPLE = (
    sa.select(
        _p.c.id, _p.c.name, _p.c.handle, _p.c.email, _p.c.state, _p.c.second, _p.c.steward, _p.c.moderator, _p.c.at,
        _seen.label("seen"), _r.c.address.label("refused"),
    )
    .outerjoin(_r, _r.c.address == _p.c.email)
    .where(_p.c.state != "erased", _p.c.id < sa.bindparam("before"))
    .order_by(_p.c.id.desc())
    .limit(PAGE + 1)
)  # fmt: skip
_PLACES = (
    sa.select(_s.c.person_id, _s.c.role, _s.c.primary, _o.c.id, _o.c.name, _o.c.place)
    .join_from(_s, _o, _o.c.id == _s.c.organisation_id)
    .where(several(_s.c.person_id, "people", sa.Integer), _s.c.ended.is_(None))
    .order_by(_s.c.primary.desc(), _s.c.id)
)
_COUNTS = sa.select(_p.c.state, sa.func.count()).group_by(_p.c.state)


def _holding(words: str) -> t.Any:
    """Return the condition for people who are found by words: name, handle, address, or where they sit."""
    here = sa.exists().where(
        _s.c.person_id == _p.c.id, _s.c.ended.is_(None), _o.c.id == _s.c.organisation_id,
        _o.c.found_by.contains(names.fold(words), autoescape=True),
    )  # fmt: skip
    plain = [column.icontains(words, autoescape=True) for column in (_p.c.name, _p.c.handle, _p.c.email)]
    return sa.or_(*plain, here)


def people(state: str, words: str, before: int | None) -> list[t.Any]:
    """Return people, the newest first, one more than a page where there are more."""
    rows = _PEOPLE.where(_p.c.state == state) if state else _PEOPLE
    rows = rows.where(_holding(words)) if words else rows
    return list(db.session.execute(rows, {"before": before or LARGEST_ID}))


def places(numbers: t.Sequence[int]) -> dict[int, list[t.Any]]:
    """Return where people sit, by their number."""
    found: dict[int, list[t.Any]] = {}
    for row in db.session.execute(_PLACES, {"people": list(numbers)}) if numbers else ():
        found.setdefault(row.person_id, []).append(row)
    return found


@bp.get(HERE)
@ruled("admin.read")
def index() -> Response:
    """List everybody with an account."""
    require("admin.read", True)
    state, words = request.args.get("state", ""), clean_line(request.args.get("q"))[:100].removeprefix("@")
    state = state if state in STATES else ""
    found = people(state, words, cursor(request.args.get("before")))
    shown = found[:PAGE]
    asked = {key: value for key, value in {"state": state, "q": words}.items() if value}
    older = f"{HERE}?{urlencode({**asked, 'before': shown[-1].id})}" if len(found) > PAGE else ""
    newest = f"{HERE}?{urlencode(asked)}".rstrip("?") if "before" in request.args else ""
    return pages.page(
        "admin/people.html", place="admin", shown=shown, places=places([row.id for row in shown]), states=STATES,
        state=state, q=words, older=older, newest=newest, counts=dict(list(db.session.execute(_COUNTS))),
        url_of=url_of,
    )  # fmt: skip
