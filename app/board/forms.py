"""The forms of discussions: shape, labels, words of errors; they write nothing."""

import typing as t

from flask import current_app, request
from werkzeug.datastructures import CombinedMultiDict
from wtforms import (
    Form,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Optional

from app.board.models import TOPICS
from app.core import files as filing
from app.core import languages
from app.core.languages import _, lazy, ngettext
from app.core.text import clean_line, clean_text
from app.spaces.models import Space

AUDIENCES = {
    "public": lazy("Everyone, also without an account"),
    "members": lazy("Members of the network"),
    "space": lazy("Members of the group only"),
}


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


def space_options(spaces: t.Iterable[Space]) -> list[SelectChoice]:
    """Return spaces as choices, named in the reader's language."""
    return options((space.id, space.text("name", languages.language())) for space in spaces)


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


class Attaching(Ours):
    """What may carry files."""

    files = MultipleFileField(lazy("Files"), [Optional()])
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


class Reply(Attaching):
    """A reply."""

    body = body(lazy("Your reply"), lazy("Write your reply."))
    reply_to = HiddenField(lazy("In reply to"), [Optional()])

    def answered(self) -> int | None:
        """Return the number of the post that is answered; anything else counts as absent."""
        value = self.reply_to.data or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


class Start(Attaching):
    """A new discussion."""

    title = StringField(
        lazy("Your question or topic"),
        [DataRequired(lazy("Write a question or a topic.")), within("TITLE_MAX")], filters=[clean_line],
    )  # fmt: skip
    topic = SelectField(
        lazy("Topic"), [InputRequired(lazy("Choose a topic."))], choices=options([("", lazy("Choose a topic")), *TOPICS.items()]),
    )  # fmt: skip
    body = body(lazy("Text"), lazy("Write a few words about it."))
    space = SelectField(lazy("Group"), [InputRequired(lazy("Choose a group."))], coerce=int, choices=[])
    audience = RadioField(
        lazy("Who can read it"), [Given()], choices=options(AUDIENCES.items()), default="members"
    )
    language = SelectField(lazy("Language of your text"), [Given()], choices=[])
    anyway = HiddenField(lazy("Post anyway"), [Optional()])
    about = HiddenField(lazy("About"), [Optional()])

    def offer(self, who: t.Any, spaces: list[Space]) -> None:
        """Offer spaces, voices and languages."""
        own = {group.id for group in who.groups}
        ordered = sorted(spaces, key=lambda s: (s.form != "network", s.id not in own, s.name.casefold()))
        self.space.choices = space_options(ordered)
        self.language.choices = options((code, languages.own_name(code)) for code in languages.offered())
        self.language.data = self.language.data or languages.language()
        self.offer_voices(who)


class Changed(Ours):
    """A post, changed; of the first one the title too."""

    title = StringField(lazy("Title"), [Optional(), within("TITLE_MAX")], filters=[clean_line])
    body = body(lazy("Text"), lazy("Write a text, or remove the post instead."))


class Conclusion(Ours):
    """Where a discussion stands."""

    body = TextAreaField(lazy("Where this stands"), [within("POST_MAX")], filters=[clean_text])


class Reason(Ours):
    """Why somebody else's words are removed."""

    reason = StringField(
        lazy("Reason, shown in place of the post"),
        [DataRequired(lazy("Say in a few words why the post is removed."))], filters=[clean_line],
    )  # fmt: skip

    def validate_reason(self, field: t.Any) -> None:
        """A line, not a text."""
        if len(field.data) > 300:
            raise ValidationError(_("A reason has 300 characters at most."))


class Moved(Ours):
    """Another group, or other readers."""

    space = SelectField(lazy("Group"), [InputRequired(lazy("Choose a group."))], coerce=int, choices=[])
    audience = RadioField(lazy("Who can read it"), [Given()], choices=options(AUDIENCES.items()))
    confirm = HiddenField(lazy("Confirmed"), [Optional()])


LISTENING = (None, "observer")


def sent(form: type[t.Any], **values: t.Any) -> t.Any:
    """Return a form with what was sent, or with what stands so far."""
    if request.method == "POST":
        return form(CombinedMultiDict([request.form, request.files]), **values)
    return form(**values)


def check_audience(field: t.Any, space: Space, who: t.Any, outside: t.Collection[t.Any] = (None,)) -> bool:
    """Say beside the field when a group does not offer this audience, or its writer would not see it.

    `outside` are the roles of those who say nothing to the group alone: who writes must be more than an observer.
    """
    if field.data not in space.offers():
        field.errors = [_("In this group, discussions can be read by fewer people. Choose another answer.")]
    elif field.data == "space" and who.role_in(space.id) in outside:
        field.errors = [_("You are not a member of this group. Join it, or choose another answer.")]
    return not field.errors
