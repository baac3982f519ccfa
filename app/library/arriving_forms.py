"""The form of files that come together: what holds for all of them."""

import typing as t

from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from app.core import dates
from app.core.forms import PageForm
from app.core.languages import _, language, lazy
from app.core.text import clean_line
from app.library import fields, words
from app.members.forms import OneOf
from app.members.profile_forms import ThemeChoice

NAMES = ("space", "organisation", "sight", "language", "type", "licence", "date", "themes")


class Given:
    """Marks a field that always has a value, so that nobody reads "(optional)" beside it."""

    field_flags: t.ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, _form: t.Any, _field: t.Any) -> None:
        """Nothing to check."""


def tongues() -> list[SelectChoice]:
    """Return every language, and none in particular."""
    return [SelectChoice("", _("As each file says")), *fields.tongues()]


def number(value: t.Any) -> int | None:
    """Return the number of something chosen, 0 for what is none; nothing where nothing was sent."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def valid_date(_form: t.Any, field: t.Any) -> None:
    """A year, a month or a day."""
    if field.data and not dates.parts_of(field.data):
        raise ValidationError(lazy("Write a date like 2017, 2017-06 or 2017-06-22."))


class Together(PageForm):
    """What is said once for all files."""

    space = SelectField(lazy("Group"), [Given()], coerce=number, choices=[], validate_choice=False)
    organisation = SelectField(lazy("Share as"), [Given()], coerce=number, choices=[], validate_choice=False)
    sight = RadioField(lazy("Who can read it"), [Given(), OneOf(lambda: words.SIGHTS)],
                       choices=lambda: list(words.SIGHTS.items()), validate_choice=False, default="members")  # fmt: skip
    language = SelectField(
        lazy("Language"),
        [OneOf(lambda: {"", *fields.known_tongues()})],
        choices=tongues,
        validate_choice=False,
    )
    type = fields.choice(lazy("Type"), lambda: words.terms("type"))
    licence = fields.choice(lazy("Licence"), fields.licences)
    date = StringField(lazy("Date of the documents"), [Optional(), valid_date], filters=[clean_line])
    themes = ThemeChoice(lazy("Themes"))
    unpack = BooleanField(lazy("Unpack ZIP archives: each file in them becomes a document"), default=True)

    def offer(self, who: t.Any, spaces: t.Sequence[t.Any]) -> None:
        """Offer the groups that one may add to, the network first, and those that one may speak for."""
        own = {group.id for group in who.groups}
        ordered = sorted(spaces, key=lambda s: (s.form != "network", s.id not in own, s.name.casefold()))
        self.spaces = {space.id: space for space in ordered}
        self.space.choices = [(space.id, space.text("name", language())) for space in ordered]
        voices = [(seat.id, seat.name) for seat in who.seats if seat.may_publish]
        self.organisation.choices = [*voices, (0, str(_("%(name)s, personally", name=who.name)))]
        if self.space.data is None and ordered and not self.is_submitted():
            self.space.data = ordered[0].id
        if self.organisation.data is None:
            self.organisation.data = voices[0][0] if voices else 0

    def fits(self) -> bool:
        """Say whether what was chosen goes together; what does not is said beside its field."""
        good = self.validate()
        space = self.spaces.get(self.space.data or 0)
        if space is None:
            self.space.errors = [_("Choose a group that you may add documents to.")]
        elif self.organisation.data not in dict(self.organisation.choices):
            self.organisation.errors = [_("You cannot share for this organisation. Choose another one.")]
        elif self.sight.data == "organisation" and not self.organisation.data:
            self.sight.errors = [_("Choose an organisation to share as, or another answer.")]
        elif self.sight.data == "public" and not words.may_leave(self.licence.data or ""):
            self.licence.errors = [words.SHARED_ALREADY]
        elif not self.sight.errors and self.sight.data not in ("organisation", *space.offers()):
            self.sight.errors = [
                _("In this group, documents can be read by fewer people. Choose another answer.")
            ]
        return good and not self.errors

    def said(self) -> dict[str, t.Any]:
        """Return what was said, as it is kept."""
        return {name: self[name].data or ([] if name == "themes" else "") for name in NAMES}
