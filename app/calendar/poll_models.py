"""Finding a date: several times are proposed, each person says which suit, and one of them becomes an event."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import clock
from app.core.addresses import stands_at
from app.core.audience import Thing
from app.core.database import UtcDateTime, known_as
from app.core.languages import lazy
from app.core.text import plain, slug
from app.extensions import Model

YES, NEED, NO = "yes", "need", "no"
WORDS: dict[str, t.Any] = {YES: lazy("Yes"), NEED: lazy("If need be"), NO: lazy("No")}
MOST_TIMES = 12


class TimePoll(Thing, Model):
    """What a date is sought for, in a space. It ends at a moment, or when its host ends it or chooses a time."""

    __tablename__ = "time_poll"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"))
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)  # the author line: who asks
    title: so.Mapped[str] = so.mapped_column(sa.String(200))
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    body: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    html: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    renderer: so.Mapped[int] = so.mapped_column(default=0)
    zone: so.Mapped[str] = so.mapped_column(sa.String(40))
    minutes: so.Mapped[int]  # how long it is to last
    closes: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime, index=True)  # until then one can answer
    event_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("event.id"))  # what it became
    removed: so.Mapped[bool] = so.mapped_column(default=False)
    version: so.Mapped[int] = so.mapped_column(default=0)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    kind = "times"

    @property
    def url(self) -> str:
        """Its address."""
        return f"/dates/{self.id}-{slug(self.title)}"

    @property
    def is_open(self) -> bool:
        """Say whether one can still answer."""
        return not self.removed and self.event_id is None and self.closes > clock.now()

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps."""
        if self.removed:
            return None
        return {
            "title": self.title, "body": plain(self.html), "lang": self.language, "by": self.by["name"],
            "author": self.author_id, "at": self.at,
            "tags": {"in": [self.space_id], "by": [self.author_id], "org": [self.organisation_id]},
        }  # fmt: skip


class TimeOption(Model):
    """One time that is proposed."""

    __tablename__ = "time_option"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    poll_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("time_poll.id"), index=True)
    starts: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class TimeVote(Model):
    """What one person says to one time."""

    __tablename__ = "time_vote"
    option_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("time_option.id"), primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    poll_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("time_poll.id"), index=True)
    word: so.Mapped[str] = so.mapped_column(sa.String(8))  # yes, need, no
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


known_as("times", TimePoll)
stands_at("dates", "times")
