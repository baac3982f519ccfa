"""Lists of spaces and of the people in them, as tuples, always through the rule for sight."""

import typing as t

import sqlalchemy as sa

from app.core.audience import Viewer, bound, in_sight
from app.core.languages import _, language
from app.core.text import slug
from app.extensions import db
from app.members import mentions
from app.members.models import Organisation, Person, Seat
from app.members.queries import Coalition
from app.spaces.models import Membership, Space

PEOPLE_PAGE = 50
MOST_SPACES = 1000
_s, _m, _p = Space.__table__, Membership.__table__, Person.__table__
_seat, _org = Seat.__table__, Organisation.__table__
_ORDER = {"network": 0, "coalition": 1, "group": 2}


class Entry(t.NamedTuple):
    """A space in a list, in the reader's language, with the spaces below it that the reader sees."""

    id: int
    name: str
    url: str
    form: str
    summary: str
    sight: str
    members: int
    below: list["Entry"]


_SPACES = (
    sa.select(
        _s.c.id, _s.c.parent_id, _s.c.form, _s.c.name, _s.c.summary, _s.c.texts, _s.c.sight, _s.c.members
    )
    .where(in_sight(_s.c.audience_id))
    .order_by(_s.c.name, _s.c.id)
    .limit(MOST_SPACES)
)
_BELOW = _SPACES.where(_s.c.parent_id == sa.bindparam("parent_id"))

_COALITIONS = sa.select(_s.c.id, _s.c.key, _s.c.name, _s.c.texts).where(
    in_sight(_s.c.audience_id), _s.c.form == "coalition"
)
_CALLED = (
    sa.select(_s.c.handle, _s.c.name, _s.c.form)
    .where(mentions.begins(_s), in_sight(_s.c.audience_id))
    .order_by(_s.c.name)
    .limit(mentions.MOST)
)


def coalitions(viewer: Viewer) -> dict[str, Coalition]:
    """Return the coalitions that a viewer sees, by key: the members' pages name them."""
    rows = db.session.execute(_COALITIONS, bound(viewer))
    named = ((row, row.texts.get(language(), {}).get("name") or row.name) for row in rows)
    return {row.key: Coalition(name, f"/groups/{row.id}-{slug(row.name)}") for row, name in named}


def called(viewer: Viewer, start: str) -> list[mentions.Found]:
    """Return the spaces that a viewer may mention."""
    rows = db.session.execute(_CALLED, mentions.starts(viewer, start))
    return [mentions.Found(row.handle, row.name, str(_("Group")), row.form, "") for row in rows]


def tree(viewer: Viewer) -> list[Entry]:
    """Return the spaces that a viewer sees; one whose parent is out of sight stands at the top."""
    rows = db.session.execute(_SPACES, bound(viewer)).all()
    entries = {row.id: _entry(row) for row in rows}
    top = []
    for row in rows:
        parent = entries.get(row.parent_id)
        (parent.below if parent else top).append(entries[row.id])
    for entry in [*entries.values()]:
        entry.below.sort(key=_order)
    return sorted(top, key=_order)


def below(viewer: Viewer, space: Space) -> list[Entry]:
    """Return the spaces right below one that a viewer sees."""
    rows = db.session.execute(_BELOW, {**bound(viewer), "parent_id": space.id})
    return sorted((_entry(row) for row in rows), key=_order)


def _order(entry: Entry) -> tuple[int, str]:
    return _ORDER.get(entry.form, 9), entry.name.casefold()


def _entry(row: t.Any) -> Entry:
    own = row.texts.get(language(), {})
    url = f"/groups/{row.id}-{slug(row.name)}"
    name, summary = own.get("name") or row.name, own.get("summary") or row.summary
    return Entry(row.id, name, url, row.form, summary, row.sight, row.members, [])


class Belonging(t.NamedTuple):
    """A person in a space."""

    id: int
    name: str
    url: str
    role: str
    kind: str
    code: str
    org: str


# The seat that a person sits in first: the primary one, else the oldest.
_first_seat = (
    sa.select(_seat.c.id)
    .where(_seat.c.person_id == _p.c.id, _seat.c.ended.is_(None))
    .order_by(_seat.c.primary.desc(), _seat.c.id)
    .limit(1)
    .correlate(_p)
    .scalar_subquery()
)
_PEOPLE = (
    sa.select(_p.c.id, _p.c.name, _p.c.handle, _m.c.role, _org.c.form, _org.c.code, _org.c.name.label("org"))
    .join_from(_m, _p, _p.c.id == _m.c.person_id)
    .outerjoin(_seat, _seat.c.id == _first_seat)
    .outerjoin(_org, _org.c.id == _seat.c.organisation_id)
    .where(
        _m.c.space_id == sa.bindparam("space_id"),
        _m.c.state == sa.bindparam("state"),
        _p.c.state == "active",
        in_sight(_p.c.audience_id),
    )
    .order_by(_p.c.name, _p.c.id)
    .limit(sa.bindparam("most"))
)
_AFTER = _PEOPLE.where(
    sa.tuple_(_p.c.name, _p.c.id) > sa.tuple_(sa.bindparam("name"), sa.bindparam("number"))
)
_FACILITATORS = _PEOPLE.where(_m.c.role == "facilitator")
_NAME = sa.select(_p.c.name).where(_p.c.id == sa.bindparam("number"))


def people(viewer: Viewer, space_id: int, after: int = 0) -> tuple[list[Belonging], int]:
    """Return one page of those who belong to a space, by name, and the cursor of the next (0: none)."""
    values = {**bound(viewer), "space_id": space_id, "state": "in", "most": PEOPLE_PAGE + 1}
    name = db.session.execute(_NAME, {"number": after}).scalar() if after else None
    statement = _PEOPLE if name is None else _AFTER
    rows = db.session.execute(
        statement, values if name is None else {**values, "name": name, "number": after}
    )
    found = [_belonging(row) for row in rows]
    shown = found[:PEOPLE_PAGE]
    return shown, shown[-1].id if len(found) > PEOPLE_PAGE else 0


def facilitators(viewer: Viewer, space_id: int) -> list[Belonging]:
    """Return those who look after a space."""
    values = {**bound(viewer), "space_id": space_id, "state": "in", "most": 8}
    return [_belonging(row) for row in db.session.execute(_FACILITATORS, values)]


def requests(viewer: Viewer, space_id: int) -> list[Belonging]:
    """Return those who asked to be let in."""
    values = {**bound(viewer), "space_id": space_id, "state": "asked", "most": 100}
    return [_belonging(row) for row in db.session.execute(_PEOPLE, values)]


def _belonging(row: t.Any) -> Belonging:
    url = f"/people/{row.id}-{row.handle}"
    return Belonging(row.id, row.name, url, row.role, row.form or "partner", row.code or "", row.org or "")


_COUNT = (
    sa.select(sa.func.count())
    .select_from(_org)
    .where(_org.c.form == "city", _org.c.standing == "member", in_sight(_org.c.audience_id))
)
_COUNT_OF = _COUNT.where(_org.c.coalition == sa.bindparam("coalition"))


def cities(viewer: Viewer, space: Space) -> int:
    """Return how many member cities the network or a coalition has; a working group has people only."""
    if space.form == "group":
        return 0
    if space.form == "network":
        return db.session.execute(_COUNT, bound(viewer)).scalar_one()
    return db.session.execute(_COUNT_OF, {**bound(viewer), "coalition": space.key}).scalar_one()


def state_of(person_id: int | None, space_id: int) -> str:
    """Return `in`, `asked`, or nothing."""
    row = sa.select(_m.c.state).where(_m.c.person_id == person_id, _m.c.space_id == space_id)
    return db.session.scalar(row) or ""
