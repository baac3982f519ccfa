"""Discussions (Thread), their posts, and what people did with them."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.addresses import stands_at
from app.core.audience import Thing, follows_root
from app.core.database import UtcDateTime, known_as
from app.core.languages import lazy
from app.core.text import plain, slug
from app.extensions import Model, db

# Labels of discussions. The keys are stored, the words shown.
TOPICS = {
    "network": lazy("Network"),
    "housing": lazy("Housing"),
    "education": lazy("Education"),
    "employment": lazy("Employment"),
    "culture": lazy("Culture"),
    "participation": lazy("Participation"),
    "monitoring": lazy("Monitoring"),
    "migration": lazy("Migration"),
    "rights": lazy("Rights"),
    "youth": lazy("Youth"),
    "gender": lazy("Gender equality"),
    "funding": lazy("Funding"),
}


def _some(name: str, condition: str, on_postgresql: str = "") -> sa.Index:
    """An index of the few discussions of one filter, in the order of the list."""
    where = {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(on_postgresql or condition)}
    return sa.Index(f"ix_thread_{name}", "last_at", "id", **where)


class Thread(Thing, Model):
    """A discussion: a title in a space under a topic; its words are its first post."""

    __tablename__ = "thread"
    __table_args__ = (
        sa.Index("ix_thread_audience_id_last_at_id", "audience_id", "last_at", "id"),
        sa.Index("ix_thread_last_at_id", "last_at", "id"),
        sa.Index("ix_thread_space_id_last_at_id", "space_id", "last_at", "id"),
        _some("pinned", "pinned = 1", "pinned"),
        _some("unanswered", "replies = 0"),
        _some("concluded", "outcome != ''"),
    )
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"))
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    topic: so.Mapped[str] = so.mapped_column(sa.String(20))
    title: so.Mapped[str] = so.mapped_column(sa.String(200))
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)  # the author line as it was said
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    last_at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    posts: so.Mapped[int] = so.mapped_column(default=0)  # numbers given out, removed ones too
    replies: so.Mapped[int] = so.mapped_column(default=0)
    voices: so.Mapped[int] = so.mapped_column(default=1)  # people who wrote
    version: so.Mapped[int] = so.mapped_column(default=0)  # grows with every change: part of the ETag
    pinned: so.Mapped[bool] = so.mapped_column(default=False)
    closed: so.Mapped[bool] = so.mapped_column(default=False)  # no replies from anybody but facilitators
    locked: so.Mapped[bool] = so.mapped_column(default=False)  # nobody writes
    removed: so.Mapped[bool] = so.mapped_column(default=False)
    outcome: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # "Where this stands", Markdown
    outcome_html: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    outcome_by: so.Mapped[str] = so.mapped_column(sa.String(200), default="")
    outcome_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)

    kind = "thread"

    @property
    def url(self) -> str:
        """The address of the discussion."""
        return f"/discussions/{self.id}-{slug(self.title)}"

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps: the title and the words of the first post."""
        if self.removed:
            return None
        first = sa.select(Post.html, Post.files).where(Post.thread_id == self.id, Post.number == 1)
        html, files = db.session.execute(first).first() or ("", 0)
        waits = not (self.replies or self.closed or self.locked)
        return {
            "title": self.title, "body": " ".join([plain(html), plain(self.outcome_html)]), "lang": self.language,
            "by": self.by["name"], "author": self.author_id, "at": self.at, "more": {"replies": self.replies},
            "tags": {**self.place(), "has": ["file"] * bool(files), "is": ["unanswered"] * waits,
                     "by": [self.author_id], "org": [self.organisation_id]},
        }  # fmt: skip

    def place(self) -> dict[str, list[t.Any]]:
        """Return where a discussion stands, as the search asks it."""
        return {"in": [self.space_id], "theme": [self.topic]}


@follows_root
class Post(Thing, Model):
    """One post of a discussion; number 1 opens it. A removed one keeps its line without text."""

    __tablename__ = "post"
    __table_args__ = (sa.UniqueConstraint("thread_id", "number"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    thread_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("thread.id"))
    root: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    number: so.Mapped[int]
    reply_to: so.Mapped[int | None]  # a number in the same discussion
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)
    language: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    body: so.Mapped[str] = so.mapped_column(sa.Text)  # Markdown as written
    html: so.Mapped[str] = so.mapped_column(sa.Text)  # rendered once
    renderer: so.Mapped[int]
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    edited: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    removed: so.Mapped[bool] = so.mapped_column(default=False)
    removed_by: so.Mapped[str] = so.mapped_column(sa.String(120), default="")  # empty: by the author
    removed_why: so.Mapped[str] = so.mapped_column(sa.String(300), default="")
    removed_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    thanks: so.Mapped[int] = so.mapped_column(default=0)
    files: so.Mapped[int] = so.mapped_column(default=0)
    thread: so.Mapped[Thread] = so.relationship(lazy="select", viewonly=True)

    kind = "post"

    @property
    def space_id(self) -> int:
        """The space of its discussion: who looks after the space looks after the post."""
        return self.thread.space_id

    @property
    def title(self) -> str:  # type: ignore[override]
        """A post has no title of its own."""
        return ""

    @property
    def url(self) -> str:
        """The address that leads to the post, on whatever page it stands."""
        return f"/discussions/{self.thread_id}/posts/{self.number}"

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps of a reply; the first post's words stand with the discussion."""
        if self.removed or self.number == 1:
            return None
        tags = {**self.thread.place(), "by": [self.author_id], "org": [self.organisation_id]}
        return {
            "title": "", "shown": self.thread.title, "root": self.root, "kind": "thread", "body": plain(self.html),
            "lang": self.language, "by": self.by["name"], "author": self.author_id, "at": self.at,
            "tags": {**tags, "has": ["file"] * bool(self.files)}, "more": {"replies": self.thread.replies},
        }  # fmt: skip


class Edit(Model):
    """What a post said before it was changed."""

    __tablename__ = "post_edit"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    post_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("post.id"), index=True)
    body: so.Mapped[str] = so.mapped_column(sa.Text)
    by_id: so.Mapped[int]
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class Thank(Model):
    """A thank for a post."""

    __tablename__ = "thank"
    post_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("post.id"), primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class ReadMark(Model):
    """How far a person has read a discussion."""

    __tablename__ = "read_mark"
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    thread_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("thread.id"), primary_key=True, index=True)
    number: so.Mapped[int]
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


known_as("thread", Thread)
known_as("post", Post)
stands_at("discussions", "thread")
