"""Each person's plan of mail: the digest, quiet hours, a pause. A row is made when it is first needed."""

import datetime as dt
import typing as t
import zoneinfo

import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic, upsert
from app.extensions import db
from app.members import doorkeys
from app.members.models import Person
from app.notifications.models import NoticeChoice, NoticePlan
from app.notifications.quiet import next_digest

EVERY = ("daily", "weekly", "never")
_p, _plan, _c = Person.__table__, NoticePlan.__table__, NoticeChoice.__table__
AT_ONCE = 500  # rows made in one transaction
_NEW = (
    sa.select(_p.c.id, _p.c.timezone)
    .outerjoin(_plan, _plan.c.person_id == _p.c.id)
    .where(_p.c.state == "active", _plan.c.person_id.is_(None))
    .order_by(_p.c.id)
    .limit(AT_ONCE)
)


def zone_of(name: str) -> dt.tzinfo:
    """Return a zone by its name, UTC for one that nobody knows."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return dt.UTC


def usual(person_id: int, timezone: str) -> NoticePlan:
    """Return the plan of who has not chosen: a digest on Monday morning, no quiet hours."""
    plan = NoticePlan(
        person_id=person_id, every="weekly", weekday=0, hour=8, quiet=False, quiet_from=20, quiet_to=7, weekend=False,
        paused_until=None, signs_in=True, next_at=clock.now(),
    )  # fmt: skip
    plan.next_at = next_of(plan, timezone, clock.now())
    return plan


def next_of(plan: NoticePlan, timezone: str, after: dt.datetime) -> dt.datetime:
    """Return the moment of the next digest after another moment."""
    return next_digest(after, plan.every, plan.weekday, plan.hour, zone_of(timezone))


def of(person_id: int, timezone: str) -> NoticePlan:
    """Return somebody's plan, or the usual one, which is not kept yet."""
    return db.session.get(NoticePlan, person_id) or usual(person_id, timezone)


def make_missing() -> int:
    """Give those a plan who have none; return how many there were."""
    with atomic() as session:
        rows = session.execute(_NEW).all()
        for row in rows:
            plan = usual(row.id, row.timezone)
            values = {column.name: getattr(plan, column.name) for column in _plan.columns}
            session.execute(upsert(_plan).values(values).on_conflict_do_nothing())
        return len(rows)


def choose(who: t.Any, ways: dict[tuple[int, str], str | None], plan: dict[str, t.Any] | None = None) -> None:
    """Keep what a person chose: a way for a space (0: everywhere) and a kind, None for the usual one; and the plan."""
    with atomic() as session:
        for (space_id, kind), way in ways.items():
            key = {"person_id": who.id, "space_id": space_id, "kind": kind}
            if way is None:
                session.execute(sa.delete(_c).filter_by(**key))
                continue
            row = upsert(_c).values(**key, way=way)
            session.execute(
                row.on_conflict_do_update(index_elements=["person_id", "space_id", "kind"], set_={"way": way})
            )
        if plan is not None:
            _keep(session, who, plan)


def _keep(session: t.Any, who: t.Any, chosen: dict[str, t.Any]) -> None:
    row = session.get(NoticePlan, who.id)
    if row is None:
        row = usual(who.id, who.timezone)
        session.add(row)
    when = (row.every, row.weekday, row.hour)
    for name, value in chosen.items():
        setattr(row, name, value)
    if not row.signs_in:  # nor do the links of summaries that came before
        doorkeys.drop(who.id, "summary")
    if (row.every, row.weekday, row.hour) != when:
        row.next_at = next_of(row, who.timezone, clock.now())
