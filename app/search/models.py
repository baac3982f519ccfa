"""The index: one row for each thing that can be found, with its audience and its words as the analyser cut them.

Beside it what belongs to searching: groups of words that mean the same, and searches that people keep.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import Thing, follows_root
from app.core.database import BigId, UtcDateTime, known_as
from app.extensions import Model
from app.search import places


def _number(context: t.Any) -> int:
    row = context.get_current_parameters()
    return places.number(row["ref"], row["root"], row["at"])


@follows_root
class SearchEntry(Model):
    """One findable thing, or part of one. `root` gives it its audience, `ref` is what it is about (a post, a page)."""

    __tablename__ = "search_entry"
    __table_args__ = (sa.Index("ix_search_entry_id_audience_id", "id", "audience_id"),)
    id: so.Mapped[int] = so.mapped_column(BigId, primary_key=True, default=_number)  # follows its time
    ref: so.Mapped[str] = so.mapped_column(sa.String(60), unique=True)
    root: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(index=True)
    kind: so.Mapped[str] = so.mapped_column(sa.String(20), index=True)
    author_id: so.Mapped[int | None]
    waits_id: so.Mapped[int | None] = so.mapped_column(
        BigId, index=True
    )  # the fact since which parts are missing
    title: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    part: so.Mapped[str] = so.mapped_column(sa.String(120), default="")  # number or name of a page
    more: so.Mapped[dict[str, t.Any]] = so.mapped_column(
        sa.JSON, default=dict
    )  # for the last line of a result
    body: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # as shown around a hit
    title_tokens: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    body_tokens: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    tags: so.Mapped[str] = so.mapped_column(
        sa.Text, default=""
    )  # properties, and the words of the title once more
    lang: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    url: so.Mapped[str] = so.mapped_column(sa.Text)
    by: so.Mapped[str] = so.mapped_column(sa.String(200), default="")
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    came: so.Mapped[dt.datetime | None] = so.mapped_column(
        UtcDateTime, index=True
    )  # since when it can be found


class Synonym(Model):
    """A group of words that mean the same, by language; written by the secretariat."""

    __tablename__ = "synonym"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    words: so.Mapped[dict[str, list[str]]] = so.mapped_column(sa.JSON)  # language, empty for any → words


class SavedSearch(Thing, Model):
    """A search that somebody keeps: asked again at any time, and told of when it finds something new."""

    __tablename__ = "saved_search"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    audience_id: so.Mapped[int]  # the person alone
    name: so.Mapped[str] = so.mapped_column(sa.String(120))
    place: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="search"
    )  # where it is asked: search, library
    query: so.Mapped[str] = so.mapped_column(sa.Text)  # as it stands in the address
    told: so.Mapped[bool] = so.mapped_column(default=True)  # whether its person hears of what is new
    looked: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)  # what came until then was looked through
    token: so.Mapped[str] = so.mapped_column(sa.String(64), unique=True)  # of its feed
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    kind = "saved"

    @property
    def title(self) -> str:  # type: ignore[override]
        """Its name."""
        return self.name

    @property
    def url(self) -> str:
        """The address that asks it again."""
        return f"/search/saved/{self.id}"


known_as("saved", SavedSearch)
