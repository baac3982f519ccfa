"""The forms of discussions: shape, labels, words of errors; they write nothing."""

import typing as t

from wtforms import (
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Optional

from app.board.models import TOPICS
from app.core import languages
from app.core.attaching import Attaching, Given, Ours, body, options, within
from app.core.attaching import sent as sent
from app.core.languages import _, lazy
from app.core.text import clean_line, clean_text
from app.spaces.models import Space

AUDIENCES = {
    "public": lazy("Everyone, also without an account"),
    "members": lazy("Members of the network"),
    "space": lazy("Members of the group only"),
}


def space_options(spaces: t.Iterable[Space]) -> list[SelectChoice]:
    """Return spaces as choices, named in the reader's language."""
    return options((space.id, space.text("name", languages.language())) for space in spaces)


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


def check_audience(field: t.Any, space: Space, who: t.Any, outside: t.Collection[t.Any] = (None,)) -> bool:
    """Say beside the field when a group does not offer this audience, or its writer would not see it.

    `outside` are the roles of those who say nothing to the group alone: who writes must be more than an observer.
    """
    if field.data not in space.offers():
        field.errors = [_("In this group, discussions can be read by fewer people. Choose another answer.")]
    elif field.data == "space" and who.role_in(space.id) in outside:
        field.errors = [_("You are not a member of this group. Join it, or choose another answer.")]
    return not field.errors
