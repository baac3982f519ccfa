"""What people do in discussions. Each act is one transaction and records one fact; the first argument is who acts."""

import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.board.care import (
    Shut,
    conclude,
    follow,
    grown,
    mark_read,
    move,
    mute,
    read_up_to,
    readdress,
    set_closed,
    set_locked,
    set_pinned,
    thank,
    unfollow,
    unthank,
    voices,
)  # fmt: skip
from app.board.models import Edit, Post, Thread
from app.board.queries import Shown
from app.board.words import Written, written
from app.core import audience as audiences
from app.core import clock, links, text, watches
from app.core import files as filing
from app.core.activity import record
from app.core.audience import rooms_of
from app.core.database import atomic, run
from app.extensions import db
from app.spaces.models import Space

_thread, _post = Thread.__table__, Post.__table__


class Added(t.NamedTuple):
    """A post that was just written: a model would cost twice what the statement does."""

    id: int
    thread_id: int
    number: int
    reply_to: int | None
    language: str

    @property
    def ref(self) -> str:
        """Its reference."""
        return f"{Post.kind}:{self.id}"

    @property
    def url(self) -> str:
        """The address that leads to it."""
        return f"/discussions/{self.thread_id}/posts/{self.number}"


# --- write ------------------------------------------------------------------------------------------------


def start_thread(
    author: t.Any, space: Space, *, topic: str, title: str, body: str | Written, language: str, audience: str,
    organisation: t.Any = None, files: t.Sequence[filing.Kept] = (), about: str = "",
) -> Thread:  # fmt: skip
    """Start a discussion: its title in a space under a topic, its words as post number 1; `about` names a thing."""
    words = written(author, body, [audiences.space_room(space.id) if audience == "space" else audience])
    with atomic():
        now = clock.now()
        thread = Thread(
            space_id=space.id, audience_id=space.audience_named(audience), topic=topic, title=title,
            language=language, author_id=author.id, organisation_id=organisation and organisation.id,
            by=author.byline(organisation), at=now, last_at=now, posts=1, version=1,
        )  # fmt: skip
        db.session.add(thread)
        db.session.flush()
        _add(author, thread, words, 1, None, organisation, language, files)
        if about:
            links.tie(thread.ref, "about", about, author.id)
        record(
            "board.started", actor=author, subject=thread, organisation=organisation, space_id=space.id,
            excerpt=words.excerpt, data={"number": 1, "mentions": words.mentions, "topic": topic},
        )  # fmt: skip
        return thread


def post_reply(
    author: t.Any, thread: Thread | Shown, body: str | Written, *, reply_to: int | None = None, organisation: t.Any = None,
    language: str = "", files: t.Sequence[filing.Kept] = (),
) -> Added:  # fmt: skip
    """Reply in a discussion, given as a model or as it was just read. Raises Shut where nobody may any longer."""
    words = written(author, body, rooms_of(thread.audience_id))
    with atomic():
        number = _counted(author, thread)
        to_id = _author_of(thread.id, reply_to)
        post = _add(
            author, thread, words, number, reply_to if to_id else None, organisation,
            language or thread.language, files,
        )  # fmt: skip
        record(
            "board.replied", actor=author, subject=post.ref, root=thread, organisation=organisation,
            space_id=thread.space_id, excerpt=words.excerpt, lang=post.language, url=post.url,
            data={"number": number, "reply_to": post.reply_to, "to_id": to_id, "mentions": words.mentions},
        )  # fmt: skip
        return post


_number = sa.bindparam("number")
_COUNTED = (
    sa.update(_thread)
    .where(_thread.c.id == _number, ~_thread.c.locked, ~_thread.c.removed)
    .where(sa.or_(~_thread.c.closed, sa.bindparam("may_close", type_=sa.Boolean)))
    .values(
        posts=_thread.c.posts + 1, replies=_thread.c.replies + 1, version=_thread.c.version + 1,
        last_at=sa.bindparam("now"),
    )
    .returning(
        _thread.c.posts, _thread.c.replies, _thread.c.voices, _thread.c.version, _thread.c.last_at,
        _thread.c.audience_id, _thread.c.space_id, _thread.c.title,
    )
)  # fmt: skip
_WROTE = (
    sa.select(_post.c.id)
    .where(_post.c.thread_id == _number, _post.c.author_id == sa.bindparam("author"))
    .limit(1)
)
_ONE_MORE = sa.update(_thread).where(_thread.c.id == _number).values(voices=_thread.c.voices + 1)


def _counted(author: t.Any, thread: Thread | Shown) -> int:
    """Take the next number; the row as it is now, not as it was read, says whether and to whom."""
    values = {"number": thread.id, "may_close": bool(thread.closed), "now": clock.now()}
    row = run(_COUNTED, values).first()
    if row is None or not _open_to(author, row.audience_id):
        raise Shut(thread.ref)
    _now_known(thread, row._mapping)
    _heard_first_time(author, thread)
    return int(row.posts)


def _now_known(thread: Thread | Shown, values: t.Mapping[str, t.Any]) -> None:
    """Put into a discussion in hand what its row says now."""
    if isinstance(thread, Shown):
        thread.__dict__.update(values)
        return
    for name, value in values.items():
        so.attributes.set_committed_value(thread, name, value)


def _heard_first_time(author: t.Any, thread: Thread | Shown) -> None:
    """Count a voice, unless it was known to be heard when the discussion was read: posts are never taken out.

    A statement of its own: the one that waited for the row still sees the posts as they were.
    """
    if getattr(thread, "heard", False):
        return
    if run(_WROTE, {"number": thread.id, "author": author.id}).first() is None:
        run(_ONE_MORE, {"number": thread.id})
        _now_known(thread, {"voices": thread.voices + 1})


def _open_to(author: t.Any, audience_id: int) -> bool:
    """Say whether somebody sees a thing that others see too."""
    return audiences.may_see(author.viewer, audience_id) and not audiences.is_apart(audience_id)


def _author_of(thread_id: int, number: int | None) -> int | None:
    if not number:
        return None
    wanted = sa.select(_post.c.author_id).where(_post.c.thread_id == thread_id, _post.c.number == number)
    here = _post.c.root == f"thread:{thread_id}"  # one that is out of sight hangs on itself
    return db.session.scalar(wanted.where(~_post.c.removed, here))


_NEW = sa.insert(_post).returning(_post.c.id)


def _add(
    author: t.Any, thread: Thread | Shown, words: Written, number: int, reply_to: int | None, organisation: t.Any,
    language: str, files: t.Sequence[filing.Kept],
) -> Added:  # fmt: skip
    values = {
        "thread_id": thread.id, "root": thread.ref, "audience_id": thread.audience_id, "number": number,
        "reply_to": reply_to, "author_id": author.id, "organisation_id": organisation and organisation.id,
        "by": author.byline(organisation), "language": language, "body": words.body, "html": words.html,
        "renderer": text.RENDERER, "at": clock.now(), "files": len(files), "thanks": 0, "edited": None,
        "removed": False, "removed_by": "", "removed_why": "", "removed_at": None,
    }  # fmt: skip
    post = Added(run(_NEW, values).scalar_one(), thread.id, number, reply_to, language)
    for kept in files:
        filing.attach(kept, post.ref, thread, author.id)
    if not getattr(thread, "watch", ""):
        watches.watch(author.id, thread.ref, watches.FOLLOW, softly=True)
    read_up_to(author.id, thread.id, number)
    return post


def edit_post(author: t.Any, post: Post, body: str | Written, *, title: str = "") -> Post:
    """Change a post's words; what it said stays in its history. With `title`, the discussion's title too."""
    thread = post.thread
    words = written(author, body, rooms_of(post.audience_id))
    voice = author.voice(post.organisation_id)
    with atomic():
        grown(thread)
        db.session.refresh(post)
        if post.removed or thread.locked or not _open_to(author, post.audience_id):
            raise Shut(post.ref)
        if words.body == post.body and (title or thread.title) == thread.title:
            return post
        before = set(text.mentioned(post.body))
        db.session.add(Edit(post_id=post.id, body=post.body, by_id=author.id, at=clock.now()))
        post.body, post.html, post.renderer, post.edited = words.body, words.html, text.RENDERER, clock.now()
        if title and post.number == 1:
            old, url, thread.title = thread.title, thread.url, title
            audiences.retitle(thread.ref, old, title, (url, thread.url))
        fresh = [ref for handle, ref in words.called.items() if handle not in before]
        record(
            "board.edited", actor=author, subject=post, root=thread, organisation=voice, lang=post.language,
            space_id=thread.space_id, excerpt=words.excerpt, url=post.url,
            data={"number": post.number, "mentions": fresh},
        )  # fmt: skip
        return post


# --- take away --------------------------------------------------------------------------------------------


def remove_post(actor: t.Any, post: Post, reason: str = "") -> Post:
    """Take a post's words away, everywhere and at once; a line stays. The first post takes the discussion along."""
    thread = post.thread
    with atomic():
        grown(thread)
        db.session.refresh(post)
        if post.removed:
            return post
        for one in _all_posts(thread) if post.number == 1 else [post]:
            _emptied(one, actor, reason)
        if post.number == 1:
            _end(thread)
        elif not audiences.is_apart(post.audience_id):  # out of sight it was not counted
            thread.replies = _thread.c.replies - 1
        db.session.flush()
        thread.voices = voices(thread)
        record(
            "board.removed", actor=actor, subject=thread if post.number == 1 else post, root=thread,
            space_id=thread.space_id, url=thread.url,
            data={"number": post.number, "own": post.author_id == actor.id, "to_id": post.author_id},
        )  # fmt: skip
        return post


def _all_posts(thread: Thread) -> list[Post]:
    return list(db.session.scalars(sa.select(Post).where(Post.thread_id == thread.id, ~Post.removed)))


def _emptied(post: Post, actor: t.Any, reason: str) -> None:
    post.body = post.html = ""
    post.removed, post.removed_by = True, actor.name if actor.id != post.author_id else ""
    post.removed_why, post.removed_at = reason, clock.now()
    post.files = 0
    filing.forget(post.ref)
    db.session.execute(sa.delete(Edit).where(Edit.post_id == post.id))
    db.session.flush()
    audiences.silence(post.ref)


def _end(thread: Thread) -> None:
    thread.removed, thread.pinned = True, False
    thread.title = thread.outcome = thread.outcome_html = ""
    thread.replies = 0
    db.session.flush()
    audiences.silence(thread.ref, url=f"/discussions/{thread.id}")


__all__ = [
    "Shut", "conclude", "edit_post", "follow", "mark_read", "move", "mute", "post_reply",
    "readdress", "remove_post", "set_closed", "set_locked", "set_pinned", "start_thread", "thank", "unfollow",
    "unthank",
]  # fmt: skip
