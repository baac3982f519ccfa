"""Facts: what happened, in the order in which it was committed.

Every act records one fact. The feed, the notices, the search index and the live push are readers of this
one table. A fact carries its words and the audience it was said to, so that no reader has to ask around.
"""

import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask import g

from app.core import clock, database
from app.core.audience import NOBODY, Thing, audience_of, follows_root, in_sight
from app.core.database import BigId, UtcDateTime
from app.extensions import Model, db

NUMBERING_LOCK = 7301


@follows_root
class Activity(Model):
    """One fact. No foreign keys: a row lock waited for after the numbering lock could be a deadlock."""

    __tablename__ = "activity"
    __table_args__ = (
        sa.Index("ix_activity_audience_id_id", "audience_id", "id"),
        sa.Index("ix_activity_root", "root"),
        sa.Index("ix_activity_subject", "subject"),
        sa.Index("ix_activity_actor_id_id", "actor_id", "id"),
        sa.Index("ix_activity_organisation_id_id", "organisation_id", "id"),
        sa.Index("ix_activity_space_id_id", "space_id", "id"),
        {"sqlite_autoincrement": True},  # the number of a deleted last row must not be given again
    )
    id: so.Mapped[int] = so.mapped_column(BigId, primary_key=True)
    at: so.Mapped[t.Any] = so.mapped_column(UtcDateTime)
    verb: so.Mapped[str] = so.mapped_column(sa.String(40))
    actor_id: so.Mapped[int | None]
    organisation_id: so.Mapped[int | None]  # the organisation that the actor spoke for
    by: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)  # name, line, kind, code, url
    subject: so.Mapped[str] = so.mapped_column(sa.String(60))
    root: so.Mapped[str] = so.mapped_column(sa.String(60))
    space_id: so.Mapped[int | None]
    audience_id: so.Mapped[int]
    title: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    excerpt: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    lang: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    url: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    data: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)


_COLUMNS = [column for column in Activity.__table__.columns if column.name != "id"]


def record(
    verb: str,
    *,
    actor: t.Any,
    subject: Thing | str,
    root: Thing | str | None = None,
    audience_id: int | None = None,
    organisation: t.Any = None,
    space_id: int | None = None,
    title: str = "",
    excerpt: str = "",
    lang: str = "",
    url: str = "",
    data: dict[str, t.Any] | None = None,
) -> None:
    """Record one fact in the open transaction; it is numbered just before the commit.

    `actor` has id, `byline(organisation)` (or None for the system). `root` is the thing whose audience the
    fact has; without it the subject is its own root. Title, language and address come from the root where
    they are not given. Raises RuntimeError outside atomic().
    """
    if not database.in_transaction():
        raise RuntimeError("a fact is recorded inside atomic()")
    top = root or subject
    ref = subject if isinstance(subject, str) else subject.ref
    thing = None if isinstance(top, str) else top
    own = getattr(thing, "language", "") or ""
    if audience_id is None:
        audience_id = thing.audience_id if thing else audience_of(NOBODY)
    db.session().info["facts"].append(
        {
            "at": clock.now(),
            "verb": verb,
            "actor_id": actor.id if actor else None,
            "organisation_id": organisation.id if organisation else None,
            "by": actor.byline(organisation) if actor else {},
            "subject": ref,
            "root": thing.ref if thing else str(top),
            "space_id": space_id,
            "audience_id": audience_id,
            "title": title or (thing.title if thing else ""),
            "excerpt": excerpt,
            "lang": lang or own,
            "url": url or (thing.url if thing else ""),
            "data": {**(data or {}), **({"title_lang": own} if lang and own and own != lang else {})},
        }
    )


_PLAIN = sa.insert(t.cast(sa.Table, Activity.__table__))


def _number(session: so.Session) -> None:
    """Insert the facts of this transaction as its last statement, so that numbers follow commits.

    On PostgreSQL the lock is taken by the same statement and held until the commit is visible: a reader that
    remembers the highest number it has seen can then never step over one that is still to come.
    """
    facts = session.info["facts"]
    if not facts:
        return
    if session.get_bind().dialect.name == "sqlite":
        database.run(_PLAIN, facts)
        return
    for fact in facts:
        database.run(_locked_insert(), fact)


def _locked_insert() -> t.Any:
    global _statement
    if _statement is None:
        lock = (
            sa.select(sa.func.pg_advisory_xact_lock(NUMBERING_LOCK))
            .cte("numbering")
            .prefix_with("MATERIALIZED", dialect="postgresql")
        )
        values = [sa.cast(sa.bindparam(c.name, type_=c.type), c.type).label(c.name) for c in _COLUMNS]
        _statement = sa.insert(Activity.__table__).from_select(  # type: ignore[arg-type]
            [c.name for c in _COLUMNS], sa.select(*values).select_from(lock), include_defaults=False
        )
    return _statement


_statement: t.Any = None
database.last_step(_number)

_fact = Activity.__table__
_NEWER = (
    sa.select(_fact)
    .where(_fact.c.id > sa.bindparam("after"), _fact.c.id <= sa.bindparam("upto"))
    .order_by(_fact.c.id)
    .limit(sa.bindparam("most"))
)
_NEWER_SEEN = _NEWER.where(in_sight(_fact.c.audience_id))
_HIGHEST = sa.select(sa.func.coalesce(sa.func.max(_fact.c.id), 0))


def highest() -> int:
    """Return the number of the newest fact, 0 where there is none."""
    return db.session.execute(_HIGHEST).scalar_one()


def remember(number: int) -> None:
    """Let the rest of a page know the newest fact, where it was read with something else already."""
    g.newest_fact = number


def newest() -> int:
    """Return the number of the newest fact: as this page knows it already, else as it is now."""
    known: int | None = g.get("newest_fact")
    return highest() if known is None else known


def facts_after(after: int, most: int, upto: int = database.LARGEST_ID, rooms: t.Any = None) -> list[sa.Row]:
    """Return at most `most` facts after a number, oldest first; with `rooms`, only those said to one of them."""
    values: dict[str, t.Any] = {"after": after, "upto": upto, "most": most}
    if rooms is None:
        return list(database.run(_NEWER, values).all())
    return list(database.run(_NEWER_SEEN, {**values, "viewer_rooms": rooms}).all())
