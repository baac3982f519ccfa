"""The form of an update: shape, labels, words of errors; it writes nothing."""

import typing as t

from wtforms import Form, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.languages import _, lazy, offered, own_name
from app.core.policy import Me
from app.core.text import clean_text
from app.spaces import shelf

LONGEST = 2000


def _text(value: t.Any) -> str:
    return clean_text(value)


class UpdateForm(Form):
    """A few words, their language, who reads them, and for whom they are said."""

    body = TextAreaField(
        lazy("Your update"),
        [
            DataRequired(lazy("Write what you want to share.")),
            Length(max=LONGEST, message=lazy("An update has 2,000 characters at most. Start a discussion for more.")),
        ],
        filters=[_text],
    )  # fmt: skip
    language = SelectField(lazy("Language of the text"), [InputRequired(lazy("Choose a language."))])
    audience = SelectField(lazy("Who can read it"), [InputRequired(lazy("Choose who can read it."))])
    voice = SelectField(lazy("You speak"), [InputRequired(lazy("Choose for whom you speak."))])

    def offer(self, who: Me) -> "UpdateForm":
        """Fill in the choices that this person has."""
        self.language.choices = [(code, own_name(code)) for code in offered()]
        self.audience.choices = [
            ("members", _("All members")),
            ("public", _("Everybody, also without an account")),
            *((f"space:{g.id}", _("Only %(group)s", group=g.name)) for g in groups(who)),
        ]
        self.voice.choices = [
            *(
                (str(s.id), _("For %(organisation)s", organisation=s.name))
                for s in who.seats
                if s.may_publish
            ),
            ("person", _("Personally")),
        ]
        return self


def groups(who: Me) -> list[t.Any]:
    """Return the groups that a person may write to, the network aside: that is all members."""
    shut = shelf.archived()
    return [g for g in who.groups if g.kind != "network" and g.role != "observer" and g.id not in shut]
