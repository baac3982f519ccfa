"""The form of the site's own look: shape, labels, words of errors; it writes nothing."""

import re
import typing as t

from wtforms import BooleanField, ColorField, FileField, Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from app.core import colours, look, pictures
from app.core.languages import _, lazy
from app.core.text import clean_line, clean_text

LOGO_KB = 1024
WANTED = lazy("Write a colour like #15367a.")
LABELS = {
    "front": lazy("On the front page, under the heading"),
    "footer": lazy("At the foot of every page"),
    "mail": lazy("At the foot of every mail"),
    "map": lazy("Under the map: what it says of borders, in place of our sentence"),
    "about": lazy("On the page About"),
    "privacy": lazy("On the page Privacy: who answers questions"),
    "accessibility": lazy("On the page Accessibility: where to complain when an answer does not help"),
}


def _small(value: t.Any) -> str:
    """A colour as it is kept: both are compared with each other before either is refused."""
    return str(value or "").strip().lower()


class LookForm(Form):
    """Name, colours, logo; the texts of each language are added by `form_for`."""

    title = StringField(
        lazy("Name of the site"),
        [Length(max=60, message=lazy("The name has 60 characters at most."))],
        filters=[clean_line],
    )
    tagline = StringField(
        lazy("Under the name"),
        [Length(max=80, message=lazy("The line has 80 characters at most."))],
        filters=[clean_line],
    )
    main_colour = ColorField(
        lazy("Main colour: bars, buttons, links"), [InputRequired(WANTED)], filters=[_small]
    )
    second_colour = ColorField(
        lazy("Second colour: marks of what is new"), [InputRequired(WANTED)], filters=[_small]
    )
    logo = FileField(lazy("Logo"))
    no_logo = BooleanField(lazy("Show no logo of our own"))
    fields_of: t.ClassVar[dict[str, list[str]]] = {}
    png: bytes | None = None

    def validate_main_colour(self, field: t.Any) -> None:
        """Both colours are looked at together; each has its own sentence."""
        _colour(field)
        try:
            if not self.second_colour.errors and _is_colour(self.second_colour.data):
                colours.shades(field.data, self.second_colour.data)
        except colours.Unreadable as wrong:
            if wrong.field == "main":
                said = _(
                    "White words on it could not be read well: the contrast is %(found)s to 1, and 4.5 is needed. "
                    "%(better)s would do.", **wrong.said
                )  # fmt: skip
                raise ValidationError(str(said)) from None

    def validate_second_colour(self, field: t.Any) -> None:
        """Dark words stand on the second colour."""
        _colour(field)
        try:
            colours.shades(colours.MAIN, field.data)
        except colours.Unreadable as wrong:
            said = _(
                "Dark words on it could not be read well: the contrast is %(found)s to 1, and 4.5 is needed. "
                "%(better)s would do.", **wrong.said
            )  # fmt: skip
            raise ValidationError(str(said)) from None

    def validate_logo(self, field: t.Any) -> None:
        """Read the picture, where one was sent, and keep it as a small PNG."""
        data = field.data.read(LOGO_KB * 1024 + 1) if field.data else b""
        if not data:
            return
        if len(data) > LOGO_KB * 1024:
            raise ValidationError(_("The file is larger than 1 MB."))
        self.png = pictures.small(data)
        if self.png is None:
            raise ValidationError(
                _("This is no picture that can be read here. Send a PNG, JPEG or WebP file.")
            )

    def values(self) -> look.Values:
        """Return what is to be kept: nothing where it is as the design has it."""
        texts = {
            code: {name.partition("_")[0]: self[name].data for name in names if self[name].data}
            for code, names in self.fields_of.items()
        }
        found = {
            "title": self.title.data,
            "tagline": self.tagline.data,
            "texts": {c: kept for c, kept in texts.items() if kept},
        }
        plain = (self.main_colour.data, self.second_colour.data) == (colours.MAIN, colours.SECOND)
        found |= {} if plain else {"main": self.main_colour.data, "second": self.second_colour.data}
        return {name: value for name, value in found.items() if value}


def _is_colour(value: t.Any) -> bool:
    return bool(re.fullmatch(r"#[0-9a-f]{6}", value or ""))


def _colour(field: t.Any) -> None:
    if not _is_colour(field.data):
        raise ValidationError(str(WANTED))


def form_for(codes: list[str]) -> type[LookForm]:
    """Return the form with the texts of these languages."""
    fields: dict[str, t.Any] = {"fields_of": {}}
    for code in codes:
        fields["fields_of"][code] = []
        for name, most in {**look.PLAIN, **look.FORMATTED}.items():
            too_long = lazy("The text has %(num)d characters at most.", num=most)
            key = f"{name}_{code}"
            fields[key] = TextAreaField(
                LABELS[name], [Length(max=most, message=too_long)], filters=[clean_text]
            )
            fields["fields_of"][code].append(key)
    return type("LookForm", (LookForm,), fields)


def kept(codes: list[str]) -> dict[str, t.Any]:
    """Return what the form shows at first."""
    main, second = look.pair()
    texts = look.values().get("texts", {})
    written = {f"{name}_{code}": words for code in codes for name, words in texts.get(code, {}).items()}
    return {
        "title": look.title(),
        "tagline": look.tagline(),
        "main_colour": main,
        "second_colour": second,
        **written,
    }
