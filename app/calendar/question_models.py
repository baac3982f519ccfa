"""What who hosts an event asks those who come, and what they said: read by the hosts and by oneself."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.database import UtcDateTime
from app.extensions import Model


class EventQuestion(Model):
    """One question of an event. `after_id` is an earlier one, `value` the answer to it after which this one is asked."""

    __tablename__ = "event_question"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    event_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event.id"), index=True)
    place: so.Mapped[int]  # its place among the others
    form: so.Mapped[str] = so.mapped_column(sa.String(12))  # one of questions.KINDS
    words: so.Mapped[str] = so.mapped_column(sa.String(300))
    hint: so.Mapped[str] = so.mapped_column(sa.String(300), default="")
    options: so.Mapped[list[str]] = so.mapped_column(sa.JSON)
    required: so.Mapped[bool] = so.mapped_column(default=False)
    after_id: so.Mapped[int] = so.mapped_column(default=0)
    value: so.Mapped[str] = so.mapped_column(sa.String(100), default="")


class EventReply(Model):
    """What one person said to one question, beside the words in which it was asked."""

    __tablename__ = "event_reply"
    question_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event_question.id"), primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    event_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event.id"), index=True)
    asked: so.Mapped[str] = so.mapped_column(sa.String(300))
    said: so.Mapped[t.Any] = so.mapped_column(sa.JSON)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
