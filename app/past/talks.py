"""Discussions that took place elsewhere come in post by post, some thousandths of a second in one transaction."""

import time
import typing as t

import sqlalchemy as sa

from app.board import bringing
from app.board.models import TOPICS, Post, Thread
from app.core import files, text
from app.core.batches import counted, step
from app.core.database import atomic, setting
from app.extensions import db
from app.past import keys, shelves, who
from app.past.models import PastBatch, PastItem
from app.past.plans import Plan
from app.past.sources import Post as Old
from app.past.sources import Talk, plain
from app.search import index

LONG = 0.025  # seconds of work in one transaction: what is begun then is brought to its end
MOST = 50  # posts in one transaction
_post = Post.__table__


def take_in(actor: t.Any, batch: PastBatch, plan: Plan) -> None:
    """Take the discussions of a batch in, from where it was. Raises batches.Stopped where somebody else works on it."""
    writers = who.Writers({post.email for talk in plan.items for post in talk.posts})
    with atomic():  # the audience is perhaps made here
        audience = shelves.audience_of(batch)
    todo = [(talk, post) for talk in plan.items for post in talk.posts]
    seen = Seen({}, {})
    while batch.done < len(todo):
        some = todo[batch.done : batch.done + MOST]
        kept = _kept(plan, some[0][1])
        with atomic():
            step(batch, batch.done)
            batch.done += Run(batch, writers, audience, some, seen).through(kept)


def _kept(plan: Plan, post: Old) -> tuple[files.Kept, ...]:
    """Store what hangs on a mail, before the transaction; what is too large for a post is left out."""
    found = []
    for name, path in plan.attached(post) if post.files else ():
        try:
            with path.open("rb") as stream:
                found.append(files.keep(stream, name, setting("MAX_FILE_MB") * 1024 * 1024))
        except (files.TooLarge, files.Empty):
            continue
    return tuple(found)


class Seen(t.NamedTuple):
    """What came in since the work began: nobody has to look for it again."""

    posts: dict[str, tuple[int, int, int]]  # key → discussion, id and number
    talks: dict[str, int]  # key → id


class Run:
    """The posts of one transaction."""

    def __init__(
        self, batch: PastBatch, writers: who.Writers, audience: int, some: list[tuple[Talk, Old]], seen: Seen
    ) -> None:  # fmt: skip
        self.seen = seen
        self.batch, self.writers, self.audience, self.some = batch, writers, audience, some
        self.open: dict[str, tuple[Thread, str]] = {}  # with its stamp as it was found
        self.known = keys.known([self.key(post.key) for _talk, post in some])
        self.new: dict[str, tuple[int, int, int]] = {}  # key → discussion, id and number of a post
        self.counts: dict[str, int] = {}

    def key(self, *parts: str) -> str:
        """Return a key in this batch's space."""
        return keys.key(self.batch.space_id, self.batch.form, *parts)

    def through(self, kept: tuple[files.Kept, ...]) -> int:
        """Put posts in until it has taken long enough; return how many were dealt with. `kept` hangs on the first."""
        end, number = time.thread_time() + LONG, 0
        for number, (talk, post) in enumerate(self.some, 1):
            self.one(talk, post, kept if number == 1 else ())
            following = self.some[number][1] if number < len(self.some) else None
            if time.thread_time() > end or (following and following.files):
                break
        self.close()
        return number

    def count(self, name: str) -> None:
        """Count what became of a post."""
        self.counts[name] = self.counts.get(name, 0) + 1

    def one(self, talk: Talk, post: Old, kept: tuple[files.Kept, ...]) -> None:
        """Put one post in, unless it is here already."""
        key = self.key(post.key)
        if key in self.known:
            self.count("known")
            return
        old = self.old(post, kept)
        thread = self.thread(talk, post, old)
        if thread is None:
            self.count("lost")
            return
        number, place = bringing.add(thread, old._replace(reply_to=self.answered(thread, post)))
        self.new[key] = self.seen.posts[key] = thread.id, number, place
        if place > 1:  # the first words stand with their discussion
            self.describe(number)
        self.count("posts")

    def describe(self, number: int) -> None:
        """Let a post be found: it is new, so nothing of it is in the index."""
        with db.session.no_autoflush:  # nothing that waits to be written is read for it
            post = db.session.get_one(Post, number)
            index.write(post, post.findable() or {})

    def old(self, post: Old, kept: tuple[files.Kept, ...]) -> bringing.Old:
        """Return a post as it is put in: its words made ready, mentions left as the words that they are."""
        body = (
            plain.as_markdown(post.body)
            if self.batch.form == "mails"
            else text.clean_text(post.body)[: plain.MOST]
        )
        body = body or ", ".join(one.name for one in kept) or "…"
        tongue = plain.language_of(
            post.body, post.language if post.language in TONGUES else self.batch.how["language"]
        )
        return bringing.Old(
            self.writers.of(post.name, post.email), post.at, body, text.render(body), tongue, None, kept
        )

    def thread(self, talk: Talk, post: Old, old: bringing.Old) -> Thread | None:
        """Return the discussion of a post: begun here, begun by an earlier batch, or new. None where it was taken away."""
        name = self.key("talk", talk.key)
        if name in self.open:
            return self.open[name][0]
        number = self.seen.talks.get(name) or self.here(talk, name)
        thread = db.session.get(Thread, number) if number else self.begun(talk, post, old, name)
        if thread is None or thread.removed or thread.locked:
            return None
        self.open[name] = thread, bringing.stamp(thread)
        self.seen.talks[name] = thread.id
        return thread

    def here(self, talk: Talk, name: str) -> int:
        """Return the number of a discussion that came in before, nothing for a new one; note that this batch adds to it."""
        item = self.item_of(talk) or db.session.scalar(sa.select(PastItem).where(PastItem.key == name))
        if item is None:
            return 0
        number = int(item.ref.partition(":")[2])
        thread = db.session.get(Thread, number)
        if item.batch_id != self.batch.id and thread is not None:
            self.mark(thread)
        return number

    def begun(self, talk: Talk, post: Old, old: bringing.Old, name: str) -> Thread:
        """Begin a discussion."""
        topic = post.topic if post.topic in TOPICS else self.batch.how["topic"]
        title = text.clean_line(talk.title) or "…"
        thread = bringing.begin(self.batch.space_id, self.audience, topic, title, old)
        db.session.add(
            PastItem(batch_id=self.batch.id, ref=thread.ref, key=name, stamp=bringing.stamp(thread))
        )
        self.count("talks")
        return thread

    def item_of(self, talk: Talk) -> PastItem | None:
        """Return the discussion in which other posts of this one stand: it may have begun later in an earlier batch."""
        some = [self.key(post.key) for post in talk.posts[:50]]
        mine = (
            sa.select(PastItem.ref).where(PastItem.key.in_(some), PastItem.ref.startswith("post:")).limit(1)
        )
        ref = db.session.scalar(mine)
        if ref is None:
            return None
        thread = db.session.scalar(
            sa.select(_post.c.thread_id).where(_post.c.id == int(ref.partition(":")[2]))
        )
        own = (
            sa.select(PastItem)
            .where(PastItem.ref == f"thread:{thread}")
            .order_by(PastItem.id.desc())
            .limit(1)
        )
        return db.session.scalar(own)

    def mark(self, thread: Thread) -> None:
        """Note that this batch adds to a discussion of an earlier one."""
        key = self.key("more", str(thread.id), str(self.batch.id))
        if not keys.known([key]):
            db.session.add(
                PastItem(batch_id=self.batch.id, ref=thread.ref, key=key, stamp=bringing.stamp(thread))
            )

    def answered(self, thread: Thread, post: Old) -> int | None:
        """Return the number of the post that this one answers, where it stands in the same discussion."""
        for name in reversed([self.key(name) for name in post.answers[-5:]]):
            if name in self.seen.posts:
                return self.seen.posts[name][2] if self.seen.posts[name][0] == thread.id else None
            ref = db.session.scalar(sa.select(PastItem.ref).where(PastItem.key == name))
            if ref and ref.startswith("post:"):
                mine = sa.select(_post.c.number).where(
                    _post.c.id == int(ref[5:]), _post.c.thread_id == thread.id
                )
                return db.session.scalar(mine)
        return None

    def close(self) -> None:
        """Keep what came in, count, stamp and describe it; what others changed keeps its old stamp."""
        rows = [
            {"batch_id": self.batch.id, "ref": f"post:{number}", "key": key, "stamp": str(place)}
            for key, (_thread, number, place) in self.new.items()
        ]
        if rows:
            db.session.execute(sa.insert(PastItem.__table__), rows)  # type: ignore[arg-type]
        db.session.flush()
        for thread, before in self.open.values():
            bringing.counted(thread, voices(thread.id))
            untouched = sa.update(PastItem).where(PastItem.ref == thread.ref, PastItem.stamp == before)
            db.session.execute(untouched.values(stamp=bringing.stamp(thread)))
            index.index(thread.ref)
        for name, more in self.counts.items():
            counted(self.batch, name, more)


def voices(thread_id: int) -> int:
    """Return how many people wrote in a discussion: those from outside are told apart by their names."""
    rows = db.session.scalars(sa.select(_post.c.by).where(_post.c.thread_id == thread_id))
    return len({by.get("name", "") for by in rows})


TONGUES = ("en", "fr", "es", "ar", "ru", "zh", "pt", "de", "it")
