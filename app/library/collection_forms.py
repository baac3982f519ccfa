"""The form of a collection: its words in each language, where it lies, who reads it. It writes nothing."""

import typing as t

from wtforms import Form, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.core.languages import _, language, lazy, offered, own_name
from app.core.text import clean_line, clean_text
from app.library import in_tongues
from app.library.filters import Asked
from app.library.models import Collection
from app.spaces.forms import among, whole

READERS = {
    "public": lazy("Everyone, also without an account"),
    "members": lazy("Members of the network"),
    "space": lazy("Members of the group only"),
}
TITLE, ABOUT = 200, 2000
TEXTS = ("title", "about")  # what is said in several languages


class CollectionForm(Form):
    """What a collection is called and for, where it lies, who reads it."""

    title = StringField(
        lazy("Name of the collection"),
        [
            DataRequired(lazy("Write a name for the collection.")),
            Length(max=TITLE, message=lazy("A name has 200 characters at most.")),
        ],
        filters=[clean_line],
    )
    about = TextAreaField(
        lazy("What it is for"),
        [Length(max=ABOUT, message=lazy("The text has 2,000 characters at most."))], filters=[clean_text],
    )  # fmt: skip
    language = SelectField(lazy("Language of these words"), [among], validate_choice=False)
    space = SelectField(
        lazy("Group"), [InputRequired(lazy("Choose a group.")), among], coerce=whole, validate_choice=False
    )
    audience = RadioField(
        lazy("Who can read it"), [among], validate_choice=False, default="members",
        choices=[SelectChoice(*pair) for pair in READERS.items()],
    )  # fmt: skip
    parent = SelectField(lazy("Inside"), [among], coerce=whole, validate_choice=False, default=0)
    smart = StringField(lazy("Filters"), [Length(max=2000)], filters=[clean_line])
    further = in_tongues.further()
    codes: t.Sequence[str] = ()  # the languages that it has fields for
    kept: t.Mapping[str, t.Any] = {}  # its words so far
    offers: t.Mapping[int, t.Collection[str]] = {}  # the readers that each group allows

    def validate_audience(self, field: t.Any) -> None:
        """Who may read it depends on the group."""
        allowed = self.offers.get(self.space.data)
        if allowed is not None and field.data not in allowed:
            raise ValidationError(
                _("In this group, things can be read by fewer people. Choose another answer.")
            )

    def fields(self) -> dict[str, t.Any]:
        """Return what the form says of the collection."""
        asked = Asked.from_text(self.smart.data or "").which.text()
        return {
            "title": self.title.data, "about": self.about.data, "language": self.language.data,
            "texts": in_tongues.said(self, TEXTS, self.codes, self.kept),
            "parent_id": self.parent.data or None, "smart": asked,
        }  # fmt: skip

    def validate(self, *args: t.Any, **more: t.Any) -> bool:
        """Look at all fields."""
        good = super().validate(*args, **more)
        return not in_tongues.unsettled(self, TEXTS) and good


def form_of(sent: t.Any, collection: Collection | None, **given: t.Any) -> CollectionForm:
    """Return the form with what was sent, or with what stands so far."""
    more: dict[str, t.Any] = {}
    kept, own = (collection.texts, [collection.language]) if collection else ({}, [])
    codes = in_tongues.asked(kept, own)
    named = [(code, own_name(code)) for code in codes]
    for code, name in [*named, (in_tongues.FURTHER, _("another language"))]:
        more[f"title_{code}"] = StringField(
            _("Name (%(language)s)", language=name),
            [Length(max=TITLE, message=lazy("A name has 200 characters at most."))], filters=[clean_line],
        )  # fmt: skip
        more[f"about_{code}"] = TextAreaField(
            _("What it is for (%(language)s)", language=name),
            [Length(max=ABOUT, message=lazy("The text has 2,000 characters at most."))], filters=[clean_text],
        )  # fmt: skip
    form: CollectionForm = type("CollectionForm", (CollectionForm,), more)(
        sent, **_before(collection), **given
    )
    form.codes, form.kept = codes, kept
    form.language.choices = [SelectChoice(code, own_name(code)) for code in dict.fromkeys([*offered(), *own])]
    return form


def _before(collection: Collection | None) -> dict[str, t.Any]:
    if collection is None:
        return {"language": language()}
    plain = {name: getattr(collection, name) for name in ("title", "about", "language", "smart")}
    return {
        **in_tongues.before(collection.texts),
        **plain,
        "space": collection.space_id,
        "parent": collection.parent_id or 0,
    }
