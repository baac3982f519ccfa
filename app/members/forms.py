"""The shape of what people fill in at the doors and in their settings, and the words for what is wrong."""

import re
import typing as t

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FloatField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.core import languages
from app.core.forms import PageForm
from app.core.languages import lazy
from app.core.text import clean_line, clean_text
from app.members import names, passwords

# One address: no blank, no separator, no control character (these could become a second one in a header).
ADDRESS = re.compile(r"[^\s@,;<>()\"\\\x00-\x20\x7f]{1,64}@[^\s@,;<>()\"\\\x00-\x20\x7f]{1,180}")


def autocomplete(words: str, **more: str) -> dict[str, t.Any]:
    """Return the attributes that let the browser and password managers fill a field in."""
    return {"autocomplete": words, **more}


class SignIn(PageForm):
    """The door: address and password."""

    email = EmailField(lazy("E-mail address"), [DataRequired(lazy("Write your e-mail address."))],
                       filters=[clean_line], render_kw=autocomplete("username"))  # fmt: skip
    password = PasswordField(lazy("Password"), [InputRequired(lazy("Write your password."))],
                             render_kw=autocomplete("current-password"))  # fmt: skip
    keep = BooleanField(lazy("Keep me signed in on this device"))
    next = HiddenField()


class Address(PageForm):
    """Where a link is sent, if there is an account."""

    email = EmailField(lazy("E-mail address"), [DataRequired(lazy("Write your e-mail address."))],
                       filters=[clean_line], render_kw=autocomplete("username"))  # fmt: skip
    next = HiddenField()

    def validate_email(self, field: t.Any) -> None:
        """One address and nothing else."""
        if len(field.data) > 254 or not ADDRESS.fullmatch(field.data):
            raise ValidationError(lazy("Write one e-mail address, like name@example.org."))


class NewAddress(PageForm):
    """Another address of one's own; `old` is the one that holds."""

    email = EmailField(lazy("New e-mail address"), [DataRequired(lazy("Write your e-mail address."))],
                       filters=[clean_line], render_kw=autocomplete("email"))  # fmt: skip
    old = ""

    def validate_email(self, field: t.Any) -> None:
        """One address, and another one."""
        if len(field.data) > 254 or not ADDRESS.fullmatch(field.data):
            raise ValidationError(lazy("Write one e-mail address, like name@example.org."))
        if field.data.lower() == self.old:
            raise ValidationError(lazy("This is your address already."))


def new_password() -> PasswordField:
    """The field of a new password."""
    return PasswordField(lazy("New password"), [InputRequired(lazy("Choose a password.")), hard_to_guess],
                         render_kw=autocomplete("new-password"))  # fmt: skip


def hard_to_guess(form: t.Any, field: t.Any) -> None:
    """Refuse what is short, or what others would try first."""
    wrong = passwords.weakness(field.data, *form.about, shortest=form.shortest)
    if wrong:
        raise ValidationError(wrong)


class NewPassword(PageForm):
    """A new password. `about` are words that a guess would start from."""

    password = new_password()
    about: tuple[str, ...] = ()
    shortest = passwords.SHORTEST


class ChangePassword(PageForm):
    """A new password for who is signed in."""

    current = PasswordField(lazy("Current password"), [InputRequired(lazy("Write your current password."))],
                            render_kw=autocomplete("current-password"))  # fmt: skip
    password = new_password()
    about: tuple[str, ...] = ()
    shortest = passwords.SHORTEST


class CodeField(StringField):
    """Six digits from an app, or a recovery code."""

    def __init__(self, label: t.Any, **more: t.Any) -> None:
        hints = autocomplete("one-time-code", inputmode="text", autocapitalize="none", spellcheck="false")
        super().__init__(label, [Length(max=60)], filters=[clean_line], render_kw=hints, **more)
        self.flags.needed = True  # not `required`: browsers would hold back the answer of a passkey


class SecondStep(PageForm):
    """The second step at the door, and the proof later on: a code, or the answer of a passkey."""

    code = CodeField(lazy("Code from the app, or a recovery code"))
    credential = HiddenField()
    next = HiddenField()

    def validate_code(self, field: t.Any) -> None:
        """Something has to be there: the code, or what the passkey said."""
        if not field.data and not self.credential.data:
            raise ValidationError(lazy("Write the code."))

    def wrong(self) -> None:
        """Say that the code opens nothing."""
        self.code.errors = [lazy("This code does not fit, or it was used. Write the one that shows now.")]

    def passkey_wrong(self) -> None:
        """Say that the passkey's answer opens nothing."""
        self.form_errors.append(lazy("The passkey was not accepted. Try again, or write a code."))


class PasskeyAnswer(PageForm):
    """What a passkey said; filled in by the page's script."""

    credential = HiddenField()


class NewPasskey(PasskeyAnswer):
    """A new passkey, with the name that its owner knows it by."""

    name = StringField(lazy("Name of the passkey"), [
        DataRequired(lazy("Write a name, such as “Office laptop”.")),
        Length(max=60, message=lazy("The name has at most 60 characters.")),
    ], filters=[clean_line], render_kw=autocomplete("off"))  # fmt: skip

    def validate_credential(self, field: t.Any) -> None:
        """Without the script there is nothing to keep."""
        if not field.data:
            raise ValidationError(lazy("The passkey was not made. Try again."))


class AppCode(PageForm):
    """The first code of a new app; the secret travels sealed."""

    seal = HiddenField()
    code = StringField(lazy("Code from the app"), [InputRequired(lazy("Write the six digits.")), Length(max=60)],
                       filters=[clean_line], render_kw=autocomplete("one-time-code", inputmode="numeric"))  # fmt: skip


class Password(PageForm):
    """The password once more, before a sensitive act."""

    password = PasswordField(lazy("Password"), [InputRequired(lazy("Write your password."))],
                             render_kw=autocomplete("current-password"))  # fmt: skip
    next = HiddenField()


class OneOf:
    """Refuse what is not among the choices, in our words."""

    field_flags: t.ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, known: t.Callable[[], t.Collection[str]]) -> None:
        self.known = known

    def __call__(self, _form: t.Any, field: t.Any) -> None:
        if (field.data or "") not in self.known():
            raise ValidationError(lazy("Choose one from the list."))


class DayField(DateField):
    """A day; what is none is explained in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(lazy("Write the day, like 2026-03-21.")) from None


class DegreesField(FloatField):
    """A number of degrees; what is none is explained in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent."""
        try:
            super().process_formdata([value.strip().replace(",", ".") for value in valuelist])
        except ValueError:
            raise ValueError(lazy("Write a number, like 47.07.")) from None


def offered() -> list[SelectChoice]:
    """The languages of the site, each by its own name."""
    return [SelectChoice(code, languages.own_name(code)) for code in languages.offered()]


class NameField(StringField):
    """A display name; a role is enough."""

    def __init__(self, label: t.Any, **more: t.Any) -> None:
        rules = [DataRequired(lazy("Write your name, or your role.")),
                 Length(max=120, message=lazy("The name has at most 120 characters."))]  # fmt: skip
        super().__init__(label, rules, filters=[clean_line], render_kw=autocomplete("name"), **more)


class Invitation(PageForm):
    """What an invited person adds."""

    name = NameField(lazy("Your name, or your role"))
    language = SelectField(
        lazy("Language"), [OneOf(languages.offered)], choices=offered, validate_choice=False
    )
    password = new_password()
    about: tuple[str, ...] = ()
    shortest = passwords.SHORTEST


def zone_choices() -> list[SelectChoice]:
    """Time zones under their areas, each named by its place."""
    rows = [(zone.split("/")[0], names.zone_words(zone), zone) for zone in names.offered_zones()[1:]]
    ordered = sorted(rows, key=lambda row: (row[0], names.fold(row[1])))
    return [
        SelectChoice("UTC", "UTC"),
        *(SelectChoice(zone, words, optgroup=area) for area, words, zone in ordered),
    ]


class ZoneField(SelectField):
    """A time zone, under the name that it has today; with `unsaid` it may be left open."""

    def __init__(self, label: t.Any, unsaid: bool = False, **more: t.Any) -> None:
        none = [SelectChoice("", "–")] if unsaid else []
        super().__init__(
            label, [OneOf(lambda: ("", *names.zones()) if unsaid else names.zones())], coerce=_zone,
            choices=lambda: [*none, *zone_choices()], validate_choice=False, **more,
        )  # fmt: skip


def _zone(value: t.Any) -> str:
    return names.zone_of_today(str(value or ""))


THEMES = {"": lazy("As the device"), "light": lazy("Light"), "dark": lazy("Dark")}


class Profile(PageForm):
    """One's own entry."""

    name = NameField(lazy("Name"))
    about = TextAreaField(
        lazy("Works on, in a few words"),
        [Length(max=1000, message=lazy("This text has at most 1,000 characters."))],
        filters=[clean_text],
    )
    language = SelectField(
        lazy("Language of this site"), [OneOf(languages.offered)], choices=offered, validate_choice=False
    )
    timezone = ZoneField(lazy("Time zone"))
    theme = RadioField(
        lazy("Appearance"), [OneOf(lambda: THEMES)], choices=[SelectChoice(*one) for one in THEMES.items()],
        validate_choice=False,
    )  # fmt: skip
    shortcuts = BooleanField(lazy("Single-key shortcuts. Press ? to see them"))
