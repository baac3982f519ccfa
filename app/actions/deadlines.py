"""What the calendar shows of actions: the days by which they, and their milestones, are due."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.actions.models import UNDER_WAY, Action, ActionTheme, Milestone, Origin, Partner
from app.core.audience import bound, in_sight
from app.core.database import run, several
from app.core.languages import _
from app.core.panels import Due, dates
from app.core.text import slug

_a, _m = t.cast(t.Any, Action.__table__), t.cast(t.Any, Milestone.__table__)
_p, _t = t.cast(t.Any, Partner.__table__), t.cast(t.Any, ActionTheme.__table__)
_o = t.cast(t.Any, Origin.__table__)
MOST = 500
_seen = sa.and_(
    in_sight(_a.c.audience_id), ~_a.c.removed, sa.or_(*(_a.c.state == state for state in UNDER_WAY))
)

_themes = (
    sa.select(sa.func.aggregate_strings(_t.c.theme, " ")).where(_t.c.action_id == _a.c.id).scalar_subquery().label("themes")
)  # fmt: skip
_own = sa.or_(
    several(_a.c.lead_id, "houses", sa.Integer),
    sa.exists().where(_p.c.action_id == _a.c.id, several(_p.c.organisation_id, "houses", sa.Integer)),
).label("own")  # fmt: skip


def _between(column: t.Any) -> t.Any:
    return column.between(sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date))


_ACTIONS = (
    sa.select(
        _a.c.id,
        _a.c.title,
        _a.c.language,
        _a.c.due,
        _a.c.space_id,
        _themes,
        _a.c.sdgs,
        _a.c.commitments,
        _own,
    )
    .where(_between(_a.c.due), _seen)
    .order_by(_a.c.due, _a.c.id)
    .limit(MOST)
)
_near = sa.and_(_between(_m.c.due), _m.c.reached.is_(None))
_short = sa.case((_o.c.short != "", _o.c.short), else_=_o.c.title)
_whole = (_m.c.id.label("id"), _m.c.title, _m.c.language, _m.c.due.label("due"))
# Of actions, and of meetings that actions come from, which are nobody's own: one statement for both.
_MILESTONES = sa.union_all(
    sa.select(
        *_whole, _a.c.id.label("action"), _a.c.title.label("whole"), _a.c.space_id, sa.literal(0).label("origin"), _themes,
        _a.c.sdgs, _a.c.commitments, _own,
    )
    .join_from(_m, _a, _a.c.id == _m.c.action_id)
    .where(_near, _seen),
    sa.select(*_whole, sa.literal(0), _short, _o.c.space_id, _o.c.id.label("origin"), *([sa.literal("")] * 3), sa.false())
    .join_from(_m, _o, _o.c.id == _m.c.origin_id)
    .where(_near, in_sight(_o.c.audience_id), ~_o.c.removed),
).order_by("due", "id").limit(MOST)  # fmt: skip


@dates
def of_actions(who: t.Any, first: dt.date, last: dt.date) -> list[Due]:
    """Return the days of actions that are not over, and of milestones that were not reached, as far as a reader sees them.

    They are their own where an organisation that they act for leads the action or takes part in it."""
    houses = [seat.id for seat in who.seats]
    given = {"first": first, "last": last, "houses": houses, **bound(who.viewer)}
    found = [
        Due(f"action:{row.id}", row.due, None, row.title, row.language, f"/actions/{row.id}-{slug(row.title)}",
            str(_("Joint action due")), row.space_id, row.themes or "", row.sdgs, row.commitments, bool(row.own))
        for row in run(_ACTIONS, given)
    ]  # fmt: skip
    return found + [
        Due(f"milestone:{row.id}", row.due, None, row.title, row.language, _address(row), str(_("Milestone")), row.space_id,
            row.themes or "", row.sdgs, row.commitments, bool(row.own))
        for row in run(_MILESTONES, given)
    ]  # fmt: skip


def _address(row: t.Any) -> str:
    place = f"/actions/{row.action}" if row.action else f"/actions/from/{row.origin}"
    return f"{place}-{slug(row.whole)}#milestones"
