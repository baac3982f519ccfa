"""Notices: what needs a person, one line for each thing however much happened to it."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import follows_root
from app.core.database import BigId, UtcDateTime
from app.extensions import Model


@follows_root
class Notice(Model):
    """One person's notice of one thing and reason, counted up until it is read."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.Index("ix_notice_person_id_last_id", "person_id", "last_id"),
        sa.Index("ix_notice_person_id_root", "person_id", "root"),
    )
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"))
    reason: so.Mapped[str] = so.mapped_column(sa.String(20))  # mention, reply, follow …: why this person
    root: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    audience_id: so.Mapped[int]
    first_id: so.Mapped[int] = so.mapped_column(BigId)  # facts
    last_id: so.Mapped[int] = so.mapped_column(BigId)
    count: so.Mapped[int] = so.mapped_column(default=1)
    verb: so.Mapped[str] = so.mapped_column(sa.String(40))
    by: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)
    title: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    excerpt: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    lang: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    url: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    read: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
