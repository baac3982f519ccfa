"""Editions of the terms, their words in each language, and who accepted which, when."""

import datetime as dt

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.database import UtcDateTime
from app.extensions import Model


class Edition(Model):
    """One edition of the terms; the newest is the one that holds."""

    __tablename__ = "terms_edition"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    by_id: so.Mapped[int | None]


class Words(Model):
    """The words of an edition in one language."""

    __tablename__ = "terms_words"
    edition_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("terms_edition.id"), primary_key=True)
    language: so.Mapped[str] = so.mapped_column(sa.String(12), primary_key=True)
    body: so.Mapped[str] = so.mapped_column(sa.Text)  # Markdown
    html: so.Mapped[str] = so.mapped_column(sa.Text)
    news: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # what changed, in a few words


class Acceptance(Model):
    """A person accepted an edition, as read in a language."""

    __tablename__ = "terms_acceptance"
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    edition_id: so.Mapped[int] = so.mapped_column(
        sa.ForeignKey("terms_edition.id"), primary_key=True, index=True
    )
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
