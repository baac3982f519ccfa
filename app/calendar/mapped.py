"""Coming events that take place in a member city, for the map: those that the calendar shows, by the same rule of sight."""

import typing as t

import sqlalchemy as sa

from app.calendar.models import Event
from app.core import clock, when
from app.core.audience import Viewer, bound, in_sight
from app.core.database import run, several
from app.core.panels import Placed
from app.core.text import slug

MOST = 500
_e = Event.__table__
_moment = sa.bindparam("now", type_=_e.c.ends.type)
_COLUMNS = (_e.c.id, _e.c.title, _e.c.language, _e.c.city_id, _e.c.all_day, _e.c.starts)
_HERE = sa.select(*_COLUMNS).where(
    in_sight(_e.c.audience_id),
    ~_e.c.removed,
    _e.c.cancelled.is_(None),
    _e.c.city_id.is_not(None),
    _e.c.ends > _moment,
)
# Of a series the next time: were its others counted, a few that repeat would leave no room for what comes later.
_nth = sa.func.row_number().over(
    partition_by=sa.func.coalesce(_e.c.series_id, -_e.c.id), order_by=(_e.c.starts, _e.c.id)
)
_each = _HERE.add_columns(_nth.label("nth")).subquery()
_COMING = (
    sa.select(*(_each.c[column.name] for column in _COLUMNS))
    .where(_each.c.nth == 1)
    .order_by(_each.c.starts, _each.c.id)
    .limit(sa.bindparam("most"))
)
_SOME = _HERE.where(several(_e.c.id, "numbers", sa.Integer)).order_by(_e.c.starts, _e.c.id)


def coming(viewer: Viewer) -> list[Placed]:
    """Return the events that a viewer may see, the next one of each series."""
    return [_placed(row) for row in run(_COMING, {**bound(viewer), "now": clock.now(), "most": MOST})]


def some(viewer: Viewer, numbers: t.Sequence[int]) -> list[Placed]:
    """Return the coming events of these numbers that a viewer may see."""
    given = {**bound(viewer), "now": clock.now(), "numbers": list(numbers)}
    return [_placed(row) for row in run(_SOME, given)] if numbers else []


def _placed(row: t.Any) -> Placed:
    day = row.starts.date() if row.all_day else when.local(row.starts).date()
    note = when.date(day, "d MMMM y")
    return Placed(row.id, row.city_id, row.title, row.language, f"/events/{row.id}-{slug(row.title)}", note)
