"""Organisations and their people, as tuples, always through the rule for sight."""

import typing as t

import sqlalchemy as sa

from app.core.audience import Viewer, bound, in_sight
from app.core.text import slug
from app.extensions import db
from app.members.models import Organisation, Person, Seat

_o, _p, _s = Organisation.__table__, Person.__table__, Seat.__table__


class Coalition(t.NamedTuple):
    """A coalition as the members' pages name it."""

    id: int
    name: str
    url: str


# Set by the spaces' room, which knows them: by key, those that a viewer sees, in the reader's language.
coalitions: t.Callable[[Viewer], dict[str, Coalition]] = lambda viewer: {}


def url_of(row: t.Any) -> str:
    """Return the address of a listed organisation's profile."""
    return f"/members/{row.id}-{slug(row.place or row.name)}"


_PEOPLE = (
    sa.select(_p.c.id, _p.c.handle, _p.c.name, _p.c.picture_id, _s.c.role, _s.c.title)
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
        _s.c.role, _s.c.title, _s.c.since, _s.c.id.label("seat_id"),
    )
    .join_from(_s, _o, _o.c.id == _s.c.organisation_id)
    .where(_s.c.person_id == sa.bindparam("number"), _s.c.ended.is_(None))
    .order_by(_s.c.primary.desc(), _s.c.id)
    .limit(20)
)  # fmt: skip


def seats_of(person_id: int) -> list[t.Any]:
    """Return the seats that a person holds, the first contact's first."""
    return list(db.session.execute(_SEATS, {"number": person_id}))
