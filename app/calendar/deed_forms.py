"""The small forms of what is done with an event: answer, copy, cancel, give out; they write nothing."""

import typing as t

from wtforms import BooleanField, RadioField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput

from app.calendar import choices
from app.calendar.attendance import WORDS
from app.calendar.forms import line
from app.calendar.series_scopes import ALL, ONE, SCOPES
from app.calendar.slots import SLOTS
from app.core.attaching import Given, Ours, options
from app.core.languages import _, lazy
from app.core.text import clean_line
from app.members.forms import OneOf


class Answer(Ours):
    """Whether somebody comes."""

    word = RadioField(
        lazy("Your answer"), [OneOf(lambda: WORDS)], choices=options(WORDS.items()), validate_choice=False
    )
    way = StringField(lazy("How"), [Optional()], filters=[clean_line])
    shown = BooleanField(lazy("Show my name to others who see this event"))


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


class Paper(Ours):
    """A document of the library as a paper of an event."""

    address = line(lazy("Address of a document"), 500, DataRequired(lazy("Write the address of a document.")))
    slot = SelectField(lazy("What it is"), [OneOf(lambda: {"", *SLOTS})], validate_choice=False, default="",
                       choices=lambda: options([("", lazy("A paper")), *SLOTS.items()]))  # fmt: skip


class ToEvent(Ours):
    """Which event a document belongs to, and as what."""

    event = SelectField(lazy("Event"), [InputRequired(lazy("Choose an event."))], coerce=int, choices=[])
    slot = SelectField(lazy("What it is"), [OneOf(lambda: {"", *SLOTS})], validate_choice=False, default="",
                       choices=lambda: options([("", lazy("A paper")), *SLOTS.items()]))  # fmt: skip

    def offer(self, events: t.Iterable[tuple[int, str]]) -> None:
        """Offer some events."""
        self.event.choices = options(events)


COPIES: dict[str, t.Any] = {
    "body": lazy("Description"),
    "place": lazy("Place"),
    "link": lazy("Link to take part online"),
    "spoken": lazy("Languages and access"),
    "places": lazy("Numbers of places, and who sees the names"),
    "papers": lazy("Papers"),
    "questions": lazy("Questions to those who come"),
    "programme": lazy("Programme"),
}


COPIED: dict[str, t.Any] = {ONE: lazy("This time alone"), ALL: lazy("The whole series")}


class Copy(Ours):
    """What of an event is taken over into a new one."""

    scope = RadioField(lazy("What to copy"), [OneOf(lambda: COPIED)], validate_choice=False, default=ONE,
                       choices=options(COPIED.items()))  # fmt: skip
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
        self.what.choices = options([("mine", _("What is in my groups, and where I come")), *groups, *every])
        return self
