"""What is shown of members, as tuples, always through the rule for sight."""

import typing as t

import sqlalchemy as sa

from app.atlas import entries, globe
from app.atlas.asked import Asked
from app.atlas.entries import Found
from app.core.activity import Activity
from app.core.audience import Viewer, bound, in_sight
from app.core.database import run, several
from app.extensions import db
from app.members.models import Organisation, Person, Seat
from app.members.queries import url_of
from app.spaces.models import Space

PAGE = 40
_o, _p, _s, _space = Organisation.__table__, Person.__table__, Seat.__table__, Space.__table__


class Listed(t.NamedTuple):
    """One page of the list, with all that fit, and the cursors of the pages beside it (0: none)."""

    rows: list[t.Any]
    found: Found
    after: int
    before: int


_SEEN = sa.select(
    _o.c.id, _o.c.form, _o.c.code, _o.c.name, _o.c.place, _o.c.country, _o.c.coalition, _o.c.standing,
    _o.c.facts["university"].as_string().label("school"), (_o.c.lat.is_not(None) & _o.c.lon.is_not(None)).label("placed"),
).where(in_sight(_o.c.audience_id))  # fmt: skip
_ROWS = _SEEN.where(several(_o.c.id, "numbers", sa.Integer), _o.c.standing != "other")

# The seat that a person sits in first: the primary one, else the oldest.
_first_seat = (
    sa.select(_s.c.id)
    .where(_s.c.person_id == _p.c.id, _s.c.ended.is_(None))
    .order_by(_s.c.primary.desc(), _s.c.id)
    .limit(1)
    .correlate(_p)
    .scalar_subquery()
)
_PEOPLE = (
    sa.select(
        _p.c.id, _p.c.name, _p.c.handle, _s.c.title, _o.c.name.label("org"), _o.c.form, _o.c.code, _o.c.country,
        _o.c.coalition,
    )
    .outerjoin(_s, _s.c.id == _first_seat)
    .outerjoin(_o, _o.c.id == _s.c.organisation_id)
    .where(_p.c.state == "active", in_sight(_p.c.audience_id))
)  # fmt: skip
_PEOPLE_ROWS = _PEOPLE.where(several(_p.c.id, "numbers", sa.Integer))


def directory(viewer: Viewer, asked: Asked) -> Listed:
    """Return a page of those who fit."""
    known = entries.index()
    found = known.find(viewer, asked)
    numbers, after, before = known.page(found, asked, PAGE)
    statement = _PEOPLE_ROWS if asked.who else _ROWS
    return Listed(_in_order(statement, numbers, viewer), found, after, before)


def _in_order(statement: t.Any, numbers: t.Sequence[int], viewer: Viewer) -> list[t.Any]:
    if not numbers:
        return []
    rows = {row.id: row for row in run(statement, {"numbers": list(numbers), **bound(viewer)}).all()}
    return [rows[number] for number in numbers if number in rows]


def everybody(viewer: Viewer, found: Found) -> list[t.Any]:
    """Return all people among the found, in the order of the list."""
    rows = {row.id: row for row in db.session.execute(_PEOPLE, bound(viewer))}
    return [rows[number] for number in found.ids if number in rows]


def some(viewer: Viewer, numbers: t.Sequence[int]) -> list[t.Any]:
    """Return the organisations of these numbers that a viewer may see."""
    return _in_order(_ROWS, numbers, viewer)


_fact = Activity.__table__
_LATEST = (
    sa.select(_fact.c.title, _fact.c.url, _fact.c.lang, _fact.c.at)
    .where(
        _fact.c.organisation_id == sa.bindparam("number"), _fact.c.title != "", in_sight(_fact.c.audience_id)
    )
    .order_by(_fact.c.id.desc())
    .limit(1)
)


def latest(viewer: Viewer, number: int) -> t.Any:
    """Return the newest thing that an organisation did and a viewer may see, or None."""
    return db.session.execute(_LATEST, {"number": number, **bound(viewer)}).first()


_contact = (
    sa.select(_s.c.person_id, _s.c.organisation_id)
    .where(_s.c.organisation_id == sa.bindparam("number"), _s.c.ended.is_(None), _s.c.primary)
    .subquery()
)
_REACHED = (
    sa.select(
        _o.c.handle, _o.c.website, _p.c.id.label("person_id"), _p.c.handle.label("person_handle"), _p.c.name
    )
    .select_from(_o)
    .outerjoin(_contact, _contact.c.organisation_id == _o.c.id)
    .outerjoin(
        _p,
        (_p.c.id == _contact.c.person_id) & (_p.c.state == "active") & in_sight(_p.c.audience_id),
    )
    .where(_o.c.id == sa.bindparam("number"))
    .order_by(_p.c.id.is_(None), _p.c.name, _p.c.id)
    .limit(1)
)


def reached(viewer: Viewer, number: int) -> t.Any:
    """Return the handle and the website of an organisation, with its first contact where the viewer may see that person."""
    return db.session.execute(_REACHED, {"number": number, **bound(viewer)}).first()


# --- the map ------------------------------------------------------------------------------------------------


class Pin(t.NamedTuple):
    """An organisation on the map, in units of the whole map."""

    id: int
    x: float
    y: float
    kind: str
    code: str
    name: str
    country: str
    url: str
    lat: float
    lon: float


_PINS = sa.select(
    _o.c.id, _o.c.lat, _o.c.lon, _o.c.form, _o.c.code, _o.c.name, _o.c.place, _o.c.country
).where(in_sight(_o.c.audience_id), _o.c.lat.is_not(None), _o.c.lon.is_not(None))


def pins(viewer: Viewer, found: Found) -> list[Pin]:
    """Return those of the found who have a place, in the order of the list."""
    rows = {row.id: row for row in db.session.execute(_PINS, bound(viewer))}
    return [_pin(rows[number]) for number in found.ids if number in rows]


def _pin(row: t.Any) -> Pin:
    x, y = globe.project(row.lat, row.lon)
    lon = globe.unrolled(row.lon)
    return Pin(
        row.id, round(x, 2), round(y, 2), row.form, row.code, row.name, row.country, url_of(row), row.lat, lon
    )


# --- regions ------------------------------------------------------------------------------------------------

_COALITIONS = sa.select(
    _space.c.id, _space.c.key, _space.c.name, _space.c.summary, _space.c.texts, _space.c.facts
).where(in_sight(_space.c.audience_id), _space.c.form == "coalition")


def coalitions_in(viewer: Viewer, region: str) -> list[t.Any]:
    """Return the coalitions of a region that a viewer sees."""
    rows = db.session.execute(_COALITIONS.order_by(_space.c.name), bound(viewer))
    return [row for row in rows if row.facts.get("region") == region]
