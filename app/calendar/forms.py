"""The forms of events: shape, labels, words of errors; they write nothing."""

import datetime as dt
import typing as t
from urllib.parse import urlsplit

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from app.calendar import choices, spans
from app.calendar.attendance import PUBLISHED, READERS, WORDS
from app.calendar.models import EARLIEST, FORMS, LATEST, MOST_DAYS, SCALES
from app.calendar.repeating import Repeating
from app.calendar.series_changes import ONE, SCOPES
from app.calendar.slots import SLOTS
from app.core import languages, questions
from app.core.attaching import Attaching, Given, Ours, options, within
from app.core.languages import _, lazy
from app.core.text import clean_line, clean_text
from app.core.when import NoSuchHour, moment
from app.members import names
from app.members.forms import DayField, OneOf, zone_choices
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


class Ticks(SelectMultipleField):
    """Some of a list, as boxes to tick; others are not taken."""

    option_widget = CheckboxInput()

    def pre_validate(self, _form: t.Any) -> None:
        """Keep what is on the list."""
        self.data: list[str] = [code for code in choices.TONGUES if code in (self.data or ())]


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
    zone = SelectField(lazy("Time zone"), [OneOf(names.zones)], choices=zone_choices, validate_choice=False)

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
    link = line(lazy("Link to take part online"), 500)
    body = TextAreaField(lazy("Description"), [Optional(), within("POST_MAX")], filters=[clean_text])
    spoken = Ticks(
        lazy("Languages spoken there"),
        choices=lambda: options((code, choices.tongue(code)) for code in choices.TONGUES),
    )
    access = line(lazy("Interpretation and access"), 300)
    theme = SelectField(lazy("Theme"), [OneOf(lambda: {"", *choices.themes()})], validate_choice=False, default="",
                        choices=lambda: options([("", "–"), *choices.theme_words()]))  # fmt: skip
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

    def offer(self, who: t.Any, spaces: list[Space]) -> None:
        """Offer spaces, voices and languages."""
        own = {group.id for group in who.groups}
        ordered = sorted(spaces, key=lambda s: (s.form != "network", s.id not in own, s.name.casefold()))
        lang = languages.language()
        self.space.choices = options((space.id, space.text("name", lang)) for space in ordered)
        self.language.choices = options((code, languages.own_name(code)) for code in languages.offered())
        self.language.data = self.language.data or lang
        self.zone.data = self.zone.data or languages.zone()
        self.offer_voices(who)
        self.organisation.label.text = _("Who hosts it")

    def fields(self) -> dict[str, t.Any]:
        """Return what the form says of the event itself, its time aside."""
        return {
            "title": self.title.data, "form": self.form.data, "place": self.place.data or "", "link": self.link.data or "",
            "body": self.body.data or "", "languages": " ".join(self.spoken.data or ()), "theme": self.theme.data,
            "access": self.access.data or "", "language": self.language.data, "seats_here": self.seats_here.data,
            "seats_online": self.seats_online.data, "per_house": self.per_house.data,
            "published": self.published.data,
            "scale": self.scale.data if self.form.data == "conference" else "", "outside": self.outside.data or "",
            "page": self.page.data or "",
        }  # fmt: skip


class Answer(Ours):
    """Whether somebody comes."""

    word = RadioField(
        lazy("Your answer"), [OneOf(lambda: WORDS)], choices=options(WORDS.items()), validate_choice=False
    )
    way = StringField(lazy("How"), [Optional()], filters=[clean_line])
    shown = BooleanField(lazy("Show my name to others who see this event"))


class OneQuestion(Ours):
    """One question to those who come."""

    words = line(lazy("Question"), 300, DataRequired(lazy("Write the question.")))
    hint = line(lazy("Hint below the question"), 300)
    form = SelectField(lazy("Kind of answer"), [OneOf(lambda: questions.KINDS)], validate_choice=False,
                       choices=lambda: options(questions.KINDS.items()))  # fmt: skip
    options = TextAreaField(lazy("Answers to choose from"), [Optional()], filters=[clean_text])
    required = BooleanField(lazy("Has to be answered"))
    after = SelectField(lazy("When it is asked"), [Given()], choices=[], validate_choice=False, default="")

    def offer(self, before: t.Sequence[questions.Question]) -> "OneQuestion":
        """Offer the answers to earlier questions after which this one can be asked."""
        some = [
            (f"{one.id}:{key}", _("Only if “%(question)s” is answered with “%(answer)s”", question=one.words, answer=word))
            for one in before if one.kind in questions.DECIDING for key, word in questions.answers_of(one)
        ]  # fmt: skip
        self.after.choices = options([("", _("Always")), *some])
        return self

    def validate_options(self, field: t.Any) -> None:
        """At least two answers where one chooses, each once and short enough."""
        if self.form.data not in questions.CHOSEN:
            return
        given = self.answers()
        if len(given) < 2:
            raise ValidationError(_("Write at least two answers, each on a line of its own."))
        if len(given) > questions.MOST_OPTIONS or max(map(len, given)) > questions.MOST_SIGNS:
            raise ValidationError(
                _("At most %(num)s answers, each of at most %(signs)s characters.", num=questions.MOST_OPTIONS,
                  signs=questions.MOST_SIGNS)
            )  # fmt: skip

    def validate_after(self, field: t.Any) -> None:
        """One of what is offered."""
        if field.data not in {one.value for one in field.choices}:
            raise ValidationError(_("Choose one of the list."))

    def answers(self) -> list[str]:
        """Return the answers to choose from, each once."""
        lines = (clean_line(one) for one in (self.options.data or "").splitlines())
        return list(dict.fromkeys(one for one in lines if one))

    def fields(self) -> dict[str, t.Any]:
        """Return what the form says."""
        number, _colon, value = (self.after.data or "").partition(":")
        return {
            "words": self.words.data, "hint": self.hint.data or "", "form": self.form.data, "required": bool(self.required.data),
            "options": self.answers() if self.form.data in questions.CHOSEN else [], "after_id": int(number or 0), "value": value,
        }  # fmt: skip


class Guest(Ours):
    """Somebody who came to an event without having answered."""

    name = line(lazy("Name"), 120, DataRequired(lazy("Write the name.")))
    house = line(lazy("Organisation"), 120)


class Scoped(Ours):
    """Which times of a series something is done to."""

    scope = RadioField(lazy("Which of them"), [OneOf(lambda: SCOPES)], choices=options(SCOPES.items()), validate_choice=False,
                       default=ONE)  # fmt: skip


class Cancelled(Scoped):
    """Why an event does not take place."""

    reason = line(
        lazy("Why, shown to everybody who sees the event"), 300, DataRequired(lazy("Say in a few words why."))
    )


class Moved(Ours):
    """Where an event stands, and who sees it."""

    space = SelectField(lazy("Group"), [InputRequired(lazy("Choose a group."))], coerce=int, choices=[])
    audience = RadioField(lazy("Who can see it"), [Given()], choices=options(AUDIENCES.items()))
    confirm = HiddenField(lazy("Sure"), [Optional()])


class Paper(Ours):
    """A document of the library as a paper of an event."""

    address = line(lazy("Address of a document"), 500, DataRequired(lazy("Write the address of a document.")))
    slot = SelectField(lazy("What it is"), [OneOf(lambda: {"", *SLOTS})], validate_choice=False, default="",
                       choices=lambda: options([("", lazy("A paper")), *SLOTS.items()]))  # fmt: skip


COPIES: dict[str, t.Any] = {
    "body": lazy("Description"),
    "place": lazy("Place"),
    "link": lazy("Link to take part online"),
    "spoken": lazy("Languages and access"),
    "papers": lazy("Papers"),
    "questions": lazy("Questions to those who come"),
    "programme": lazy("Programme"),
}


class Copy(Ours):
    """What of an event is taken over into a new one."""

    what = SelectMultipleField(lazy("What to take over"), choices=options(COPIES.items()), validate_choice=False,
                               default=[*COPIES], option_widget=CheckboxInput())  # fmt: skip
    weeks = SelectField(
        lazy("When"), [OneOf(lambda: {"0", "1", "2", "4", "52"})], validate_choice=False, default="4",
        choices=[SelectChoice("0", lazy("The same day")), SelectChoice("1", lazy("A week later")),
                 SelectChoice("2", lazy("Two weeks later")), SelectChoice("4", lazy("Four weeks later")),
                 SelectChoice("52", lazy("A year later, the same day of the week"))],
    )  # fmt: skip


ALARMS: dict[str, t.Any] = {
    "0": lazy("None"), "15": lazy("15 minutes before"), "60": lazy("An hour before"), "1440": lazy("A day before"),
}  # fmt: skip


class Subscribe(Ours):
    """What an address gives out."""

    what = SelectField(lazy("What it shows"), [Given()], choices=[])
    alarm = SelectField(lazy("Reminder in your own calendar"), [OneOf(lambda: ALARMS)], validate_choice=False, default="0",
                        choices=lambda: options(ALARMS.items()))  # fmt: skip
    due = BooleanField(lazy("Deadlines of mine too"))

    def offer(self, who: t.Any) -> "Subscribe":
        """Offer one's own groups and the themes."""
        groups = [(f"space:{number}", name) for number, name in choices.own_groups(who)]
        every = [(f"theme:{key}", word) for key, word in choices.theme_words()]
        self.what.choices = options([("mine", _("What is in my groups")), *groups, *every])
        return self
