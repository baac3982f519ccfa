"""Who else may read a document for a time, and how often it was read."""

import datetime as dt

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.database import UtcDateTime
from app.extensions import Model


class Grant(Model):
    """Somebody may read a document beyond its audience: the room of the person is in it until then."""

    __tablename__ = "document_grant"
    document_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("document.id"), primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    by_id: so.Mapped[int | None]
    until: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class AccessRequest(Model):
    """Somebody who knows of a document asks to read it."""

    __tablename__ = "access_request"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    document_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("document.id"), index=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    words: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    state: so.Mapped[str] = so.mapped_column(sa.String(8), default="asked")  # asked, given, refused
    answered_by_id: so.Mapped[int | None]
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    answered: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)


class GuestLink(Model):
    """A secret address by which somebody without an account reads one document for a time."""

    __tablename__ = "guest_link"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    document_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("document.id"), index=True)
    token_hash: so.Mapped[str] = so.mapped_column(sa.String(64), unique=True)
    password: so.Mapped[str] = so.mapped_column(sa.String(200), default="")  # Argon2id; empty: none asked
    note: so.Mapped[str] = so.mapped_column(sa.String(120), default="")  # for whom
    until: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    most: so.Mapped[int] = so.mapped_column(default=0)  # times that it opens; 0: no bound
    used: so.Mapped[int] = so.mapped_column(default=0)
    by_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    ended: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)


class DocumentDay(Model):
    """How often a document was opened and downloaded on one day; nobody's name stands with it."""

    __tablename__ = "document_day"
    document_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("document.id"), primary_key=True)
    day: so.Mapped[dt.date] = so.mapped_column(primary_key=True)
    views: so.Mapped[int] = so.mapped_column(default=0)
    downloads: so.Mapped[int] = so.mapped_column(default=0)
