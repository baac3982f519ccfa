"""The form of one's own profile: who one is, what one works on, which languages, and who sees what."""

import typing as t

from wtforms import (
    FieldList,
    Form,
    FormField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput

from app.core.forms import Ticks
from app.core.languages import language, lazy
from app.core.text import clean_line, clean_text
from app.members import goals, names, profile, sight
from app.members.forms import OneOf
from app.members.forms import Profile as Site

TONGUES = 5  # rows for languages
FIELD_WORDS = {
    "pronouns": lazy("Pronouns"),
    "about": lazy("Works on"),
    "helps": lazy("Can help with"),
    "seeks": lazy("Looks for"),
    "themes": lazy("Themes"),
    "commitments": lazy("Commitments"),
    "languages": lazy("Languages"),
    "timezone": lazy("Local time"),
}
PAGES = {"members": lazy("Members"), "public": sight.SIGHTS["public"]}


class ThemeChoice(SelectMultipleField):
    """Themes of the controlled list, as boxes to tick; others are not taken."""

    option_widget = CheckboxInput()

    def __init__(self, label: t.Any, **more: t.Any) -> None:
        super().__init__(label, choices=theme_choices, validate_choice=False, **more)

    def pre_validate(self, _form: t.Any) -> None:
        """Keep what is on the list."""
        known = {row.key for row in profile.themes()}
        self.data = [key for key in self.data or () if key in known]


def theme_choices() -> list[tuple[str, str]]:
    """The controlled list in the reader's language, by name."""
    rows = [(row.key, profile.label(row.labels)) for row in profile.themes()]
    return sorted(rows, key=lambda row: names.fold(row[1]))


def tongue_choices() -> list[SelectChoice]:
    """Every language that has a name, in the reader's words."""
    return [SelectChoice("", "–"), *(SelectChoice(code, word) for code, word in names.tongues(language()))]


def known_tongue(value: t.Any) -> str:
    """Return the code of a language, empty where it is none."""
    return value if value in names.tongue_codes() else ""


class Tongue(Form):
    """One language and how well."""

    code = SelectField(lazy("Language"), choices=tongue_choices, validate_choice=False, coerce=known_tongue)
    level = SelectField(
        lazy("Level"), choices=lambda: list(profile.LEVELS.items()), validate_choice=False,
        coerce=lambda value: value if value in profile.LEVELS else "",
    )  # fmt: skip


def words(label: t.Any) -> TextAreaField:
    """A few sentences."""
    rule = Length(max=1000, message=lazy("This text has at most 1,000 characters."))
    return TextAreaField(label, [rule], filters=[clean_text])


class Profile(Site):
    """One's own entry, whole."""

    pronouns = StringField(
        lazy("Pronouns"), [Length(max=40, message=lazy("The pronouns have at most 40 characters."))],
        filters=[clean_line],
    )  # fmt: skip
    helps = words(lazy("I can help with"))
    seeks = words(lazy("I am looking for"))
    themes = ThemeChoice(lazy("Themes I know about"))
    commitments = Ticks(lazy("Commitments of the plan of action that I work on"), goals.commitments)
    spoken = FieldList(FormField(Tongue), lazy("Languages I speak"), min_entries=TONGUES, max_entries=TONGUES)
    page = SelectField(
        lazy("My page"), [OneOf(lambda: PAGES)], choices=lambda: list(PAGES.items()), validate_choice=False,
        default=sight.USUAL,
    )  # fmt: skip


def _add_sights() -> None:
    for name, label in FIELD_WORDS.items():
        chosen = SelectField(
            label, [OneOf(lambda: sight.SIGHTS)], choices=lambda: list(sight.SIGHTS.items()),
            validate_choice=False, default=sight.USUAL,
        )  # fmt: skip
        setattr(Profile, f"see_{name}", chosen)


_add_sights()


def own_form(person: t.Any, seats: t.Sequence[t.Any], **given: t.Any) -> t.Any:
    """Return the form of a person's entry, with a field for the role in each seat."""

    class Own(Profile):
        """With the roles of this person."""

    for seat in seats:
        field = StringField(
            lazy("Role at %(organisation)s", organisation=seat.name),
            [Length(max=120, message=lazy("The role has at most 120 characters."))],
            filters=[clean_line],
        )
        setattr(Own, f"title_{seat.seat_id}", field)
    return Own(obj=_Before(person, seats), **given)


class _Before:
    """What a person has said so far, under the names of the form's fields."""

    def __init__(self, person: t.Any, seats: t.Sequence[t.Any]) -> None:
        copied = ("name", "about", "language", "timezone", "theme", "shortcuts", "pronouns", "helps", "seeks")
        for name in copied:
            setattr(self, name, getattr(person, name))
        self.themes = [row.key for row in profile.themes_of(person)]
        self.commitments = person.commitments.split()
        spoken = [{"code": row.code, "level": row.level} for row in profile.speaks(person.id)]
        self.spoken = (spoken + [{"code": "", "level": ""}] * TONGUES)[:TONGUES]
        self.page = person.shown.get("page", sight.USUAL)
        for name in sight.FIELDS:
            setattr(self, f"see_{name}", sight.of_field(person.shown, name))
        for seat in seats:
            setattr(self, f"title_{seat.seat_id}", seat.title)


def roles(form: t.Any, seats: t.Sequence[t.Any]) -> dict[int, str]:
    """Return the role for each seat, as the form says it."""
    return {seat.seat_id: form[f"title_{seat.seat_id}"].data or "" for seat in seats}


def shown(form: t.Any) -> dict[str, str]:
    """Return who sees what, as the form says it; what is usual is not kept."""
    chosen = {name: form[f"see_{name}"].data for name in sight.FIELDS}
    return {name: word for name, word in {**chosen, "page": form.page.data}.items() if word != sight.USUAL}


def spoken(form: t.Any) -> list[tuple[str, str]]:
    """Return the languages that were chosen, with level."""
    return [(row["code"], row["level"]) for row in form.spoken.data if row["code"]]
