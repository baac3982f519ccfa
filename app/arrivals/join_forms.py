"""The forms of requests: asking, saying yes, saying no."""

import typing as t

from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from app.arrivals import codes
from app.arrivals.forms import one_mail
from app.core import languages
from app.core.forms import PageForm
from app.core.languages import lazy
from app.core.text import clean_line, clean_text
from app.members import names
from app.members.forms import DegreesField, NameField, OneOf, autocomplete, offered
from app.members.organisation_forms import STANDINGS, choice
from app.members.organisation_forms import country_codes as countries
from app.members.seat_forms import roles

KINDS = {"city": lazy("A city"), "chair": lazy("A UNESCO Chair"), "partner": lazy("A partner")}
NEW = "new"


def _country() -> SelectField:
    return SelectField(
        lazy("Country"), [OneOf(countries)], choices=lambda: list(countries().items()), validate_choice=False, default="",
    )  # fmt: skip


class Ask(PageForm):
    """Who asks to join, and for whom."""

    form = RadioField(
        lazy("We are"),
        [OneOf(lambda: KINDS)],
        choices=lambda: list(KINDS.items()),
        validate_choice=False,
        default="city",
    )
    organisation = StringField(
        lazy("City, university or organisation"),
        [DataRequired(lazy("Write the name of your organisation.")),
         Length(max=200, message=lazy("The name has at most 200 characters."))],
        filters=[clean_line], render_kw=autocomplete("organization"),
    )  # fmt: skip
    pick = RadioField(lazy("Is it one of these members?"), validate_choice=False)
    country = _country()
    coalition = SelectField(lazy("Coalition"), validate_choice=False, default="")
    name = NameField(lazy("Your name, or your role"))
    title = StringField(
        lazy("Your role there"), [Length(max=120, message=lazy("The title has at most 120 characters."))],
        filters=[clean_line], render_kw=autocomplete("organization-title"),
    )  # fmt: skip
    email = EmailField(
        lazy("Work e-mail address"), [DataRequired(lazy("Write your e-mail address.")), one_mail], filters=[clean_line],
        render_kw=autocomplete("email"),
    )  # fmt: skip
    words = TextAreaField(
        lazy("What would you like to do here?"),
        [Length(max=1000, message=lazy("This text has at most 1,000 characters."))], filters=[clean_text],
    )  # fmt: skip
    language = SelectField(
        lazy("Language of the answer"), [OneOf(languages.offered)], choices=offered, validate_choice=False
    )
    agreed = BooleanField(
        lazy("I agree that this request is kept until it is answered, and 90 days more"),
        [DataRequired(lazy("Tick that the request may be kept."))],
    )

    def validate_coalition(self, field: t.Any) -> None:
        """One that is there, or none."""
        if field.data not in dict(field.choices):
            raise ValidationError(lazy("Choose one from the list."))


class Approve(PageForm):
    """A yes, with the seat that the applicant gets."""

    role = SelectField(
        lazy("Role"), [OneOf(roles)], choices=lambda: list(roles().items()), validate_choice=False,
        default="member",
    )  # fmt: skip
    title = StringField(
        lazy("Title"),
        [Length(max=120, message=lazy("The title has at most 120 characters."))],
        filters=[clean_line],
    )
    primary = BooleanField(lazy("First contact: looks after the entry and the seats"))
    may_publish = BooleanField(lazy("May write in its name"))
    may_answer = BooleanField(lazy("May answer questionnaires for it"))

    def seat(self) -> dict[str, t.Any]:
        """Return what the invitation is told."""
        return {name: self[name].data for name in ("role", "title", "primary", "may_publish", "may_answer")}


class Member(PageForm):
    """What a new member's entry begins with."""

    kind = SelectField(
        lazy("Kind"),
        [OneOf(lambda: KINDS)],
        choices=lambda: [(k, names.kind_word(k)) for k in KINDS],
        validate_choice=False,
    )
    member = StringField(
        lazy("Name"), [DataRequired(lazy("Write the name.")), Length(max=200)], filters=[clean_line]
    )
    code = StringField(
        lazy("Code on its mark"), [DataRequired(lazy("Write three letters or digits."))], filters=[clean_line]
    )
    country = _country()
    region = choice(lazy("Region"), lambda: {"": "–", **names.REGIONS})
    coalition = SelectField(lazy("Coalition"), validate_choice=False, default="")
    town = StringField(
        lazy("Town in which it is"),
        [Length(max=120, message=lazy("The town has at most 120 characters."))],
        filters=[clean_line],
    )
    lat = DegreesField(
        lazy("Latitude"), [Optional(), NumberRange(-90, 90, lazy("A latitude lies between −90 and 90."))]
    )
    lon = DegreesField(
        lazy("Longitude"),
        [Optional(), NumberRange(-180, 180, lazy("A longitude lies between −180 and 180."))],
    )

    def validate(self, extra_validators: t.Any = None) -> bool:
        """A place on the map has two numbers: the one that is missing is asked for."""
        good = bool(super().validate(extra_validators))
        missing = self.lat if self.lat.data is None else self.lon
        other = self.lon if missing is self.lat else self.lat
        if missing.data is None and other.data is not None and not missing.errors:
            missing.errors = [lazy("A place on the map needs both, latitude and longitude.")]
            return False
        return good

    def validate_coalition(self, field: t.Any) -> None:
        """One that is there, or none."""
        if field.data not in dict(field.choices):
            raise ValidationError(lazy("Choose one from the list."))

    def validate_code(self, field: t.Any) -> None:
        """Three signs that no other member has."""
        field.data = codes.wellformed(field.data or "")
        if not field.data:
            raise ValidationError(lazy("Write three letters or digits."))
        if field.data in codes.taken():
            raise ValidationError(lazy("Another member has this code."))

    def entry(self) -> dict[str, t.Any]:
        """Return what the new member's entry begins with."""
        name = str(self.member.data)
        plain = name.removeprefix("City of ") if self.kind.data == "city" else name
        town = self.town.data if self.kind.data != "city" else ""
        return {
            "form": self.kind.data, "code": self.code.data, "name": name, "sort_name": plain,
            "place": plain if self.kind.data == "city" else "", "country": self.country.data,
            "region": self.region.data, "coalition": self.coalition.data, "facts": {"city": town} if town else {},
            "lat": self.lat.data, "lon": self.lon.data,
        }  # fmt: skip


class TakeIn(Member, Approve):
    """A yes that takes a new member in."""


class NewMember(Member):
    """A member that the secretariat takes in by itself."""

    standing = choice(lazy("Standing"), lambda: {key: names.standing_word(key) for key in STANDINGS})
    sure = BooleanField(lazy("It is none of these members"))

    def entry(self) -> dict[str, t.Any]:
        """Return the entry with its standing."""
        return {**super().entry(), "standing": self.standing.data}


class Decline(PageForm):
    """A no, with its reason."""

    reason = TextAreaField(
        lazy("Reason"),
        [DataRequired(lazy("Write a reason. It goes to the applicant.")),
         Length(max=1000, message=lazy("This text has at most 1,000 characters."))], filters=[clean_text],
    )  # fmt: skip
