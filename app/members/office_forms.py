"""The form of somebody's offices: which, and why."""

import typing as t

from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from app.core.forms import PageForm
from app.core.languages import lazy
from app.core.text import clean_text
from app.members import offices

WORDS = {"steward": lazy("Secretariat"), "moderator": lazy("Moderator of the network")}
LAST = lazy("Somebody of the secretariat has to stay. Give the office to somebody else first.")


class OfficesForm(PageForm):
    """Which offices somebody has, and why that changes."""

    steward = BooleanField(lazy("Secretariat: administers the site and everybody on it"))
    moderator = BooleanField(lazy("Moderator: decides about reports everywhere, but in private groups"))
    why = TextAreaField(
        lazy("Reason that the person will read"),
        [
            DataRequired(lazy("Say in a few words why.")),
            Length(max=offices.LONGEST, message=lazy("Use 300 characters at most.")),
        ],
        filters=[clean_text],
    )
    one: t.Any = None

    def validate_steward(self, field: t.Any) -> None:
        """The secretariat has somebody, and an office is given only to who can come in."""
        if not field.data and offices.is_last(self.one):
            raise ValidationError(LAST)
        self._able(field, self.one.steward)

    def validate_moderator(self, field: t.Any) -> None:
        """An office is given only to who can come in."""
        self._able(field, self.one.moderator)

    def _able(self, field: t.Any, had: bool) -> None:
        if field.data and not had and self.one.state != "active":
            raise ValidationError(lazy("Only who can sign in can be given an office."))


def ticked(form: OfficesForm) -> list[str]:
    """Return the offices that a form asks for."""
    return [office for office in offices.OFFICES if form[office].data]
