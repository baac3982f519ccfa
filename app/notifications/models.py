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
        sa.Index("ix_notice_mail_at", "mail_at"),
        sa.Index("ix_notice_actor_id_mailed_at", "actor_id", "mailed_at"),
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
    kind: so.Mapped[str] = so.mapped_column(
        sa.String(8), default=""
    )  # of kinds.KINDS, for what a person chose
    space_id: so.Mapped[int | None]
    actor_id: so.Mapped[int | None]  # of the newest fact
    mail_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)  # when its own mail is due
    mailed_id: so.Mapped[int] = so.mapped_column(BigId, default=0)  # the newest fact that a mail told of
    mailed_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)


class NoticeChoice(Model):
    """How a person wants to hear of a kind of notice; with a space, of all that happens there."""

    __tablename__ = "notice_choice"
    person_id: so.Mapped[int] = so.mapped_column(
        sa.ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    space_id: so.Mapped[int] = so.mapped_column(primary_key=True, autoincrement=False)  # 0: everywhere
    kind: so.Mapped[str] = so.mapped_column(sa.String(8), primary_key=True)  # empty: every kind
    way: so.Mapped[str] = so.mapped_column(sa.String(8))


class NoticePlan(Model):
    """When a person gets mail of notices: the digest, quiet hours, a pause."""

    __tablename__ = "notice_plan"
    person_id: so.Mapped[int] = so.mapped_column(
        sa.ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    every: so.Mapped[str] = so.mapped_column(sa.String(8), default="weekly")  # daily, weekly, never
    weekday: so.Mapped[int] = so.mapped_column(default=0)  # 0 is Monday
    hour: so.Mapped[int] = so.mapped_column(default=8)
    quiet: so.Mapped[bool] = so.mapped_column(default=False)
    quiet_from: so.Mapped[int] = so.mapped_column(default=20)  # hours of the person's zone
    quiet_to: so.Mapped[int] = so.mapped_column(default=7)
    weekend: so.Mapped[bool] = so.mapped_column(default=False)  # no mail on Saturday and Sunday
    paused_until: so.Mapped[dt.date | None]
    signs_in: so.Mapped[bool] = so.mapped_column(
        default=True, server_default=sa.true()
    )  # the digest's links, once
    next_at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime, index=True)  # of the next digest
