"""Conversations between a few people, who belongs to each, what was said, and who does not want to be written to."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import Thing, follows_root
from app.core.database import BigId, UtcDateTime, known_as
from app.core.text import plain
from app.extensions import Model

MOST_PEOPLE = 10
EVERYBODY, GROUPS, NOBODY = "all", "groups", "nobody"


class Conversation(Thing, Model):
    """A set of people who write to each other. Its audience is these people alone; who leaves is in it no longer."""

    __tablename__ = "conversation"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    # The numbers of its people in order, so that the same people have one; empty once somebody has left.
    key: so.Mapped[str | None] = so.mapped_column(sa.String(220), unique=True)
    messages: so.Mapped[int] = so.mapped_column(default=0)  # numbers given out, removed ones too
    last_id: so.Mapped[int] = so.mapped_column(
        BigId, default=0, index=True
    )  # its newest message: the order of the list
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    kind = "conversation"

    @property
    def title(self) -> str:  # type: ignore[override]
        """How a conversation is called outside itself: without a word or a name of what it holds."""
        return f"#{self.id}"

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/messages/{self.id}"


class ConversationPerson(Model):
    """Somebody in a conversation: how far they have read, whether they hear of it, and when they left."""

    __tablename__ = "conversation_person"
    conversation_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("conversation.id"), primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    newest: so.Mapped[int] = so.mapped_column(default=0)  # the newest message of somebody else
    read: so.Mapped[int] = so.mapped_column(default=0)
    muted: so.Mapped[bool] = so.mapped_column(default=False)
    left_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)

    __table_args__ = (
        sa.Index("ix_conversation_person_person_id", "person_id"),
        sa.Index(
            "ix_conversation_person_unread", "person_id",
            sqlite_where=sa.text("newest > read"), postgresql_where=sa.text("newest > read"),
        ),
    )  # fmt: skip


@follows_root
class Message(Thing, Model):
    """One message of a conversation. A removed one keeps its line without text."""

    __tablename__ = "message"
    __table_args__ = (sa.UniqueConstraint("conversation_id", "number"),)
    id: so.Mapped[int] = so.mapped_column(BigId, primary_key=True)
    conversation_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("conversation.id"))
    root: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"), index=True)
    number: so.Mapped[int]
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    by: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON)
    language: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    body: so.Mapped[str] = so.mapped_column(sa.Text)  # Markdown as written
    html: so.Mapped[str] = so.mapped_column(sa.Text)  # rendered once
    renderer: so.Mapped[int]
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    removed: so.Mapped[bool] = so.mapped_column(default=False)
    removed_by: so.Mapped[str] = so.mapped_column(sa.String(12), default="")  # author, decision, erasure
    files: so.Mapped[int] = so.mapped_column(default=0)

    kind = "message"

    @property
    def title(self) -> str:  # type: ignore[override]
        """A message has no title."""
        return ""

    @property
    def url(self) -> str:
        """The address that leads to the message, on whatever page it stands."""
        return f"/messages/{self.conversation_id}/{self.number}"

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps, for the people of the conversation alone."""
        if self.removed:
            return None
        return {
            "title": "", "shown": self.by["name"], "root": self.root, "body": plain(self.html), "lang": self.language,
            "author": self.author_id, "at": self.at, "tags": {"by": [self.author_id], "has": ["file"] * bool(self.files)},
        }  # fmt: skip


class MessageChoice(Model):
    """Who may begin to write to a person; without a row, everybody."""

    __tablename__ = "message_choice"
    person_id: so.Mapped[int] = so.mapped_column(
        sa.ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    who: so.Mapped[str] = so.mapped_column(sa.String(8))


class MessageBlock(Model):
    """A person does not want to be written to by another."""

    __tablename__ = "message_block"
    person_id: so.Mapped[int] = so.mapped_column(
        sa.ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    other_id: so.Mapped[int] = so.mapped_column(
        sa.ForeignKey("person.id"), primary_key=True, index=True, autoincrement=False
    )
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


known_as("conversation", Conversation)
known_as("message", Message)
