"""Durable readers of the facts: search, notices, mail, webhooks. Each alone, each with its own bookmark.

A reader's effects and its bookmark are one transaction, so each fact has its effect exactly once. A fact
that fails is put aside in `untold`, tried again later and shown to the secretariat; the bookmark moves on,
so that one bad fact stops nobody. So a reader must bear a fact late and out of order.
"""

import datetime as dt
import logging
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import activity, clock, database
from app.core.database import BigId, UtcDateTime, atomic, upsert
from app.extensions import Model, db

log = logging.getLogger(__name__)
BATCH = 50  # a batch holds SQLite's write lock, so it stays small
MOST_TRIES = 12
Reader = t.Callable[[t.Any], None]
_readers: dict[str, Reader] = {}


class Mark(Model):
    """The bookmark of one reader: the last fact it has told."""

    __tablename__ = "mark"
    reader: so.Mapped[str] = so.mapped_column(sa.String(40), primary_key=True)
    at: so.Mapped[int] = so.mapped_column(BigId)


class Untold(Model):
    """A fact that a reader failed on, to be tried again."""

    __tablename__ = "untold"
    reader: so.Mapped[str] = so.mapped_column(sa.String(40), primary_key=True)
    fact_id: so.Mapped[int] = so.mapped_column(BigId, primary_key=True)
    tries: so.Mapped[int]
    again_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    error: so.Mapped[str] = so.mapped_column(sa.Text, default="")


def reader(name: str) -> t.Callable[[Reader], Reader]:
    """Register a durable reader. Its function takes one fact (a row of Activity) and writes its effects."""

    def keep(fn: Reader) -> Reader:
        _readers[name] = fn
        return fn

    return keep


def names() -> list[str]:
    """Return the names of all durable readers."""
    return list(_readers)


def tell_one(name: str) -> int:
    """Let one reader read its next facts; return how many there were."""
    with atomic() as session:
        mark = session.scalar(sa.select(Mark).where(Mark.reader == name).with_for_update())
        if mark is None:
            session.execute(upsert(Mark).values(reader=name, at=0).on_conflict_do_nothing())
            return 1  # look again at once
        facts = activity.facts_after(mark.at, BATCH)
        for fact in facts:
            _tell(name, fact)
            mark.at = fact.id
        return len(facts)


def _tell(name: str, fact: t.Any, earlier: Untold | None = None) -> None:
    session = db.session
    begun = database.collected()
    try:
        with session.begin_nested():  # half an effect never stays
            _readers[name](fact)
    except Exception as error:
        database.collected(begun)
        log.exception("reader %s failed on fact %s", name, fact.id)
        _put_aside(name, fact.id, earlier, error)
    else:
        if earlier:
            session.delete(earlier)


def _put_aside(name: str, fact_id: int, earlier: Untold | None, error: Exception) -> None:
    kept = earlier or Untold(reader=name, fact_id=fact_id, tries=0)
    kept.tries += 1
    wait = dt.timedelta(seconds=2 ** (kept.tries - 1))
    kept.again_at = clock.now() + wait if kept.tries < MOST_TRIES else None
    kept.error = f"{type(error).__name__}: {error}"[:500]
    db.session.add(kept)


def retry(name: str) -> int:
    """Try again what is due of a reader's untold facts; return how many were tried."""
    with atomic() as session:
        due = session.scalars(
            sa.select(Untold)
            .where(Untold.reader == name, Untold.again_at <= clock.now())
            .limit(BATCH)
            .with_for_update(skip_locked=True)  # a second job process leaves them to the first
        ).all()
        for kept in due:
            fact = session.execute(sa.select(activity.Activity.__table__).filter_by(id=kept.fact_id)).first()
            if fact is None:
                session.delete(kept)
            else:
                _tell(name, fact, kept)
        return len(due)


def tell_all() -> None:
    """Let every reader read to the end. For tests, the demo network and commands."""
    for name in names():
        while tell_one(name):
            pass
        retry(name)


def lag() -> dict[str, int]:
    """Return for each reader how many numbers it is behind the newest fact."""
    top = activity.highest()
    marks = {row.reader: row.at for row in db.session.execute(sa.select(Mark.__table__))}
    return {name: top - marks.get(name, 0) for name in names()}


def has_work(name: str) -> bool:
    """Say without a write lock whether a reader has something to read or to try again."""
    at = db.session.scalar(sa.select(Mark.at).where(Mark.reader == name)) or 0
    if activity.highest() > at:
        return True
    due = sa.select(Untold.fact_id).where(Untold.reader == name, Untold.again_at <= clock.now()).limit(1)
    return db.session.scalar(due) is not None
