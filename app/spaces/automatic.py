"""Automatic spaces: whose organisation has certain attributes is in, and out again when it has them no longer.

Computed anew for somebody when a seat or an organisation changes, and for all when a space changes; once an hour for
what was missed. Who left, or was taken out, stays out.
"""

import typing as t

import sqlalchemy as sa

from app.core import jobs, readers
from app.core.database import atomic, split_ref
from app.extensions import db
from app.members.models import Organisation, OrganisationTheme, Person, Seat, Theme
from app.spaces import acts
from app.spaces.models import ATTRIBUTES, Membership, Space

AT_ONCE = 25  # people in one transaction of a job
_m, _p, _seat, _o = Membership.__table__, Person.__table__, Seat.__table__, Organisation.__table__
_on_theme = (
    sa.select(OrganisationTheme.organisation_id)
    .join(Theme, Theme.id == OrganisationTheme.theme_id)
    .where(Theme.key == sa.bindparam("theme"))
)


def _is(column: t.Any, name: str) -> sa.ColumnElement[bool]:
    asked = sa.bindparam(name, type_=sa.String)
    return sa.or_(asked == "", column == asked)


_MEANT = (
    sa.select(_seat.c.person_id)
    .join_from(_seat, _o, _o.c.id == _seat.c.organisation_id)
    .join(_p, _p.c.id == _seat.c.person_id)
    .where(
        _seat.c.ended.is_(None), _p.c.state == "active", _is(_o.c.coalition, "coalition"), _is(_o.c.country, "country"),
        _is(_o.c.region, "region"), _is(_o.c.form, "kind"),
        sa.or_(sa.bindparam("theme", type_=sa.String) == "", _o.c.id.in_(_on_theme)),
    )
)  # fmt: skip
_KNOWN = sa.select(_m.c.person_id).where(_m.c.space_id == sa.bindparam("space"))
_HERE = _KNOWN.where(_m.c.state == "in", _m.c.how == "rule")
_people = sa.bindparam("people", expanding=True)
_MISSING = (
    _MEANT.where(_seat.c.person_id.not_in(_KNOWN)).distinct().order_by(_seat.c.person_id).limit(AT_ONCE)
)
_EXTRA = _HERE.where(_m.c.person_id.not_in(_MEANT)).order_by(_m.c.person_id).limit(AT_ONCE)
_MISSING_OF, _EXTRA_OF = (
    _MISSING.where(_seat.c.person_id.in_(_people)),
    _EXTRA.where(_m.c.person_id.in_(_people)),
)
_OF_ORGANISATION = (
    sa.select(_seat.c.person_id).where(_seat.c.organisation_id == sa.bindparam("number")).distinct()
)
_COUNT = sa.select(sa.func.count(sa.distinct(_seat.c.person_id))).where(_seat.c.person_id.in_(_MEANT))


def wished(rule: dict[str, t.Any]) -> dict[str, str]:
    """Return what a rule says of each attribute; what it says nothing of may be anything."""
    return {name: str(rule.get(name) or "") for name in ATTRIBUTES}


def meant(rule: dict[str, t.Any]) -> int:
    """Return how many people a rule means; a rule that says nothing means nobody."""
    return db.session.execute(_COUNT, wished(rule)).scalar_one() if any(wished(rule).values()) else 0


def settle(space: Space, people: t.Collection[int] | None = None) -> int:
    """Let some in and some out of an automatic space, inside atomic(); return how many. Done when it returns 0."""
    if space.joining != "automatic" or not any(wished(space.rule).values()):
        return 0
    values: dict[str, t.Any] = {**wished(space.rule), "space": space.id}
    values |= {} if people is None else {"people": list(people)}
    missing = db.session.scalars(_MISSING if people is None else _MISSING_OF, values).all()
    extra = db.session.scalars(_EXTRA if people is None else _EXTRA_OF, values).all()
    for person_id in missing:
        acts.let_in_by_rule(space, person_id)
    for person_id in extra:
        acts.let_out_by_rule(space, person_id)
    return len(missing) + len(extra)


def _automatic() -> t.Sequence[Space]:
    return db.session.scalars(sa.select(Space).where(Space.joining == "automatic").order_by(Space.id)).all()


@readers.reader("automatic")
def follow_fact(fact: t.Any) -> None:
    """Bring the automatic spaces of whom a fact is about up to date. Bears facts late, twice and out of order."""
    people = _touched(fact)
    for space in _automatic() if people else ():
        while settle(space, people):
            pass


def _touched(fact: t.Any) -> list[int]:
    if fact.verb == "seat.changed":
        return [fact.data["person_id"]]
    kind, number = split_ref(fact.subject) or ("", 0)
    if fact.verb == "members.changed" and kind == "organisation":
        return list(db.session.scalars(_OF_ORGANISATION, {"number": number}))
    return []


def theme_merged(old: Theme, new: Theme) -> None:
    """Let rules ask for the theme that another one became."""
    for space in _automatic():
        if space.rule.get("theme") == old.key:
            space.rule = {**space.rule, "theme": new.key}


@jobs.task("settle-space")
def settle_space(number: int) -> None:
    """Bring one automatic space up to date, some people at a time."""
    more = True
    while more:
        with atomic() as session:
            space = session.get(Space, number)
            more = bool(space is not None and settle(space))


@jobs.hourly
def settle_all() -> None:
    """Bring every automatic space up to date: the net below the reader."""
    for number in [space.id for space in _automatic()]:
        settle_space(number)
