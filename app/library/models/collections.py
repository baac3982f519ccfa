"""Collections of documents, nested, and the spaces that a document stands in beside its home."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.addresses import stands_at
from app.core.audience import Thing
from app.core.database import UtcDateTime, known_as
from app.core.text import slug
from app.extensions import Model


class Collection(Thing, Model):
    """Documents put together and in order, or by a kept search (`smart`); inside another collection, if it is said."""

    __tablename__ = "collection"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"), index=True)
    parent_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("collection.id"), index=True)
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    title: so.Mapped[str] = so.mapped_column(sa.String(200))
    about: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    texts: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)  # other languages
    smart: so.Mapped[str] = so.mapped_column(
        sa.Text, default=""
    )  # the filters of a kept search, as in an address
    count: so.Mapped[int] = so.mapped_column(default=0)
    removed: so.Mapped[bool] = so.mapped_column(default=False)
    version: so.Mapped[int] = so.mapped_column(default=0)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    kind = "collection"

    @property
    def url(self) -> str:
        """The address of the collection."""
        return f"/library/collections/{self.id}-{slug(self.title)}"

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps: names and words in all languages."""
        if self.removed:
            return None
        also = " ".join(own.get("title", "") for own in self.texts.values())
        return {
            "title": self.title, "also": also, "body": self.about, "lang": self.language, "by": self.by["name"],
            "author": self.author_id, "at": self.at,
            "tags": {"by": [self.author_id], "org": [self.organisation_id], "in": [self.space_id]},
        }  # fmt: skip


class CollectionItem(Model):
    """A document in a collection."""

    __tablename__ = "collection_item"
    collection_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("collection.id"), primary_key=True)
    document_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("document.id"), primary_key=True, index=True)
    place: so.Mapped[int] = so.mapped_column(default=0)
    by_id: so.Mapped[int | None]
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class Placement(Model):
    """A document in a further space: asked for, and taken in by who looks after the space's library."""

    __tablename__ = "placement"
    document_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("document.id"), primary_key=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), primary_key=True, index=True)
    state: so.Mapped[str] = so.mapped_column(sa.String(8), default="asked")  # asked, in
    by_id: so.Mapped[int | None]
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


known_as("collection", Collection)
stands_at("library/collections", "collection")
