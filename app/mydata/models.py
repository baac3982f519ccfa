"""Copies of one's data that were asked for, and erasures: asked, taken back, under way, done."""

import datetime as dt

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import NOBODY, audience_of
from app.core.database import UtcDateTime
from app.extensions import Model


class DataCopy(Model):
    """A copy of what is kept about a person: asked, ready, or gone when its time is over."""

    __tablename__ = "data_copy"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    open_for: so.Mapped[int | None] = so.mapped_column(unique=True)  # the person, until it is ready
    state: so.Mapped[str] = so.mapped_column(sa.String(12), default="asked", index=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    until: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    size: so.Mapped[int] = so.mapped_column(sa.BigInteger, default=0)
    hash: so.Mapped[str] = so.mapped_column(sa.String(64), default="")  # of its bytes in the store

    @property
    def ref(self) -> str:
        """What its bytes hang on, so that they are swept away with it."""
        return f"copy:{self.id}"

    @property
    def audience_id(self) -> int:
        """Nobody reads its bytes by the address of files: only its owner, by its own."""
        return audience_of(NOBODY)


class Erasure(Model):
    """The erasure of a person: when it is due, what becomes of their words, how far it is."""

    __tablename__ = "erasure"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    open_for: so.Mapped[int | None] = so.mapped_column(
        unique=True
    )  # the person, until it is done or taken back
    words: so.Mapped[str] = so.mapped_column(sa.String(8))  # of what was said personally: keep, take
    state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="asked", index=True
    )  # asked, running, back, done
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    due: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    ended: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    by_id: so.Mapped[int | None] = so.mapped_column(
        sa.ForeignKey("person.id"), index=True
    )  # empty: the person
    reason: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # why the secretariat did it
