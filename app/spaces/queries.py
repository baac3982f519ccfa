"""Lists of spaces and of the people in them, as tuples, always through the rule for sight."""

import functools
import typing as t

import sqlalchemy as sa

from app.core.audience import Viewer, bound, in_sight, space_room
from app.core.database import known_json, run
from app.core.languages import _, language
from app.core.text import slug
from app.extensions import db
from app.members import mentions
from app.members.models import Organisation, Person, Seat
from app.members.queries import Coalition
from app.spaces.models import ENCLOSED, Membership, Space

PEOPLE_PAGE = 50
MOST_SPACES = 1000
_s, _m, _p = Space.__table__, Membership.__table__, Person.__table__
_seat, _org = Seat.__table__, Organisation.__table__
_ORDER = {"network": 0, "coalition": 1, "chapter": 2, "group": 3}


class Entry(t.NamedTuple):
    """A space in a list, in the reader's language, with the spaces below it; of one that is not seen the name alone."""

    id: int
    name: str
    url: str
    form: str
    summary: str
    sight: str
    members: int
    below: list["Entry"]
    seen: bool = True


_KNOWN = (
    sa.select(
        _s.c.id, _s.c.parent_id, _s.c.form, _s.c.name, _s.c.summary, _s.c.texts, _s.c.sight, _s.c.members,
        in_sight(_s.c.audience_id).label("seen"),
    )
    .where(in_sight(sa.func.coalesce(_s.c.known_id, _s.c.audience_id)))
    .order_by(_s.c.name, _s.c.id)
    .limit(MOST_SPACES)
)  # fmt: skip
_SPACES = _KNOWN.where(in_sight(_s.c.audience_id))
_BELOW = _KNOWN.where(_s.c.parent_id == sa.bindparam("parent_id"))

_COALITIONS = sa.select(_s.c.id, _s.c.key, _s.c.name, sa.cast(_s.c.texts, sa.Text).label("texts")).where(
    in_sight(_s.c.audience_id), _s.c.form == "coalition"
)
_PLAN = sa.select(_s.c.id, _s.c.name, _s.c.facts["plan"].label("plan")).where(
    in_sight(_s.c.audience_id), _s.c.form == "coalition", _s.c.key == sa.bindparam("key")
)
_CALLED = (
    sa.select(_s.c.handle, _s.c.name, _s.c.form)
    .where(mentions.begins(_s), in_sight(_s.c.audience_id))
    .order_by(_s.c.name)
    .limit(mentions.MOST)
)


def coalitions(viewer: Viewer) -> dict[str, Coalition]:
    """Return the coalitions that a viewer sees, by key: the members' pages name them."""
    return _coalitions(language(), *run(_COALITIONS, bound(viewer)).all())


@functools.lru_cache(256)
def _coalitions(lang: str, *rows: t.Any) -> dict[str, Coalition]:
    """Return coalitions as the members' pages name them: worked out once for equal rows. Nobody may change it."""
    named = ((row, known_json(row.texts).get(lang, {}).get("name") or row.name) for row in rows)
    return {row.key: Coalition(row.id, name, f"/groups/{row.id}-{slug(row.name)}") for row, name in named}


def plan_of(viewer: Viewer, key: str) -> t.Any:
    """Return the coalition of this key with its plan, None for who does not see it."""
    return run(_PLAN, {**bound(viewer), "key": key}).first()


def called(viewer: Viewer, start: str) -> list[mentions.Found]:
    """Return the spaces that a viewer may mention."""
    rows = db.session.execute(_CALLED, mentions.starts(viewer, start))
    return [mentions.Found(row.handle, row.name, str(_("Group")), row.form, "") for row in rows]


def tree(viewer: Viewer, names: bool = False) -> list[Entry]:
    """Return the spaces that a viewer sees, with `names` also those known by name; without their parent, at the top."""
    rows = db.session.execute(_KNOWN if names else _SPACES, bound(viewer)).all()
    entries = {row.id: _entry(row) for row in rows}
    top = []
    for row in rows:
        parent = entries.get(row.parent_id)
        (parent.below if parent else top).append(entries[row.id])
    for entry in [*entries.values()]:
        entry.below.sort(key=_order)
    return sorted(top, key=_order)


_NAMED = sa.select(_s.c.id, _s.c.handle, _s.c.key, _s.c.name, _s.c.texts, _s.c.facts).where(
    in_sight(_s.c.audience_id)
)
_NAMED = _NAMED.order_by(_s.c.id).limit(MOST_SPACES)


def named(viewer: Viewer, tail: str) -> int | None:
    """Return the space that a name means: a handle, a name in any language, or a former name."""
    wish = slug(tail)
    for row in db.session.execute(_NAMED, bound(viewer)):
        own = [words.get("name", "") for words in row.texts.values()]
        former = row.facts.get("former_names") or []
        names = [row.handle, row.key, row.name, *own, *(former if isinstance(former, list) else [])]
        if tail.casefold() == row.handle or wish in {slug(str(name)) for name in names if name}:
            return int(row.id)
    return None


def below(viewer: Viewer, space: Space) -> list[Entry]:
    """Return the spaces right below one that a viewer sees, or knows by name."""
    rows = db.session.execute(_BELOW, {**bound(viewer), "parent_id": space.id})
    return sorted((_entry(row) for row in rows), key=_order)


def _order(entry: Entry) -> tuple[int, str]:
    return _ORDER.get(entry.form, 9), entry.name.casefold()


def _entry(row: t.Any) -> Entry:
    own = row.texts.get(language(), {})
    url = f"/groups/{row.id}-{slug(row.name)}"
    name, summary = own.get("name") or row.name, own.get("summary") or row.summary
    if not row.seen:
        return Entry(row.id, name, url, row.form, "", row.sight, 0, [], False)
    return Entry(row.id, name, url, row.form, summary, row.sight, row.members, [])


def flat(entries: list[Entry], depth: int = 0) -> list[tuple[Entry, int]]:
    """Return a tree as one list, each entry with how deep it lies."""
    return [found for one in entries for found in ((one, depth), *flat(one.below, depth + 1))]


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


_GROUPS_OF = (
    sa.select(_s.c.id, _s.c.name, _s.c.form, _s.c.texts, _s.c.sight, _m.c.role)
    .join_from(_m, _s, _s.c.id == _m.c.space_id)
    .where(
        _m.c.person_id.in_(sa.bindparam("people", expanding=True)), _m.c.state == "in", in_sight(_s.c.audience_id)
    )
    .order_by(_s.c.name, _s.c.id)
    .limit(100)
)  # fmt: skip


class InGroup(t.NamedTuple):
    """A group that somebody is in, with the role there."""

    name: str
    url: str
    form: str
    role: str


def groups_of(viewer: Viewer, people: t.Sequence[int]) -> list[InGroup]:
    """Return the groups of these people that a viewer sees; of private ones only those that the viewer is in."""
    rows = db.session.execute(_GROUPS_OF, {"people": list(people), **bound(viewer)})
    found = {}
    for row in rows:
        name = row.texts.get(language(), {}).get("name") or row.name
        if row.sight not in ENCLOSED or space_room(row.id) in viewer.rooms:
            found.setdefault(row.id, InGroup(name, f"/groups/{row.id}-{slug(row.name)}", row.form, row.role))
    return list(found.values())
