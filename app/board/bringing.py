"""Discussions that took place elsewhere: put in with their own authors and dates, and taken out again while they are untouched.

They record no fact of their own, so nobody is told: who brings them over records one for all of them. Who wrote and has
no account here is named in the author line alone; behind the line stands a row in which nobody can sign in.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.board import unread
from app.board.models import Edit, Post, ReadMark, Thank, Thread
from app.core import audience as audiences
from app.core import files as filing
from app.core import text
from app.core.activity import record
from app.core.audience import NOBODY, audience_of
from app.core.database import run
from app.core.links import Link
from app.core.watches import Watch, followers
from app.extensions import db
from app.spaces.pins import Pin

_post = Post.__table__
_NEW = sa.insert(_post).returning(_post.c.id)
Needed = t.Callable[[list[str]], bool]
_needed: list[Needed] = []


class Writer(t.NamedTuple):
    """Who wrote something elsewhere: the row behind it, and the author line."""

    id: int
    by: dict[str, t.Any]


class Old(t.NamedTuple):
    """A post as it is put in."""

    writer: Writer
    at: dt.datetime
    body: str  # Markdown
    html: str
    language: str
    reply_to: int | None = None
    files: tuple[filing.Kept, ...] = ()


def needed(fn: Needed) -> None:
    """Let another room say that one of some discussions and posts, given by reference, has to stay for its sake."""
    if fn not in _needed:
        _needed.append(fn)


def begin(space_id: int, audience_id: int, topic: str, title: str, first: Old) -> Thread:
    """Put an old discussion in, without its posts, inside atomic()."""
    thread = Thread(
        space_id=space_id, audience_id=audience_id, topic=topic, title=title[:160], language=first.language,
        author_id=first.writer.id, by=first.writer.by, at=first.at, last_at=first.at, posts=0, replies=0, voices=0, version=1,
    )  # fmt: skip
    db.session.add(thread)
    db.session.flush()
    return thread


def add(thread: Thread, old: Old) -> tuple[int, int]:
    """Put a post at the end of a discussion, inside atomic(); return its id and its number. Then call counted()."""
    thread.posts += 1
    values = {
        "thread_id": thread.id, "root": thread.ref, "audience_id": thread.audience_id, "number": thread.posts,
        "reply_to": old.reply_to, "author_id": old.writer.id, "organisation_id": None, "by": old.writer.by,
        "language": old.language, "body": old.body, "html": old.html, "renderer": text.RENDERER, "at": old.at,
        "files": len(old.files), "thanks": 0, "edited": None, "removed": False, "removed_by": "", "removed_why": "",
        "removed_at": None,
    }  # fmt: skip
    number = run(_NEW, values).scalar_one()
    for kept in old.files:
        filing.attach(kept, f"post:{number}", thread, None)
    thread.last_at = max(thread.last_at, old.at)
    return number, thread.posts


def counted(thread: Thread, voices: int) -> None:
    """Bring the counters of a discussion up to date, inside atomic()."""
    thread.replies, thread.voices = max(0, thread.posts - 1), max(1, voices)
    thread.version += 1
    db.session.flush()


def stamp(thread: Thread) -> str:
    """Return what changes as soon as somebody does anything with a discussion."""
    return f"{thread.version} {thread.audience_id} {thread.space_id}"


def is_needed(thread: Thread, posts: t.Collection[int]) -> bool:
    """Say whether something else speaks of a discussion or its posts: a tie, a pin, a case."""
    refs = [thread.ref, *(f"post:{number}" for number in posts)]
    pinned = sa.select(Pin.ref).where(Pin.ref == thread.ref).limit(1)
    if db.session.scalar(pinned):
        return True
    for start in range(0, len(refs), 400):
        some = refs[start : start + 400]
        tied = sa.select(Link.source).where(sa.or_(Link.source.in_(some), Link.target.in_(some))).limit(1)
        if db.session.scalar(tied) or any(fn(some) for fn in _needed):
            return True
    return False


def take_out(actor: t.Any, thread: Thread) -> None:
    """Take a discussion out with all that hangs on it, inside atomic(): pages that show it hear that it is gone."""
    ref, before = thread.ref, thread.audience_id
    heard = followers(ref)
    _forget(ref, list(db.session.scalars(sa.select(_post.c.id).where(_post.c.thread_id == thread.id))))
    audiences.silence(ref, url="/discussions")
    audiences.readdress(ref, audience_of(NOBODY))
    for model, condition in (
        (ReadMark, ReadMark.thread_id == thread.id), (Watch, Watch.ref == ref), (Post, Post.thread_id == thread.id),
        (Thread, Thread.id == thread.id),
    ):  # fmt: skip
        db.session.execute(sa.delete(t.cast(t.Any, model)).where(condition))
    db.session.expunge(thread)
    for person in heard:
        unread.recount(person)
    record(audiences.GONE, actor=actor, subject=ref, audience_id=before, data={"refs": [ref], "kept": []})


def take_last(actor: t.Any, thread: Thread, numbers: t.Sequence[int], voices: int) -> None:
    """Take the newest posts of a discussion out again, by their ids, inside atomic()."""
    _forget("", numbers)
    db.session.execute(sa.delete(Post).where(Post.id.in_(numbers)))
    left = sa.select(sa.func.max(_post.c.number), sa.func.max(_post.c.at)).where(
        _post.c.thread_id == thread.id
    )
    thread.posts, thread.last_at = db.session.execute(left).one()
    marks = sa.update(ReadMark).where(ReadMark.thread_id == thread.id, ReadMark.number > thread.posts)
    db.session.execute(marks.values(number=thread.posts))
    counted(thread, voices)
    refs = [f"post:{number}" for number in numbers]
    for ref in refs:
        audiences.silence(ref, url=thread.url)
    gone = {"refs": refs, "kept": []}
    record(audiences.GONE, actor=actor, subject=thread.ref, audience_id=thread.audience_id, data=gone)


def _forget(ref: str, posts: t.Sequence[int]) -> None:
    """What hangs on posts goes with them."""
    if ref:
        db.session.execute(sa.delete(filing.Attachment).where(filing.Attachment.root == ref))
    for start in range(0, len(posts), 500):
        some = posts[start : start + 500]
        db.session.execute(sa.delete(Edit).where(Edit.post_id.in_(some)))
        db.session.execute(sa.delete(Thank).where(Thank.post_id.in_(some)))
        if not ref:
            subjects = [f"post:{number}" for number in some]
            db.session.execute(sa.delete(filing.Attachment).where(filing.Attachment.subject.in_(subjects)))
