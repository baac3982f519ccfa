"""Taking a post or a whole discussion out of sight, and putting it back: with counts that say what readers see."""

import typing as t

import sqlalchemy as sa

from app.board.care import grown, voices
from app.board.models import Post, ReadMark, Thread
from app.core import apart
from app.core.activity import record
from app.core.audience import is_apart
from app.extensions import db

_mark = ReadMark.__table__


def hide(thing: t.Any, rooms: t.Collection[str], *, why: str, url: str) -> None:
    """Take a discussion, or one of its replies, out of everybody's sight but these rooms', inside atomic()."""
    thread = thing if thing.kind == "thread" else thing.thread
    grown(thread)
    if thing is not thread:
        db.session.refresh(thing)
    if thing.removed or is_apart(thing.audience_id):
        return
    apart.take_away(thing, rooms, why=why, url=url)
    if thing is not thread:
        _count(thread, -1)
        _read_past(thing)
    _tell(thing, thread)


def restore(thing: t.Any) -> None:
    """Put a discussion or a reply back, with its number, its files and what was told of it, inside atomic()."""
    thread = thing if thing.kind == "thread" else thing.thread
    grown(thread)
    if not is_apart(thing.audience_id):
        return
    apart.put_back(thing, None if thing is thread else thread.audience_id)
    if thing is not thread and not thing.removed:
        _count(thread, 1)
    _tell(thing, thread)


def _count(thread: Thread, step: int) -> None:
    thread.replies += step
    thread.voices = voices(thread)
    db.session.flush()


def _read_past(post: Post) -> None:
    """Who had read up to the post that is out of sight now has nothing unread because of it."""
    before = sa.and_(_mark.c.thread_id == post.thread_id, _mark.c.number == post.number - 1)
    db.session.execute(sa.update(ReadMark).where(before).values(number=post.number))


def _tell(thing: t.Any, thread: Thread) -> None:
    """Let who sees the discussion draw anew what they show of it."""
    if thing is not thread:
        record(apart.CHANGED, actor=None, subject=thread, space_id=thread.space_id)
