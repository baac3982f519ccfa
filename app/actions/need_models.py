"""What actions need, and what organisations offer for it."""

import datetime as dt

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.database import UtcDateTime
from app.extensions import Model


class Need(Model):
    """Something that an action needs, seen by all who read the action."""

    __tablename__ = "action_need"
    __table_args__ = (sa.Index("ix_action_need_state", "state"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    action_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("joint_action.id"), index=True)
    form: so.Mapped[str] = so.mapped_column(sa.String(20))  # a key of words.NEEDS
    title: so.Mapped[str] = so.mapped_column(sa.String(200))
    language: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    until: so.Mapped[str] = so.mapped_column(sa.String(10), default="")
    due: so.Mapped[dt.date | None]  # the last day of `until`
    state: so.Mapped[str] = so.mapped_column(sa.String(12), default="open")  # open, met, closed
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class Pledge(Model):
    """What an organisation offers for a need: seen by both sides, and by all once it is accepted."""

    __tablename__ = "action_pledge"
    __table_args__ = (sa.UniqueConstraint("need_id", "organisation_id"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    need_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("action_need.id"))
    organisation_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON, default=dict)
    words: so.Mapped[str] = so.mapped_column(sa.String(500), default="")
    state: so.Mapped[str] = so.mapped_column(sa.String(12), default="offered")  # a key of words.PLEDGES
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    answered: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    answered_by_id: so.Mapped[int | None]
