"""The forms of an organisation's entry: each kind has its own fields; some are the secretariat's to say."""

import functools
import re
import typing as t

from wtforms import (
    BooleanField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from app.core.forms import PageForm, Ticks
from app.core.languages import language, lazy, offered
from app.core.text import clean_line, clean_text
from app.members import goals, names, profile
from app.members.forms import DayField, DegreesField, OneOf, ZoneField
from app.members.profile_forms import ThemeChoice

BANDS = {
    "": lazy("Not said"),
    "<100k": lazy("under 100,000"),
    "100k-500k": lazy("100,000 to 500,000"),
    "500k-2M": lazy("500,000 to 2 million"),
    ">2M": lazy("over 2 million"),
}
PARTNERS = {
    "": lazy("Not said"),
    "NGO": lazy("Non-governmental organisation"),
    "association of municipalities": lazy("Association of municipalities"),
    "foundation": lazy("Foundation"),
    "human rights institution": lazy("Human rights institution"),
    "intergovernmental organisation": lazy("Intergovernmental organisation"),
    "museum": lazy("Museum"),
    "national commission": lazy("National commission for UNESCO"),
    "research centre": lazy("Research centre"),
}
STANDINGS = ("member", "observer", "participant", "other")
# What only one kind has, kept under these keys of Organisation.facts.
FACTS = {
    "city": ("office",),
    "chair": ("university", "city", "number", "fields", "established"),
    "partner": ("kind", "city"),
    "secretariat": ("city",),
}
COMMON = ("about", "website", "timezone")
OFFICE = ("name", "place", "country", "region", "coalition", "standing", "lead", "acceded")
ADDRESS = re.compile(r"https?://[^\s/?#.]+(\.[^\s/?#.]+)+([/?#]\S*)?", re.IGNORECASE)


def line(label: t.Any, most: int = 120) -> StringField:
    """One line of words."""
    rule = Length(max=most, message=lazy("This has at most %(num)s characters.", num=most))
    return StringField(label, [rule], filters=[clean_line])


def choice(label: t.Any, known: t.Callable[[], dict[str, t.Any]]) -> SelectField:
    """One of some, the first of them when nothing was said."""
    return SelectField(
        label, [OneOf(known)], choices=lambda: list(known().items()), validate_choice=False, default=""
    )


class Written(SelectMultipleField):
    """Languages that an organisation can be written to in: those of the site, and those it has named already."""

    option_widget = CheckboxInput()

    def __init__(self, label: t.Any, **more: t.Any) -> None:
        super().__init__(label, choices=_site_tongues, validate_choice=False, **more)

    def pre_validate(self, _form: t.Any) -> None:
        """Keep what is a language."""
        self.data = [code for code in self.data or () if code in names.tongue_codes()]


def _site_tongues() -> list[tuple[str, str]]:
    known = dict(names.tongues(language()))
    first = dict.fromkeys([*offered(), "en", "fr", "es", "ar", "ru", "zh", "pt", "de", "it"])
    return [(code, known[code]) for code in first if code in known]


class Entry(PageForm):
    """What every organisation says of itself."""

    about = TextAreaField(
        lazy("What other members should know"),
        [Length(max=600, message=lazy("This text has at most 600 characters."))], filters=[clean_text],
    )  # fmt: skip
    website = line(lazy("Website"), 300)
    themes = ThemeChoice(lazy("Themes it works on"))
    commitments = Ticks(lazy("Commitments of the plan of action that it works on"), goals.commitments)
    languages = Written(lazy("Languages you can write to it in"))
    timezone = ZoneField(lazy("Time zone"), unsaid=True, default="")

    def validate_website(self, field: t.Any) -> None:
        """A whole web address, nothing that could run."""
        if field.data and not ADDRESS.fullmatch(field.data):
            raise ValidationError(lazy("Write the whole address, like https://www.example.org."))


class CityEntry(Entry):
    """A city."""

    office = line(lazy("Lead office"))
    population_band = choice(lazy("Inhabitants"), lambda: BANDS)


class ChairEntry(Entry):
    """A UNESCO Chair."""

    university = line(lazy("University"), 200)
    city = line(lazy("Place"))
    number = line(lazy("Number of the Chair"), 20)
    fields = line(lazy("Works on"), 200)
    established = line(lazy("Year in which it was established"), 4)

    def validate_established(self, field: t.Any) -> None:
        """A year, where there is one."""
        if field.data and not re.fullmatch(r"(19|20)\d\d", field.data, re.ASCII):
            raise ValidationError(lazy("Write the year, like 2016."))


class PartnerEntry(Entry):
    """A partner."""

    kind = choice(lazy("Type"), lambda: PARTNERS)
    city = line(lazy("Place"))


class SecretariatEntry(Entry):
    """The secretariat."""

    city = line(lazy("Place"))


OWN: dict[str, type[Entry]] = {
    "city": CityEntry,
    "chair": ChairEntry,
    "partner": PartnerEntry,
    "secretariat": SecretariatEntry,
}


def country_codes() -> dict[str, str]:
    """Return the countries in the reader's words, by name."""
    known = names.locale(language()).territories
    codes = [code for code in known if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES]
    return {
        "": "–",
        **dict(sorted(((code, known[code]) for code in codes), key=lambda row: names.fold(row[1]))),
    }


NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "QO", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "XK"}


class Office:
    """What only the secretariat says, because lists, membership and the map hang on it."""

    name = StringField(
        lazy("Name"), [DataRequired(lazy("Write the name.")), Length(max=200)], filters=[clean_line]
    )
    place = line(lazy("Own name of the place"))
    country = choice(lazy("Country"), country_codes)
    region = choice(lazy("Region"), lambda: {"": "–", **names.REGIONS})
    coalition = SelectField(lazy("Coalition"), validate_choice=False, default="")
    standing = choice(lazy("Standing"), lambda: {key: names.standing_word(key) for key in STANDINGS})
    lead = BooleanField(lazy("Lead city of its coalition"))
    acceded = DayField(lazy("Joined on"), [Optional()])
    lat = DegreesField(
        lazy("Latitude"), [Optional(), NumberRange(-90, 90, lazy("A latitude lies between −90 and 90."))]
    )
    lon = DegreesField(
        lazy("Longitude"),
        [Optional(), NumberRange(-180, 180, lazy("A longitude lies between −180 and 180."))],
    )


@functools.cache
def _whole(kind: str) -> type[Entry]:
    """Return the form of a kind with what the secretariat adds."""
    fields = {name: value for name, value in vars(Office).items() if not name.startswith("_")}
    return type(f"{kind.title()}Whole", (OWN[kind],), fields)


def entry(one: t.Any, office: bool, coalitions: dict[str, t.Any], **given: t.Any) -> t.Any:
    """Return the form of an organisation's entry, with what stands there now."""
    form = (_whole if office else OWN.__getitem__)(one.form)(obj=_Before(one), **given)
    if office:
        named = sorted(((key, row.name) for key, row in coalitions.items()), key=lambda row: row[1])
        form.coalition.choices = [("", "–"), *named]
        if form.coalition.data not in dict(form.coalition.choices):
            form.coalition.data = one.coalition
    return form


class _Before:
    """What an organisation has said so far, under the names of the form's fields."""

    def __init__(self, one: t.Any) -> None:
        for name in (*COMMON, *OFFICE, "lat", "lon", "population_band"):
            setattr(self, name, getattr(one, name))
        for name in FACTS[one.form]:
            setattr(self, name, one.facts.get(name, ""))
        self.themes = [row.key for row in profile.themes_of(one)]
        self.commitments = one.commitments.split()
        self.languages = profile.languages_of(one.id)
        self.timezone = one.timezone if one.timezone in names.zones() else ""


def values(form: t.Any, one: t.Any, office: bool) -> dict[str, t.Any]:
    """Return the columns that the form says, the facts of its kind among them."""
    columns = [*COMMON, *(["population_band"] if one.form == "city" else [])]
    if office:
        columns += [*OFFICE, "lat", "lon"]
    facts = {**one.facts, **{name: form[name].data or "" for name in FACTS[one.form]}}
    return {
        **{name: form[name].data for name in columns},
        "commitments": goals.kept(form.commitments.data, goals.COMMITMENTS),
        "facts": {name: value for name, value in facts.items() if value != ""},
    }
