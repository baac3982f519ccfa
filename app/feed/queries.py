"""What the newsfeed reads: constant statements over the facts, through the rule for sight.

Newest first by the primary key: the plus before the audience keeps the databases from gathering all facts of
every audience first and sorting them.
"""

import functools
import typing as t

import sqlalchemy as sa

from app.board.models import Thread
from app.core.activity import Activity
from app.core.audience import VISITOR, bound, in_sight
from app.core.database import LARGEST_ID, KeptJson
from app.core.policy import Me
from app.core.watches import FOLLOW, Watch
from app.extensions import db
from app.feed.models import FeedMark
from app.feed.words import verbs_of
from app.members.models import Organisation
from app.spaces.models import Space

_f, _space, _thread = Activity.__table__, Space.__table__, Thread.__table__
_w, _org = Watch.__table__, Organisation.__table__
MOST_NEW = 200
COLUMNS = (
    _f.c.id, _f.c.at, _f.c.verb, sa.cast(_f.c.by, KeptJson).label("by"), _f.c.subject, _f.c.root, _f.c.space_id,
    _f.c.title, _f.c.excerpt, _f.c.lang, _f.c.url, sa.cast(_f.c.data, KeptJson).label("data"),
)  # fmt: skip
_highest = sa.select(sa.func.coalesce(sa.func.max(_f.c.id), 0)).scalar_subquery()
_looked = FeedMark.__table__
_mark = sa.select(_looked.c.fact_id).where(_looked.c.person_id == sa.bindparam("me")).scalar_subquery()
STATE = sa.select(_highest.label("highest"), _mark.label("mark"))


class State(t.NamedTuple):
    """The number of the newest fact of all, and up to which one this person has looked."""

    highest: int
    mark: int | None


def _followed() -> sa.ColumnElement[bool]:
    """Facts about what this person follows: the thing, its space, the organisation or the person who acted."""
    mine = sa.and_(_w.c.person_id == sa.bindparam("me"), _w.c.level == FOLLOW)

    def numbers(kind: str) -> t.Any:
        number = sa.cast(sa.func.substr(_w.c.ref, len(kind) + 2), sa.BigInteger)
        of_kind = _w.c.ref.startswith(f"{kind}:")
        return sa.select(sa.case((of_kind, number))).where(mine, of_kind)

    return sa.or_(
        _f.c.root.in_(sa.select(_w.c.ref).where(mine)),
        _f.c.space_id.in_(numbers("space")),
        _f.c.organisation_id.in_(numbers("organisation")),
        _f.c.actor_id.in_(numbers("person")),
    )


def _of_coalition() -> sa.ColumnElement[bool]:
    """Facts of the coalitions that this person is in, or that an organisation of theirs belongs to."""
    keys = sa.select(_org.c.coalition).where(_org.c.id.in_(sa.bindparam("organisations", expanding=True)))
    mine = _space.c.id.in_(sa.bindparam("groups", expanding=True))
    coalitions = sa.select(_space.c.id).where(
        _space.c.form == "coalition", sa.or_(mine, sa.and_(_space.c.key != "", _space.c.key.in_(keys)))
    )
    return t.cast("sa.ColumnElement[bool]", _f.c.space_id.in_(coalitions))


@functools.cache
def _statement(show: str) -> t.Any:
    """Return the statement of one filter, with the place, the replies and the state of the feed beside each fact."""
    conditions = [
        _f.c.id > sa.bindparam("since"),
        _f.c.id < sa.bindparam("before"),
        _f.c.verb.in_([sa.literal(verb, literal_execute=True) for verb in verbs_of(show)]),
        _f.c.title != "",  # the facts of what was removed have no words left
        in_sight(sa.literal_column("+activity.audience_id", sa.Integer)),
    ]
    if show == "following":
        conditions.append(_followed())
    if show == "coalition":
        conditions.append(_of_coalition())
    page = (
        sa.select(*COLUMNS).where(*conditions).order_by(_f.c.id.desc()).limit(sa.bindparam("most")).subquery()
    )
    number = sa.case((page.c.root.startswith("thread:"), sa.cast(sa.func.substr(page.c.root, 8), sa.Integer)))
    return (
        sa.select(
            *page.c, _space.c.name.label("space"), sa.func.coalesce(_thread.c.replies, 0).label("replies"),
            _highest.label("highest"), _mark.label("mark"),
        )
        .outerjoin_from(page, _space, _space.c.id == page.c.space_id)
        .outerjoin(_thread, _thread.c.id == number)
        .order_by(page.c.id.desc())
    )  # fmt: skip


def facts(
    who: Me | None, show: str = "", *, before: int | None = None, since: int = 0, most: int = MOST_NEW
) -> list[t.Any]:
    """Return the facts of a filter that a person, or a visitor, may see: newest first."""
    viewer = who.viewer if who else VISITOR
    values: dict[str, t.Any] = {
        **bound(viewer), "me": who.id if who else None, "since": since, "before": before or LARGEST_ID,
        "most": most,
    }  # fmt: skip
    if show == "coalition" and who:
        values["organisations"] = [seat.id for seat in who.seats]
        values["groups"] = [group.id for group in who.groups]
    return list(db.session.execute(_statement(show), values).all())


def state(who: Me) -> State:
    """Return what the version of a person's newsfeed depends on."""
    return State(*db.session.execute(STATE, {"me": who.id}).one())
