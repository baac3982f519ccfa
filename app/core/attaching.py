"""What forms share in which somebody writes: our words for errors, files that come along, for whom one speaks."""

import typing as t

from flask import current_app, request
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Form, MultipleFileField, SelectChoice, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Optional

from app.core import files as filing
from app.core import limits
from app.core.languages import _, lazy, ngettext
from app.core.text import clean_text


class _Words:
    """Our words in place of the library's own."""

    def gettext(self, _text: str) -> str:
        return str(_("Choose one of the list."))

    def ngettext(self, one: str, many: str, n: int) -> str:
        return one if n == 1 else many


class Given:
    """Marks a field that always has a value, so that nobody reads "(optional)" beside it."""

    field_flags: t.ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, _form: Form, _field: t.Any) -> None:
        """Nothing to check."""


class Ours(Form):
    """A form that speaks as the site does."""

    class Meta(Form.Meta):
        """Where the library asks for its words."""

        def get_translations(self, _form: t.Any) -> t.Any:
            return _Words()


def options(rows: t.Iterable[tuple[t.Any, t.Any]]) -> list[SelectChoice]:
    """Return the choices of a field from pairs of value and word."""
    return [SelectChoice(value, word) for value, word in rows]


def within(setting: str) -> t.Callable[[Form, t.Any], None]:
    """Refuse a text that is longer than a setting allows; say by how much."""

    def check(_form: Form, field: t.Any) -> None:
        most, size = current_app.config[setting], len(field.data or "")
        if size > most:
            text = ngettext(
                "The text is %(num)d character too long.",
                "The text is %(num)d characters too long.",
                size - most,
            )
            raise ValidationError(text)

    return check


def body(label: t.Any, missing: t.Any) -> TextAreaField:
    """A field for Markdown."""
    return TextAreaField(label, [DataRequired(missing), within("POST_MAX")], filters=[clean_text])


class WithFiles(Ours):
    """What may carry files."""

    files = MultipleFileField(lazy("Files"), [Optional()])

    def keep_files(self) -> list[filing.Kept]:
        """Store what was sent, before the transaction; ValueError with words beside the field."""
        sent = [upload for upload in request.files.getlist("files") if upload.filename]
        most = current_app.config["FILES_PER_POST"]
        if len(sent) > most:
            self._refuse(ngettext("At most %(num)d file.", "At most %(num)d files.", most))
        return [self._kept(upload) for upload in sent]

    def _kept(self, upload: t.Any) -> filing.Kept:
        try:
            return filing.keep(upload.stream, upload.filename)
        except filing.TooLarge:
            most = current_app.config["MAX_FILE_MB"]
            self._refuse(_("%(name)s is larger than %(most)s MB.", name=upload.filename, most=most))
        except filing.Empty:
            self._refuse(_("%(name)s is empty.", name=upload.filename))
        finally:
            upload.stream.seek(0)
        raise AssertionError("not reached")

    def _refuse(self, why: t.Any) -> t.NoReturn:
        self.files.errors = [why + " " + _("Choose the files again.")]
        raise ValueError("files")


class Attaching(WithFiles):
    """What may carry files, and is said for an organisation or personally."""

    organisation = SelectField(
        lazy("Write as"), [Given(), Optional()], coerce=int, choices=[], validate_choice=False
    )

    def offer_voices(self, who: t.Any) -> None:
        """Offer the organisations that this person may speak for, the first of them chosen, and the person."""
        seats = [seat for seat in who.seats if seat.may_publish]
        own = (0, _("%(name)s, personally", name=who.name))
        self.organisation.choices = options([*((s.id, s.name) for s in seats), own])
        if self.organisation.data is None:
            self.organisation.data = seats[0].id if seats else 0

    def voice(self, who: t.Any) -> t.Any:
        """Return the organisation that is spoken for; ValueError where the seat does not allow it."""
        if not self.organisation.data:
            return None
        seat = who.voice(self.organisation.data)
        if seat is None:
            self.organisation.errors = [_("You cannot write for this organisation. Choose another one.")]
            raise ValueError("organisation")
        return seat


def sent(form: type[t.Any], **values: t.Any) -> t.Any:
    """Return a form with what was sent, or with what stands so far."""
    if request.method == "POST":
        both: t.Any = [request.form, request.files]
        return form(CombinedMultiDict(both), **values)
    return form(**values)


def too_many(person_id: int) -> t.Any:
    """Say when somebody has written enough for an hour; None while there is room."""
    most = current_app.config["POSTS_PER_HOUR"]
    if limits.hit("posts", str(person_id), most, 60):
        return None
    minutes = max(1, limits.left_seconds("posts", str(person_id), most, 60) // 60)
    return _(
        "You have posted %(most)s times within an hour. Your text is kept. Send it again in %(minutes)s minutes.",
        most=most, minutes=minutes,
    )  # fmt: skip
