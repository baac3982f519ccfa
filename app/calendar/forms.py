"""The forms of events: shape, labels, words of errors; they write nothing."""

import datetime as dt
import secrets
import typing as t
from urllib.parse import urlsplit

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.calendar import choices, houses, spans
from app.calendar.attendance import PUBLISHED, READERS
from app.calendar.models import EARLIEST, FORMS, LATEST, MOST_DAYS, SCALES, Event
from app.calendar.repeating import Repeating
from app.calendar.series_scopes import ONE, SCOPES
from app.core import languages
from app.core.attaching import Attaching, Given, Ours, options, within
from app.core.audience import Viewer
from app.core.database import setting
from app.core.forms import Ticks
from app.core.languages import _, lazy
from app.core.text import clean_line, clean_text
from app.core.when import NoSuchHour, moment
from app.members import goals
from app.members.forms import DayField, OneOf, ZoneField
from app.spaces.models import Space

AUDIENCES = {
    "public": lazy("Everyone, also without an account"),
    "members": lazy("Members of the network"),
    "space": lazy("Members of the group only"),
}


class HourField(TimeField):
    """A time of day; what is none is explained in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent; nothing is nothing."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(lazy("Write the hour, like 09:00.")) from None


class Limit(StringField):
    """A number of places; nothing is no limit."""

    def __init__(self, label: t.Any, **more: t.Any) -> None:
        super().__init__(label, [Optional()], render_kw={"inputmode": "numeric"}, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent."""
        text = clean_line(valuelist[0]) if valuelist else ""
        self.data: t.Any = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
        if text and not self.data:
            self.data = text
            raise ValueError(lazy("Write a number of places, like 40, or nothing."))


def line(label: t.Any, most: int, *rules: t.Any) -> StringField:
    """One line of words."""
    fits = Length(max=most, message=lazy("This has at most %(num)s characters.", num=most))
    return StringField(label, [*(rules or [Optional()]), fits], filters=[clean_line])


class Timed(Ours):
    """When something takes place: whole days, or hours on the clocks of a zone."""

    all_day = BooleanField(lazy("All day"))
    day = DayField(lazy("First day"), [InputRequired(lazy("Choose a day."))])
    hour = HourField(lazy("Begins at"), [Optional()])
    last_day = DayField(lazy("Last day"), [Optional()])
    end_hour = HourField(lazy("Ends at"), [Optional()])
    zone = ZoneField(lazy("Time zone"))

    def take_times(self, event: Event, starts: dt.datetime, ends: dt.datetime) -> None:
        """Fill in when an event is, on the clocks where it takes place."""
        there = event.there
        begins, ends = starts.astimezone(there), ends.astimezone(there)
        self.all_day.data, self.zone.data = event.all_day, event.zone
        self.day.data, self.last_day.data = begins.date(), (ends - spans.INSTANT).date()
        if not event.all_day:
            self.last_day.data = ends.date()
            self.hour.data, self.end_hour.data = begins.time(), ends.time()

    def span(self) -> tuple[dt.datetime, dt.datetime] | None:
        """Return beginning and end as they are kept; None with words beside the field that is wrong."""
        first, last = self.day.data, self.last_day.data or self.day.data
        if first is None or last is None or self.errors:
            return None
        if not EARLIEST <= first.year <= LATEST or last.year > LATEST:
            return self._wrong(
                "day", _("Choose a year between %(first)s and %(last)s.", first=EARLIEST, last=LATEST)
            )
        if last < first:
            return self._wrong("last_day", _("The last day is before the first one."))
        if (last - first).days >= MOST_DAYS:
            return self._wrong("last_day", _("An event lasts %(num)s days at most.", num=MOST_DAYS))
        return (
            (spans.midnight(first), spans.midnight(last + spans.DAY))
            if self.all_day.data
            else self._hours(first, last)
        )

    def _hours(self, first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime] | None:
        found = []
        for name, day in (("hour", first), ("end_hour", last)):
            if self[name].data is None:
                return self._wrong(name, _("Write the hour, like 09:00, or choose “All day”."))
            try:
                found.append(moment(day, self[name].data, self.zone.data))
            except NoSuchHour:
                return self._wrong(
                    name, _("There is no such hour on that day in this time zone: clocks go forward.")
                )
        if found[1] <= found[0]:
            return self._wrong("end_hour", _("It ends before it begins."))
        return found[0], found[1]

    def _wrong(self, name: str, why: t.Any) -> None:
        self[name].errors = [why]


class EventForm(Timed, Repeating, Attaching):
    """An event: what, when, where, for whom."""

    title = StringField(
        lazy("Title"), [DataRequired(lazy("Write a title.")), within("TITLE_MAX")], filters=[clean_line]
    )
    form = SelectField(lazy("Kind"), [OneOf(lambda: FORMS)], validate_choice=False,
                       choices=lambda: options(choices.kinds()))  # fmt: skip
    scale = SelectField(lazy("Which conference"), [OneOf(lambda: {"", *SCALES})], validate_choice=False, default="",
                        choices=lambda: options([("", "–"), *SCALES.items()]))  # fmt: skip
    outside = line(lazy("Host outside the network"), 200)
    page = line(lazy("Its page elsewhere"), 500)
    place = line(lazy("Place"), 200)
    city = line(lazy("Member city where it takes place"), 240)
    link = line(lazy("Link to take part online"), 500)
    room = BooleanField(lazy("Make a room"))
    body = TextAreaField(lazy("Description"), [Optional(), within("POST_MAX")], filters=[clean_text])
    spoken = Ticks(lazy("Languages spoken there"), lambda: dict(choices.tongues()))
    access = line(lazy("Interpretation and access"), 300)
    theme = SelectField(lazy("Theme"), [OneOf(lambda: {"", *choices.themes()})], validate_choice=False, default="",
                        choices=lambda: options([("", "–"), *choices.theme_words()]))  # fmt: skip
    sdgs = Ticks(lazy("Sustainable Development Goals"), goals.goals)
    commitments = Ticks(lazy("Commitments of the plan of action"), goals.commitments)
    seats_here = Limit(lazy("Places in person"))
    seats_online = Limit(lazy("Places online"))
    per_house = Limit(lazy("Places for each organisation"))
    published = SelectField(lazy("Who sees the names of those who come"), [OneOf(lambda: PUBLISHED)], validate_choice=False,
                            choices=lambda: options(PUBLISHED.items()), default=READERS)  # fmt: skip
    space = SelectField(lazy("Group"), [InputRequired(lazy("Choose a group."))], coerce=int, choices=[])
    audience = RadioField(
        lazy("Who can see it"), [Given()], choices=options(AUDIENCES.items()), default="members"
    )
    language = SelectField(lazy("Language of your text"), [Given()], choices=[])
    copied = HiddenField(lazy("Copied from"), [Optional()])
    scope = RadioField(lazy("What you change"), [OneOf(lambda: SCOPES)], choices=options(SCOPES.items()), validate_choice=False,
                       default=ONE)  # fmt: skip
    dates = HiddenField(lazy("Chosen from"), [Optional()])
    viewer: Viewer | None = None  # who fills it in
    city_id: int | None = None

    def validate_link(self, field: t.Any) -> None:
        """An address on the web, or nothing."""
        if not field.data:
            return
        try:
            parts = urlsplit(field.data)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.netloc or " " in field.data:
            raise ValidationError(_("Write an address that begins with https://."))

    validate_page = validate_link

    def validate_city(self, field: t.Any) -> None:
        """A city of the network, by its name or its handle."""
        self.city_id = houses.named(field.data, self.viewer, "city") if field.data and self.viewer else None
        if field.data and self.city_id is None:
            raise ValidationError(_("There is no member city with this name or handle."))

    def offer(self, who: t.Any, spaces: list[Space]) -> None:
        """Offer spaces, voices and languages."""
        self.viewer = who.viewer
        own = {group.id for group in who.groups}
        ordered = sorted(spaces, key=lambda s: (s.form != "network", s.id not in own, s.name.casefold()))
        lang = languages.language()
        self.space.choices = options((space.id, space.text("name", lang)) for space in ordered)
        self.language.choices = options((code, languages.own_name(code)) for code in languages.offered())
        self.language.data = self.language.data or lang
        self.zone.data = self.zone.data or languages.zone()
        self.offer_voices(who)
        self.organisation.label.text = _("Who hosts it")

    def rooms(self) -> str:
        """Return where rooms are made, nothing where that is off."""
        return str(setting("MEETING_ROOMS"))

    def new_room(self) -> str:
        """Return the link of a new room, if one is wanted: nobody can guess its name."""
        rooms = self.rooms() if self.room.data else ""
        return f"{rooms.rstrip('/')}/{secrets.token_urlsafe(24)}" if rooms else ""

    def fields(self) -> dict[str, t.Any]:
        """Return what the form says of the event itself, its time aside."""
        return {
            "title": self.title.data, "form": self.form.data, "place": self.place.data or "",
            "link": self.link.data or self.new_room(),
            "body": self.body.data or "", "languages": " ".join(self.spoken.data or ()), "theme": self.theme.data,
            "access": self.access.data or "", "language": self.language.data, "seats_here": self.seats_here.data,
            "seats_online": self.seats_online.data, "per_house": self.per_house.data,
            "published": self.published.data,
            "scale": self.scale.data if self.form.data == "conference" else "", "outside": self.outside.data or "",
            "page": self.page.data or "", "sdgs": " ".join(self.sdgs.data or ()),
            "commitments": " ".join(self.commitments.data or ()), "city_id": self.city_id,
        }  # fmt: skip


class Moved(Ours):
    """Where an event stands, and who sees it."""

    space = SelectField(lazy("Group"), [InputRequired(lazy("Choose a group."))], coerce=int, choices=[])
    audience = RadioField(lazy("Who can see it"), [Given()], choices=options(AUDIENCES.items()))
    confirm = HiddenField(lazy("Sure"), [Optional()])
