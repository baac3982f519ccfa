"""Who comes: going, maybe or no, in person or online, with limits, a waiting list and places that are offered for a day."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.database import UtcDateTime
from app.core.languages import lazy
from app.extensions import Model

GOING, MAYBE, NO = "going", "maybe", "no"
HERE, ONLINE = "here", "online"
IN, WAITING, OFFERED = "in", "waiting", "offered"
WORDS: dict[str, t.Any] = {GOING: lazy("Going"), MAYBE: lazy("Maybe"), NO: lazy("No")}
WAYS: dict[str, t.Any] = {HERE: lazy("In person"), ONLINE: lazy("Online")}
STATES: dict[str, t.Any] = {
    IN: lazy("Has a place"), WAITING: lazy("On the waiting list"), OFFERED: lazy("A place is offered"),
}  # fmt: skip

# Who sees the names of those who come; each may keep theirs out all the same.
READERS, TOGETHER, NOT = "readers", "participants", "nobody"
PUBLISHED: dict[str, t.Any] = {
    READERS: lazy("Everybody with an account who sees the event"), TOGETHER: lazy("Those who come"), NOT: lazy("Only who hosts it"),
}  # fmt: skip


class Attendance(Model):
    """What one person answered to an event, and how they stand: only who goes has a place, waits or is offered one."""

    __tablename__ = "event_answer"
    __table_args__ = (
        sa.Index("ix_event_answer_event_id_state_since", "event_id", "state", "since"),
        sa.Index("ix_event_answer_until", "until"),
        sa.Index("ix_event_answer_mail_at", "mail_at"),
    )
    event_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event.id"), primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"))
    word: so.Mapped[str] = so.mapped_column(sa.String(8))  # going, maybe, no
    way: so.Mapped[str] = so.mapped_column(sa.String(8))  # here, online
    state: so.Mapped[str] = so.mapped_column(
        sa.String(8), default=""
    )  # in, waiting, offered; empty: does not go
    since: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)  # the place in the waiting list
    until: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)  # how long a place is offered
    shown: so.Mapped[bool] = so.mapped_column(default=False)  # others who see the event see the name
    came: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)  # when a host noted them at the door
    reminded: so.Mapped[int] = so.mapped_column(default=0)  # which reminders went out, as bits
    mail_at: so.Mapped[dt.datetime | None] = so.mapped_column(
        UtcDateTime
    )  # when their calendar is told by mail
    mailed: so.Mapped[int | None]  # the sequence of the newest of these mails
    holds: so.Mapped[bool] = so.mapped_column(default=False)  # their calendar has the event by such a mail
    held_as: so.Mapped[list[str] | None] = so.mapped_column(
        sa.JSON
    )  # its name there, and which time of a series
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class Guest(Model):
    """Somebody who came to an event without having answered here, as a host wrote it down."""

    __tablename__ = "event_guest"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    event_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event.id"), index=True)
    name: so.Mapped[str] = so.mapped_column(sa.String(120))
    house: so.Mapped[str] = so.mapped_column(sa.String(120), default="")  # what organisation, in their words
    by_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
