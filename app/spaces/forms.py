"""The forms of spaces: shape, labels, words of errors; they write nothing."""

import typing as t

from wtforms import Form, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from app.core.languages import _, lazy
from app.core.text import clean_line, clean_text
from app.spaces.words import JOINING, SIGHTS_SHORT


def _line(value: t.Any) -> str:
    return clean_line(value)


def _text(value: t.Any) -> str:
    return clean_text(value)


def _number(value: t.Any) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def among(_form: Form, field: t.Any) -> None:
    """Refuse what is not among the choices, in our words."""
    if field.data not in [choice.value for choice in field.choices]:
        raise ValidationError(_("Choose one of the options."))


class GroupForm(Form):
    """A new working group."""

    name = StringField(
        lazy("Name of the group"),
        [
            InputRequired(lazy("Write a name for the group.")),
            Length(3, 120, lazy("A name has 3 to 120 characters.")),
        ],
        filters=[_line],
    )
    summary = TextAreaField(
        lazy("What it is for"),
        [
            InputRequired(lazy("Say in a sentence what the group is for.")),
            Length(max=600, message=lazy("The text has 600 characters at most.")),
        ],
        filters=[_text],
    )
    parent = SelectField(
        lazy("Belongs to"),
        [InputRequired(lazy("Choose where the group belongs.")), among],
        coerce=_number,
        validate_choice=False,
    )
    sight = RadioField(
        lazy("Who can see it"),
        [InputRequired(lazy("Choose who can see the group.")), among],
        validate_choice=False,
        choices=[SelectChoice(key, SIGHTS_SHORT[key]) for key in ("members", "private", "public")],
        default="members",
    )
    joining = RadioField(
        lazy("How members come in"),
        [InputRequired(lazy("Choose how members come in.")), among],
        validate_choice=False,
        choices=[SelectChoice(*pair) for pair in JOINING.items()],
        default="open",
    )


class AddForm(Form):
    """A person to add, by handle."""

    handle = StringField(
        lazy("Handle of the person"),
        [
            InputRequired(lazy("Write the handle of a person, such as @name.")),
            Length(max=60, message=lazy("A handle is not that long.")),
        ],
        filters=[lambda value: clean_line(value).removeprefix("@").lower()],
    )
