"""The forms of this room: shape, labels, words of errors; they write nothing."""

import typing as t

from wtforms import RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from app.board.forms import Given, Ours, options
from app.core.languages import lazy
from app.core.text import clean_text
from app.moderation.words import DAYS, DEEDS, REASONS, deeds_for

LONGEST = 2000
TOO_LONG = lazy("Use 2,000 characters at most.")
SILENT = ("leave", "publish")  # deeds that need no words


def _text(value: t.Any) -> str:
    return clean_text(value)


def _area(label: t.Any, *needs: t.Any) -> TextAreaField:
    return TextAreaField(label, [*needs, Length(max=LONGEST, message=TOO_LONG)], filters=[_text])


class ReportForm(Ours):
    """What is wrong, and what those who decide should know."""

    reason = RadioField(
        lazy("What is wrong with it?"), [InputRequired(lazy("Choose what is wrong with it."))]
    )
    words = _area(lazy("What should those who decide know?"))

    def offer(self) -> "ReportForm":
        """Fill in the reasons."""
        self.reason.choices = options(REASONS.items())
        return self

    def validate_words(self, field: t.Any) -> None:
        """Something else has to be said in words."""
        if self.reason.data == "other" and not field.data:
            raise ValidationError(lazy("Say in a few words what is wrong."))


class DecideForm(Ours):
    """What happens, by which rule, for how long, and the words that the author reads."""

    deed = RadioField(lazy("What do you decide?"), [InputRequired(lazy("Choose what you decide."))])
    reason = SelectField(lazy("Which rule"), [])
    days = SelectField(lazy("For how long its author is kept out"), [], coerce=int)
    words = _area(lazy("Reason that the author will read"), Given())

    def offer(self, kind: str, may_suspend: bool, reason: str = "other") -> "DecideForm":
        """Fill in what can be decided about a kind of thing."""
        self.deed.choices = options((key, DEEDS[key][0]) for key in deeds_for(kind, may_suspend))
        self.reason.choices = options(REASONS.items())
        self.days.choices = options(DAYS.items())
        if self.reason.data is None:
            self.reason.data = reason
        if self.days.data is None:
            self.days.data = 7
        return self

    def validate_words(self, field: t.Any) -> None:
        """Who is limited in something is told why."""
        if self.deed.data not in SILENT and not field.data:
            raise ValidationError(lazy("Say why: which words, and what can be changed."))


class KeepOutForm(Ours):
    """By which rule somebody is kept out, for how long, and the words that they read."""

    reason = SelectField(lazy("Which rule"), [])
    days = SelectField(lazy("For how long"), [], coerce=int)
    words = _area(lazy("Reason that the person will read"), DataRequired(lazy("Say in a few words why.")))

    def offer(self) -> "KeepOutForm":
        """Fill in the rules and the times."""
        self.reason.choices, self.days.choices = options(REASONS.items()), options(DAYS.items())
        if self.reason.data is None:
            self.reason.data, self.days.data = "other", 7
        return self


class WordsForm(Ours):
    """A few words that are asked for: why something comes back, or why somebody should look again."""

    words = _area(lazy("Your words"), DataRequired(lazy("Say in a few words why.")))


class AnswerForm(Ours):
    """Whether a decision stays, and why."""

    answer = RadioField(
        lazy("What do you decide?"), [InputRequired(lazy("Choose what you decide."))],
        choices=options([("kept", lazy("The decision stays")), ("changed", lazy("The decision is undone"))]),
    )  # fmt: skip
    words = _area(lazy("Reason that the author will read"), DataRequired(lazy("Say in a few words why.")))
