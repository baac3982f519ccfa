"""The forms of seats: what one is called and allows, and who takes it over."""

import typing as t

from wtforms import BooleanField, EmailField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.core import clock, languages
from app.core.forms import PageForm
from app.core.languages import lazy
from app.core.policy import me
from app.core.text import clean_line
from app.members import offices, seats
from app.members.forms import ADDRESS, DayField, OneOf, autocomplete, offered
from app.members.office_forms import LAST

# Roles that lists offer; others are written in words of one's own.
ROLES = {
    "focal point": lazy("Focal point"),
    "member": lazy("Member"),
    "chairholder": lazy("Chairholder"),
    "lead-city office": lazy("Lead-city office"),
    "scientific body member": lazy("Member of a scientific body"),
    "secretariat": lazy("Secretariat"),
    "moderator": lazy("Moderator"),
}
OURS = ("secretariat", "moderator")  # nobody calls a colleague so but the secretariat


def roles() -> dict[str, t.Any]:
    """Return the roles that whoever asks may give."""
    steward = me().steward
    return {key: word for key, word in ROLES.items() if steward or key not in OURS}


def role_word(role: str) -> str:
    """Return a role as people read it."""
    return str(ROLES.get(role, role))


class SeatForm(PageForm):
    """What a seat is called and what it allows."""

    role = SelectField(lazy("Role"), validate_choice=False)
    title = StringField(
        lazy("Title"),
        [Length(max=120, message=lazy("The title has at most 120 characters."))],
        filters=[clean_line],
    )
    since = DayField(lazy("Since"), [InputRequired(lazy("Write the day, like 2026-03-21."))])
    ends = DayField(lazy("Last day, where one is planned"), [Optional()])
    primary = BooleanField(lazy("First contact: looks after the entry and the seats"))
    may_publish = BooleanField(lazy("May write in its name"))
    may_answer = BooleanField(lazy("May answer questionnaires for it"))
    seat: t.Any = None

    def validate_role(self, field: t.Any) -> None:
        """One of the list, or what it is already."""
        if field.data not in dict(field.choices):
            raise ValidationError(lazy("Choose one from the list."))

    def validate_since(self, field: t.Any) -> None:
        """Nobody holds a seat that begins later."""
        if field.data and field.data > clock.now().date():
            raise ValidationError(lazy("This day is still to come."))

    def validate_ends(self, field: t.Any) -> None:
        """A day that is still to come; one that was planned before may stand."""
        if field.data and field.data < clock.now().date() and field.data != self.seat.ends:
            raise ValidationError(lazy("This day is over. To end the seat now, hand it over."))

    def validate_primary(self, field: t.Any) -> None:
        """Somebody looks after the organisation."""
        if (
            not field.data
            and self.seat.primary
            and not seats.contacts(self.seat.organisation_id, but=self.seat.id)
        ):
            raise ValidationError(
                lazy("Name another first contact first. Somebody has to look after the entry.")
            )


def seat_form(seat: t.Any, **given: t.Any) -> SeatForm:
    """Return the form of one seat."""
    form = SeatForm(obj=_Before(seat), **given)
    form.role.choices = list({**roles(), seat.role: role_word(seat.role)}.items())
    form.seat = seat
    return form


class _Before:
    def __init__(self, seat: t.Any) -> None:
        for name in ("role", "title", "ends", "primary", "may_publish", "may_answer"):
            setattr(self, name, getattr(seat, name))
        self.since = seat.since.date()


class HandOver(PageForm):
    """Who comes next. Without an address the seat waits for somebody."""

    email = EmailField(
        lazy("E-mail address of the next holder"), filters=[clean_line], render_kw=autocomplete("off")
    )
    name = StringField(
        lazy("Name, or role"),
        [Length(max=120, message=lazy("The name has at most 120 characters."))],
        filters=[clean_line],
    )
    language = SelectField(
        lazy("Language of the invitation"), [OneOf(languages.offered)], choices=offered, validate_choice=False
    )
    sure = BooleanField(lazy("The seat ends now"), [DataRequired(lazy("Tick that the seat ends now."))])
    holder = ""
    seat: t.Any = None

    def validate_sure(self, _field: t.Any) -> None:
        """The secretariat always has somebody."""
        if offices.holds_last(self.seat):
            raise ValidationError(LAST)

    def validate_email(self, field: t.Any) -> None:
        """One address, of somebody else."""
        if not field.data:
            return
        if len(field.data) > 254 or not ADDRESS.fullmatch(field.data):
            raise ValidationError(lazy("Write one e-mail address, like name@example.org."))
        if field.data.lower() == self.holder:
            raise ValidationError(lazy("This is the address of who holds the seat now."))
