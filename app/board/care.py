"""Small deeds and looking after: thank, follow, read, pin, close, lock, conclude, move. Same rules as in acts."""

import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.board import unread
from app.board.models import Post, ReadMark, Thank, Thread
from app.board.words import Written, written
from app.core import audience as audiences
from app.core import clock, watches
from app.core.activity import Activity, record
from app.core.audience import rooms_of
from app.core.database import atomic, built, run, upsert
from app.extensions import db
from app.spaces.elsewhere import WIDTH, audience_word
from app.spaces.models import Space

_thread, _post, _mark = Thread.__table__, Post.__table__, ReadMark.__table__


class Shut(Exception):
    """The discussion was closed, locked or removed while somebody wrote."""


def grown(thread: Thread) -> None:
    """Take the row for this transaction, count the change, and look at it as it is now."""
    db.session.execute(
        sa.update(_thread).where(_thread.c.id == thread.id).values(version=_thread.c.version + 1)
    )
    db.session.refresh(thread)


def voices(thread: Thread) -> t.Any:
    """Return how many people wrote what is to be seen in a discussion, as a part of a statement."""
    wrote = sa.select(sa.func.count(sa.distinct(_post.c.author_id)))
    seen = (_post.c.thread_id == thread.id, _post.c.root == thread.ref, ~_post.c.removed)
    return wrote.where(*seen).scalar_subquery()


# --- small deeds ------------------------------------------------------------------------------------------


def thank(actor: t.Any, post: Post) -> None:
    """Thank for a post; a second thank changes nothing."""
    with atomic():
        row = upsert(Thank).values(post_id=post.id, person_id=actor.id, at=clock.now())
        if not db.session.execute(row.on_conflict_do_nothing().returning(Thank.post_id)).first():
            return
        thread = post.thread
        _thanked(post, 1)
        record(
            "board.thanked", actor=actor, subject=post, root=thread, space_id=thread.space_id, url=post.url,
            data={"number": post.number, "to_id": post.author_id},
        )  # fmt: skip


def unthank(actor: t.Any, post: Post) -> None:
    """Take a thank back."""
    with atomic():
        gone = sa.delete(Thank).where(Thank.post_id == post.id, Thank.person_id == actor.id)
        if db.session.execute(gone).rowcount:
            _thanked(post, -1)


def _thanked(post: Post, step: int) -> None:
    grown(post.thread)
    row = db.session.execute(
        sa.update(_post)
        .where(_post.c.id == post.id)
        .values(thanks=_post.c.thanks + step)
        .returning(_post.c.thanks)
    ).scalar_one()
    so.attributes.set_committed_value(post, "thanks", row)


def follow(actor: t.Any, thread: Thread) -> None:
    """Hear of what comes."""
    with atomic():
        watches.watch(actor.id, thread.ref, watches.FOLLOW)
        unread.recount(actor.id)


def unfollow(actor: t.Any, thread: Thread) -> None:
    """Hear of it no longer, except by name."""
    with atomic():
        watches.unwatch(actor.id, thread.ref)
        unread.recount(actor.id)


def mute(actor: t.Any, thread: Thread) -> None:
    """Hear nothing of it."""
    with atomic():
        watches.watch(actor.id, thread.ref, watches.MUTE)
        unread.recount(actor.id)


def mark_read(actor: t.Any, thread: t.Any, number: int) -> None:
    """Remember how far somebody has read; never back."""
    with atomic():
        number = min(number, thread.posts)
        read_up_to(actor.id, thread.id, _past_unseen(thread, number) if number < thread.posts else number)
        unread.recount(actor.id)
        watches.seen(actor.id, thread.ref)


_NEXT = sa.select(sa.func.min(_post.c.number)).where(
    _post.c.thread_id == sa.bindparam("thread"), _post.c.number > sa.bindparam("number"),
    _post.c.root == sa.bindparam("root"),
)  # fmt: skip


def _past_unseen(thread: t.Any, number: int) -> int:
    """Return how far somebody has read who read this far: what is out of sight in between is not unread."""
    values = {"thread": thread.id, "number": number, "root": thread.ref}
    following = db.session.execute(_NEXT, values).scalar_one()
    return int(thread.posts if following is None else following - 1)


@built
def _read() -> t.Any:
    row = upsert(ReadMark.__table__)
    return row.on_conflict_do_update(
        index_elements=["person_id", "thread_id"],
        set_={"number": row.excluded.number, "at": row.excluded.at},
        where=_mark.c.number < row.excluded.number,
    )


def read_up_to(person_id: int, thread_id: int, number: int) -> None:
    """Keep how far somebody has read, inside a transaction."""
    row = {"person_id": person_id, "thread_id": thread_id, "number": number, "at": clock.now()}
    run(_read(), row)


# --- look after -------------------------------------------------------------------------------------------


def set_pinned(actor: t.Any, thread: Thread, on: bool) -> None:
    """Keep a discussion at the top of its lists, or let it go."""
    _switched(actor, thread, "pinned", on, "board.pinned")


def set_closed(actor: t.Any, thread: Thread, on: bool) -> None:
    """End a discussion, or open it again; who looks after it may still write."""
    _switched(actor, thread, "closed", on, "board.closed" if on else "board.reopened")


def set_locked(actor: t.Any, thread: Thread, on: bool) -> None:
    """Let nobody write, or let them again."""
    _switched(actor, thread, "locked", on, "board.locked")


def _switched(actor: t.Any, thread: Thread, name: str, on: bool, verb: str) -> None:
    with atomic():
        grown(thread)
        if getattr(thread, name) == on:
            return
        setattr(thread, name, on)
        record(verb, actor=actor, subject=thread, space_id=thread.space_id, data={"on": on})


def conclude(actor: t.Any, thread: Thread, outcome: str | Written, *, organisation: t.Any = None) -> None:
    """Write where a discussion stands; an empty text takes the box away."""
    words = written(actor, outcome, rooms_of(thread.audience_id))
    with atomic():
        grown(thread)
        if thread.removed or audiences.is_apart(thread.audience_id):
            raise Shut(thread.ref)
        thread.outcome, thread.outcome_html = words.body, words.html
        thread.outcome_by, thread.outcome_at = actor.byline(organisation)["name"], clock.now()
        if not words.body:
            _unsaid(actor, thread)
            return
        record(
            "board.concluded", actor=actor, subject=thread, organisation=organisation,
            space_id=thread.space_id, excerpt=words.excerpt, data={"mentions": words.mentions},
        )  # fmt: skip


def _unsaid(actor: t.Any, thread: Thread) -> None:
    """An outcome that is taken away leaves no words behind: not in facts, not in notices, not in the index."""
    audiences.unsay(thread.ref, "board.concluded")
    record("board.unconcluded", actor=actor, subject=thread, space_id=thread.space_id)


def move(actor: t.Any, thread: Thread, space: Space, audience: str) -> None:
    """Put a discussion into another space, or say it to other people, with all that belongs to it.

    Whoever loses sight of it hears of that at once, and nothing else.
    """
    with atomic():
        grown(thread)
        before, word, old_space = thread.audience_id, audience_word(thread), thread.space_id
        after = space.audience_named(audience)
        if thread.removed or audiences.is_apart(before):
            raise Shut(thread.ref)
        if (before, old_space) == (after, space.id):
            return
        thread.audience_id, thread.space_id = after, space.id
        db.session.flush()
        audiences.readdress(thread.ref, after)
        db.session.execute(sa.update(Activity).where(Activity.root == thread.ref).values(space_id=space.id))
        _name_anew(actor, thread)
        if before != after and WIDTH[audience] <= WIDTH[word]:
            kept = sorted(rooms_of(after))
            record(
                audiences.GONE, actor=actor, subject=thread.ref, audience_id=before,
                data={"refs": [thread.ref], "kept": kept},
            )  # fmt: skip
        record(
            "board.moved", actor=actor, subject=thread, space_id=space.id,
            data={"from": old_space, "audience": audience, "was": word},
        )  # fmt: skip


def _name_anew(actor: t.Any, thread: Thread) -> None:
    """Make texts anew that name a group: its name stays only where all who read them now may know it."""
    rooms, names_one = rooms_of(thread.audience_id), "/groups/"
    told = sa.update(Activity).where(Activity.root == thread.ref, Activity.excerpt != "")
    naming = (Post.thread_id == thread.id, ~Post.removed, Post.html.contains(names_one))
    for post in db.session.scalars(sa.select(Post).where(*naming)):
        words = written(actor, post.body, rooms)
        post.html = words.html
        of_post = Activity.subject == (thread.ref if post.number == 1 else post.ref)
        of_post &= Activity.verb.in_(["board.started", "board.replied", "board.edited"])
        db.session.execute(told.where(of_post).values(excerpt=words.excerpt))
    if names_one in thread.outcome_html:
        words = written(actor, thread.outcome, rooms)
        thread.outcome_html = words.html
        db.session.execute(told.where(Activity.verb == "board.concluded").values(excerpt=words.excerpt))


def readdress(actor: t.Any, thread: Thread, audience: str) -> None:
    """Say a discussion to other people, in the space where it is."""
    move(actor, thread, db.session.get_one(Space, thread.space_id), audience)
