"""Lists of invitations as tuples: of one organisation, and all of them by cursor; and what a key invites to."""

import typing as t

import sqlalchemy as sa

from app.arrivals.models import Invitation
from app.core import clock
from app.core.database import LARGEST_ID, UtcDateTime
from app.extensions import db
from app.members.models import Organisation, Person

PAGE = 50
_i, _o, _p = Invitation.__table__, Organisation.__table__, Person.__table__
_host = _p.alias("host")
_now = sa.bindparam("now", type_=UtcDateTime)
_waits = _i.c.state == "waiting"
STATES: dict[str, t.Any] = {
    "": sa.and_(_waits, _i.c.until > _now),
    "expired": sa.and_(_waits, _i.c.until <= _now),
    "unsent": sa.and_(_waits, _i.c.until.is_(None)),
    "accepted": _i.c.state == "accepted",
    "ended": _i.c.state.in_(("withdrawn", "declined")),
}
_ROWS = (
    sa.select(
        *_i.c, _o.c.name.label("organisation"), _o.c.place, _o.c.form, _o.c.code, _host.c.name.label("host"),
        _p.c.handle, _p.c.name.label("person"), _p.c.state.label("account"),
    )
    .join(_o, _o.c.id == _i.c.organisation_id)
    .outerjoin(_host, _host.c.id == _i.c.by_id)
    .outerjoin(_p, _p.c.id == _i.c.person_id)
)  # fmt: skip
_OF = _ROWS.where(_i.c.organisation_id == sa.bindparam("number")).order_by(~_waits, _i.c.id.desc()).limit(200)
_ALL = {
    key: _ROWS.where(condition, _i.c.id < sa.bindparam("before")).order_by(_i.c.id.desc()).limit(PAGE + 1)
    for key, condition in STATES.items()
}
_COUNTS = sa.select(
    *(
        sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0).label(key or "open")
        for key, condition in STATES.items()
    )
)
_MINE = _ROWS.where(_i.c.person_id == sa.bindparam("me"), STATES[""]).order_by(_i.c.id).limit(20)
_KEY = _ROWS.where(_i.c.key_id == sa.bindparam("key")).limit(1)


def of(organisation_id: int) -> list[t.Any]:
    """Return an organisation's invitations: those that wait first, then the newest."""
    return list(db.session.execute(_OF, {"number": organisation_id}))


def everywhere(state: str, before: int | None) -> list[t.Any]:
    """Return invitations of one state, newest first, one more than a page where there are more."""
    return list(db.session.execute(_ALL[state], {"before": before or LARGEST_ID, "now": clock.now()}))


def waiting_in(state: str, most: int) -> list[t.Any]:
    """Return so many invitations of one state: those whose last mail is longest ago come first, each has its turn."""
    rows = sa.select(_i.c.id).where(STATES[state]).order_by(_i.c.sent_at, _i.c.id).limit(most)
    return list(db.session.execute(rows, {"now": clock.now()}))


def counts() -> t.Any:
    """Return how many there are of each state."""
    return db.session.execute(_COUNTS, {"now": clock.now()}).one()


def offered(person_id: int) -> list[t.Any]:
    """Return the seats that wait for a person's yes."""
    return list(db.session.execute(_MINE, {"me": person_id, "now": clock.now()}))


def state_of(row: t.Any) -> str:
    """Return the state of a row as its key among STATES says it; the open one is `open`."""
    if row.state != "waiting":
        return str(row.state)
    if row.until is None:
        return "unsent"
    return "open" if row.until > clock.now() else "expired"


class InvitedTo(t.NamedTuple):
    """What a mailed key invites to."""

    form: str
    code: str
    name: str
    title: str
    by: str


def invited_to(key_id: int) -> InvitedTo | None:
    """Return the seat of a mailed key, None where the key is not ours."""
    row = db.session.execute(_KEY, {"key": key_id}).first()
    return InvitedTo(row.form, row.code, row.organisation, row.title, row.host or "") if row else None


_wish = sa.bindparam("wish")
_NAMED = sa.select(_o.c.id).where(
    sa.or_(sa.func.lower(_o.c.code) == _wish, _o.c.handle == _wish, sa.func.lower(_o.c.name) == _wish)
).limit(2)  # fmt: skip


def named(wish: str) -> int | None:
    """Return the organisation of a code, a handle or a whole name; None where there is none, or more than one."""
    found = list(db.session.scalars(_NAMED, {"wish": wish.strip().lower().removeprefix("@")}))
    return found[0] if len(found) == 1 else None
