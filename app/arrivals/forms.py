"""The form of an invitation: address, seat and language."""

import typing as t

from wtforms import BooleanField, EmailField, SelectField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from app.arrivals import acts, queries
from app.core import languages
from app.core.forms import PageForm
from app.core.languages import lazy
from app.core.text import clean_line
from app.members.forms import ADDRESS, OneOf, autocomplete, offered
from app.members.seat_forms import roles


def one_mail(_form: t.Any, field: t.Any) -> None:
    """One address and nothing else."""
    if len(field.data) > 254 or not ADDRESS.fullmatch(field.data):
        raise ValidationError(lazy("Write one e-mail address, like name@example.org."))


class Invite(PageForm):
    """Whom to invite, to which seat."""

    email = EmailField(
        lazy("E-mail address"), [DataRequired(lazy("Write one e-mail address, like name@example.org.")), one_mail],
        filters=[clean_line], render_kw=autocomplete("off"),
    )  # fmt: skip
    name = StringField(
        lazy("Name, or role"), [Length(max=120, message=lazy("The name has at most 120 characters."))],
        filters=[clean_line], render_kw=autocomplete("off"),
    )  # fmt: skip
    role = SelectField(
        lazy("Role"), [OneOf(roles)], choices=lambda: list(roles().items()), validate_choice=False,
        default="focal point",
    )  # fmt: skip
    title = StringField(
        lazy("Title"),
        [Length(max=120, message=lazy("The title has at most 120 characters."))],
        filters=[clean_line],
    )
    language = SelectField(
        lazy("Language of the invitation"), [OneOf(languages.offered)], choices=offered, validate_choice=False
    )
    primary = BooleanField(lazy("First contact: looks after the entry and the seats"))
    may_publish = BooleanField(lazy("May write in its name"))
    may_answer = BooleanField(lazy("May answer questionnaires for it"))
    organisation_id: int | None = None

    def validate_email(self, field: t.Any) -> None:
        """Nobody is asked twice for the same organisation."""
        number = self.organisation_id
        if number and acts.open_one(number, field.data):
            raise ValidationError(
                lazy("An invitation waits for this address already. Send it again from the list.")
            )
        if number and acts.acts_for(number, field.data):
            raise ValidationError(lazy("Who has this address acts for the organisation already."))

    def seat(self) -> dict[str, t.Any]:
        """Return what the act is told."""
        names = ("email", "name", "role", "title", "language", "primary", "may_publish", "may_answer")
        return {name: self[name].data for name in names}


class InviteAnywhere(Invite):
    """The secretariat says for whom as well."""

    member = StringField(
        lazy("Member"), [DataRequired(lazy("Write the member’s code, handle or whole name."))], filters=[clean_line],
        render_kw=autocomplete("off"),
    )  # fmt: skip

    def validate(self, *more: t.Any, **said: t.Any) -> bool:
        """Find the member first: the address is compared with its people."""
        self.organisation_id = queries.named(self.member.data or "")
        return bool(super().validate(*more, **said))

    def validate_member(self, _field: t.Any) -> None:
        """One that is there."""
        if self.organisation_id is None:
            raise ValidationError(lazy("There is no member with this code, handle or name."))
