"""The form of what a document says of itself, and what is wrong in it. It writes nothing."""

import re
import typing as t

from wtforms import (
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import DataRequired, Optional, ValidationError

from app.core import dates, languages
from app.core.forms import PageForm, Ticks
from app.core.languages import _, lazy
from app.library import in_tongues, resolving, web_forms, words
from app.library.fields import (
    choice,
    known_tongues,
    licences,
    line,
    lines,
    months,
    tongues,
)
from app.library.identifiers import is_isbn, is_issn
from app.members import goals
from app.members.forms import DayField, OneOf
from app.members.profile_forms import ThemeChoice

MOST_CREDITS, MOST_ABSTRACT, SPARE = 100, 10_000, 2  # as many as what is brought over may have
FIRST_YEAR = 1200
TEXTS = ("title", "abstract")  # what is said in several languages


class Credit(Form):
    """One author."""

    name = line(lazy("Name, or @handle of a person or member"), 200)
    role = choice(lazy("Role"), lambda: words.ROLES)


class Describe(PageForm):
    """What a document says of itself. The texts of further languages are added by describe_form()."""

    title = line(lazy("Title"), 300, DataRequired(lazy("Write a title.")))
    abstract = lines(lazy("Short description"), MOST_ABSTRACT)
    language = SelectField(
        lazy("Language of the document"), [OneOf(known_tongues)], choices=tongues, validate_choice=False
    )
    type = choice(lazy("Type"), lambda: words.terms("type"))
    series = choice(lazy("Series"), lambda: words.terms("series"))
    series_number = line(lazy("Number in the series"), 20)
    credits = FieldList(FormField(Credit), lazy("Authors"), max_entries=MOST_CREDITS)
    year = line(lazy("Year"), 4)
    month = choice(lazy("Month"), months)
    day = line(lazy("Day"), 2)
    themes = ThemeChoice(lazy("Themes"))
    commitments = Ticks(lazy("Commitments of the plan of action"), goals.commitments)
    sdgs = Ticks(lazy("Sustainable Development Goals"), goals.goals)
    targets = Ticks(lazy("For whom"), lambda: words.terms("target"))
    countries = line(lazy("Countries it is about"), 600)
    licence = choice(lazy("Licence"), licences)
    link = line(lazy("Address on the web"), 500, web_forms.whole_address)
    archive = web_forms.archive()
    archived_on = web_forms.archived_on()
    doi = line(lazy("DOI"), 200)
    isbn = line(lazy("ISBN"), 20)
    issn = line(lazy("ISSN"), 12)
    unesdoc = line(lazy("UNESDOC number"), 60)
    replaces = line(lazy("Replaces"), 1000)
    part_of = line(lazy("Part of"), 1000)
    see_also = line(lazy("See also"), 1000)
    review_by = DayField(lazy("Ask me whether it is still valid on"), [Optional()])
    sight = RadioField(
        lazy("Who can read it"), [OneOf(lambda: words.SIGHTS)], validate_choice=False, choices=[]
    )
    viewer: t.Any = None
    offered: t.Collection[str] = words.SIGHTS
    further = in_tongues.further()
    hidden: t.Mapping[str, dict[str, t.Any]] = {}  # authors who are here, but not for who describes
    codes: t.Sequence[str] = ()  # the languages that it has fields for
    kept: t.Mapping[str, t.Any] = {}  # texts and identifiers so far, of which the form shows a part
    made: dict[str, t.Any]

    def validate_credits(self, field: t.Any) -> None:
        """Whoever is named by handle is here."""
        wrong = []
        self.made["credits"] = []
        for row in field.data:
            if not row["name"]:
                continue
            found = self._kept(row) or resolving.credit(row["name"], row["role"] or "author", self.viewer)
            self.made["credits"].append(found)
            wrong += [] if found else [row["name"]]
        if wrong:
            who = ", ".join(wrong)
            raise ValidationError(_("Nobody here has the handle %(who)s. Write the name instead.", who=who))

    def _kept(self, row: dict[str, str]) -> dict[str, t.Any] | None:
        """An author whom the form could only name, because who describes does not see them, stays who they are."""
        one = self.hidden.get(row["name"])
        return one and {**one, "role": row["role"] or "author"}

    def validate_day(self, _field: t.Any) -> None:
        """As exact as it is known: a day needs its month, a month its year."""
        parts = [self.year.data, self.month.data, self.day.data]
        while parts and not parts[-1]:
            parts.pop()
        text = "-".join([f"{int(part):02}" if (part or "").isdecimal() else part or "?" for part in parts])
        found = dates.parts_of(text)
        if text and (not found or not FIRST_YEAR <= found[0] <= 2200):
            raise ValidationError(
                _("Write the date as exactly as you know it: a year, a year and a month, or a whole day.")
            )
        self.made["date"] = text

    def validate_series_number(self, field: t.Any) -> None:
        """A number alone says nothing."""
        if field.data and not self.series.data:
            raise ValidationError(_("Choose the series that this is a number of."))

    def validate_countries(self, field: t.Any) -> None:
        """Countries that there are."""
        self.made["countries"], unknown = resolving.countries(field.data or "")
        if unknown:
            raise ValidationError(
                _("There is no country of this name: %(names)s.", names=", ".join(unknown[:5]))
            )

    def validate_doi(self, field: t.Any) -> None:
        """A DOI, with or without the address that it is known by."""
        field.data = re.sub(
            r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", field.data or "", flags=re.IGNORECASE
        )
        if field.data and not re.fullmatch(r"10\.\d{4,9}/\S+", field.data):
            raise ValidationError(_("Write the DOI like 10.1234/abcd."))

    def validate_isbn(self, field: t.Any) -> None:
        """An ISBN whose last digit fits the others."""
        if field.data and not is_isbn(field.data):
            raise ValidationError(_("This is no ISBN: its digits do not fit. Look at it again."))

    def validate_issn(self, field: t.Any) -> None:
        """An ISSN whose last digit fits the others."""
        if field.data and not is_issn(field.data):
            raise ValidationError(_("This is no ISSN: its digits do not fit. Look at it again."))

    def validate_unesdoc(self, field: t.Any) -> None:
        """The number in UNESCO's digital library."""
        field.data = re.sub(r"^.*/(?=pf\d)", "", field.data or "")
        if field.data and not re.fullmatch(r"(pf)?\d{4,12}([a-z_]{0,8})?", field.data, re.IGNORECASE):
            raise ValidationError(_("Write the number like pf0000123456."))

    def validate_replaces(self, field: t.Any) -> None:
        """Addresses of documents here."""
        self._tied("replaces", field)

    def validate_part_of(self, field: t.Any) -> None:
        """Addresses of documents here."""
        self._tied("part_of", field)

    def validate_see_also(self, field: t.Any) -> None:
        """Addresses of documents here."""
        self._tied("see_also", field)

    def _tied(self, kind: str, field: t.Any) -> None:
        for address in (field.data or "").split():
            found = resolving.document_at(address, self.viewer)
            if found is None:
                raise ValidationError(_("There is no document at %(address)s.", address=address))
            self.made["relations"].append((kind, found.ref))

    def validate_sight(self, field: t.Any) -> None:
        """What its group offers."""
        if field.data in words.SIGHTS and field.data not in self.offered:
            raise ValidationError(
                _("In this group, documents can be read by fewer people. Choose another answer.")
            )

    def validate_licence(self, field: t.Any) -> None:
        """What is not to be passed on is not for everybody."""
        if self.sight.data == "public" and not words.may_leave(field.data or ""):
            raise ValidationError(words.SHARED_ALREADY)

    def fields(self) -> dict[str, t.Any]:
        """Return what was said, as the acts take it; after validate()."""
        plain = ("title", "abstract", "language", "type", "series", "series_number", "licence", "link", "archive", "archived_on",
                 "sight",
                 "review_by", "themes", "commitments", "sdgs", "targets")  # fmt: skip
        said = {name: self[name].data for name in plain}
        texts = in_tongues.said(self, TEXTS, self.codes, self.kept.get("texts", {}))
        return {**said, **self.made, "identifiers": self._numbers(), "texts": texts}

    def _numbers(self) -> list[dict[str, str]]:
        """Return the numbers: one of each scheme as it was sent, and those that the form does not show."""
        told = {name: self[name] for name in words.SCHEMES if self[name].raw_data}
        rows = [{"scheme": name, "value": field.data} for name, field in told.items() if field.data]
        shown = [first_of(self.kept.get("identifiers", ()), name) for name in told]
        return [*rows, *(row for row in self.kept.get("identifiers", ()) if row not in shown + rows)]

    def validate(self, *args: t.Any, **more: t.Any) -> bool:
        """Look at all fields; what is made out meanwhile is kept for fields()."""
        self.made = {"relations": [], "date": "", "countries": [], "credits": []}
        good = super().validate(*args, **more)
        return not in_tongues.unsettled(self, TEXTS) and good


def first_of(rows: t.Iterable[dict[str, str]], scheme: str) -> dict[str, str] | None:
    """Return the number of a scheme that the form shows: the first."""
    return next((row for row in rows if row.get("scheme") == scheme), None)


def describe_form(viewer: t.Any, document: t.Any, space: t.Any, before: dict[str, t.Any]) -> Describe:
    """Return the form of a document in a space, filled with what stands so far (`before`, see `said()`)."""

    class Here(Describe):
        """With a title and a description for each language of the site and of the document."""

    codes = in_tongues.asked(document.texts, document.languages.split())
    named = [(code, languages.own_name(code)) for code in codes]
    for code, own in [*named, (in_tongues.FURTHER, _("another language"))]:
        setattr(Here, f"title_{code}", line(lazy("Title in %(language)s", language=own), 300))
        setattr(
            Here, f"abstract_{code}", lines(lazy("Short description in %(language)s", language=own), 5000)
        )
    form = Here(data=before)
    form.viewer, form.made, form.codes = viewer, {}, codes
    form.kept = {"texts": document.texts, "identifiers": document.identifiers}
    form.offered = [*space.offers(), *(["organisation"] if document.organisation_id else [])]
    shown = [key for key in words.SIGHTS if key in form.offered]
    form.sight.choices = [SelectChoice(key, str(words.SIGHTS[key])) for key in shown]
    form.sight.data = form.sight.data or space.offers()[-1]
    return form


def said(
    document: t.Any, facets: dict[str, list[str]], ties: dict[str, list[str]], viewer: t.Any
) -> dict[str, t.Any]:
    """Return what a document says so far, under the names of the form's fields. `ties`: kind → addresses."""
    plain = (
        "title",
        "abstract",
        "language",
        "type",
        "series",
        "series_number",
        "licence",
        "link",
        "archive",
        "archived_on",
        "sight",
        "review_by",
    )
    values = {name: getattr(document, name) for name in plain}
    parts = (document.date.split("-") + ["", "", ""])[:3]
    values.update(year=parts[0], month=parts[1], day=parts[2].lstrip("0"))
    for name, facet in (
        ("themes", "theme"),
        ("commitments", "commitment"),
        ("sdgs", "sdg"),
        ("targets", "target"),
    ):
        values[name] = facets.get(facet, [])
    values["countries"] = resolving.country_words(facets.get("country", []))
    for row in reversed(document.identifiers):
        values.update({row["scheme"]: row["value"]} if row.get("scheme") in words.SCHEMES else {})
    values.update({kind: " ".join(ties.get(kind, [])) for kind in words.TIES})
    values.update(in_tongues.before(document.texts))
    rows = [{"name": name, "role": role} for name, role in resolving.handles(document.credits, viewer)]
    spare = max(0, min(SPARE, MOST_CREDITS - len(rows)))
    return {**values, "credits": rows + [{"name": "", "role": "author"}] * spare}
