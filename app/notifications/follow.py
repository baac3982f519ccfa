"""Notices of something that leaves sight for a time, or comes back."""

import typing as t

import sqlalchemy as sa

from app.core import apart
from app.core.activity import Activity
from app.extensions import db
from app.notifications.models import Notice
from app.notifications.recipients import RECIPIENTS
from app.notifications.unread import recount

_n, _f = Notice.__table__, Activity.__table__
MOST_BACK = 10
PLACES = {"thread": "/discussions/", "conversation": "/messages/"}


def rehang(ref: str, old: str, new: str, audience_id: int) -> None:
    """Let the notices that tell of a thing go where it goes; those that tell of more tell of the rest."""
    about = sa.select(_f.c.id).where(_f.c.subject == ref)
    newest = sa.and_(_n.c.root == old, _n.c.last_id.in_(about))
    touched = set(db.session.scalars(sa.select(_n.c.person_id).where(newest)))
    alone = newest if old == ref else sa.and_(newest, _n.c.count <= 1)
    db.session.execute(sa.update(_n).where(alone).values(root=new, audience_id=audience_id))
    if old != ref:
        _step_back(newest, _before(ref, old))
        _first_elsewhere(ref, old, about)
    recount(touched)


apart.on_rehang(rehang)


def _before(ref: str, root: str) -> list[t.Any]:
    """The facts of a discussion that were told before one of its posts, newest first."""
    columns = [_f.c[name] for name in ("id", "actor_id", "verb", "by", "title", "excerpt", "lang", "at")]
    told = (_f.c.root == root, _f.c.verb.in_(sorted(RECIPIENTS)), _f.c.title != "")
    limit = sa.select(sa.func.max(_f.c.id)).where(_f.c.subject == ref).scalar_subquery()
    found = sa.select(*columns).where(*told, _f.c.id < limit).order_by(_f.c.id.desc()).limit(MOST_BACK)
    return list(db.session.execute(found))


def _step_back(newest: t.Any, facts: list[t.Any]) -> None:
    """Show the fact before, as far as its reader did not do it; without one the line keeps no words."""
    for fact in facts:
        shown = {name: getattr(fact, name) for name in ("verb", "by", "title", "excerpt", "lang", "at")}
        others = sa.and_(newest, _n.c.person_id.is_distinct_from(fact.actor_id))
        db.session.execute(sa.update(_n).where(others).values(count=_n.c.count - 1, last_id=fact.id, **shown))
    db.session.execute(sa.update(_n).where(newest).values(count=_n.c.count - 1, excerpt="", by={}))


def _first_elsewhere(ref: str, root: str, about: t.Any) -> None:
    """A line that began with the thing leads to the discussion: the thing's own address answers nobody now."""
    kind, _colon, number = root.partition(":")
    if kind in PLACES:
        began = sa.and_(_n.c.root == root, _n.c.first_id.in_(about))
        db.session.execute(sa.update(_n).where(began).values(url=f"{PLACES[kind]}{number}"))


def root_of(thing: t.Any) -> str:
    """Return what a post or a message belongs to, wherever it hangs now; nothing for other things."""
    kind = getattr(thing, "kind", "")
    if kind == "post":
        return f"thread:{thing.thread_id}"
    return f"conversation:{thing.conversation_id}" if kind == "message" else ""
