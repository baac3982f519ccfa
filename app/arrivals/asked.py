"""What is read of requests: the lists of who may answer, and the members that a name may mean."""

import typing as t

import sqlalchemy as sa

from app.arrivals.models import JoinRequest
from app.core.audience import Viewer, bound, in_sight
from app.core.database import LARGEST_ID, several
from app.core.kept import Kept
from app.core.policy import Me
from app.extensions import db
from app.members.models import Organisation, Person
from app.members.names import fold
from app.spaces.models import Space

PAGE, MOST = 50, 6
_r, _o, _p, _s = JoinRequest.__table__, Organisation.__table__, Person.__table__, Space.__table__
_mine = sa.or_(
    sa.bindparam("office"),
    several(_r.c.organisation_id, "organisations", sa.Integer),
    sa.and_(several(_r.c.space_id, "spaces", sa.Integer), _r.c.stage.in_(("coalition", "secretariat"))),
)
STATES = {"": _r.c.state == "waiting", "done": _r.c.state.in_(("approved", "declined", "withdrawn"))}
_LIST = {
    key: sa.select(*_r.c, _p.c.name.label("by"), _s.c.name.label("coalition"), _o.c.code)
    .outerjoin(_p, _p.c.id == _r.c.by_id)
    .outerjoin(_s, _s.c.id == _r.c.space_id)
    .outerjoin(_o, _o.c.id == _r.c.organisation_id)
    .where(_mine, condition, _r.c.id < sa.bindparam("before"))
    .order_by(_r.c.id.desc())
    .limit(PAGE + 1)
    for key, condition in STATES.items()
}
_COUNT = sa.select(sa.func.count()).select_from(_r).where(_mine, STATES[""])
_counts: Kept[int] = Kept("requests", 5.0, 1000)


def _who(who: Me) -> dict[str, t.Any]:
    return {
        "office": who.steward,
        "organisations": [seat.id for seat in who.seats if seat.primary],
        "spaces": [group.id for group in who.groups if group.role == "facilitator"],
    }


def answers(who: t.Any) -> bool:
    """Say whether somebody may answer requests at all: nobody else is asked anything for them."""
    return who.is_authenticated and (
        who.steward
        or any(seat.primary for seat in who.seats)
        or any(group.role == "facilitator" for group in who.groups)
    )


def requests(who: Me, state: str, before: int | None) -> list[t.Any]:
    """Return the requests that somebody may answer, newest first, one more than a page where there are more."""
    return list(db.session.execute(_LIST[state], {**_who(who), "before": before or LARGEST_ID}))


def waiting(who: Me) -> int:
    """Return how many wait for somebody's answer; kept for a few seconds."""
    if not answers(who):
        return 0
    return _counts.get(
        (who.steward, who.seats, who.groups), lambda: db.session.execute(_COUNT, _who(who)).scalar_one()
    )


def recount() -> None:
    """Forget the numbers: something was asked or answered here."""
    _counts.forget()


_LIKE = (
    sa.select(_o.c.id, _o.c.name, _o.c.place, _o.c.form, _o.c.code)
    .where(
        in_sight(_o.c.audience_id), _o.c.standing != "other", _o.c.form != "secretariat",
        _o.c.found_by.contains(sa.bindparam("words"), autoescape=False),
    )
    .order_by(_o.c.sort_key, _o.c.id)
    .limit(MOST)
)  # fmt: skip


def like(viewer: Viewer, name: str) -> list[t.Any]:
    """Return the members that a name may mean."""
    words = fold(name).removeprefix("city of ").removeprefix("ville de ")
    plain = words.translate(dict.fromkeys(map(ord, "%_\\")))[:100]
    return list(db.session.execute(_LIKE, {**bound(viewer), "words": plain})) if len(plain) > 2 else []


_town = _o.c.facts["city"].as_string()
_PLACED = (
    sa.select(_o.c.name, _o.c.lat, _o.c.lon)
    .where(
        in_sight(_o.c.audience_id), _o.c.lat.is_not(None), _o.c.country == sa.bindparam("country"),
        sa.or_(
            _o.c.sort_key.in_(sa.bindparam("keys", expanding=True)), sa.func.lower(_town).in_(sa.bindparam("keys", expanding=True))
        ),
    )
    .order_by(_o.c.form != "city", _o.c.id)
    .limit(1)
)  # fmt: skip


def place_of(viewer: Viewer, name: str, country: str) -> t.Any:
    """Return where a member of the same town that a viewer sees stands on the map, None where there is none."""
    plain = fold(name).removeprefix("city of ").removeprefix("ville de ")
    given = {**bound(viewer), "country": country, "keys": [plain, f"city of {plain}"]}
    return db.session.execute(_PLACED, given).first()
