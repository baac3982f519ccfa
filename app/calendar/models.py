"""Events: what happens when and where, for whom. Times are moments in UTC with the zone of who hosts; whole days are days."""

import datetime as dt
import typing as t
import zoneinfo

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.calendar.agenda_models import AgendaRow, Speaker
from app.core.addresses import stands_at
from app.core.audience import Thing
from app.core.database import UtcDateTime, known_as
from app.core.languages import lazy
from app.core.text import plain, slug
from app.extensions import Model, db

# What kind of event it is. The keys are stored, the words shown; `due` is a deadline of another room and never stored.
FORMS: dict[str, t.Any] = {
    "meeting": lazy("Meeting"),
    "exchange": lazy("Exchange or visit"),
    "training": lazy("Training"),
    "conference": lazy("Conference"),
    "day": lazy("Day of action"),
}
# Which conference it is.
SCALES: dict[str, t.Any] = {
    "biennial": lazy("Biennial meeting of the network"),
    "general": lazy("General conference"),
    "regional": lazy("Sub-regional conference"),
}
DUE = "due"
MOST_DAYS = 62  # the longest event: so lists know how far back they have to look
EARLIEST, LATEST = 1945, 2100


_part = sa.table("minutes_part", sa.column("id"), sa.column("event_id"), sa.column("text"))
_MINUTED = sa.select(_part.c.text).where(_part.c.event_id == sa.bindparam("event")).order_by(_part.c.id)


class Series(Model):
    """Events that repeat. Each time is an event of its own as far ahead as they are made; this says how they go on."""

    __tablename__ = "event_series"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    uid: so.Mapped[str] = so.mapped_column(sa.String(255), unique=True)  # its name in other calendars
    sequence: so.Mapped[int] = so.mapped_column(default=0)
    rule: so.Mapped[str] = so.mapped_column(sa.Text)  # as RRULE has it; nothing: on extra days alone
    zone: so.Mapped[str] = so.mapped_column(sa.String(40))
    all_day: so.Mapped[bool] = so.mapped_column(default=False)
    begins: so.Mapped[str] = so.mapped_column(
        sa.String(19)
    )  # the first time, on the clocks of its zone, in ISO form
    length: so.Mapped[int]  # in seconds
    extra: so.Mapped[list[str]] = so.mapped_column(sa.JSON)  # further times, as moments in ISO form
    left_out: so.Mapped[list[str]] = so.mapped_column(
        sa.JSON
    )  # times that the rule has, and that do not take place
    # As far as the events are made; nothing: all of them are there.
    made: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime, index=True)
    next_id: so.Mapped[int | None]  # the event that stands for all in the search and in lists of one each
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    @property
    def ref(self) -> str:
        """What who follows the whole series follows."""
        return f"series:{self.id}"

    @property
    def there(self) -> dt.tzinfo:
        """The zone on whose clocks it repeats; whole days have none."""
        return dt.UTC if self.all_day else zoneinfo.ZoneInfo(self.zone)

    @property
    def first(self) -> dt.datetime:
        """The first time on these clocks."""
        return dt.datetime.fromisoformat(self.begins)

    def on_clocks(self, moment: dt.datetime) -> dt.datetime:
        """Return a moment as these clocks show it."""
        return moment.astimezone(self.there).replace(tzinfo=None)


class Event(Thing, Model):
    """One event of a space. Of whole days `starts` and `ends` are midnights in UTC, whatever the zone: days, not moments."""

    __tablename__ = "event"
    __table_args__ = (
        sa.Index("ix_event_starts_id", "starts", "id"),
        sa.Index("ix_event_series_id_recurrence", "series_id", "recurrence"),
    )
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)  # the author line: who hosts it
    title: so.Mapped[str] = so.mapped_column(sa.String(200))
    language: so.Mapped[str] = so.mapped_column(sa.String(12))  # of its words
    body: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # Markdown as written
    html: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # rendered once
    renderer: so.Mapped[int] = so.mapped_column(default=0)
    form: so.Mapped[str] = so.mapped_column(sa.String(12))  # one of FORMS
    scale: so.Mapped[str] = so.mapped_column(sa.String(12), default="")  # of a conference, one of SCALES
    outside: so.Mapped[str] = so.mapped_column(
        sa.String(200), default=""
    )  # who hosts it, outside the network
    page: so.Mapped[str] = so.mapped_column(sa.String(500), default="")  # its page elsewhere on the web
    theme: so.Mapped[str] = so.mapped_column(sa.String(40), default="")  # key of a Theme
    sdgs: so.Mapped[str] = so.mapped_column(sa.String(60), default="")  # "4 11": goals that it contributes to
    commitments: so.Mapped[str] = so.mapped_column(sa.String(30), default="")  # "1 10": of a plan of action
    languages: so.Mapped[str] = so.mapped_column(sa.String(120), default="")  # "en fr": what is spoken there
    access: so.Mapped[str] = so.mapped_column(sa.String(300), default="")  # interpretation, captions, a ramp
    place: so.Mapped[str] = so.mapped_column(sa.String(200), default="")
    city_id: so.Mapped[int | None]  # the member city where it takes place: so it stands on the map
    link: so.Mapped[str] = so.mapped_column(sa.String(500), default="")  # where one takes part on line
    all_day: so.Mapped[bool] = so.mapped_column(default=False)
    starts: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    ends: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)  # the first moment after it
    zone: so.Mapped[str] = so.mapped_column(sa.String(40))
    uid: so.Mapped[str] = so.mapped_column(
        sa.String(120), unique=True
    )  # its name in other calendars, for ever
    sequence: so.Mapped[int] = so.mapped_column(default=0)  # grows when time, place or state change
    cancelled: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    cancelled_why: so.Mapped[str] = so.mapped_column(sa.String(300), default="")
    removed: so.Mapped[bool] = so.mapped_column(default=False)
    files: so.Mapped[int] = so.mapped_column(default=0)
    seats_here: so.Mapped[int | None]  # how many may come in person; nothing: no limit
    seats_online: so.Mapped[int | None]
    per_house: so.Mapped[int | None]  # how many of one organisation
    published: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="readers"
    )  # who sees the names of those who come
    answered: so.Mapped[int] = so.mapped_column(
        default=0
    )  # grows with each answer: who writes it has the row
    series_id: so.Mapped[int | None]
    recurrence: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)  # when its series has it begin
    apart: so.Mapped[bool] = so.mapped_column(
        default=False
    )  # one time of a series that was changed by itself
    followed_up: so.Mapped[bool] = so.mapped_column(
        default=False
    )  # after it, its hosts were reminded of minutes
    minutes: so.Mapped[str] = so.mapped_column(sa.String(10), default="")  # draft, shared, approved; none
    minutes_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)  # since when they stand so
    minutes_by_id: so.Mapped[int | None]  # who approved them
    minutes_by: so.Mapped[dict[str, str] | None] = so.mapped_column(sa.JSON)
    version: so.Mapped[int] = so.mapped_column(default=0)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    changed: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    series: so.Mapped[Series | None] = so.relationship(
        primaryjoin="foreign(Event.series_id) == Series.id", lazy="select", viewonly=True
    )

    kind = "event"

    @property
    def calendar_uid(self) -> str:
        """Its name in other calendars: that of its series, where it is one of many."""
        return self.series.uid if self.series is not None else self.uid

    @property
    def url(self) -> str:
        """The address of the event."""
        return f"/events/{self.id}-{slug(self.title)}"

    @property
    def there(self) -> dt.tzinfo:
        """The zone of who hosts it; whole days have none."""
        return dt.UTC if self.all_day else zoneinfo.ZoneInfo(self.zone)

    @property
    def first_day(self) -> dt.date:
        """Its first day where it takes place."""
        return self.starts.astimezone(self.there).date()

    @property
    def last_day(self) -> dt.date:
        """Its last day where it takes place."""
        return (self.ends - dt.timedelta(microseconds=1)).astimezone(self.there).date()

    def _minuted(self) -> list[str]:
        """Return the texts of the minutes, if everybody who sees the event reads them."""
        if self.minutes not in ("shared", "approved"):
            return []
        return list(db.session.scalars(_MINUTED, {"event": self.id}))

    def _by_itself(self) -> bool:
        """Say whether one time of a series is found by itself."""
        return (
            self.apart or bool(self.minutes) or (self.series is not None and self.series.next_id == self.id)
        )

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps, programme and minutes too. Of a series one is found, and what stands apart."""
        if self.removed or (self.series is not None and not self._by_itself()):
            return None
        return {
            "title": self.title, "lang": self.language,
            "body": " ".join([self.place, plain(self.html), *self._programme(), *self._minuted()]),
            "by": self.by["name"], "author": self.author_id, "at": self.at,
            "more": {"day": self.first_day.isoformat(), "cancelled": self.cancelled is not None},
            "tags": {"in": [self.space_id], "theme": [self.theme], "by": [self.author_id], "org": [self.organisation_id],
                     "has": ["file"] * bool(self.files), "sdg": self.sdgs.split(), "commitment": self.commitments.split()},
        }  # fmt: skip

    def _programme(self) -> list[str]:
        row, one = AgendaRow.__table__, Speaker.__table__
        mine = sa.and_(row.c.event_id == self.id, ~row.c.removed)
        rows = db.session.execute(sa.select(row.c.title, row.c.html).where(mine).order_by(row.c.position))
        named = (
            sa.select(one.c.name, one.c.house)
            .join(row, row.c.id == one.c.row_id)
            .where(mine)
            .order_by(one.c.id)
        )
        words = [f"{each.title} {plain(each.html)}" for each in rows]
        return words + [f"{each.name} {each.house}" for each in db.session.execute(named) if each.name]


known_as("event", Event)
stands_at("events", "event")
