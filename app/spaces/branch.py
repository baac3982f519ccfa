"""The tree of spaces as rules need it: what lies above a space, and which duties the secretariat has given to whom."""

import datetime as dt

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import audit, clock
from app.core.audience import STEWARDS, moderators_room, person_room
from app.core.database import UtcDateTime, atomic, upsert
from app.extensions import Model, db
from app.spaces.models import DECIDING, Membership, Space

DUTIES = ("people", "seats", "reports")
_s, _m = Space.__table__, Membership.__table__


class Duty(Model):
    """A duty that the facilitators of a coalition have in their whole branch."""

    __tablename__ = "duty"
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), primary_key=True)
    duty: so.Mapped[str] = so.mapped_column(sa.String(12), primary_key=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


_d = Duty.__table__


def _above() -> sa.CTE:
    """A space and all that it lies in."""
    start = sa.select(_s.c.id, _s.c.parent_id).where(_s.c.id == sa.bindparam("space"))
    tree = start.cte("above", recursive=True)
    return tree.union(sa.select(_s.c.id, _s.c.parent_id).join(tree, _s.c.id == tree.c.parent_id))


_tree = _above()
_GIVEN = sa.select(_d.c.space_id).where(
    _d.c.space_id.in_(sa.select(_tree.c.id)), _d.c.duty == sa.bindparam("duty")
)
_BY_KEY = sa.select(_s.c.id).join(_d, _d.c.space_id == _s.c.id).where(
    _s.c.form == "coalition", _s.c.key == sa.bindparam("key"), _d.c.duty == sa.bindparam("duty")
)  # fmt: skip
_INSIDE = (
    sa.select(_m.c.person_id)
    .where(_m.c.space_id.in_(sa.bindparam("spaces", expanding=True)), _m.c.state == "in")
    .order_by(_m.c.person_id)
    .distinct()
    .limit(50)
)
_KEEPERS = _INSIDE.where(_m.c.role == "facilitator")
_MODERATORS = _INSIDE.where(_m.c.role.in_(DECIDING))


_COALITION = (
    sa.select(_s.c.id).where(_s.c.id.in_(sa.select(_tree.c.id)), _s.c.form == "coalition").order_by(_s.c.id.desc()).limit(1)
)  # fmt: skip
_below_start = sa.select(_s.c.id, _s.c.parent_id).where(_s.c.id == sa.bindparam("space"))
_branch = _below_start.cte("branch", recursive=True)
_branch = _branch.union(sa.select(_s.c.id, _s.c.parent_id).join(_branch, _s.c.parent_id == _branch.c.id))
_ALL_BELOW = sa.select(_branch.c.id)


def coalition_of(space_id: int | None) -> int | None:
    """Return the coalition that a space lies in or is, None where it lies in none."""
    return db.session.scalar(_COALITION, {"space": space_id}) if space_id else None


def branch_of(space_id: int) -> set[int]:
    """Return a space and all that lies in it, at any depth."""
    return set(db.session.scalars(_ALL_BELOW, {"space": space_id}))


def above(space_id: int, duty: str) -> list[int]:
    """Return the spaces whose facilitators have a duty in this space: itself or what it lies in."""
    return list(db.session.scalars(_GIVEN, {"space": space_id, "duty": duty}))


def of_coalition(key: str, duty: str) -> list[int]:
    """Return the coalition of a key if its facilitators have a duty; nothing otherwise."""
    return list(db.session.scalars(_BY_KEY, {"key": key, "duty": duty}))


def keepers(spaces: list[int]) -> list[int]:
    """Return the people who look after one of these spaces."""
    return list(db.session.scalars(_KEEPERS, {"spaces": spaces})) if spaces else []


def moderators(spaces: list[int]) -> list[int]:
    """Return the people who decide about reports in one of these spaces: who moderates it or looks after it."""
    return list(db.session.scalars(_MODERATORS, {"spaces": spaces})) if spaces else []


def deciding(space: Space | None) -> list[int]:
    """Return the spaces whose moderators decide about what stands in a space; nobody looks into a private one."""
    if space is None:
        return []
    return [space.id] if space.enclosed else list(dict.fromkeys([space.id, *above(space.id, "reports")]))


def hidden_from(space: Space | None, author_id: int | None) -> set[str]:
    """Return the rooms that still see what is taken out of sight in a space: its author and those who decide."""
    rooms = {moderators_room(number) for number in deciding(space)}
    rooms |= set() if space is not None and space.enclosed else {STEWARDS}
    return rooms | ({person_room(author_id)} if author_id else set())


def given() -> dict[int, set[str]]:
    """Return which duties the coalitions have."""
    found: dict[int, set[str]] = {}
    for row in db.session.execute(sa.select(_d.c.space_id, _d.c.duty)):
        found.setdefault(row.space_id, set()).add(row.duty)
    return found


def give(actor: object, space: Space, duties: set[str]) -> bool:
    """Give a coalition exactly these duties; the record keeps what changed. Says whether anything did."""
    with atomic() as session:
        had = set(session.scalars(sa.select(_d.c.duty).where(_d.c.space_id == space.id)))
        for duty in sorted(duties - had):
            row = upsert(Duty).values(space_id=space.id, duty=duty, at=clock.now())
            session.execute(row.on_conflict_do_nothing())
            audit.note(actor, "space.duty_given", space.ref, duty=duty)
        for duty in sorted(had - duties):
            session.execute(sa.delete(_d).where(_d.c.space_id == space.id, _d.c.duty == duty))
            audit.note(actor, "space.duty_taken", space.ref, duty=duty)
    return had != duties
