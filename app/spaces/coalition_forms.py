"""The forms of coalitions: founding one, what is known of one, its plan. Shape, labels, words of errors."""

import re
import typing as t

from wtforms import BooleanField, Form, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from app.core import dates
from app.core.languages import _, lazy, offered, own_name
from app.core.text import clean_line, clean_text
from app.members import names
from app.members.forms import OneOf
from app.members.organisation_forms import ADDRESS, Written, choice, country_codes, line
from app.spaces.coalition_facts import OFFICES
from app.spaces.forms import SpaceForm

KEY = re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}")
BETWEEN = re.compile(r"[;\n،؛,]")
HERE = re.compile(r"/[a-z]\S*")
SPARE = 2  # empty rows for lead cities below those that there are
MOST_LEADS, MOST_NAMES = 30, 20


def exact(label: t.Any) -> StringField:
    """A date that is as exact as it is known."""
    return StringField(label, [_is_date], filters=[clean_line])


def _is_date(_form: t.Any, field: t.Any) -> None:
    if field.data and not dates.parts_of(field.data):
        raise ValidationError(_("Write a year, a month or a day, like 2004, 2004-03 or 2004-03-21."))


def _tongue() -> SelectField:
    return choice(lazy("Language of these words"), lambda: {code: own_name(code) for code in offered()})


def parted(text: str | None) -> list[str]:
    """Return the lines of a field, without empty ones and doubles."""
    return list(dict.fromkeys(filter(None, map(clean_line, (text or "").splitlines()))))


class KnownForm(Form):
    """What is known of a coalition, or of the network."""

    short_name = line(lazy("In short"), 40)
    founded = exact(lazy("Founded"))
    founded_place = line(lazy("Place of the founding"))
    occasion = line(lazy("Occasion"), 200)
    region = choice(lazy("Region"), lambda: {"": "–", **names.REGIONS})
    countries = StringField(
        lazy("Countries"),
        [Length(max=2000, message=lazy("This has at most %(num)s characters.", num=2000))],
        filters=[clean_line],
    )
    languages = Written(lazy("Languages of its work"))
    former_names = TextAreaField(
        lazy("Former names"),
        [Length(max=4000, message=lazy("This has at most %(num)s characters.", num=4000))],
        filters=[clean_text],
    )
    language = _tongue()

    def validate_countries(self, field: t.Any) -> None:
        """Countries that there are."""
        for word in filter(None, map(str.strip, BETWEEN.split(field.data or ""))):
            if country_of(word) is None:
                raise ValidationError(_("“%(word)s” is no country that is known here.", word=word))

    def validate_former_names(self, field: t.Any) -> None:
        """A few, each no longer than a name."""
        rows = parted(field.data)
        if len(rows) > MOST_NAMES or any(len(row) > 200 for row in rows):
            raise ValidationError(
                _("%(num)d former names at most, each of 200 characters at most.", num=MOST_NAMES)
            )

    def country_keys(self) -> list[str]:
        """Return the codes of the countries."""
        words = filter(None, map(str.strip, BETWEEN.split(self.countries.data or "")))
        return list(dict.fromkeys(filter(None, map(country_of, words))))


def country_of(word: str) -> str | None:
    """Return the code of a country that is named in the reader's language, in English or by its code."""
    known = country_codes()
    if word.upper() in known:
        return word.upper() or None
    wish = names.fold(word)
    return next((code for code in known if code and wish in _folded(code)), None)


def _folded(code: str) -> set[str]:
    return {names.fold(names.country(code)), names.fold(names.country_in(code, "en"))}


class Leads(KnownForm):
    """With the cities that lead it or led it; each row is checked as a whole."""

    rows = 0

    def validate(self, extra_validators: t.Any = None) -> bool:
        """Check each row of a lead city too."""
        fine = super().validate(extra_validators)
        rows = [self._row(number) for number in range(self.rows)]
        return all(rows) and fine

    def _row(self, number: int) -> bool:
        city, first, last = (self[f"lead_{number}_{part}"] for part in ("city", "from", "to"))
        if not city.data and (first.data or last.data or self[f"lead_{number}_area"].data):
            city.errors = [*city.errors, _("Name the city, or empty the row.")]
        begun, ended = dates.first_day(first.data), dates.last_day(last.data)
        if begun and ended and ended < begun:
            last.errors = [*last.errors, _("The end lies before the beginning.")]
        return not (city.errors or last.errors)


def leads_form(there: int) -> type[Leads]:
    """Return the form with as many rows for lead cities as there are, and some spare ones."""
    rows = min(there + SPARE, MOST_LEADS)
    fields: dict[str, t.Any] = {"rows": rows}
    for number in range(rows):
        fields |= {
            f"lead_{number}_city": line(lazy("City")),
            f"lead_{number}_office": SelectField(
                lazy("Office"),
                [OneOf(lambda: OFFICES)],
                choices=[SelectChoice(*pair) for pair in OFFICES.items()],
                validate_choice=False,
                default="lead city",
            ),
            f"lead_{number}_area": line(lazy("For which part")),
            f"lead_{number}_from": exact(lazy("From")),
            f"lead_{number}_to": exact(lazy("Until")),
            f"lead_{number}_current": BooleanField(lazy("Leads it now")),
        }
    return type("LeadsForm", (Leads,), fields)


class FoundForm(KnownForm):
    """A new coalition."""

    name = SpaceForm.name
    summary = SpaceForm.summary
    key = StringField(
        lazy("Abbreviation"),
        [InputRequired(lazy("Write the abbreviation by which lists name the coalition."))],
        filters=[lambda value: clean_line(value).upper()],
    )
    taken: t.Collection[str] = ()

    def validate_key(self, field: t.Any) -> None:
        """Short, plain, and not taken."""
        if not KEY.fullmatch(field.data or ""):
            raise ValidationError(_("2 to 12 letters A–Z, digits or hyphens, such as ECCAR."))
        if field.data in self.taken:
            raise ValidationError(_("Another group has this abbreviation."))


class PlanForm(Form):
    """The plan of a coalition; its commitments are added by `plan_form`."""

    title = line(lazy("Title of the plan"), 200)
    adopted = exact(lazy("Adopted"))
    place = line(lazy("Place"))
    link = line(lazy("Address of the text"), 500)
    complete = BooleanField(lazy("All commitments stand here"))
    language = _tongue()
    rows = 10

    def validate_link(self, field: t.Any) -> None:
        """A web address, or a page of this site."""
        if field.data and not ADDRESS.fullmatch(field.data) and not HERE.fullmatch(field.data):
            raise ValidationError(
                _(
                    "Write the whole address, like https://www.example.org, or a page of this site, like /library/12."
                )
            )

    def validate_title(self, field: t.Any) -> None:
        """What has commitments has a title."""
        if not field.data and (
            self.adopted.data
            or self.link.data
            or any(self[f"title_{n}"].data for n in range(1, self.rows + 1))
        ):
            raise ValidationError(_("Write the title of the plan."))


def plan_form(rows: int) -> type[PlanForm]:
    """Return the form with so many commitments."""
    fields: dict[str, t.Any] = {"rows": rows}
    for n in range(1, rows + 1):
        fields[f"title_{n}"] = line(lazy("Title of the commitment"), 200)
        fields[f"summary_{n}"] = line(lazy("In a sentence"), 600)
    return type("CommitmentsForm", (PlanForm,), fields)
