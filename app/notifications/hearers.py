"""The line under a composer: how many will see it, and how many get mail now. Counted by the rules themselves."""

import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.audience import APART, PUBLIC
from app.core.hearing import Said
from app.core.kept import Kept
from app.core.panels import Alike, panel
from app.extensions import db
from app.members.models import Organisation, Person, Seat
from app.notifications import plans
from app.notifications.deliver import heard_by
from app.notifications.kinds import ONCE
from app.notifications.letters import readers
from app.notifications.quiet import is_paused, quiet_until
from app.notifications.sight import sees, sits_in

_p, _seat, _org = Person.__table__, Seat.__table__, Organisation.__table__
_PEOPLE = sa.select(sa.func.count()).select_from(_p).where(_p.c.state == "active")
_CITIES = (
    sa.select(sa.func.count(sa.distinct(_org.c.id)))
    .join_from(_seat, _org, _org.c.id == _seat.c.organisation_id)
    .join(_p, _p.c.id == _seat.c.person_id)
    .where(_org.c.form == "city", _seat.c.ended.is_(None), _p.c.state == "active")
)
_counts: Kept[tuple[int, int]] = Kept("hearers", 60, 500)


@panel("composer")
def hearers(said: Said) -> tuple[str, dict[str, t.Any]] | None:
    """Say who will see something, without who says it, and who gets mail of it now."""
    if APART in said.rooms:
        return None
    people, cities = _counts.get(said.rooms, lambda: _counted(said))
    mails = by_mail(said) if said.whole else None
    values = {"people": max(0, people - 1), "cities": cities, "public": PUBLIC in said.rooms, "mails": mails}
    return "notifications/_hearers.html", Alike(values)


def _counted(said: Said) -> tuple[int, int]:
    seeing = sees(said.audience_id) if said.audience_id else sits_in(said.rooms)
    counts = (db.session.execute(count.where(seeing)).scalar_one() for count in (_PEOPLE, _CITIES))
    return next(counts), next(counts)


def by_mail(said: Said) -> int:
    """Return how many get a mail of it at once: not who is quiet now, in a pause, or cannot be reached."""
    _told, ways = heard_by(said)
    now = clock.now()
    found = readers([number for number, way in ways.items() if way == ONCE])
    return sum(_reached(reader, plan, now) for reader, plan in found)


def _reached(reader: t.Any, plan: t.Any, now: t.Any) -> bool:
    zone = plans.zone_of(reader.timezone)
    return not (reader.refused or is_paused(plan, now, zone) or quiet_until(plan, now, zone))
