"""The forms of minutes: shape, labels, words of errors; they write nothing."""

import typing as t

from wtforms import HiddenField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from app.core.attaching import Ours
from app.core.database import setting
from app.core.languages import _, lazy
from app.core.text import clean_text


def _fits(_form: t.Any, field: t.Any) -> None:
    if len(field.data or "") > setting("POST_MAX"):
        raise ValidationError(_("This text has at most %(num)s characters.", num=setting("POST_MAX")))


class Text(Ours):
    """The text of a row, and which version it was written upon."""

    text = TextAreaField(lazy("Minutes"), [_fits], filters=[clean_text])
    base = HiddenField()


class Amendment(Text):
    """Another text that somebody proposes."""

    why = TextAreaField(
        lazy("Why"), [Length(max=500, message=lazy("This text has at most %(num)s characters.", num=500))],
        filters=[clean_text],
    )  # fmt: skip


class Declined(Ours):
    """Why an amendment is not taken in."""

    reason = TextAreaField(
        lazy("Why"),
        [
            DataRequired(lazy("Say in a sentence why.")),
            Length(max=500, message=lazy("This text has at most %(num)s characters.", num=500)),
        ],
        filters=[clean_text],
    )
