"""The forms for what is brought over: the file and where it goes; how it is read and taken in."""

import typing as t

from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from app.board.forms import AUDIENCES, options, space_options
from app.board.models import TOPICS
from app.core import files, languages, sheets
from app.core.forms import PageForm
from app.core.languages import _, lazy
from app.core.text import clean_line
from app.library.arriving_forms import number
from app.library.words import LICENCES, SHARED_ALREADY, licence_word, may_leave, terms
from app.members import names
from app.members.forms import OneOf
from app.members.profile_forms import ThemeChoice
from app.past import describing, words
from app.past.models import PastBatch
from app.past.sources import Refused, kind_of, kinds
from app.spaces.models import Space

HEAD = 8192


class SendForm(PageForm):
    """A file, and the group that it all goes to."""

    space = SelectField(lazy("Group"), choices=[], validate_choice=False)
    file = FileField(lazy("File"))

    def __init__(self, spaces: t.Sequence[Space], came: files.Kept | None = None, **more: t.Any) -> None:
        super().__init__(**more)
        self.came = came  # what was sent in pieces before the form
        self.spaces = {str(space.id): space for space in spaces}
        self.space.choices = space_options(spaces)
        self.form = ""

    def validate_space(self, field: t.Any) -> None:
        """One of those that one looks after."""
        if field.data not in self.spaces:
            raise ValidationError(lazy("Choose one from the list."))

    def validate_file(self, field: t.Any) -> None:
        """Something is in it, and it is of a kind that can be read."""
        if self.came is not None:
            with files.store().open(self.came.hash) as kept:
                self._look(kept, self.came.name)
            return
        sent = field.data if isinstance(field.data, FileStorage) and field.data.filename else None
        if sent is None:
            raise ValidationError(lazy("Choose a file."))
        self._look(sent.stream, clean_line(sent.filename))
        sent.stream.seek(0)

    def _look(self, stream: t.Any, name: str) -> None:
        try:
            self.form = kind_of(stream.read(HEAD), name)
        except Refused as why:
            raise ValidationError(words.REFUSED[str(why)]) from None
        if self.form != "archive" or not stream.seekable():
            return
        stream.seek(0)  # archives with a long list are the child's to open
        if files.listed_in(stream) <= files.LISTED and kinds.is_book(stream):
            self.form = "table"


class HowForm(PageForm):
    """How it is read and taken in. What a kind has no use for is left out by the page."""

    encoding = SelectField(
        lazy("Letters"), validate_choice=False, validators=[OneOf(lambda: ("", *sheets.ENCODINGS))]
    )
    delimiter = SelectField(
        lazy("Between two cells"), validate_choice=False, validators=[OneOf(lambda: words.DELIMITERS)]
    )
    header = BooleanField(lazy("The first line says what the columns are"))
    language = SelectField(lazy("Language, where it is not said"), validate_choice=False,
                           validators=[OneOf(lambda: describing.TONGUES)])  # fmt: skip
    sight = SelectField(lazy("Who may see it"), validate_choice=False)
    topic = SelectField(lazy("Topic"), validate_choice=False, validators=[OneOf(lambda: TOPICS)])
    type = SelectField(lazy("Type, where it is not said"), validate_choice=False,
                       validators=[OneOf(lambda: ("", *terms("type")))])  # fmt: skip
    licence = SelectField(lazy("Licence, where it is not said"), validate_choice=False,
                          validators=[OneOf(lambda: ("", *LICENCES))])  # fmt: skip
    organisation = SelectField(lazy("Share as"), coerce=number, choices=[], validate_choice=False)
    series = SelectField(lazy("Series, where it is not said"), validate_choice=False,
                         validators=[OneOf(lambda: ("", *terms("series")))])  # fmt: skip
    themes = ThemeChoice(lazy("Themes, where they are not said"))
    collection = StringField(
        lazy("Put it all into a new collection"), [Length(max=200, message=lazy("At most 200 characters."))]
    )
    publish = BooleanField(lazy("Publish at once"))

    def __init__(self, space: Space, who: t.Any, **more: t.Any) -> None:
        super().__init__(**more)
        voices = [(seat.id, seat.name) for seat in who.seats if seat.may_publish]
        self.organisation.choices = [*voices, (0, str(_("%(name)s, personally", name=who.name)))]
        self.series.choices = options([("", lazy("Not said")), *terms("series").items()])
        self.offers = space.offers()
        self.encoding.choices = options(
            [("", lazy("Guess")), *((key, words.ENCODINGS[key]) for key in sheets.ENCODINGS)]
        )
        self.delimiter.choices = options(words.DELIMITERS.items())
        self.language.choices = options((code, names.own_language(code)) for code in describing.TONGUES)
        self.sight.choices = options((word, AUDIENCES[word]) for word in self.offers)
        self.topic.choices = options(TOPICS.items())
        self.type.choices = options([("", lazy("Not said")), *terms("type").items()])
        self.licence.choices = options(
            [("", lazy("Not said")), *((key, licence_word(key)) for key in LICENCES)]
        )

    def validate_sight(self, field: t.Any) -> None:
        """What the group offers."""
        if field.data not in self.offers:
            raise ValidationError(lazy("Choose one from the list."))

    def validate_licence(self, field: t.Any) -> None:
        """What is not to be passed on is not for everybody."""
        if self.sight.data == "public" and not may_leave(field.data or ""):
            raise ValidationError(SHARED_ALREADY)

    def validate_organisation(self, field: t.Any) -> None:
        """One that one may speak for."""
        if (field.data or 0) not in dict(self.organisation.choices):
            raise ValidationError(lazy("You cannot share for this organisation. Choose another one."))

    @classmethod
    def of(cls, batch: PastBatch, space: Space, who: t.Any, **more: t.Any) -> "HowForm":
        """Return the form with what a batch says."""
        how = {**batch.how, **(batch.how.get("read") or {})}
        how.setdefault("header", True)
        values = {name: how.get(name, "") for name in ("encoding", "delimiter", "header", "language", "sight", "topic", "type",
                                                         "licence", "collection", "publish")}  # fmt: skip
        values["topic"] = values["topic"] or "network"
        values["language"] = values["language"] or languages.language()
        values.update(
            organisation=how.get("organisation") or 0,
            series=how.get("series", ""),
            themes=how.get("themes") or [],
        )
        return cls(space, who, data=values, **more)

    def how(self, batch: PastBatch, meanings: list[str]) -> dict[str, t.Any]:
        """Return what was said, as a batch keeps it."""
        before = batch.how.get("read") or {}
        read = {"encoding": self.encoding.data, "delimiter": self.delimiter.data, "header": self.header.data}
        same = all(before.get(name) in (value, None) for name, value in read.items())
        read["meanings"] = meanings if same else []
        shared = {
            name: getattr(self, name).data or ""
            for name in ("language", "sight", "topic", "type", "licence", "series")
        }
        shared.update(organisation=self.organisation.data or 0, themes=list(self.themes.data or ()))
        named = clean_line(self.collection.data)
        return {**batch.how, **shared, "collection": named, "publish": bool(self.publish.data), "read": read}
