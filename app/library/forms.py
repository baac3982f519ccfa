"""The small forms of a document: a new file, its way to publication, its end. They write nothing."""

import datetime as dt
import typing as t

from wtforms import FileField, RadioField, SelectChoice, SelectField, TimeField
from wtforms.validators import DataRequired, ValidationError

from app.core.forms import PageForm, Ticks
from app.core.languages import _, lazy
from app.library import words
from app.library.fields import known_tongues, line, lines, tongues
from app.members.forms import DayField, OneOf, ZoneField

EDITIONS: dict[str, t.Any] = {
    "official": lazy("Official translation"),
    "community": lazy("Translation by members"),
    "machine": lazy("Translated by a machine"),
}


class NewVersion(PageForm):
    """A new file."""

    file = FileField(lazy("File"))
    note = line(lazy("What changed"), 500)
    language = SelectField(
        lazy("Language of the file"), [OneOf(known_tongues)], choices=tongues, validate_choice=False
    )
    status = SelectField(
        lazy("If it is a translation"), [OneOf(lambda: EDITIONS)], validate_choice=False, default="official",
        choices=lambda: [SelectChoice(key, str(word)) for key, word in EDITIONS.items()],
    )  # fmt: skip


class Plan(PageForm):
    """When to publish."""

    day = DayField(lazy("Day"), [DataRequired(lazy("Choose a day."))])
    hour = TimeField(
        lazy("Time of day"), [DataRequired(lazy("Write the hour, like 09:00."))], default=dt.time(9, 0)
    )
    zone = ZoneField(lazy("Time zone"))


class AskReview(PageForm):
    """Whom to ask, and what."""

    people = line(lazy("Who is to review it"), 600, DataRequired(lazy("Name at least one person.")))
    words = lines(lazy("What you want to know"), 2000)


class Answer(PageForm):
    """What a reviewer says."""

    answer = RadioField(
        lazy("Your answer"), [OneOf(lambda: words.ANSWERS)], validate_choice=False,
        choices=lambda: [SelectChoice(key, str(word)) for key, word in words.ANSWERS.items()],
    )  # fmt: skip
    checked = Ticks(lazy("What you looked at and found good"), lambda: words.CHECKS)
    words = lines(lazy("Your words to the author"), 10000)

    def validate_words(self, field: t.Any) -> None:
        """Who wants changes says which."""
        if self.answer.data == "changes" and not field.data:
            raise ValidationError(_("Say in a few words what should change."))


class Why(PageForm):
    """Why a document is withdrawn."""

    reason = line(lazy("Reason, shown in place of the document"), 300,
               DataRequired(lazy("Say in a few words why it is withdrawn.")))  # fmt: skip


class InPlace(PageForm):
    """Which document stands in the place of this one."""

    address = line(
        lazy("Address of the newer document"), 500, DataRequired(lazy("Write the address of a document."))
    )
