"""The forms of a programme: a row, and a shift of what follows."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from wtforms import RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from app.calendar import choices, houses, spans
from app.calendar.agenda_models import ITEM, MOST_SPEAKERS, ROWS, AgendaRow, Speaker
from app.calendar.forms import HourField, line
from app.calendar.models import Event
from app.core import when
from app.core.attaching import Ours, options, within
from app.core.audience import Viewer
from app.core.forms import Ticks
from app.core.languages import _, lazy
from app.core.text import clean_line, clean_text
from app.core.when import NoSuchHour, moment
from app.extensions import db
from app.members.forms import OneOf
from app.members.models import Person

LONGEST = 24 * 60
HANDLE, BETWEEN = "@", (",", "،", "，")
SHIFTS = ("-60", "-30", "-15", "-10", "-5", "5", "10", "15", "30", "60")


def shift_words() -> list[tuple[str, str]]:
    """Return by how much a programme can be shifted."""
    return [
        (
            key,
            str(
                _("%(num)s minutes later", num=key)
                if int(key) > 0
                else _("%(num)s minutes earlier", num=key[1:])
            ),
        )
        for key in SHIFTS
    ]


class RowForm(Ours):
    """A row of a programme: when, what, who, where, in which languages."""

    title = line(lazy("Title"), 200, DataRequired(lazy("Write a title.")))
    form = RadioField(lazy("Kind"), [OneOf(lambda: ROWS)], validate_choice=False, default=ITEM,
                      choices=lambda: options(ROWS.items()))  # fmt: skip
    day = SelectField(lazy("Day"), [Optional()], choices=[], validate_choice=False)
    hour = HourField(lazy("Begins at"), [Optional()])
    minutes = line(lazy("Length in minutes"), 4)
    speakers = TextAreaField(lazy("Speakers"), [Optional(), Length(max=4000)], filters=[clean_text])
    house = line(lazy("Organisation"), 240)
    room = line(lazy("Room"), 80)
    track = line(lazy("Track"), 80)
    spoken = Ticks(lazy("Languages spoken"), lambda: dict(choices.tongues()))
    access = line(lazy("Interpretation and access"), 200)
    body = TextAreaField(lazy("More about it"), [Optional(), within("POST_MAX")], filters=[clean_text])
    event: Event
    viewer: Viewer
    named: list[dict[str, t.Any]]
    house_id: int | None = None
    length: int | None = None

    def offer(self, event: Event, viewer: Viewer) -> "RowForm":
        """Offer the days of the event, on the clocks of who hosts it."""
        self.event, self.viewer, self.named = event, viewer, []
        number = (event.last_day - event.first_day).days + 1
        days = [event.first_day + n * spans.DAY for n in range(number)]
        self.day.choices = options((day.isoformat(), when.date(day, "EEEE d MMMM")) for day in days)
        if self.day.data not in {day.isoformat() for day in days}:
            self.day.data = days[0].isoformat()
        return self

    def validate_minutes(self, field: t.Any) -> None:
        """A number of minutes, or nothing."""
        text = field.data or ""
        if not text:
            return
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= LONGEST):
            raise ValidationError(_("Write a number of minutes, like 45, or nothing."))
        self.length = int(text)

    def validate_hour(self, field: t.Any) -> None:
        """An hour that there is on that day."""
        try:
            self.starts()
        except NoSuchHour:
            raise ValidationError(
                _("There is no such hour on that day in this time zone: clocks go forward.")
            ) from None

    def starts(self) -> dt.datetime | None:
        """Return when it begins. Raises NoSuchHour."""
        if self.hour.data is None:
            return None
        return moment(dt.date.fromisoformat(self.day.data), self.hour.data, self.event.zone)

    def validate_speakers(self, field: t.Any) -> None:
        """People of the network by their handles, others by name and organisation."""
        lines = [clean_line(one) for one in (field.data or "").splitlines() if clean_line(one)]
        if len(lines) > MOST_SPEAKERS:
            raise ValidationError(_("At most %(num)s speakers.", num=MOST_SPEAKERS))
        self.named = [self._person(one) if one.startswith(HANDLE) else _outside(one) for one in lines]

    def _person(self, said: str) -> dict[str, t.Any]:
        handle = said.removeprefix(HANDLE).lower()
        known = sa.select(Person.id).where(
            Person.handle == handle, Person.state == "active", Person.visible_to(self.viewer)
        )
        number = db.session.scalar(known)
        if number is None:
            raise ValidationError(_("There is nobody with the handle %(handle)s.", handle=said))
        return {"person_id": number}

    def validate_house(self, field: t.Any) -> None:
        """A member of the network, by its handle or its name."""
        self.house_id, said = None, field.data
        if not said:
            return
        self.house_id = houses.named(said, self.viewer)
        if self.house_id is None:
            raise ValidationError(_("There is no member with this name or handle."))

    def fields(self) -> dict[str, t.Any]:
        """Return what the form says of the row."""
        return {
            "title": self.title.data, "form": self.form.data, "starts": self.starts(), "minutes": self.length,
            "room": self.room.data or "", "track": self.track.data or "", "languages": " ".join(self.spoken.data or ()),
            "access": self.access.data or "", "body": self.body.data or "", "organisation_id": self.house_id,
        }  # fmt: skip


def _outside(said: str) -> dict[str, t.Any]:
    """Return name and organisation of somebody who is not here, as they are written: with a comma between."""
    places = [said.index(sign) for sign in BETWEEN if sign in said]
    cut = min(places, default=len(said))
    return {"name": said[:cut].strip()[:120], "house": said[cut + 1 :].strip()[:160]}


def before(row: AgendaRow, event: Event, viewer: Viewer) -> dict[str, t.Any]:
    """Return what the form of a row shows a viewer at first."""
    there = row.starts.astimezone(spans.zone_of(event.zone)) if row.starts else None
    return {
        "title": row.title, "form": row.form, "day": there.date().isoformat() if there else "", "hour": there and there.time(),
        "minutes": str(row.minutes or ""), "room": row.room, "track": row.track, "spoken": row.languages.split(),
        "access": row.access, "body": row.body, "speakers": written(row),
        "house": houses.written(row.organisation_id, viewer),
    }  # fmt: skip


def written(row: AgendaRow) -> str:
    """Return who speaks, one in a line."""
    mine = sa.select(Speaker.name, Speaker.house, Person.handle).outerjoin(
        Person, Person.id == Speaker.person_id
    )
    found = db.session.execute(mine.where(Speaker.row_id == row.id).order_by(Speaker.position, Speaker.id))
    return "\n".join(
        f"{HANDLE}{one.handle}" if one.handle else ", ".join(filter(None, [one.name, one.house]))
        for one in found
    )


class Shift(Ours):
    """By how much a row and what follows begin later."""

    minutes = SelectField(lazy("Shift"), [OneOf(lambda: SHIFTS)], validate_choice=False, default="15",
                          choices=lambda: options(shift_words()))  # fmt: skip
