"""Lists of organisations and their people, as tuples, always through the rule for sight."""

import typing as t

import sqlalchemy as sa

from app.core.audience import Viewer, bound, in_sight
from app.core.text import slug
from app.extensions import db
from app.members.models import Organisation, Person, Seat
from app.members.names import fold

PAGE = 40
MOST_WORDS = 8
_o, _p, _s = Organisation.__table__, Person.__table__, Seat.__table__


class Coalition(t.NamedTuple):
    """A coalition as the members' pages name it."""

    name: str
    url: str


# Set by the spaces' room, which knows them: by key, those that a viewer sees, in the reader's language.
coalitions: t.Callable[[Viewer], dict[str, Coalition]] = lambda viewer: {}


class Asked(t.NamedTuple):
    """What a reader asked of the list."""

    q: str = ""
    kind: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    coalition: tuple[str, ...] = ()
    after: int = 0
    before: int = 0

    @property
    def on(self) -> int:
        """How many filters are on."""
        return len(self.kind) + len(self.region) + len(self.coalition)


class Listed(t.NamedTuple):
    """One page of the list, with the cursors of the pages beside it (0: none)."""

    rows: list[t.Any]
    count: int
    after: int
    before: int


# Organisations that only published something we show have a page, but are no members.
_ROWS = sa.select(
    _o.c.id,
    _o.c.form,
    _o.c.code,
    _o.c.name,
    _o.c.place,
    _o.c.country,
    _o.c.coalition,
    _o.c.standing,
    _o.c.facts,
).where(in_sight(_o.c.audience_id), _o.c.standing != "other")
_COUNT = (
    sa.select(sa.func.count()).select_from(_o).where(in_sight(_o.c.audience_id), _o.c.standing != "other")
)
_PLACE = sa.tuple_(_o.c.sort_key, _o.c.id)


def directory(viewer: Viewer, asked: Asked) -> Listed:
    """Return a page of the organisations that fit, by name; the cursor is the number of the last or first."""
    which, values = _conditions(asked), bound(viewer)
    back = bool(asked.before)
    statement = _ROWS.where(*which, *_beyond(asked))
    statement = statement.order_by(
        _o.c.sort_key.desc() if back else _o.c.sort_key, _o.c.id.desc() if back else _o.c.id
    )
    rows = list(db.session.execute(statement.limit(PAGE + 1), values))
    more, rows = len(rows) > PAGE, rows[:PAGE]
    rows = rows[::-1] if back else rows
    count = db.session.execute(_COUNT.where(*which), values).scalar_one()
    if not rows:
        return Listed([], count, 0, 0)
    after = rows[-1].id if more or back else 0
    before = rows[0].id if (back and more) or (asked.after and not back) else 0
    return Listed(rows, count, after, before)


def _conditions(asked: Asked) -> list[t.Any]:
    words = fold(asked.q).split()[:MOST_WORDS]
    which: list[t.Any] = [_o.c.found_by.contains(word, autoescape=True) for word in words]
    for name, column in (("kind", _o.c.form), ("region", _o.c.region), ("coalition", _o.c.coalition)):
        if getattr(asked, name):
            which.append(column.in_(getattr(asked, name)))
    return which


def _beyond(asked: Asked) -> list[t.Any]:
    number = asked.before or asked.after
    if not number:
        return []
    at = sa.select(_o.c.sort_key, _o.c.id).where(_o.c.id == number)
    key = db.session.execute(at).first()
    if key is None:
        return []
    here = sa.tuple_(sa.literal(key.sort_key), sa.literal(key.id))
    return [here > _PLACE] if asked.before else [_PLACE > here]


def url_of(row: t.Any) -> str:
    """Return the address of a listed organisation's profile."""
    return f"/members/{row.id}-{slug(row.place or row.name)}"


_REGIONS = (
    sa.select(_o.c.region)
    .where(in_sight(_o.c.audience_id), _o.c.region != "")
    .distinct()
    .order_by(_o.c.region)
)


def regions(viewer: Viewer) -> list[str]:
    """Return the regions that have members."""
    return list(db.session.scalars(_REGIONS, bound(viewer)))


_PEOPLE = (
    sa.select(_p.c.id, _p.c.handle, _p.c.name, _s.c.role, _s.c.title)
    .join_from(_s, _p, _p.c.id == _s.c.person_id)
    .where(
        _s.c.organisation_id == sa.bindparam("number"), _s.c.ended.is_(None), _p.c.state == "active",
        in_sight(_p.c.audience_id),
    )
    .order_by(_s.c.primary.desc(), _p.c.name, _p.c.id)
    .limit(50)
)  # fmt: skip


def people_of(viewer: Viewer, organisation_id: int) -> list[t.Any]:
    """Return the people who hold a seat in an organisation, as far as the viewer may see them."""
    return list(db.session.execute(_PEOPLE, {"number": organisation_id, **bound(viewer)}))


_SEATS = (
    sa.select(
        _o.c.id, _o.c.name, _o.c.place, _o.c.form, _o.c.code, _o.c.coalition, _o.c.country,
        _s.c.role, _s.c.title, _s.c.since,
    )
    .join_from(_s, _o, _o.c.id == _s.c.organisation_id)
    .where(_s.c.person_id == sa.bindparam("number"), _s.c.ended.is_(None))
    .order_by(_s.c.primary.desc(), _s.c.id)
    .limit(20)
)  # fmt: skip


def seats_of(person_id: int) -> list[t.Any]:
    """Return the seats that a person holds, the first contact's first."""
    return list(db.session.execute(_SEATS, {"number": person_id}))
