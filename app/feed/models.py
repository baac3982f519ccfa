"""Updates: a few words that a member shares with the network. Everything else in the feed is a fact of its own room."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.addresses import stands_at
from app.core.audience import Thing
from app.core.database import BigId, UtcDateTime, known_as
from app.core.text import excerpt, plain
from app.extensions import Model


class Update(Thing, Model):
    """A short text shared with an audience."""

    __tablename__ = "update_note"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    space_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("space.id"), index=True)
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    body: so.Mapped[str] = so.mapped_column(sa.Text)
    html: so.Mapped[str] = so.mapped_column(sa.Text)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    removed: so.Mapped[bool] = so.mapped_column(default=False)

    kind = "update"

    @property
    def title(self) -> str:  # type: ignore[override]
        """An update has no title; lists show its first words."""
        return ""

    @property
    def url(self) -> str:
        """The address of the update."""
        return f"/updates/{self.id}"

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps: its first words as the title, all of them as the body."""
        if self.removed:
            return None
        words = {"title": excerpt(self.html, 80), "body": plain(self.html)}
        tags = {"by": [self.author_id], "org": [self.organisation_id], "in": [self.space_id]}
        said = {"by": self.by["name"], "author": self.author_id, "at": self.at, "tags": tags}
        return {**words, "lang": self.language, **said}


class FeedMark(Model):
    """How far a person has looked through the newsfeed: what is newer is marked as new."""

    __tablename__ = "feed_mark"
    person_id: so.Mapped[int] = so.mapped_column(primary_key=True, autoincrement=False)
    fact_id: so.Mapped[int] = so.mapped_column(BigId)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


known_as("update", Update)
stands_at("updates", "update")
